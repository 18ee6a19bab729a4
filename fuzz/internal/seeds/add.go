//go:build !gofuzz

package seeds

import (
	"os"
	"path/filepath"
	"testing"
)

// AddFrom gives the fuzzer the seeds of a source.
func AddFrom(f *testing.F, source Source) {
	f.Helper()
	all, err := Of(source)
	if err != nil {
		f.Fatal(err)
	}
	Add(f, func() []Seed { return all })
}

// Keep makes what a target needs for all its inputs.
func Keep[T any](make func() (T, error)) (T, error) { return make() }

// Add gives the fuzzer seeds. Where the environment names a [Folder], they are written there
// too, with what go test has found of the target.
func Add(f *testing.F, of func() []Seed) {
	f.Helper()
	all := of()
	for _, seed := range all {
		f.Add(seed...)
	}
	folder := os.Getenv(Folder)
	if folder == "" {
		return
	}
	found, err := Found(os.DirFS("."), "testdata/fuzz/"+f.Name())
	if err == nil {
		err = WriteZip(filepath.Join(folder, f.Name()+"_seed_corpus.zip"), append(found, all...))
	}
	if err != nil {
		f.Fatalf("write the seeds to the folder of %s: %v", Folder, err)
	}
}
