package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A Text is a string as the adapter wrote it. Unlike encoding/json it mends
// nothing: a surrogate that stands alone ("\udcff", as languages write it that
// keep undecodable bytes so) becomes the three bytes that UTF-8 would have for
// it, which equal no text that a right parser hands out, instead of U+FFFD,
// which does.
type Text string

// UnmarshalJSON reads a JSON string.
func (t *Text) UnmarshalJSON(b []byte) error {
	if !bytes.Contains(b, []byte(`\u`)) {
		return json.Unmarshal(b, (*string)(t))
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return json.Unmarshal(b, (*string)(t)) // null, or the error that fits
	}
	text, err := unescape(b[1 : len(b)-1])
	if err != nil {
		return err
	}
	*t = Text(text)
	return nil
}

var errEscape = errors.New("a broken escape in a string")

// unescape resolves the escapes of a JSON string's inside.
func unescape(b []byte) ([]byte, error) {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			return append(out, b...), nil
		}
		out = append(out, b[:i]...)
		b = b[i:]
		if len(b) < 2 {
			return nil, errEscape
		}
		if b[1] != 'u' {
			c, ok := short[b[1]]
			if !ok {
				return nil, errEscape
			}
			out, b = append(out, c), b[2:]
			continue
		}
		unit, err := codeUnit(b)
		if err != nil {
			return nil, err
		}
		b = b[6:]
		if low, err := codeUnit(b); err == nil {
			if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
				out, b = utf8.AppendRune(out, r), b[6:]
				continue
			}
		}
		out = appendCodeUnit(out, unit)
	}
	return out, nil
}

// short are the escapes of one letter.
var short = map[byte]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// codeUnit reads \uXXXX at the beginning of b.
func codeUnit(b []byte) (rune, error) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, errEscape
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil {
		return 0, errEscape
	}
	return rune(n), nil
}

// appendCodeUnit is utf8.AppendRune that leaves a lone surrogate what it is.
func appendCodeUnit(out []byte, unit rune) []byte {
	if utf16.IsSurrogate(unit) {
		return append(out, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F)
	}
	return utf8.AppendRune(out, unit)
}
