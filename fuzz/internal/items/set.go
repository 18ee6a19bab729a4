package items

import (
	"math/bits"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// A Set is which features lists of items had so far: which parts an item has and which
// the one before, of which kinds their values are and beside which parts, and what kind
// the same part of the item before was of. The zero value is empty.
type Set struct{ seen map[feature]struct{} }

// A feature is one of these, of one item.
type feature struct {
	what    byte
	part    Part
	kind    uint8 // of the value, or the parts
	context uint8
}

// The kinds of features.
const (
	shapes byte = iota
	kinds
	followers
	lengthsOf
)

// Add takes a list in, and says how many of its features no list had before.
func (s *Set) Add(list []encoder.Item) (fresh int) {
	if s.seen == nil {
		s.seen = map[feature]struct{}{}
	}
	before := len(s.seen)
	s.add(lengthsOf, 0, uint8(bits.Len(uint(len(list)))), 0)
	var previous [parts]Classes
	var mask uint8
	for i, item := range list {
		own := Mask(item)
		s.add(shapes, 0, own, mask)
		for p := range parts {
			var c Classes
			if value, has := Value(item, p); has {
				c = ClassesOf(value)
			}
			s.addKinds(p, c, own)
			if i > 0 {
				s.add(followers, p, index(c), index(previous[p]))
			}
			previous[p] = c
		}
		mask = own
	}
	return len(s.seen) - before
}

// addKinds adds each kind that a value is of.
func (s *Set) addKinds(p Part, c Classes, own uint8) {
	for c != 0 {
		s.add(kinds, p, uint8(bits.TrailingZeros64(uint64(c))), own)
		c &= c - 1
	}
}

// index is the number of the kind that tells most.
func index(c Classes) uint8 { return uint8(bits.TrailingZeros64(uint64(c))) }

func (s *Set) add(what byte, p Part, kind, context uint8) {
	s.seen[feature{what, p, kind, context}] = struct{}{}
}

// Len is how many features there were.
func (s *Set) Len() int { return len(s.seen) }
