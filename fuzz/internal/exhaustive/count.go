package exhaustive

import "math/bits"

// count counts stems, streams and inputs; ok is false when they are too many.
func (s *Space) count(length int) (ok bool) {
	var c counter
	short := uint64(0) // symbols of one byte
	for _, symbol := range s.alphabet {
		if len(symbol.Bytes) == 1 {
			short++
		}
	}
	stems, shorts := uint64(1), uint64(1) // of k symbols; of k symbols of one byte
	for k := range length + 1 {
		if k > 0 {
			stems, shorts = c.mul(stems, uint64(len(s.alphabet))), c.mul(shorts, short)
		}
		s.stems = append(s.stems, stems)
		s.streams = c.add(s.streams, c.mul(stems, uint64(len(sentinels))))
		s.inputs = c.add(s.inputs, c.mul(stems, 1<<max(k-1, 0)))             // cut between symbols
		s.inputs = c.add(s.inputs, stems-shorts)                             // byte by byte
		s.inputs = c.add(s.inputs, c.mul(stems, 3*uint64(len(sentinels)-1))) // whole, byte by byte, with empty chunks
	}
	return !c.overflow
}

// A counter reckons, and notes when a number was too large.
type counter struct{ overflow bool }

func (c *counter) mul(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	c.overflow = c.overflow || high != 0
	return low
}

func (c *counter) add(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	c.overflow = c.overflow || carry != 0
	return sum
}
