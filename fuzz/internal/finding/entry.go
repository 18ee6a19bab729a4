package finding

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// Entry is a case of the kind stream, emit or probe as an entry of a case file. Texts stand in
// double quotes, and all that a reader could not see stands in them as an escape, so that
// what comes from a subject can be nothing but text.
func Entry(c *cases.Case) string {
	var e entry
	e.line("  - id: %s", c.ID)
	e.text("title", c.Title)
	e.text("note", c.Note)
	e.text("found", c.Found)
	if c.Level != "" {
		e.line("    level: %s", c.Level)
	}
	e.words("requirements", c.Requirements)
	e.words("labels", c.Labels)
	switch c.Kind() {
	case cases.KindEmit:
		e.emit(c)
	case cases.KindProbe:
		e.probe(c)
	default:
		e.stream(c)
	}
	return e.String()
}

// An entry is written line by line.
type entry struct{ strings.Builder }

func (e *entry) line(format string, args ...any) {
	fmt.Fprintf(e, format, args...)
	e.WriteByte('\n')
}

// text writes a text, unless there is none.
func (e *entry) text(key, value string) {
	if value != "" {
		e.line("    %s: %s", key, quoted(value))
	}
}

// words writes words that need no quotes.
func (e *entry) words(key string, list []string) {
	if len(list) > 0 {
		e.line("    %s: [%s]", key, strings.Join(list, ", "))
	}
}

func (e *entry) stream(c *cases.Case) {
	e.words("variants", c.Variants)
	e.line("    stream:")
	for _, item := range c.Stream {
		e.line("      - %s", written(item))
	}
	if len(c.Expect.Events) == 0 {
		e.line("    expect: []")
	} else {
		e.line("    expect:")
	}
	for rest := c.Expect.Events; len(rest) > 0; {
		times := 1
		for times < len(rest) && rest[times] == rest[0] {
			times++
		}
		e.line("      - %s", expected(rest[0], times))
		rest = rest[times:]
	}
	switch f := c.Finally; {
	case f == nil:
	case f.NoReconnectionTime:
		e.line("    finally: {no-reconnection-time: true}")
	case f.ReconnectionTime != nil:
		e.line("    finally: {reconnection-time: %d}", *f.ReconnectionTime)
	}
}

func (e *entry) emit(c *cases.Case) {
	e.line("    emit:")
	for i := range c.Emit {
		e.line("      - %s", emitted(&c.Emit[i]))
	}
	if byDefault := (&cases.Case{Emit: c.Emit}).Ways(); !slices.Equal(c.Ways(), byDefault) {
		e.words("accept", c.Accept)
	}
	var never []string
	for i := range c.Never {
		never = append(never, forged(&c.Never[i]))
	}
	e.words("never", never)
	e.words("wire", c.Wire)
}

// written is a write as a case file has it.
func written(item cases.Item) string {
	switch {
	case item.Pieces != nil:
		all := make([]string, len(item.Pieces))
		for i, piece := range item.Pieces {
			all[i] = written(piece)
		}
		return "[" + strings.Join(all, ", ") + "]"
	case item.Repeat != nil:
		return fmt.Sprintf("{repeat: %s, times: %d}", quoted(item.Repeat.Repeat), item.Repeat.Times)
	case item.Text != nil:
		return quoted(*item.Text)
	}
	return fmt.Sprintf(`{hex: "% x"}`, item.Bytes)
}

// pieces is a text that is no write: a list of pieces where it is long.
func pieces(text string) string {
	item := itemOf([]byte(text))
	if item.Repeat != nil {
		return "[" + written(item) + "]"
	}
	return written(item)
}

// expected is so many equal events.
func expected(event cases.Event, times int) string {
	var m members
	if event.Event != "" {
		m.add("event", pieces(event.Event))
	}
	m.add("data", pieces(event.Data))
	if event.LastEventID != "" {
		m.add("lastEventId", pieces(event.LastEventID))
	}
	if times > 1 {
		m.add("times", fmt.Sprint(times))
	}
	return m.String()
}

func emitted(item *cases.EmitItem) string {
	var m members
	m.text("comment", item.Comment, handed)
	m.text("event", item.Event, handed)
	m.text("id", item.ID, handed)
	if item.Retry != nil {
		m.add("retry", retry(item.Retry))
	}
	m.text("data", item.Data, handed)
	if item.Sleep > 0 {
		m.add("sleep", item.Sleep.String())
	}
	return m.String()
}

// handed is a text that is handed to an encoder; one with a surrogate is given by its
// code units.
func handed(text string) string {
	if cases.WithoutSurrogates(text, "") == text {
		return pieces(strings.ToValidUTF8(text, "\uFFFD"))
	}
	var units []string
	for unit := range cases.UTF16(text) {
		units = append(units, fmt.Sprintf("%04x", unit))
	}
	return fmt.Sprintf("{utf16: %q}", strings.Join(units, " "))
}

// retry is a number as it is written, or a text.
func retry(value json.RawMessage) string {
	if text, ok := retryText(value); ok {
		return quoted(text)
	}
	return reports.Line(string(value))
}

func forged(f *cases.Forged) string {
	var m members
	m.text("event", f.Event, quoted)
	m.text("data", f.Data, quoted)
	m.text("lastEventId", f.LastEventID, quoted)
	m.text("comment", f.Comment, quoted)
	if f.Retry != nil {
		m.add("retry", fmt.Sprint(*f.Retry))
	}
	return m.String()
}

// members are a mapping on one line.
type members []string

func (m *members) add(key, value string) { *m = append(*m, key+": "+value) }

func (m *members) text(key string, value *string, write func(string) string) {
	if value != nil {
		m.add(key, write(*value))
	}
}

func (m members) String() string { return "{" + strings.Join(m, ", ") + "}" }

// quoted is a text in YAML's double quotes, in which the escapes of [reports.Visible]
// mean what they mean there. Bytes that are no UTF-8 are shown as escapes of escapes:
// YAML has no way to write them.
func quoted(text string) string {
	if !utf8.ValidString(text) {
		text = reports.Line(text)
	}
	return `"` + strings.ReplaceAll(reports.Visible([]byte(text)), `"`, `\"`) + `"`
}
