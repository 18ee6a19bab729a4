package emitblame

import (
	"strings"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/spec"
)

// ofText is about what any text may suffer.
func ofText(d *emission.Deviation, expected, got string) string {
	switch {
	case d.Got.Has(spec.IllFormedUTF8):
		return encoding(d)
	case byLine(expected, oneSpace) == got, byLine(expected, spaces) == got && strings.Trim(expected, " \n") != "":
		return leadingSpace
	case changed(expected, got):
		return inUTF8
	}
	return ""
}

// encoding is about bytes that are no UTF-8.
func encoding(d *emission.Deviation) string {
	if c := items.ClassesOfAll(d.Items); c.Has("surrogate") || c.Has("astral") {
		return scalarValues
	}
	return inUTF8
}

// byLine changes each line of a text.
func byLine(text string, change func(line string) string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = change(lines[i])
	}
	return strings.Join(lines, "\n")
}

func oneSpace(line string) string { return strings.TrimPrefix(line, " ") }
func spaces(line string) string   { return strings.TrimLeft(line, " ") }

// leaked says that a text has something of the same part of an item before.
func leaked(d *emission.Deviation, p items.Part, got string) bool {
	for _, item := range d.Items[:max(d.ItemOf(d.Index), 0)] {
		if value, has := items.Value(item, p); has && value != "" && strings.HasSuffix(got, value[len(value)/2:]) {
			return true
		}
	}
	return false
}

// changed says that characters that are not of ASCII became other ones, or were left out.
func changed(expected, got string) bool {
	return ascii(expected) == ascii(got) && (got == "" || !strings.HasPrefix(expected, strings.TrimRight(got, "\uFFFD")))
}

// ascii is the ASCII of a text, without what often stands for the rest.
func ascii(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= utf8.RuneSelf || c == '?' {
			return -1
		}
		return c
	}, s)
}
