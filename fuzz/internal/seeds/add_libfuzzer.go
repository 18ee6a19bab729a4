//go:build gofuzz

package seeds

import (
	"sync"
	"testing"
)

// Under libFuzzer a process has one target, which begins anew with each input, and whose
// seeds are in a file.

// AddFrom does nothing.
func AddFrom(*testing.F, Source) {}

// Add does nothing.
func Add(*testing.F, func() []Seed) {}

// Keep makes what the target needs for all its inputs, with the first of them: it may take
// a thousand times as long as an input.
func Keep[T any](make func() (T, error)) (T, error) {
	kept.once.Do(func() { kept.made, kept.err = make() })
	made, _ := kept.made.(T)
	return made, kept.err
}

var kept struct {
	once sync.Once
	made any
	err  error
}
