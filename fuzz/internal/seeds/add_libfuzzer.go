//go:build gofuzz

package seeds

import "testing"

// Under libFuzzer a target begins anew with each input, and its seeds are in a file.

// AddFrom does nothing.
func AddFrom(*testing.F, Source) {}

// Add does nothing.
func Add(*testing.F, []Seed) {}
