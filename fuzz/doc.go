// Package fuzz holds the native fuzz targets of the event stream format.
//
//	go test -fuzz=FuzzDecoder -fuzztime=1m -fuzzminimizetime=1x ./fuzz
//	go test -fuzz=FuzzEncodeDecode -fuzztime=1m -fuzzminimizetime=1x ./fuzz
//
// FuzzDecoder holds spec.Decoder and spec.PushDecoder, under cuts that the fuzz
// input chooses, to what spec.Oracle says of the same stream, and their
// findings and comments to those of the stream in one piece. FuzzEncodeDecode
// holds spec.Encoder to give back, decoded, what was put in.
//
// With the default -fuzzminimizetime the native fuzzer stands still for seconds
// at a time; 1x keeps it going. What it once found stays in testdata/fuzz and
// is run by every go test.
package fuzz
