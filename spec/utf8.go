package spec

import "unicode/utf8"

const replacement = "\uFFFD"

// appendDecoded appends text decoded with the error mode "replacement": one
// U+FFFD for each maximal subpart that is ill-formed
// (https://encoding.spec.whatwg.org/#utf-8-decoder).
func appendDecoded(dst, text []byte) []byte {
	for len(text) > 0 {
		valid, bad := nextIllFormed(text)
		dst = append(dst, text[:valid]...)
		if bad > 0 {
			dst = append(dst, replacement...)
		}
		text = text[valid+bad:]
	}
	return dst
}

// nextIllFormed returns how many bytes of text are well-formed before its first
// maximal ill-formed subpart, and how long that one is: 0 where there is none.
func nextIllFormed(text []byte) (valid, bad int) {
	for valid < len(text) {
		r, size := utf8.DecodeRune(text[valid:])
		if r == utf8.RuneError && size == 1 {
			return valid, max(subpart(text[valid:]), 1)
		}
		valid += size
	}
	return valid, 0
}

// incompleteTail returns how many bytes at the end of text begin a sequence
// that the next bytes may still complete.
func incompleteTail(text []byte) int {
	for n := 1; n <= min(len(text), utf8.UTFMax-1); n++ {
		tail := text[len(text)-n:]
		if utf8.RuneStart(tail[0]) {
			if tail[0] >= utf8.RuneSelf && subpart(tail) == n && !utf8.FullRune(tail) {
				return n
			}
			return 0
		}
	}
	return 0
}

// subpart returns the length of the longest prefix of text that begins a
// well-formed sequence of more than one byte and lacks its end; 0 if the first
// byte begins none.
func subpart(text []byte) int {
	need, lower, upper := 0, byte(0x80), byte(0xBF)
	switch lead := text[0]; {
	case lead >= 0xC2 && lead <= 0xDF:
		need = 1
	case lead >= 0xE0 && lead <= 0xEF:
		need = 2
		switch lead {
		case 0xE0: // below are overlong forms
			lower = 0xA0
		case 0xED: // above are surrogates
			upper = 0x9F
		}
	case lead >= 0xF0 && lead <= 0xF4:
		need = 3
		switch lead {
		case 0xF0: // below are overlong forms
			lower = 0x90
		case 0xF4: // above is beyond U+10FFFF
			upper = 0x8F
		}
	default:
		return 0
	}
	n := 1
	for n <= need && n < len(text) && text[n] >= lower && text[n] <= upper {
		lower, upper = 0x80, 0xBF
		n++
	}
	return n
}
