package pretty

import (
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Bounds on the width: narrower breaks every line, wider is hard to read.
const (
	minWidth = 40
	maxWidth = 120
)

// A page is what has been written so far.
type page struct {
	text    strings.Builder
	width   int
	options Options
	// wires are the transcripts that were shown, and for which case.
	wires map[string]string
}

func newPage(o Options) *page {
	width := o.Width
	if width == 0 {
		width = DefaultWidth
	}
	return &page{width: min(max(width, minWidth), maxWidth), options: o, wires: map[string]string{}}
}

func (p *page) line(s string) {
	p.text.WriteString(harmless(strings.TrimRight(s, " ")))
	p.text.WriteByte('\n')
}

// harmless escapes the colons of a line that begins with "::", which GitHub
// Actions takes for an order, indented or not; wrapping may put any word there.
func harmless(line string) string {
	if !strings.HasPrefix(strings.TrimLeft(ansi.Strip(line), " "), "::") {
		return line
	}
	return strings.Replace(line, ":", `\x3a`, 1)
}

func (p *page) blank() { p.text.WriteByte('\n') }

// wrapped writes prose, broken between words.
func (p *page) wrapped(first, rest, text string) {
	p.broken(first, rest, ansi.Wrap(text, max(p.width-ansi.StringWidth(first), minWidth/2), ""))
}

// exact writes bytes made visible: broken anywhere, not a space lost.
func (p *page) exact(first, rest, text string) {
	p.broken(first, rest, hardwrap(text, max(p.width-ansi.StringWidth(first), minWidth/2)))
}

// piece is what a line break must not tear: an escape that we wrote, a
// character, or a colour.
var piece = regexp.MustCompile(`\x1b\[[0-9;]*m|\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)|(?s:.)`)

// hardwrap breaks text after so many columns.
func hardwrap(text string, limit int) string {
	var out strings.Builder
	column := 0
	for _, s := range piece.FindAllString(text, -1) {
		width := ansi.StringWidth(s)
		switch {
		case s == "\n":
			column = 0
		case column+width > limit:
			out.WriteByte('\n')
			column = width
		default:
			column += width
		}
		out.WriteString(s)
	}
	return out.String()
}

func (p *page) broken(first, rest, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		p.line(first + line)
		first = rest
	}
}

// Every part of a failure stands behind a label, in a column of its own.
const (
	indent     = "      "
	labelWidth = 9
)

func label(word string) string {
	return indent + faint.Render(word) + strings.Repeat(" ", max(labelWidth-len(word), 1))
}

var noLabel = indent + strings.Repeat(" ", labelWidth)

// part writes a labelled part of several lines of prose.
func (p *page) part(word, text string) {
	first := label(word)
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		p.wrapped(first, noLabel, line)
		first = noLabel
	}
}

// uncut writes a labelled line that stays whole, however long.
func (p *page) uncut(word, text string) {
	if word == "" {
		p.line(noLabel + text)
		return
	}
	p.line(label(word) + text)
}

// shorten cuts a name that is too long for its column.
func shorten(s string, width int) string { return ansi.Truncate(s, width, "…") }

// padded fills s up with spaces to a width in columns.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(width-ansi.StringWidth(s), 0))
}

// flush puts s at the right end of a column.
func flush(s string, width int) string {
	return strings.Repeat(" ", max(width-ansi.StringWidth(s), 0)) + s
}
