package cases

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// emitText is a text that is handed to an encoder. A lone surrogate stands in it as
// the three bytes that UTF-8 would have for it.
type emitText string

// ReadYAML reads a text, its pieces, or its UTF-16 code units.
func (t *emitText) ReadYAML(n strictyaml.Node) {
	if n.Kind() != strictyaml.Mapping {
		var p pieces
		p.ReadYAML(n)
		*t = emitText(p)
		return
	}
	var form struct {
		UTF16 string `yaml:"utf16"`
	}
	n.DecodeStruct(&form)
	var b []byte
	for _, word := range strings.Fields(form.UTF16) {
		unit, err := strconv.ParseUint(word, 16, 16)
		if err != nil || len(word) != 4 {
			n.At("utf16").Errorf(`four hexadecimal digits a unit: "0061 d800"`, "%q is no UTF-16 code unit", word)
			return
		}
		b = appendUnit(b, rune(unit))
	}
	if len(b) == 0 {
		n.Errorf(`{utf16: "0061 d800"}`, "a text without a code unit")
	}
	*t = emitText(b)
}

// appendUnit appends a code unit; a low surrogate behind its high half makes one
// character with it.
func appendUnit(b []byte, unit rune) []byte {
	if n := len(b); n >= 3 {
		if high, ok := surrogate(b[n-3:]); ok {
			if r := utf16.DecodeRune(high, unit); r != utf8.RuneError {
				return utf8.AppendRune(b[:n-3], r)
			}
		}
	}
	if utf16.IsSurrogate(unit) {
		return append(b, 0xE0|byte(unit>>12), 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F)
	}
	return utf8.AppendRune(b, unit)
}

// surrogate reads the three bytes of one.
func surrogate[T string | []byte](b T) (unit rune, ok bool) {
	if len(b) < 3 || b[0] != 0xED || b[1] < 0xA0 || b[1] > 0xBF || b[2]&0xC0 != 0x80 {
		return 0, false
	}
	return rune(b[0]&0x0F)<<12 | rune(b[1]&0x3F)<<6 | rune(b[2]&0x3F), true
}

// UTF16 are the code units of a text of an emit item, lone surrogates among them. Bytes
// that are no UTF-8 are U+FFFD.
func UTF16(text string) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for i := 0; i < len(text); {
			unit, ok := surrogate(text[i:])
			size := 3
			if !ok {
				unit, size = utf8.DecodeRuneInString(text[i:])
			}
			i += size
			if high, low := utf16.EncodeRune(unit); high != utf8.RuneError {
				if !yield(uint16(high)) {
					return
				}
				unit = low
			}
			if !yield(uint16(unit)) {
				return
			}
		}
	}
}

// AppendJSON appends the item as the adapter protocol has it.
func (i *EmitItem) AppendJSON(b []byte) []byte {
	if i.Sleep > 0 {
		return fmt.Appendf(b, `{"sleep":%d}`, i.Sleep.Milliseconds())
	}
	b = append(b, '{')
	member := func(name string) {
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(b, `"`+name+`":`...)
	}
	for _, part := range []struct {
		name  string
		value *string
	}{{"event", i.Event}, {"data", i.Data}, {"id", i.ID}, {"comment", i.Comment}} {
		if part.value != nil {
			member(part.name)
			b = appendJSONText(b, *part.value)
		}
	}
	if i.Retry != nil {
		member("retry")
		b = append(b, i.Retry...)
	}
	return append(b, '}')
}

// JSONText is a text of an emit item in JSON, in the one form that it has here.
func JSONText(text string) json.RawMessage { return appendJSONText(nil, text) }

// appendJSONText appends a JSON string. All but printable ASCII is escaped, so that
// no reader of lines can cut it where it should not, and a lone surrogate is what it
// is: the escape of its code unit.
func appendJSONText(b []byte, text string) []byte {
	b = append(b, '"')
	for unit := range UTF16(text) {
		switch {
		case unit == '"' || unit == '\\':
			b = append(b, '\\', byte(unit))
		case unit < ' ' || unit >= 0x7F:
			b = fmt.Appendf(b, `\u%04x`, unit)
		default:
			b = append(b, byte(unit))
		}
	}
	return append(b, '"')
}
