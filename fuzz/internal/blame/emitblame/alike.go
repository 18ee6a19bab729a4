package emitblame

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
)

// How much a reading is like another one.
const (
	unlike    = iota
	inOutcome // readers get the same
	inAll     // and what they take no notice of is the same
)

// likeness compares what a subject and a writer made of one list.
func likeness(a, b emission.Reading) int {
	switch {
	case !a.Outcome(b):
		return unlike
	case !a.Manner(b):
		return inOutcome
	}
	return inAll
}

// alike says how much a writer's reading is like the deviation. Where the subject
// deviates in what readers take no notice of, it is that which must be the same.
func alike(d *emission.Deviation, r emission.Reading) int {
	like := likeness(d.Got, r)
	if like != inOutcome || !d.Got.Outcome(d.Expected) {
		return like
	}
	got, expected := d.Got, d.Expected
	switch {
	case !slices.Equal(got.Comments, expected.Comments) && !slices.Equal(got.Comments, r.Comments),
		!slices.Equal(got.Findings, expected.Findings) && !slices.Equal(got.Findings, r.Findings),
		got.Marked != expected.Marked && got.Marked != r.Marked,
		got.Mixed != expected.Mixed && got.Mixed != r.Mixed:
		return unlike
	}
	return inOutcome
}
