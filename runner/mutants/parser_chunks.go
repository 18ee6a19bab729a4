package mutants

import (
	"bytes"

	"github.com/ssecheck/ssecheck/spec"
)

// chunkFaults: what goes wrong where one read ends and the next begins.
func chunkFaults() []Fault {
	return []Fault{
		{"crlf-split-adds-a-line", "parse.chunks.irrelevant", "forgets at the end of a read that a CR was the last character",
			func(r *rules) { r.chunkBegins = func(m *machine, _ []byte) { m.last = "" } }},
		{"crlf-split-by-an-empty-read", "parse.chunks.irrelevant", "forgets the CR when an empty read comes before its LF",
			func(r *rules) { r.chunkBegins = whenEmpty(func(m *machine) { m.last = "" }) }},
		{"space-looked-for-in-the-read-of-its-colon", "parse.chunks.irrelevant", "keeps the optional space when it comes in a later read than its colon",
			func(r *rules) { r.chunkEnds, r.append = noteColon, keepSplitSpace }},
		{"line-lost-at-the-end-of-a-read", "parse.chunks.irrelevant", "forgets the line that a read leaves unfinished",
			func(r *rules) { r.chunkEnds = func(m *machine, _ []byte) { m.line = m.line[:0] } }},
		{"read-ends-the-line", "parse.chunks.irrelevant", "takes the end of a read for the end of a line",
			func(r *rules) { r.chunkEnds = endLineIfAny }},
		{"read-ends-the-block", "parse.chunks.irrelevant", "takes the end of a read for a blank line",
			func(r *rules) { r.chunkEnds = func(m *machine, _ []byte) { m.dispatch() } }},
		{"empty-read-ends-the-block", "parse.chunks.irrelevant", "takes an empty read for a blank line",
			func(r *rules) { r.chunkEnds = whenEmpty((*machine).dispatch) }},
		{"empty-read-ends-the-line", "parse.chunks.irrelevant", "takes an empty read for the end of a line",
			func(r *rules) { r.chunkEnds = whenEmpty(func(m *machine) { endLineIfAny(m, nil) }) }},
		{"one-event-a-read", "parse.chunks.irrelevant", "hands out the first event of each read alone",
			func(r *rules) { r.chunkBegins, r.emit = newRead, emitFirst }},
		{"block-within-one-read", "parse.chunks.irrelevant", "forgets type and data at the end of a read",
			func(r *rules) { r.chunkEnds = func(m *machine, _ []byte) { m.data, m.eventType = nil, "" } }},
		{"trailing-spaces-of-a-read-lost", "parse.chunks.irrelevant", "trims the spaces at the end of a read",
			func(r *rules) {
				r.chunkEnds = func(m *machine, _ []byte) { m.line = bytes.TrimRight(m.line, " ") }
			}},
		{"decodes-each-read-alone", "parse.utf8.across-chunks", "decodes the bytes of each read without those of the last",
			func(r *rules) { r.chunkEnds = replaceUndecoded }},
		{"cut-off-bytes-lost", "parse.utf8.across-chunks", "forgets the bytes of a sequence that a read leaves unfinished",
			func(r *rules) { r.chunkEnds = func(m *machine, _ []byte) { m.undecoded = nil } }},
	}
}

// promptFaults: right in the end, but late.
func promptFaults() []Fault {
	return []Fault{
		{"waits-after-cr", "parse.prompt.lone-cr", "processes a line that CR ends when the next character comes",
			func(r *rules) { r.lineEnds, r.completes, r.streamEnds = oweLine, payLine, payAtEnd }},
		{"waits-for-the-end", "parse.prompt.blank-line", "hands out all events at the end of the stream",
			func(r *rules) { r.emit, r.streamEnds = hold, handOut }},
		{"one-event-late", "parse.prompt.blank-line", "hands out an event when the next one is there",
			func(r *rules) { r.emit, r.streamEnds = holdOne, handOut }},
		{"waits-for-the-next-line", "parse.prompt.blank-line", "hands out an event when something follows its blank line",
			func(r *rules) { r.emit, r.endsLine, r.streamEnds = hold, handOutAtChar, handOut }},
		{"last-cr-lost", "parse.end.complete-block", "waits for the character after a CR, and the stream ends before",
			func(r *rules) { r.lineEnds, r.completes = oweLine, payLine }},
	}
}

func whenEmpty(do func(m *machine)) func(m *machine, chunk []byte) {
	return func(m *machine, chunk []byte) {
		if len(chunk) == 0 {
			do(m)
		}
	}
}

func noteColon(m *machine, _ []byte) {
	m.notes.keepsSpace = m.notes.keepsSpace || string(m.line) == "data:"
}

func keepSplitSpace(m *machine, value string) {
	if m.notes.keepsSpace {
		value = " " + value
	}
	m.notes.keepsSpace = false
	sound().append(m, value)
}

func endLineIfAny(m *machine, _ []byte) {
	if len(m.line) > 0 {
		m.processLine()
	}
}

func newRead(m *machine, _ []byte) { m.notes.emitted = false }

func emitFirst(m *machine, e spec.Event) {
	if !m.notes.emitted {
		m.sink.Event(e)
	}
	m.notes.emitted = true
}

func replaceUndecoded(m *machine, _ []byte) {
	if len(m.undecoded) > 0 {
		m.char(replacement)
		m.undecoded = nil
	}
}

func oweLine(m *machine) {
	if m.last == "\r" {
		m.notes.owesLine = true
		return
	}
	m.processLine()
}

func payLine(m *machine, c string) bool {
	payAtEnd(m)
	return sound().completes(m, c)
}

func payAtEnd(m *machine) {
	if m.notes.owesLine {
		m.notes.owesLine = false
		m.processLine()
	}
}

func hold(m *machine, e spec.Event) { m.notes.held = append(m.notes.held, e) }

func holdOne(m *machine, e spec.Event) {
	handOut(m)
	hold(m, e)
}

func handOut(m *machine) {
	for _, e := range m.notes.held {
		m.sink.Event(e)
	}
	m.notes.held = nil
}

func handOutAtChar(m *machine, c string) bool {
	handOut(m)
	return sound().endsLine(m, c)
}
