package reports

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible shows bytes as they went over the wire, on one line and harmless to
// whatever prints them: a terminal, a CI log, an XML file.
//
// Printable Unicode stays as it is. A backslash becomes \\; LF, CR and tab
// become \n, \r and \t; other ASCII control characters and bytes that are no
// UTF-8 become \xHH; everything else that cannot be seen (C1 controls,
// direction marks, zero-width and unassigned characters, every space but
// U+0020) becomes \uHHHH or \UHHHHHHHH. These are Go's escapes: different bytes
// give different texts, and strconv.Unquote takes them back.
func Visible(b []byte) string {
	var out strings.Builder
	out.Grow(len(b))
	escape(&out, string(b), "\\", "")
	return out.String()
}

// Line makes a text safe to print within one line. Unlike [Visible] it leaves
// backslashes alone, so that a text which was made visible before stays as it
// is: Line(Line(s)) == Line(s).
func Line(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	escape(&out, s, "", "\u00a0")
	return out.String()
}

// Text makes a text of several lines safe to print: it is [Line] for each of
// them, and keeps their LFs and tabs. No line of it begins with "::", which
// GitHub Actions takes for an order.
func Text(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	escape(&out, s, "", "\n\t\u00a0")
	return lineCommand.ReplaceAllString(out.String(), `${1}\x3a:`)
}

var lineCommand = regexp.MustCompile(`(?m)^([ \t\x{a0}]*)::`)

// escape writes s to out: what is printable or listed in keep as it is, a
// character listed in also behind a backslash, the rest as an escape.
func escape(out *strings.Builder, s, also, keep string) {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(out, `\x%02x`, s[i])
		case strings.ContainsRune(keep, r):
			out.WriteRune(r)
		case strings.ContainsRune(also, r):
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '#' && startsLogCommand(s[:i], s[i:]):
			out.WriteString(`\x23`)
		case isSeen(r):
			out.WriteRune(r)
		default:
			escapeRune(out, r)
		}
		i += size
	}
}

func escapeRune(out *strings.Builder, r rune) {
	switch {
	case r == '\n':
		out.WriteString(`\n`)
	case r == '\r':
		out.WriteString(`\r`)
	case r == '\t':
		out.WriteString(`\t`)
	case r <= 0x7f:
		fmt.Fprintf(out, `\x%02x`, r)
	case r <= 0xffff:
		fmt.Fprintf(out, `\u%04x`, r)
	default:
		fmt.Fprintf(out, `\U%08x`, r)
	}
}

// isSeen says whether a reader sees the character for what it is. Variation
// selectors and the fillers are "printable" in Unicode's categories and have
// no shape of their own all the same.
func isSeen(r rune) bool {
	if r < utf8.RuneSelf {
		return 0x20 <= r && r < 0x7f
	}
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// startsLogCommand says whether the second # of "##[", "##vso[" or "##teamcity["
// stands here: CI systems take orders from a log that holds one anywhere in a
// line.
func startsLogCommand(before, from string) bool {
	if !strings.HasSuffix(before, "#") {
		return false
	}
	for _, command := range []string{"#[", "#vso[", "#teamcity["} {
		if len(from) >= len(command) && strings.EqualFold(from[:len(command)], command) {
			return true
		}
	}
	return false
}
