//go:build !gofuzz

package seeds

import "testing"

// Add gives the fuzzer a target's seeds; the target is named without its Fuzz.
func Add(f *testing.F, target string) {
	f.Helper()
	all, err := Of(target)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range all {
		f.Add(seed...)
	}
}
