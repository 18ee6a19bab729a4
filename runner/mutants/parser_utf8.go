package mutants

// replacement stands for each maximal part of an ill-formed sequence.
const replacement = "\uFFFD"

// decode is one turn of https://encoding.spec.whatwg.org/#utf-8-decoder.
func decode(m *machine, b []byte) (text string, n int) {
	follow, low, high := m.lead(b[0])
	if follow < 0 {
		return replacement, 1
	}
	if follow == 0 {
		return string(b[:1]), 1 // which takes no memory, unlike a string of a code point
	}
	codePoint := rune(b[0]) & (0x3F >> follow)
	for n = 1; n <= follow; n++ {
		if n == len(b) {
			return "", 0
		}
		if b[n] < low || b[n] > high {
			return replacement, n // b[n] is read again
		}
		codePoint = codePoint<<6 | rune(b[n]&0x3F)
		low, high = 0x80, 0xBF
	}
	return string(codePoint), n
}

// lead knows the lead bytes, and which second bytes would make the sequence
// overlong, a surrogate, or greater than U+10FFFF.
func lead(b byte) (follow int, low, high byte) {
	switch {
	case b <= 0x7F:
		return 0, 0, 0
	case b < 0xC2 || b > 0xF4:
		return -1, 0, 0
	case b <= 0xDF:
		return 1, 0x80, 0xBF
	case b == 0xE0:
		return 2, 0xA0, 0xBF
	case b == 0xED:
		return 2, 0x80, 0x9F
	case b <= 0xEF:
		return 2, 0x80, 0xBF
	case b == 0xF0:
		return 3, 0x90, 0xBF
	case b == 0xF4:
		return 3, 0x80, 0x8F
	}
	return 3, 0x80, 0xBF
}
