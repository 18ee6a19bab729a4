package exhaustive

import (
	"fmt"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// A Stream is one stream of a space. Its memory is its own, and is used again when it
// is filled again.
type Stream struct {
	// Stem is the stem in the letters of its symbols.
	Stem  []byte
	Bytes []byte
	// Inputs are the stream whole, and then in every other cut. All share its bytes, so
	// what it means needs to be worked out only once.
	Inputs []stream.Input

	ends []int // where the symbols of the stem end, but for the last
	cuts []int // of all inputs
}

// Fill makes dst the stream of that number, the first of which is 0; the shortest come
// first. To keep a stream, let the next one fill another.
func (s *Space) Fill(dst *Stream, number uint64) {
	if number >= s.streams {
		panic(fmt.Sprintf("exhaustive: expected the number of one of %d streams, got %d", s.streams, number))
	}
	stem, sentinel := number/uint64(len(sentinels)), sentinels[number%uint64(len(sentinels))]
	length := 0
	for stem >= s.stems[length] {
		stem -= s.stems[length]
		length++
	}
	dst.spell(s.alphabet, length, stem)
	dst.Inputs, dst.cuts = dst.Inputs[:0], dst.cuts[:0]
	if sentinel == "" {
		dst.cutBetweenSymbols()
		if len(dst.Bytes) > len(dst.Stem) {
			dst.cutByteByByte(false)
		}
		return
	}
	dst.Bytes = append(dst.Bytes, sentinel...)
	dst.addInput(0)
	dst.cutByteByByte(false)
	dst.cutByteByByte(true)
}

// spell writes the number in as many digits, for which the symbols stand.
func (dst *Stream) spell(alphabet []Symbol, length int, number uint64) {
	var digits [MaxSymbols]uint8
	base := uint64(len(alphabet))
	for i := length - 1; i >= 0; i-- {
		digits[i] = uint8(number % base)
		number /= base
	}
	dst.Stem, dst.Bytes, dst.ends = dst.Stem[:0], dst.Bytes[:0], dst.ends[:0]
	for i, digit := range digits[:length] {
		if i > 0 {
			dst.ends = append(dst.ends, len(dst.Bytes))
		}
		dst.Stem = append(dst.Stem, alphabet[digit].Letter)
		dst.Bytes = append(dst.Bytes, alphabet[digit].Bytes...)
	}
}

// cutBetweenSymbols adds an input for each set of ends, the empty one first.
func (dst *Stream) cutBetweenSymbols() {
	for set := range 1 << len(dst.ends) {
		start := len(dst.cuts)
		for i, end := range dst.ends {
			if set>>i&1 == 1 {
				dst.cuts = append(dst.cuts, end)
			}
		}
		dst.addInput(start)
	}
}

// cutByteByByte adds an input cut between any two bytes, with or without an empty chunk
// before each byte.
func (dst *Stream) cutByteByByte(empty bool) {
	start := len(dst.cuts)
	for at := range dst.Bytes {
		if at > 0 {
			dst.cuts = append(dst.cuts, at)
		}
		if empty {
			dst.cuts = append(dst.cuts, at)
		}
	}
	dst.addInput(start)
}

// addInput adds the input whose cuts are those from start on. Where cuts have since
// outgrown their memory, the inputs before keep the old one.
func (dst *Stream) addInput(start int) {
	cuts := dst.cuts[start:len(dst.cuts):len(dst.cuts)]
	dst.Inputs = append(dst.Inputs, stream.Input{Bytes: dst.Bytes, Cuts: cuts})
}
