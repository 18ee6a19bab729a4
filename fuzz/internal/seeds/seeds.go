// Package seeds has what the native fuzz targets begin with. It comes from the corpus, so
// that every new case is a new seed.
//
// Two fuzzers are given them: that of go test, and libFuzzer, under which OSS-Fuzz and
// ClusterFuzzLite run the same targets. libFuzzer knows nothing of f.Add, and takes a file
// ([Folder]).
package seeds

import (
	"sync"

	"github.com/ssecheck/ssecheck/cases"
)

// A Seed is what a target is called with, behind its *testing.T: whole numbers of a fixed
// size, and one text, a string or a []byte.
type Seed []any

// MaxSize bounds the text of a seed, in bytes: what is longer makes a fuzzer slow and
// tells it nothing more. Files of cases and reports, which begin larger, have a bound of
// their own.
const (
	MaxSize = 1 << 10
	MaxFile = 32 << 10
)

// A Source makes seeds of the corpus.
type Source func(*cases.Corpus) ([]Seed, error)

// corpus is read once for a process of the fuzzer.
var corpus = sync.OnceValues(cases.Default)

// Of is what a source makes of the embedded corpus.
func Of(source Source) ([]Seed, error) {
	c, err := corpus()
	if err != nil {
		return nil, err
	}
	return source(c)
}
