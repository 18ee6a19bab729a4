package main

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// A text is a string as the library handed it out. encoding/json would mend
// bytes that are no UTF-8; here each becomes half a surrogate pair ("\udcff"),
// which no right text has.
type text string

// MarshalJSON never fails.
func (t text) MarshalJSON() ([]byte, error) {
	out := []byte{'"'}
	for s := string(t); len(s) > 0; {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			out = fmt.Appendf(out, `\udc%02x`, s[0])
		case r < ' ' || r == '"' || r == '\\':
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, s[:size]...)
		}
		s = s[size:]
	}
	return append(out, '"'), nil
}

// inBytes is data as dataBase64 has it: nil where it is text.
func inBytes(data string) []byte {
	if utf8.ValidString(data) {
		return nil
	}
	return []byte(data)
}

// line is v as one line of JSON.
func line(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // structs of texts, numbers and lists of them
	}
	return append(b, '\n')
}
