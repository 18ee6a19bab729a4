package pretty

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/ssecheck/ssecheck/reports"
)

// diff shows expected against got: lines that begin with "- " were expected,
// lines that begin with "+ " came. Where one stands for the other, the columns
// that differ are marked in both, and by carets below.
func (p *page) diff(text string) {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return
	}
	p.blank()
	p.line(label("diff") + bad.Render("- expected") + "   " + good.Render("+ got"))
	lines := strings.Split(strings.ReplaceAll(reports.Text(text), "\t", "    "), "\n")
	for len(lines) > 0 {
		missing := leading(lines, "-")
		extra := leading(lines[missing:], "+")
		switch {
		case missing > 0 && missing == extra:
			for i := range missing {
				p.pair(lines[i], lines[missing+i])
			}
		case missing+extra > 0:
			for _, line := range lines[:missing+extra] {
				p.diffLine(line)
			}
		default:
			p.diffLine(lines[0])
			lines = lines[1:]
		}
		lines = lines[missing+extra:]
	}
}

// leading counts the lines from the first on that begin with sign.
func leading(lines []string, sign string) int {
	n := 0
	for n < len(lines) && strings.HasPrefix(lines[n], sign) {
		n++
	}
	return n
}

func (p *page) diffLine(line string) {
	style := plain
	switch {
	case strings.HasPrefix(line, "-"):
		style = bad
	case strings.HasPrefix(line, "+"):
		style = good
	}
	for part := range strings.SplitSeq(hardwrap(line, p.room()), "\n") {
		p.line(noLabel + style.Render(part))
	}
}

func (p *page) room() int { return max(p.width-len(noLabel), minWidth/2) }

// pair shows an expected line over the one that came in its place.
func (p *page) pair(expected, got string) {
	e, g := []rune(expected[1:]), []rune(got[1:])
	same := prefix(e, g)
	tail := suffix(e[same:], g[same:])
	room := p.room() - 1
	// Of lines that are too long, what is around the first difference.
	from := 0
	if max(width(e), width(g)) > room {
		from = max(0, same-room/3)
	}
	p.line(noLabel + bad.Render("-") + window(e, from, same, len(e)-tail, room, bad))
	p.line(noLabel + good.Render("+") + window(g, from, same, len(g)-tail, room, good))
	ahead := width(g[from:same])
	if from > 0 {
		ahead++
	}
	marked := min(max(width(g[same:len(g)-tail]), 1), room-ahead)
	p.line(noLabel + " " + strings.Repeat(" ", ahead) + warn.Bold(true).Render(strings.Repeat("^", marked)))
}

// window shows the line from a rune on, what differs marked, cut to the room.
func window(line []rune, from, differs, until, room int, style lipgloss.Style) string {
	text := style.Render(string(line[from:differs])) +
		style.Reverse(true).Render(string(line[differs:until])) +
		style.Render(string(line[until:]))
	if from > 0 {
		text = faint.Render("…") + text
	}
	return ansi.Truncate(text, room, "…")
}

func width(runes []rune) int { return ansi.StringWidth(string(runes)) }

func prefix(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func suffix(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
