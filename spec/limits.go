package spec

import "fmt"

// The default limits. The standard sets none, but expects user agents to limit
// what an overwhelming stream may use
// (https://html.spec.whatwg.org/multipage/iana.html#text/event-stream). 32 MiB
// is far beyond what real events need; a client of many streams that it does not
// trust should choose less.
const (
	DefaultMaxLine  = 32 << 20
	DefaultMaxEvent = 32 << 20
)

// A Limit is one of the two bounds of a decoder.
type Limit string

const (
	// LimitLine bounds one line, in bytes as received, without its end.
	LimitLine Limit = "line"
	// LimitEvent bounds one event: its data and its type together, in bytes of
	// decoded text.
	LimitEvent Limit = "event"
)

// A LimitError ends a stream in which a line or an event is too large. All
// events before it have been handed out; nothing after it is.
type LimitError struct {
	Limit Limit
	Max   int // the limit, in bytes
	// Offset and Line say where the line begins that is too long, or that made
	// the event too large: bytes from the start of the stream, and its number
	// from 1.
	Offset int64
	Line   int64
}

func (e *LimitError) Error() string {
	if e.Limit == LimitEvent {
		return fmt.Sprintf("spec: the event grows beyond %d bytes at line %d (byte %d); WithMaxEvent raises the limit",
			e.Max, e.Line, e.Offset)
	}
	return fmt.Sprintf("spec: line %d (byte %d) is longer than %d bytes; WithMaxLine raises the limit",
		e.Line, e.Offset, e.Max)
}

// fail ends the stream at the line that starts at buf[start].
func (s *stream) fail(limit Limit, size, start int, line int64) {
	s.notPlain = true
	s.err = &LimitError{Limit: limit, Max: size, Offset: s.base + int64(start), Line: line}
}
