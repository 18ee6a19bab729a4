package mutants

import "strings"

// controlFaults: NUL and the other control characters.
func controlFaults() []Fault {
	return []Fault{
		{"nul-dropped", "parse.field.any-character", "drops NUL",
			func(r *rules) { r.decode = controls(func(c byte) bool { return c == 0 }, "") }},
		{"nul-replaced", "parse.field.any-character", "puts U+FFFD for NUL",
			func(r *rules) { r.decode = controls(func(c byte) bool { return c == 0 }, replacement) }},
		{"nul-ends-the-value", "parse.field.any-character", "cuts a value at a NUL",
			func(r *rules) {
				r.split = mappedText(func(v string) string { v, _, _ = strings.Cut(v, "\x00"); return v })
			}},
		{"nul-ends-the-name", "parse.field.any-character", "cuts a name at a NUL",
			func(r *rules) { r.fieldName = func(n string) string { n, _, _ = strings.Cut(n, "\x00"); return n } }},
		{"nul-line-is-blank", "parse.field.any-character", "takes a line of NULs for a blank one",
			func(r *rules) { r.isBlank = func(line string) bool { return strings.Trim(line, "\x00") == "" } }},
		{"nul-before-a-name", "parse.field.any-character", "drops NULs at the start of a line",
			func(r *rules) {
				r.split = func(line string) (string, string) { return split(strings.TrimLeft(line, "\x00")) }
			}},
		{"nul-before-the-space", "parse.field.any-character", "drops NULs between the colon and the value",
			func(r *rules) {
				r.split = mapped(func(v string) string { return strings.TrimPrefix(strings.TrimLeft(v, "\x00"), " ") })
			}},
		{"controls-dropped", "parse.field.any-character", "drops control characters but the tab",
			func(r *rules) {
				r.decode = controls(func(c byte) bool { return c > 0 && c < ' ' && !strings.ContainsRune("\t\n\r", rune(c)) }, "")
			}},
		{"tabs-are-spaces", "parse.field.keep-whitespace", "puts a space for a tab",
			func(r *rules) { r.decode = controls(func(c byte) bool { return c == '\t' }, " ") }},
		{"delete-dropped", "parse.field.any-character", "drops the character U+007F",
			func(r *rules) { r.decode = controls(func(c byte) bool { return c == 0x7F }, "") }},
		{"c1-dropped", "parse.field.any-character", "puts U+FFFD for the control characters U+0080 to U+009F",
			func(r *rules) { r.decode = characters(func(c rune) bool { return c < 0x80 || c > 0x9F }) }},
		{"backspace-obeyed", "parse.field.any-character", "deletes a character at a backspace",
			func(r *rules) { r.endsLine = obeyBackspace }},
		{"substitute-ends-the-stream", "parse.field.any-character", "takes U+001A for the end of the stream",
			func(r *rules) { r.decode = refuseControl('\x1A') }},
		{"transmission-end-obeyed", "parse.field.any-character", "takes U+0004 for the end of the stream",
			func(r *rules) { r.decode = refuseControl('\x04') }},
		{"terminal-sequences-dropped", "parse.field.any-character", "drops what steers a terminal",
			func(r *rules) { r.decode = controls(func(c byte) bool { return c == '\x1B' || c == '\a' }, "") }},
	}
}

// limitFaults: bounds that the standard does not know.
func limitFaults() []Fault {
	return []Fault{
		{"lines-of-4096-dropped", "parse.robust.long-lines", "drops a line of more than 4096 bytes",
			func(r *rules) { r.lineEnds = ifShort(4096, func(m *machine) { m.line = m.line[:0] }) }},
		{"values-of-4096", "parse.robust.long-lines", "keeps 4096 bytes of a value",
			func(r *rules) { r.split = mappedText(func(v string) string { return v[:min(len(v), 4096)] }) }},
		{"lines-of-64-kib-are-an-error", "parse.robust.long-lines", "refuses a stream with a line of 64 KiB",
			func(r *rules) { r.lineEnds = ifShort(64<<10-1, func(m *machine) { m.err = errRefused }) }},
		{"lines-cut-at-64-kib", "parse.robust.long-lines", "starts a new line after 65535 bytes",
			func(r *rules) { r.endsLine = endsWhenLong }},
		{"lines-of-a-mebibyte-dropped", "parse.robust.long-lines", "drops a line of a mebibyte",
			func(r *rules) { r.lineEnds = ifShort(1<<20-1, func(m *machine) { m.line = m.line[:0] }) }},
		{"line-scanned-at-each-read", "parse.robust.linear-time", "looks at the whole line again at the end of each read",
			func(r *rules) { r.chunkEnds = scanLine }},
		{"comments-of-64-kib-are-an-error", "parse.robust.long-lines", "refuses a stream with a comment of 64 KiB",
			func(r *rules) { r.comment = refuseIf(func(line string) bool { return len(line) >= 64<<10 }) }},
		{"unknown-fields-of-64-kib-are-an-error", "parse.robust.long-lines", "refuses a stream with an unknown field of 64 KiB",
			func(r *rules) {
				r.unknown = func(m *machine, name, value string) { refuseIf(isLong)(m, name+value) }
			}},
		{"types-of-1-kib", "parse.robust.long-lines", "keeps one KiB of a type",
			func(r *rules) { r.event = func(m *machine, v string) { m.eventType = v[:min(len(v), 1<<10)] } }},
		{"ids-of-1-kib", "parse.robust.long-lines", "keeps one KiB of an id",
			func(r *rules) { r.id = func(m *machine, v string) { setID(m, v[:min(len(v), 1<<10)]) } }},
		{"thousand-data-lines", "parse.robust.many-lines", "keeps a thousand data fields of a block",
			func(r *rules) { r.append, r.reset = appendThousand, resetThousand }},
		{"events-of-64-kib", "parse.robust.long-lines", "keeps 64 KiB of the data of an event",
			func(r *rules) { r.dataOf = textOf(func(d string) string { return d[:min(len(d), 64<<10)] }) }},
		{"few-hundred-events", "parse.robust.many-lines", "hands out five hundred events of a stream",
			func(r *rules) { r.isEventful = atMost(500) }},
		{"hundred-comments", "parse.robust.many-lines", "refuses a stream of more than a hundred comments",
			func(r *rules) { r.comment = func(m *machine, _ string) { countDown(m, 100) } }},
		{"hundred-unknown-fields", "parse.robust.many-lines", "refuses a stream of more than a hundred unknown fields",
			func(r *rules) { r.unknown = func(m *machine, _, _ string) { countDown(m, 100) } }},
		{"hundred-empty-blocks", "parse.robust.many-lines", "refuses a stream of more than a hundred blocks without data",
			func(r *rules) { r.reset = countEmpty }},
		{"hundred-ids", "parse.robust.many-lines", "ignores ids after the hundredth",
			func(r *rules) { r.id = func(m *machine, v string) { m.notes.count++; idIf(underHundred)(m, v) } }},
		{"hundred-types", "parse.robust.many-lines", "ignores types after the hundredth",
			func(r *rules) { r.event = func(m *machine, v string) { m.notes.count++; eventIf(underHundred)(m, v) } }},
		{"long-lines-leak", "parse.dispatch.reset", "appends to the data after a long event",
			func(r *rules) { r.reset = resetUnlessLong }},
	}
}

// controls puts other text for some ASCII characters.
func controls(which func(c byte) bool, text string) func(*machine, []byte) (string, int) {
	return func(m *machine, b []byte) (string, int) {
		if b[0] <= 0x7F && which(b[0]) {
			return text, 1
		}
		return decode(m, b)
	}
}

func obeyBackspace(m *machine, c string) bool {
	if c == "\b" && len(m.line) > 0 {
		m.line = m.line[:len(m.line)-1]
	}
	return sound().endsLine(m, c)
}

func refuseControl(c byte) func(*machine, []byte) (string, int) {
	return func(m *machine, b []byte) (string, int) {
		if b[0] == c {
			m.err = errRefused
		}
		return decode(m, b)
	}
}

// ifShort processes lines of up to limit bytes and does otherwise with others.
func ifShort(limit int, otherwise func(m *machine)) func(*machine) {
	return func(m *machine) {
		if len(m.line) > limit {
			otherwise(m)
			return
		}
		m.processLine()
	}
}

func endsWhenLong(m *machine, c string) bool {
	if len(m.line) >= 64<<10-1 {
		m.processLine()
	}
	return sound().endsLine(m, c)
}

// scanLine is work that grows with the line; its sum keeps a compiler from
// leaving it out.
func scanLine(m *machine, _ []byte) {
	for _, c := range m.line {
		m.notes.count = m.notes.count*31 + int(c)
	}
}

func isLong(line string) bool { return len(line) >= 64<<10 }

func refuseIf(bad func(line string) bool) func(*machine, string) {
	return func(m *machine, line string) {
		if bad(line) {
			m.err = errRefused
		}
	}
}

func appendThousand(m *machine, v string) {
	m.notes.count++
	if m.notes.count <= 1000 {
		sound().append(m, v)
	}
}

func resetThousand(m *machine, eventful bool) {
	m.notes.count = 0
	sound().reset(m, eventful)
}

func atMost(events int) func(*machine) bool {
	return func(m *machine) bool {
		if !sound().isEventful(m) || m.notes.count >= events {
			return false
		}
		m.notes.count++
		return true
	}
}

func countDown(m *machine, limit int) {
	m.notes.count++
	if m.notes.count > limit {
		m.err = errRefused
	}
}

func countEmpty(m *machine, eventful bool) {
	if !eventful {
		countDown(m, 100)
	}
	sound().reset(m, eventful)
}

func underHundred(m *machine, _ string) bool { return m.notes.count <= 100 }

func resetUnlessLong(m *machine, eventful bool) {
	if len(m.data) < 64<<10 {
		sound().reset(m, eventful)
	}
}
