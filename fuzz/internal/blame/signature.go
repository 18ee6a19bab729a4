package blame

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/spec"
)

// Signature is what is coarse and stable about the deviation: two inputs whose
// deviations have the same one most likely show the same behaviour of a subject. It says
// what kind of thing differs and what kind of character stands there, and neither where
// nor which. There are some thousand of them, and for a subject that fails as many as it
// has words for that.
func (d Deviation) Signature() string {
	switch d.Kind {
	case Failed:
		return string(Failed) + ": " + worded(d.got.Failed)
	case Order:
		return string(Order)
	case Missing:
		return string(Missing) + ": " + place(d.Index, len(d.expected.Events)) + traits(d.expected.Events, d.Index)
	case Extra:
		return string(Extra) + ":" + traits(d.got.Events, d.Index)
	case Retry:
		return string(Retry) + ": " + d.retrySize()
	}
	expected, got, _ := d.texts()
	return string(d.Kind) + ": " + contrast(expected, got)
}

// worded is the wording of a failure without what may change from one to the next: its
// numbers and what it quotes.
func worded(failure string) string {
	var b strings.Builder
	quote := rune(0)
	for _, c := range clipped(failure, 120) {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '`':
			quote = c
			b.WriteString("...")
		case unicode.IsDigit(c):
			b.WriteByte('9')
		case unicode.IsControl(c):
			b.WriteByte(' ')
		default:
			b.WriteRune(c)
		}
	}
	return squeezed(b.String())
}

// squeezed writes a number of any length as one digit.
func squeezed(text string) string {
	for strings.Contains(text, "99") {
		text = strings.ReplaceAll(text, "99", "9")
	}
	return text
}

func place(i, of int) string {
	switch {
	case of == 1:
		return "the only one"
	case i == 0:
		return "the first"
	case i == of-1:
		return "the last"
	}
	return "in between"
}

// traits are what may be special about an event.
func traits(events []spec.Event, i int) string {
	e := events[i]
	text := ""
	for _, t := range []struct {
		name string
		has  bool
	}{
		{"without data", e.Data == ""},
		{"of newlines", e.Data != "" && strings.Trim(e.Data, "\n") == ""},
		{"typed", e.Type != spec.DefaultType},
		{"with an ID", e.LastEventID != ""},
		{"like the one before", i > 0 && e == events[i-1]},
	} {
		if t.has {
			text += " " + t.name
		}
	}
	return text
}

func (d Deviation) retrySize() string {
	e, g := d.expected.LastRetry(), d.got.LastRetry()
	switch {
	case g < 0:
		return "missing"
	case e < 0:
		return "too many"
	case e > anyTimer:
		return "huge"
	case g == 0:
		return "nought"
	case g < e:
		return "less"
	}
	return "more"
}

// contrast says which characters are the first ones to differ, and which of the texts is
// longer.
func contrast(expected, got string) string {
	at := 0
	for at < min(len(expected), len(got)) && expected[at] == got[at] {
		at++
	}
	for at > 0 && !(starts(expected, at) && starts(got, at)) { // inside a character
		at--
	}
	relation := " of the same length"
	if len(got) < len(expected) {
		relation = ", shorter"
	} else if len(got) > len(expected) {
		relation = ", longer"
	}
	return class(got[at:]) + " for " + class(expected[at:]) + relation
}

func starts(s string, at int) bool { return at >= len(s) || utf8.RuneStart(s[at]) }

// class is the class of the first character.
func class(text string) string {
	c, size := utf8.DecodeRuneInString(text)
	switch {
	case size == 0:
		return "the end"
	case c == utf8.RuneError && size == 1:
		return "a bad byte"
	case c == utf8.RuneError:
		return "U+FFFD"
	case c == '\uFEFF':
		return "U+FEFF"
	case strings.ContainsRune("\x00\n\r\t :", c):
		return map[rune]string{0: "NUL", '\n': "LF", '\r': "CR", '\t': "a tab", ' ': "a space", ':': "a colon"}[c]
	case unicode.IsControl(c):
		return "a control character"
	case c > unicode.MaxASCII:
		return "a character beyond ASCII"
	case unicode.IsDigit(c):
		return "a digit"
	case unicode.IsUpper(c):
		return "a capital"
	case unicode.IsLower(c):
		return "a letter"
	}
	return "a sign"
}
