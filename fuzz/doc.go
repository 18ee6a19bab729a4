// Package fuzz holds the native fuzz targets of what this module reads and writes: event
// streams, case files, the lines of adapters, reports.
//
//	make fuzz                                                    # all of the module, 30 s each
//	go run ./fuzz/internal/fuzzall -run Decoder -time 10m        # one of them, longer
//	go test ./fuzz                                               # the seeds, and what was found
//
// The decoders are held, whatever the stream and its cuts and on one connection after
// another, to the oracle of package spec and to a slow reading of findings, comments and
// limits; the encoder to give back, decoded, what was put in; the loader, the readers of
// adapters and of reports to slower readers, to themselves and to their errors.
//
// Seeds come from the corpus, so that each new case is a new seed. What was once found stays
// in testdata/fuzz and is run by every go test.
//
// A comment //fuzz:instrument above a target names the packages whose coverage guides the
// fuzzer. go test -fuzz works too, but instruments nearly all packages, and then tries an
// eighth as much in the same time; give it -fuzzminimizetime=1x, or it stands still for
// seconds at a time.
//
// The targets are also built for libFuzzer (.clusterfuzzlite), which is why each has one
// argument of variable length at most, is named in no other file of Go, and begins with no
// other's name.
package fuzz
