// Package seeds has what the native fuzz targets begin with. It comes from the corpus,
// so that every new case is a new seed.
//
// Two fuzzers are given them: that of go test, and libFuzzer, under which OSS-Fuzz and
// ClusterFuzzLite run the same targets. Theirs ignores f.Add and takes a file (see
// [LibFuzzer]).
package seeds

import (
	"fmt"
	"slices"
	"sync"

	"github.com/ssecheck/ssecheck/cases"
)

// A Seed is what a target is called with, behind its *testing.T: values of fixed size,
// and one text of any length, a string or a []byte.
type Seed []any

// MaxSize bounds the text of a seed, in bytes: what is longer makes a fuzzer slow and
// tells it nothing more. Case files and reports, which begin larger, have a bound of
// their own.
const (
	MaxSize = 1 << 10
	MaxFile = 32 << 10
)

// targets are the seeds by the target's name without its Fuzz: the scripts that build
// targets for libFuzzer look for a target by its name, and want to find it once.
var targets = map[string]func(*cases.Corpus) ([]Seed, error){
	"Answer":       answers,
	"Decoder":      streams,
	"EncodeDecode": scripts,
	"Item":         texts,
	"Lines":        lines,
	"Load":         files,
	"ReadJSON":     jsonReports,
	"Text":         quotedTexts,
}

// Targets are the targets that have seeds, sorted, each without its Fuzz.
func Targets() []string {
	var names []string
	for name := range targets {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// corpus is read once for a process of the fuzzer.
var corpus = sync.OnceValues(cases.Default)

// Of is a target's seeds, by its name without its Fuzz.
func Of(target string) ([]Seed, error) {
	of := targets[target]
	if of == nil {
		return nil, fmt.Errorf("fuzz/internal/seeds has no seeds for a target %q; it has some for %q", target, Targets())
	}
	c, err := corpus()
	if err != nil {
		return nil, err
	}
	return of(c)
}
