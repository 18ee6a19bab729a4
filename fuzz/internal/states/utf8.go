package states

// sequence is the state of the UTF-8 decoder
// (https://encoding.spec.whatwg.org/#utf-8-decoder): what the next byte must be to go
// on with a character.
type sequence uint8

const (
	whole   sequence = iota // between characters
	needs1                  // one more byte
	needs2                  // two
	needs3                  // three
	afterE0                 // two, the first of them no overlong form
	afterED                 // two, the first of them no surrogate
	afterF0                 // three, the first of them no overlong form
	afterF4                 // three, the first of them not beyond U+10FFFF
	sequences
)

var sequenceNames = [sequences]string{"", "one byte missing", "two bytes missing", "three bytes missing",
	"after E0", "after ED", "after F0", "after F4"}

// lead is the state after the first byte of a character; a byte that begins none is a
// character of its own, U+FFFD.
func lead(b byte) sequence {
	switch {
	case b < 0xC2 || b > 0xF4:
		return whole
	case b < 0xE0:
		return needs1
	case b == 0xE0:
		return afterE0
	case b == 0xED:
		return afterED
	case b < 0xF0:
		return needs2
	case b == 0xF0:
		return afterF0
	case b == 0xF4:
		return afterF4
	}
	return needs3
}

// follow is the state after one more byte of the character; ok is false when the byte
// does not belong to it.
func (s sequence) follow(b byte) (next sequence, ok bool) {
	low, high := byte(0x80), byte(0xBF)
	switch s {
	case needs1:
		next = whole
	case needs2:
		next = needs1
	case needs3:
		next = needs2
	case afterE0:
		next, low = needs1, 0xA0
	case afterED:
		next, high = needs1, 0x9F
	case afterF0:
		next, low = needs2, 0x90
	case afterF4:
		next, high = needs2, 0x8F
	}
	return next, b >= low && b <= high
}
