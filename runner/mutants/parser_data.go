package mutants

import (
	"bytes"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/spec"
)

// dataFaults: the data field and the data buffer.
func dataFaults() []Fault {
	return []Fault{
		{"last-data-line-wins", "parse.data.append", "keeps the last data field of a block alone",
			func(r *rules) { r.append = func(m *machine, v string) { m.data = []byte(v + "\n") } }},
		{"first-data-line-wins", "parse.data.append", "keeps the first data field of a block alone",
			func(r *rules) { r.append = appendIf(func(m *machine, _ string) bool { return len(m.data) == 0 }) }},
		{"joined-by-nothing", "parse.data.append", "joins data fields without a newline",
			func(r *rules) {
				r.append = func(m *machine, v string) {
					m.data = append(append(bytes.TrimSuffix(m.data, []byte("\n")), v...), '\n')
				}
			}},
		{"joined-by-a-space", "parse.data.append", "joins data fields with a space",
			func(r *rules) { r.dataOf = textOf(func(d string) string { return strings.ReplaceAll(d, "\n", " ") }) }},
		{"joined-by-crlf", "parse.data.append", "joins data fields with CRLF",
			func(r *rules) {
				r.dataOf = textOf(func(d string) string { return strings.ReplaceAll(d, "\n", "\r\n") })
			}},
		{"empty-data-lines-lost", "parse.data.append", "ignores an empty data field among others",
			func(r *rules) {
				r.append = appendIf(func(m *machine, v string) bool { return v != "" || len(m.data) == 0 })
			}},
		{"data-must-stand-together", "parse.data.append", "starts the data anew when a field of another name came between",
			func(r *rules) {
				r.append, r.event, r.id, r.setRetry, r.unknown = appendIfTogether, apartEvent, apartID, apartRetry, apartUnknown
			}},
		{"data-in-reverse", "parse.line.order", "puts each data field before the last one",
			func(r *rules) { r.append = func(m *machine, v string) { m.data = append([]byte(v+"\n"), m.data...) } }},
		{"leading-newlines-lost", "parse.data.append", "drops newlines at the start of the data",
			func(r *rules) { r.dataOf = textOf(func(d string) string { return strings.TrimLeft(d, "\n") }) }},
		{"final-newline-kept", "parse.dispatch.strip-final-newline", "keeps the newline at the end of the data buffer",
			func(r *rules) { r.dataOf = func(m *machine) string { return string(m.data) } }},
		{"all-final-newlines-lost", "parse.dispatch.strip-final-newline", "drops all newlines at the end of the data buffer",
			func(r *rules) { r.dataOf = textOf(func(d string) string { return strings.TrimRight(d, "\n") }) }},
		{"empty-data-makes-no-event", "parse.dispatch.empty-data", "takes empty data for none",
			func(r *rules) { r.isEventful = func(m *machine) bool { return len(m.data) > 1 } }},
		{"only-newlines-make-no-event", "parse.dispatch.empty-data", "takes data of newlines alone for none",
			func(r *rules) { r.isEventful = func(m *machine) bool { return len(bytes.Trim(m.data, "\n")) > 0 } }},
		{"blank-data-makes-no-event", "parse.field.keep-whitespace", "takes data of white space alone for none",
			func(r *rules) {
				r.isEventful = func(m *machine) bool { return len(m.data) == 1 || len(bytes.TrimSpace(m.data)) > 0 }
			}},
	}
}

// textFaults: parsers that know better what the data means.
func textFaults() []Fault {
	return []Fault{
		{"backslashes-decoded", "parse.data.untouched", "decodes backslash escapes",
			func(r *rules) {
				r.split = mappedText(strings.NewReplacer(`\n`, "\n", `\\`, `\`, `\0`, "\x00", `\x00`, "\x00").Replace)
			}},
		{"percents-decoded", "parse.data.untouched", "decodes percent signs",
			func(r *rules) { r.dataOf = textOf(decodePercent) }},
		{"entities-decoded", "parse.data.untouched", "decodes entities",
			func(r *rules) { r.dataOf = textOf(html.UnescapeString) }},
		{"markup-escaped", "parse.data.untouched", "escapes markup",
			func(r *rules) { r.dataOf = textOf(html.EscapeString) }},
		{"markup-removed", "parse.data.untouched", "cuts the data at the first tag",
			func(r *rules) { r.dataOf = textOf(func(d string) string { d, _, _ = strings.Cut(d, "<"); return d }) }},
		{"quotes-removed", "parse.data.untouched", "drops quotes around a value",
			func(r *rules) { r.split = mappedText(func(v string) string { return strings.Trim(v, "\"'`") }) }},
		{"numbers-written-anew", "parse.data.untouched", "reads values that look like numbers, and writes them its own way",
			func(r *rules) { r.split = mappedText(anew) }},
		{"placeholders-filled", "parse.data.untouched", "fills what looks like a placeholder",
			func(r *rules) {
				r.dataOf = textOf(strings.NewReplacer("%s", "", "%%", "%", "${HOME}", "", "{0}", "").Replace)
			}},
		{"commas-part-values", "parse.data.untouched", "cuts a value at its first comma",
			func(r *rules) {
				r.split = mappedText(func(v string) string { v, _, _ = strings.Cut(v, ","); return v })
			}},
		{"hash-cuts-values", "parse.data.untouched", "cuts a value at a hash sign",
			func(r *rules) { r.dataOf = textOf(func(d string) string { d, _, _ = strings.Cut(d, "#"); return d }) }},
		{"false-data-makes-no-event", "parse.data.untouched", "takes 0, false and null for no data",
			func(r *rules) { r.emit = emitUnless(func(e spec.Event) bool { return slices.Contains(falsy, e.Data) }) }},
		{"done-ends-the-stream", "parse.data.untouched", "takes [DONE] for the end of the stream",
			func(r *rules) { r.emit = emitUntilDone }},
		{"fields-found-in-values", "parse.data.untouched", "reads a value that looks like a field as one",
			func(r *rules) { r.append = appendOrReread }},
		{"json-demanded", "parse.data.untouched", "refuses a brace that is not closed on its line",
			func(r *rules) { r.append = appendClosed }},
		{"composed-anew", "parse.data.untouched", "composes letters and their accents",
			func(r *rules) {
				r.dataOf = textOf(strings.NewReplacer("e\u0301", "é", "\u212B", "Å", "ﬁ", "fi").Replace)
			}},
		{"invisible-characters-dropped", "parse.data.untouched", "drops zero-width and directional characters",
			func(r *rules) {
				r.dataOf = textOf(strings.NewReplacer("\u200B", "", "\u200C", "", "\u202E", "", "\u00AD", "").Replace)
			}},
	}
}

// textOf applies f to the data of each event.
func textOf(f func(string) string) func(*machine) string {
	return func(m *machine) string { return f(sound().dataOf(m)) }
}

// mappedText applies f to each value.
func mappedText(f func(string) string) func(string) (string, string) {
	return func(line string) (string, string) {
		name, value := split(line)
		return name, f(value)
	}
}

func appendIf(wanted func(m *machine, v string) bool) func(*machine, string) {
	return func(m *machine, v string) {
		if wanted(m, v) {
			sound().append(m, v)
		}
	}
}

func appendIfTogether(m *machine, v string) {
	if m.notes.lastField != "data" {
		m.data = nil
	}
	m.notes.lastField = "data"
	sound().append(m, v)
}

func apartEvent(m *machine, v string) {
	m.notes.lastField = "event"
	sound().event(m, v)
}

func apartID(m *machine, v string) {
	m.notes.lastField = "id"
	sound().id(m, v)
}

func apartRetry(m *machine, ms int64) {
	m.notes.lastField = "retry"
	sound().setRetry(m, ms)
}

func apartUnknown(m *machine, _, _ string) { m.notes.lastField = "unknown" }

func decodePercent(d string) string {
	decoded, err := url.QueryUnescape(d)
	if err != nil {
		return d
	}
	return decoded
}

var falsy = []string{"0", "false", "null", "undefined", "NaN"}

func anew(v string) string {
	if n, err := strconv.ParseFloat(v, 64); err == nil {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return v
}

func emitUnless(unwanted func(spec.Event) bool) func(*machine, spec.Event) {
	return func(m *machine, e spec.Event) {
		if !unwanted(e) {
			m.sink.Event(e)
		}
	}
}

func emitUntilDone(m *machine, e spec.Event) {
	if m.notes.count == 0 {
		m.sink.Event(e)
	}
	if e.Data == "[DONE]" {
		m.notes.count++
	}
}

func appendOrReread(m *machine, v string) {
	if name, value, found := strings.Cut(v, ": "); found && slices.Contains(known, name) {
		m.processField(name, value)
		return
	}
	sound().append(m, v)
}

func appendClosed(m *machine, v string) {
	if strings.Count(v, "{") != strings.Count(v, "}") {
		m.err = errRefused
		return
	}
	sound().append(m, v)
}
