package items

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// wellFormed is a value as a case can hold it: whole characters, and surrogates that
// are alone, each as three bytes. What is neither becomes U+FFFD, and two halves that
// meet become one character, as they do in JSON.
func wellFormed(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	var b strings.Builder
	for len(value) > 0 {
		if unit, ok := surrogate(value); ok {
			next, _ := surrogate(value[3:])
			if r := utf16.DecodeRune(unit, next); r != utf8.RuneError {
				b.WriteRune(r)
				value = value[6:]
				continue
			}
			b.WriteString(value[:3])
			value = value[3:]
			continue
		}
		r, size := utf8.DecodeRuneInString(value)
		b.WriteRune(r)
		value = value[size:]
	}
	return b.String()
}

// cut is the start of a value of at most n bytes, in whole characters.
func cut(value string, n int) string {
	if len(value) <= n {
		return value
	}
	for n > 0 && !utf8.RuneStart(value[n]) {
		n--
	}
	return value[:max(n, 0)]
}

// surrogate reads the three bytes of one.
func surrogate(s string) (unit rune, ok bool) {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2]&0xC0 != 0x80 {
		return 0, false
	}
	return rune(s[0]&0x0F)<<12 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), true
}
