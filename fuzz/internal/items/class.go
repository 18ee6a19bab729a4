package items

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// Classes are the kinds of a value, a bit for each: one text is of several.
type Classes uint64

// classes are the kinds that encoders are known to treat in a way of their own, with
// their names. The first that a value is of is the one that tells most of it.
var classes = []struct {
	name string
	is   func(value string) bool
}{
	{"surrogate", func(v string) bool { return cases.WithoutSurrogates(v, "") != v }},
	{"NUL", has("\x00")},
	{"CRLF", has("\r\n")},
	{"LF-CR", has("\n\r")},
	{"CR", func(v string) bool { return strings.Contains(strings.ReplaceAll(v, "\r\n", ""), "\r") }},
	{"LF", func(v string) bool { return strings.Contains(strings.ReplaceAll(v, "\r\n", ""), "\n") }},
	{"field-after-break", laterLine(fieldLike)},
	{"text-after-break", laterLine(func(line string) bool { return line != "" && !strings.Contains(line, ":") })},
	{"blank-line", has("\n\n", "\r\r", "\r\n\r\n")},
	{"breaks-alone", only("\r\n")},
	{"leading-break", starts("\r", "\n")},
	{"trailing-break", ends("\r", "\n")},
	{"empty", func(v string) bool { return v == "" }},
	{"falsy", oneOf("0", "false", "null", "undefined", "NaN", "none", "nil")},
	{"leading-space", starts(" ")},
	{"leading-space-of-a-later-line", has("\r ", "\n ")},
	{"leading-tab", starts("\t")},
	{"trailing-blank", ends(" ", "\t")},
	{"blanks-alone", only(" \t")},
	{"BOM-first", starts("\uFEFF")},
	{"BOM-within", func(v string) bool { return strings.LastIndex(v, "\uFEFF") > 0 }},
	{"line-separator", has("\u2028", "\u2029", "\u0085")},
	{"VT-FF", has("\v", "\f")},
	{"information-separator", has("\x1c", "\x1d", "\x1e")},
	{"control", holds(func(c rune) bool {
		return c < ' ' && !strings.ContainsRune("\x00\t\n\v\f\r\x1c\x1d\x1e", c) || c == 0x7F
	})},
	{"no-break-space", has("\u00A0")},
	{"replacement-character", has("\uFFFD")},
	{"noncharacter", has("\uFFFE", "\uFFFF")},
	{"joiner", has("\u200D")},
	{"combining", holds(func(c rune) bool { return c >= 0x300 && c <= 0x36F || c >= 0x1160 && c <= 0x11FF })},
	{"astral", holds(func(c rune) bool { return c > 0xFFFF })},
	{"beyond-latin-1", holds(func(c rune) bool { return c > 0xFF && c != utf8.RuneError })},
	{"latin-1", holds(func(c rune) bool { return c >= 0xA0 && c <= 0xFF })},
	{"field-like", func(v string) bool { return fieldLike(v) && v[0] != ':' }},
	{"leading-colon", starts(":")},
	{"colon", has(":")},
	{"number", only("0123456789")},
	{"number-like", numberLike},
	{"reserved-word", oneOf("message", "open", "error", "data", "event", "id", "retry", "[DONE]")},
	{"prototype", oneOf("__proto__", "constructor", "toString", "hasOwnProperty")},
	{"json", starts("{", "[")},
	{"tab", has("\t")},
	{"spaces-within", func(v string) bool { return strings.Contains(strings.Trim(v, " "), "  ") }},
	{"space", has(" ")},
	{"backslash", has(`\`)},
	{"quote", has(`"`, "'", "`")},
	{"percent", has("%", "+")},
	{"markup", has("<", "&")},
	{"equals", has("=")},
	{"hyphen", has("-")},
	{"punctuation", func(v string) bool { return strings.ContainsAny(v, "!#$()*,./;?@[]^_{|}~") }},
	{"upper-case", holds(unicode.IsUpper)},
	{"very-long", longer(4094)},
	{"long", longer(254)},
	{"word", func(string) bool { return true }},
}

// ClassesOf are the kinds of a value.
func ClassesOf(value string) (c Classes) {
	for i, class := range classes {
		if class.is(value) {
			c |= 1 << i
		}
	}
	return c
}

// Has says whether a kind of this name is among them.
func (c Classes) Has(name string) bool {
	for i, class := range classes {
		if class.name == name {
			return c&(1<<i) != 0
		}
	}
	return false
}

// First is the name of the kind that tells most.
func (c Classes) First() string {
	if c == 0 {
		return "none"
	}
	return classes[bits.TrailingZeros64(uint64(c))].name
}

// ClassesOfAll are the kinds of all values of a list.
func ClassesOfAll(list []encoder.Item) (c Classes) {
	for _, item := range list {
		for p := range parts {
			if value, has := Value(item, p); has {
				c |= ClassesOf(value)
			}
		}
	}
	return c
}

// MostTelling is the part of a list whose value is of the kind that tells most. Of data
// it is last thought: a list that is minimal has some anyway.
func MostTelling(list []encoder.Item) (most Part, class string) {
	best := len(classes)
	for p := range parts {
		if p == Data && best < len(classes) {
			break
		}
		for _, item := range list {
			value, has := Value(item, p)
			if i := bits.TrailingZeros64(uint64(ClassesOf(value))); has && i < best {
				best, most, class = i, p, classes[i].name
			}
		}
	}
	return most, class
}

// ClassNames are the names of all kinds, those that tell most first.
func ClassNames() []string {
	names := make([]string, len(classes))
	for i, class := range classes {
		names[i] = class.name
	}
	return names
}
