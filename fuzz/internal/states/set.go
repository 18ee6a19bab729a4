package states

import (
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// A Set is what a number of inputs have exercised. The zero value is empty. It takes
// some 2 KiB however much is added. A Set may not be used by several goroutines at
// once.
type Set struct {
	transitions [(charTransitions + lineTransitions + 63) / 64]uint64
	states      [(charStates + blocks + 63) / 64]uint64
	length, met int
}

// Add reads the input and returns how many transitions are new by it.
func (s *Set) Add(in stream.Input) (fresh int) {
	before := s.length
	r := reading{set: s}
	r.read(in)
	return s.length - before
}

// Len is how many transitions were exercised.
func (s *Set) Len() int { return s.length }

// States is how many states of both machines were met, and how many there are; all can
// be met.
func (s *Set) States() (met, all int) { return s.met, charStates + blocks }

// Missing names the states that were not met.
func (s *Set) Missing() []string {
	var names []string
	for i := range charStates + blocks {
		switch {
		case s.states[i/64]>>(i%64)&1 == 1:
		case i < charStates:
			names = append(names, charName(i))
		default:
			names = append(names, blockNumbered(i-charStates).String())
		}
	}
	return names
}

// mark sets bit i; fresh is 1 if it was not set, and 0 otherwise.
func mark(words []uint64, i int) (fresh int) {
	word, bit := &words[i/64], uint64(1)<<(i%64)
	if *word&bit != 0 {
		return 0
	}
	*word |= bit
	return 1
}
