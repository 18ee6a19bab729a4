package mutants

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/spec"
)

// eventFaults: the event field and the type.
func eventFaults() []Fault {
	return []Fault{
		{"first-type-wins", "parse.event.set", "keeps the first type of a block",
			func(r *rules) { r.event = eventIf(func(m *machine, _ string) bool { return m.eventType == "" }) }},
		{"empty-type-ignored", "parse.event.set", "ignores an event field without a value",
			func(r *rules) { r.event = eventIf(func(_ *machine, v string) bool { return v != "" }) }},
		{"types-add-up", "parse.event.set", "appends one type to the other",
			func(r *rules) { r.event = func(m *machine, v string) { m.eventType += v } }},
		{"type-before-data", "parse.event.set", "ignores a type that comes after data",
			func(r *rules) { r.event = eventIf(func(m *machine, _ string) bool { return len(m.data) == 0 }) }},
		{"no-types", "parse.dispatch.type", "hands out all events as messages",
			func(r *rules) { r.typeOf = func(*machine) string { return spec.DefaultType } }},
		{"types-in-lower-case", "parse.dispatch.type", "puts types into lower case",
			func(r *rules) { r.typeOf = func(m *machine) string { return strings.ToLower(typeOf(m)) } }},
		{"types-end-at-a-space", "parse.dispatch.type", "cuts a type at its first space",
			func(r *rules) {
				r.typeOf = func(m *machine) string { t, _, _ := strings.Cut(typeOf(m), " "); return t }
			}},
		{"state-events-swallowed", "parse.dispatch.type", "hands out no event of the types error, open and close",
			func(r *rules) {
				r.emit = emitUnless(func(e spec.Event) bool { return slices.Contains([]string{"error", "open", "close"}, e.Type) })
			}},
		{"error-ends-the-stream", "parse.dispatch.type", "refuses the stream at an event of the type error",
			func(r *rules) { r.emit = refuseError }},
		{"false-types", "parse.dispatch.type", "takes the types 0, false and null for none",
			func(r *rules) {
				r.event = eventIf(func(_ *machine, v string) bool { return !slices.Contains(falsy, v) })
			}},
		{"field-names-are-no-types", "parse.dispatch.type", "takes a type with the name of a field for none",
			func(r *rules) {
				r.event = eventIf(func(_ *machine, v string) bool { return !slices.Contains(known, v) })
			}},
		{"empty-default-type", "parse.dispatch.default-type", "gives an event without a type the empty one",
			func(r *rules) { r.typeOf = func(m *machine) string { return m.eventType } }},
	}
}

// idFaults: the id field and the last event ID.
func idFaults() []Fault {
	return []Fault{
		{"id-of-one-event", "parse.dispatch.keep-id", "gives an id to its own event alone",
			func(r *rules) { r.reset = func(m *machine, b bool) { sound().reset(m, b); m.idBuffer = "" } }},
		{"id-one-event-late", "parse.dispatch.commit-id", "gives an id to the event after its own",
			func(r *rules) { r.commitID, r.reset = func(*machine) {}, commitAfter }},
		{"id-lost-without-data", "parse.dispatch.commit-id", "forgets the id of a block without data",
			func(r *rules) {
				r.commitID = func(m *machine) {
					if len(m.data) == 0 {
						m.idBuffer = m.lastEventID
					}
					m.lastEventID = m.idBuffer
				}
			}},
		{"id-before-data", "parse.id.set", "ignores an id that comes after data",
			func(r *rules) { r.id = idIf(func(m *machine, _ string) bool { return len(m.data) == 0 }) }},
		{"first-id-of-a-block-wins", "parse.id.set", "keeps the first id of a block",
			func(r *rules) { r.id = idIf(func(m *machine, _ string) bool { return m.idBuffer == m.lastEventID }) }},
		{"first-id-wins", "parse.id.set", "keeps the first id of the stream",
			func(r *rules) { r.id = idIf(func(m *machine, _ string) bool { return m.idBuffer == "" }) }},
		{"only-numbers", "parse.id.set", "ignores an id that is no number",
			func(r *rules) {
				r.id = idIf(func(_ *machine, v string) bool { _, err := strconv.Atoi(v); return v == "" || err == nil })
			}},
		{"ids-are-numbers", "parse.id.set", "reads an id as a number and writes it its own way",
			func(r *rules) { r.id = func(m *machine, v string) { setID(m, anew(v)) } }},
		{"ids-only-rise", "parse.id.set", "ignores an id that is lower than the last",
			func(r *rules) { r.id = idIf(func(m *machine, v string) bool { return v == "" || v >= m.idBuffer }) }},
		{"id-zero-ignored", "parse.id.set", "takes the id 0 for none",
			func(r *rules) { r.id = idIf(func(_ *machine, v string) bool { return v != "0" }) }},
		{"ids-in-lower-case", "parse.id.set", "puts ids into lower case",
			func(r *rules) { r.id = func(m *machine, v string) { setID(m, strings.ToLower(v)) } }},
		{"ascii-ids", "parse.id.set", "ignores an id that is not ASCII",
			func(r *rules) {
				r.id = idIf(func(_ *machine, v string) bool {
					return strings.IndexFunc(v, func(c rune) bool { return c > 0x7F }) < 0
				})
			}},
		{"printable-ids", "parse.field.any-character", "ignores an id with a control character",
			func(r *rules) {
				r.id = idIf(func(_ *machine, v string) bool {
					return strings.IndexFunc(v, func(c rune) bool { return c < ' ' && c != '\t' }) < 0
				})
			}},
		{"empty-id-ignored", "parse.id.empty-resets", "ignores an id field without a value",
			func(r *rules) { r.id = idIf(func(_ *machine, v string) bool { return v != "" }) }},
		{"nul-id-taken", "parse.id.nul-ignored", "takes an id with a NUL in it",
			func(r *rules) { r.id = func(m *machine, v string) { m.idBuffer = v } }},
		{"nul-ends-the-id", "parse.id.nul-ignored", "takes of an id what comes before its NUL",
			func(r *rules) { r.id = func(m *machine, v string) { m.idBuffer, _, _ = strings.Cut(v, "\x00") } }},
		{"nul-dropped-from-the-id", "parse.id.nul-ignored", "drops the NUL from an id and takes the rest",
			func(r *rules) { r.id = func(m *machine, v string) { m.idBuffer = strings.ReplaceAll(v, "\x00", "") } }},
		{"nul-id-empties", "parse.id.nul-ignored", "empties the last event ID at an id with a NUL",
			func(r *rules) { r.id = nulEmpties }},
		{"nul-looked-for-at-the-start", "parse.id.nul-ignored", "ignores an id only when the NUL is its first character",
			func(r *rules) {
				r.id = func(m *machine, v string) {
					if !strings.HasPrefix(v, "\x00") {
						m.idBuffer = v
					}
				}
			}},
		{"nul-looked-for-at-the-end", "parse.id.nul-ignored", "ignores an id only when the NUL is its last character",
			func(r *rules) {
				r.id = func(m *machine, v string) {
					if !strings.HasSuffix(v, "\x00") {
						m.idBuffer = v
					}
				}
			}},
		{"bad-bytes-in-an-id", "parse.id.nul-ignored", "ignores an id with U+FFFD in it as if it were a NUL",
			func(r *rules) {
				r.id = idIf(func(_ *machine, v string) bool { return !strings.Contains(v, replacement) })
			}},
		{"starts-with-an-id", "parse.buffers.start-empty", "starts with a last event ID of its own",
			func(r *rules) { r.commitID = commitWithDefault }},
	}
}

// dispatchFaults: the blank line and what outlives it.
func dispatchFaults() []Fault {
	return []Fault{
		{"dataless-blocks-dispatched", "parse.dispatch.no-data-no-event", "makes an event of each blank line",
			func(r *rules) { r.isEventful = func(*machine) bool { return true } }},
		{"typed-blocks-dispatched", "parse.dispatch.no-data-no-event", "makes an event of a block with a type and no data",
			func(r *rules) { r.isEventful = func(m *machine) bool { return len(m.data) > 0 || m.eventType != "" } }},
		{"blocks-with-ids-dispatched", "parse.dispatch.no-data-no-event", "makes an event of a block with a new id and no data",
			func(r *rules) {
				r.commitID = func(*machine) {}
				r.isEventful = func(m *machine) bool {
					fresh := m.idBuffer != m.lastEventID
					m.lastEventID = m.idBuffer
					return fresh || len(m.data) > 0
				}
			}},
		{"type-leaks", "parse.dispatch.reset", "keeps the type of an event for the next",
			func(r *rules) { r.reset = func(m *machine, _ bool) { m.data = nil } }},
		{"type-survives-a-block-without-data", "parse.dispatch.reset", "keeps the type of a block without data for the next",
			func(r *rules) { r.reset = resetIfEventful }},
		{"data-leaks", "parse.dispatch.reset", "keeps the data of an event for the next",
			func(r *rules) { r.reset = func(m *machine, _ bool) { m.eventType = "" } }},
		{"data-survives-an-empty-event", "parse.dispatch.reset", "keeps the type of an event with empty data for the next",
			func(r *rules) { r.reset = resetIfLong }},
		{"equal-events-dispatched-once", "parse.dispatch.blank-line", "hands out an event that equals the last one no second time",
			func(r *rules) { r.emit = emitUnlessSame }},
		{"needs-two-blank-lines", "parse.dispatch.blank-line", "dispatches at the second blank line in a row",
			func(r *rules) { r.isEventful, r.reset = secondBlankLine, resetIfEventful }},
		{"stops-at-two-blank-lines", "parse.robust.no-error", "takes a blank line after a blank line for the end of the stream",
			func(r *rules) { r.reset = stopAtEmptyBlock }},
		{"dispatches-at-the-end", "parse.end.discard", "hands out at the end of the stream a block without its blank line",
			func(r *rules) { r.streamEnds = (*machine).dispatch }},
		{"dispatches-half-a-line-at-the-end", "parse.end.discard", "hands out at the end of the stream a block with its unfinished line",
			func(r *rules) { r.streamEnds = func(m *machine) { m.processLine(); m.dispatch() } }},
		{"half-a-line-is-an-error", "parse.robust.no-error", "refuses a stream that ends inside a line",
			func(r *rules) {
				r.streamEnds = func(m *machine) {
					if len(m.line)+len(m.undecoded) > 0 {
						m.err = errRefused
					}
				}
			}},
		{"last-block-lost", "parse.end.complete-block", "hands out an event when more of the stream follows, and not at its end",
			func(r *rules) { r.emit, r.endsLine = hold, handOutAtChar }},
	}
}

func eventIf(wanted func(m *machine, v string) bool) func(*machine, string) {
	return func(m *machine, v string) {
		if wanted(m, v) {
			m.eventType = v
		}
	}
}

func refuseError(m *machine, e spec.Event) {
	if e.Type == "error" {
		m.err = errRefused
		return
	}
	m.sink.Event(e)
}

func idIf(wanted func(m *machine, v string) bool) func(*machine, string) {
	return func(m *machine, v string) {
		if wanted(m, v) {
			setID(m, v)
		}
	}
}

func commitAfter(m *machine, eventful bool) {
	sound().reset(m, eventful)
	sound().commitID(m)
}

func nulEmpties(m *machine, v string) {
	if strings.Contains(v, "\x00") {
		v = ""
	}
	m.idBuffer = v
}

func commitWithDefault(m *machine) {
	sound().commitID(m)
	if m.lastEventID == "" {
		m.lastEventID = "0"
	}
}

func resetIfEventful(m *machine, eventful bool) {
	if eventful {
		sound().reset(m, eventful)
	}
}

func resetIfLong(m *machine, eventful bool) {
	if len(m.data) == 1 {
		m.data = nil
		return
	}
	sound().reset(m, eventful)
}

func emitUnlessSame(m *machine, e spec.Event) {
	if e != m.notes.previous {
		m.sink.Event(e)
	}
	m.notes.previous = e
}

// secondBlankLine counts the blank lines since the last line that was none.
func secondBlankLine(m *machine) bool {
	if len(m.data) == 0 {
		return false
	}
	m.notes.count++
	if m.notes.count < 2 {
		return false
	}
	m.notes.count = 0
	return true
}

func stopAtEmptyBlock(m *machine, eventful bool) {
	if !eventful && m.eventType == "" {
		m.err = errRefused
	}
	sound().reset(m, eventful)
}
