// Package vectors holds small event streams with their right outcome, worked
// out by hand from the standard: one for each rule of
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
// that decoders are known to get wrong. They test a decoder, and seed a fuzzer.
//
// Every vector holds however the stream is cut.
package vectors

import (
	"slices"

	"github.com/ssecheck/ssecheck/spec"
)

// A Vector is one stream, on a first connection, and what it means.
type Vector struct {
	ID      string // P01 and so on; never changes
	Title   string
	Stream  string
	Outcome spec.Outcome
}

// All returns the vectors in the order of their IDs. The slice is the caller's.
func All() []Vector { return slices.Clone(table) }
