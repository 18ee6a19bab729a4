package pretty

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/ssecheck/ssecheck/reports"
)

// Bounds on what is shown of a transcript; the JSON report holds all of it.
const (
	rowsShown  = 24  // rows of a transcript
	rowsTail   = 8   // of these, from its end
	bytesShown = 640 // characters of one write, made visible
	runShown   = 24  // equal characters in a row
)

var gutter = faint.Render("│") + " "

// A row is one line of the wire: what was done at which time and offset.
type row struct {
	at, what, offset, text string
}

// wire shows the transcript of a case: one row a write, with its offset in the
// stream. Where an earlier case has the same (many probes look at one visit),
// it only says so.
func (p *page) wire(name string, entries []reports.Entry) {
	if len(entries) == 0 {
		return
	}
	p.blank()
	rows := cutMiddle(rowsOf(entries))
	key := fmt.Sprint(rows)
	if before, shown := p.wires[key]; shown {
		p.part("wire", "the same as of "+reports.Line(before)+", above")
		return
	}
	p.wires[key] = name
	word := "wire"
	widths := [3]int{}
	for _, r := range rows {
		for i, cell := range []string{r.at, r.what, r.offset} {
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	for _, r := range rows {
		head := faint.Render(flush(r.at, widths[0])) + padded(r.what, widths[1]) + " " + faint.Render(flush(r.offset, widths[2])) + " " + gutter
		rest := strings.Repeat(" ", widths[0]+widths[1]+widths[2]+2) + gutter
		first := noLabel
		if word != "" {
			first = label(word)
			word = ""
		}
		p.exact(first+head, noLabel+rest, r.text)
	}
}

// An origin is what has offsets of its own: one direction of one connection.
type origin struct {
	conn      int
	end, kind string
}

// rowsOf makes rows of entries. A run of writes of one byte is one row.
func rowsOf(entries []reports.Entry) []row {
	timed := slices.ContainsFunc(entries, func(e reports.Entry) bool { return e.Conn > 0 })
	offsets := map[origin]int{}
	var rows []row
	for len(entries) > 0 {
		e, run := entries[0], 1
		r := row{what: arrow(e) + " " + shorten(reports.Line(e.Kind), 12)}
		if timed {
			r.at = moment(e)
		}
		remark := abridged(fieldwise(e.Kind, reports.Line(e.Text)))
		if isStream(e.Kind) {
			from := origin{e.Conn, e.End, e.Kind}
			r.offset = fmt.Sprint(offsets[from])
			if run = max(singles(entries), 1); run > 1 {
				e.Bytes = joined(entries[:run])
				remark = fmt.Sprintf("(%d writes of one byte)", run)
			}
			offsets[from] += len(e.Bytes)
		}
		r.text = said(e, remark)
		rows = append(rows, r)
		entries = entries[run:]
	}
	return rows
}

// said is the bytes of an entry, then what was remarked on them.
func said(e reports.Entry, remark string) string {
	text := fieldwise(e.Kind, shown(e.Bytes))
	switch {
	case text == "":
		return remark
	case remark == "":
		return text
	}
	return text + "  " + faint.Render(remark)
}

// fieldwise shows the head of a request or response a field a line.
func fieldwise(kind, text string) string {
	if kind != "request" && kind != "response" {
		return text
	}
	for strings.HasSuffix(text, `\r\n`) {
		text = strings.TrimSuffix(text, `\r\n`)
	}
	return strings.ReplaceAll(text, `\r\n`, "\n")
}

// isStream tells the bytes of a stream, which have offsets, from the rest.
func isStream(kind string) bool { return kind == "send" || kind == "receive" }

// arrow points to the subject or away from it. What came of its bytes comes
// from it, whoever decoded them.
func arrow(e reports.Entry) string {
	if e.End == "subject" || e.Kind == "event" {
		return "←"
	}
	return "→"
}

// moment is when and on which connection something was done.
func moment(e reports.Entry) string {
	conn := "   "
	if e.Conn > 0 {
		conn = fmt.Sprintf("#%-2d", e.Conn)
	}
	return fmt.Sprintf("%.1f ms %s ", e.AtMS, conn)
}

// singles is how many entries from the first on write one byte each to the same
// connection.
func singles(entries []reports.Entry) int {
	first := entries[0]
	n := 0
	for _, e := range entries {
		if len(e.Bytes) != 1 || e.Kind != first.Kind || e.Conn != first.Conn || e.End != first.End || e.Text != "" {
			break
		}
		n++
	}
	return n
}

func joined(entries []reports.Entry) []byte {
	var all []byte
	for _, e := range entries {
		all = append(all, e.Bytes...)
	}
	return all
}

// cutMiddle leaves out the middle of a long transcript.
func cutMiddle(rows []row) []row {
	if len(rows) <= rowsShown {
		return rows
	}
	head := rowsShown - rowsTail
	left := row{text: faint.Render(fmt.Sprintf("… %d more; the JSON report holds them all", len(rows)-rowsShown))}
	return slices.Concat(rows[:head], []row{left}, rows[len(rows)-rowsTail:])
}

// shown is bytes made visible, a long repeat shortened, a trailing space
// written as \x20.
func shown(b []byte) string {
	trimmed := strings.TrimRight(string(b), " ")
	return abridged(repeats(reports.Visible([]byte(trimmed))) + strings.Repeat(`\x20`, len(b)-len(trimmed)))
}

// repeats writes a long run of one character as x⟨×1048576⟩.
func repeats(s string) string {
	var out strings.Builder
	for len(s) > 0 {
		_, size := utf8.DecodeRuneInString(s)
		n := 1
		for strings.HasPrefix(s[n*size:], s[:size]) {
			n++
		}
		if n > runShown {
			fmt.Fprintf(&out, "%s⟨×%d⟩", s[:size], n)
		} else {
			out.WriteString(s[:n*size])
		}
		s = s[n*size:]
	}
	return out.String()
}

// abridged leaves out the middle of a long text.
func abridged(s string) string {
	all := []rune(s)
	if len(all) <= bytesShown {
		return s
	}
	head, tail := bytesShown*2/3, bytesShown/3
	return fmt.Sprintf("%s …%d characters… %s", string(all[:head]), len(all)-head-tail, string(all[len(all)-tail:]))
}
