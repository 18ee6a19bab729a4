package mutants

import (
	"errors"
	"io"

	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

// A machine is one play of a simple streaming parser. It knows the steps and
// their order; what is done at each step stands in its rules.
type machine struct {
	rules
	sink parser.Sink
	err  error // why it refuses the stream

	undecoded []byte // bytes of a sequence that may go on in the next chunk
	started   bool   // the start is past: a byte order mark comes too late
	line      []byte // the line so far
	last      string // the last character, unless it was the LF of a CRLF

	data        []byte // the data buffer
	eventType   string // the event type buffer
	idBuffer    string // the last event ID buffer
	lastEventID string // the last event ID string

	notes notes
}

// run reads to the end of the stream or to the first error.
func (m *machine) run(src io.Reader) error {
	buffer := make([]byte, room(src))
	for m.err == nil {
		n, err := src.Read(buffer)
		if n > 0 || err == nil {
			m.chunkBegins(m, buffer[:n])
			m.feed(buffer[:n])
			m.chunkEnds(m, buffer[:n])
		}
		if errors.Is(err, io.EOF) {
			m.streamEnds(m)
			break
		}
		if err != nil {
			return err
		}
	}
	return m.err
}

// room is how many bytes one read may bring: all that a source has left which knows how
// much that is. So the many short streams of a fuzzer need no large buffer each.
func room(src io.Reader) int {
	const most = 64 << 10
	if sized, ok := src.(interface{ Len() int }); ok {
		return max(1, min(sized.Len(), most))
	}
	return most
}

// feed takes the bytes of one chunk, decodes them and keeps what is cut off.
func (m *machine) feed(chunk []byte) {
	b := append(m.undecoded, chunk...)
	if !m.started {
		mark, sure := m.byteOrderMark(b)
		if !sure {
			m.undecoded = b
			return
		}
		m.started, b = true, b[mark:]
	}
	for len(b) > 0 && m.err == nil {
		text, n := m.decode(m, b)
		if n == 0 {
			break
		}
		if text != "" {
			m.char(text)
		}
		b = b[n:]
	}
	m.undecoded = append([]byte(nil), b...)
}

// char takes one character.
func (m *machine) char(c string) {
	if m.completes(m, c) {
		m.last = ""
		return
	}
	ends := m.endsLine(m, c)
	m.last = c
	if !ends {
		m.line = append(m.line, c...)
		return
	}
	m.lineEnds(m)
}

// processLine is https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation.
func (m *machine) processLine() {
	line := string(m.line)
	m.line = m.line[:0]
	switch {
	case m.isBlank(line):
		m.dispatch()
	case m.isComment(line):
		m.comment(m, line)
	default:
		name, value := m.split(line)
		m.processField(m.fieldName(name), value)
	}
}

// processField is #processField.
func (m *machine) processField(name, value string) {
	switch name {
	case "event":
		m.event(m, value)
	case "data":
		m.append(m, value)
	case "id":
		m.id(m, value)
	case "retry":
		m.retry(m, value)
	default:
		m.unknown(m, name, value)
	}
}

// dispatch is #dispatchMessage.
func (m *machine) dispatch() {
	m.commitID(m)
	eventful := m.isEventful(m)
	if eventful {
		m.emit(m, spec.Event{Type: m.typeOf(m), Data: m.dataOf(m), LastEventID: m.lastEventID})
	}
	m.reset(m, eventful)
}
