package spec

import (
	"math"
	"strings"
)

// An Outcome is all that a stream means to the one who receives it.
type Outcome struct {
	// Events are the dispatched events, in order.
	Events []Event
	// LastEventID is the last event ID string at the end of the stream: what a
	// client would send as Last-Event-ID when it reconnects.
	LastEventID string
	// Retries are the accepted reconnection times in milliseconds, in order.
	// A number beyond the range of int64 is given as [math.MaxInt64].
	Retries []int64
}

// Oracle decodes a whole event stream exactly as the standard says, step after
// step, with no regard to speed: what it returns is right by inspection. It is
// the measure for [Decoder] and for every expectation of the corpus.
//
// lastEventID is the last event ID string that an earlier connection left, or
// "" on the first one. The letter of the standard starts each stream with an
// empty last event ID buffer, so that the first blank line of a new connection
// would erase the ID; browsers and the Web Platform Tests let it survive
// (format-field-id.window.js), and so does Oracle.
func Oracle(stream []byte, lastEventID string) Outcome {
	// #event-stream-interpretation: "Streams must be decoded using the UTF-8
	// decode algorithm", which also strips one leading BOM.
	text := utf8Decode(stream)

	o := oracle{out: Outcome{LastEventID: lastEventID}, idBuffer: lastEventID}
	lines, rest := splitLines(text)
	for _, line := range lines {
		o.processLine(line)
	}
	// "Once the end of the file is reached, any pending data must be
	// discarded": rest, a line without an end, and the block it belongs to are
	// never looked at.
	_ = rest
	return o.out
}

// oracle holds the three buffers of #event-stream-interpretation.
type oracle struct {
	out        Outcome
	dataBuffer string
	typeBuffer string
	idBuffer   string
}

// splitLines cuts the text at CRLF, LF and CR (#parsing-an-event-stream,
// end-of-line) and returns what follows the last line end apart.
func splitLines(text string) (lines []string, rest string) {
	for {
		i := strings.IndexAny(text, "\r\n")
		if i < 0 {
			return lines, text
		}
		lines = append(lines, text[:i])
		if strings.HasPrefix(text[i:], "\r\n") {
			i++
		}
		text = text[i+1:]
	}
}

// processLine is the list "Lines must be processed, in the order they are
// received, as follows" of #event-stream-interpretation.
func (o *oracle) processLine(line string) {
	// If the line is empty (a blank line): dispatch the event.
	if line == "" {
		o.dispatch()
		return
	}
	// If the line starts with a U+003A COLON character: ignore the line.
	if strings.HasPrefix(line, ":") {
		return
	}
	// If the line contains a U+003A COLON character: the field name is before
	// the first one, the value after it, without one leading U+0020 SPACE.
	// Otherwise the whole line is the field name, and the value is empty.
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	o.processField(name, value)
}

// processField is #processField.
func (o *oracle) processField(name, value string) {
	switch name { // "Field names must be compared literally, with no case folding performed."
	case "event": // Set the event type buffer to the field value.
		o.typeBuffer = value
	case "data": // Append the field value, then a single U+000A LINE FEED, to the data buffer.
		o.dataBuffer += value + "\n"
	case "id": // Unless the value contains U+0000 NULL, set the last event ID buffer to it.
		if !strings.Contains(value, "\x00") {
			o.idBuffer = value
		}
	case "retry": // If the value consists of only ASCII digits, interpret it in base ten.
		if ms, ok := parseRetry(value); ok {
			o.out.Retries = append(o.out.Retries, ms)
		}
	default: // Otherwise: the field is ignored.
	}
}

// dispatch is #dispatchMessage.
func (o *oracle) dispatch() {
	// Step 1: set the last event ID string to the last event ID buffer. The
	// buffer is not reset.
	o.out.LastEventID = o.idBuffer
	// Step 2: with an empty data buffer, clear both buffers and return.
	if o.dataBuffer == "" {
		o.typeBuffer = ""
		return
	}
	// Step 3: remove one trailing LF from the data buffer.
	data := strings.TrimSuffix(o.dataBuffer, "\n")
	// Steps 4 to 6: the event's type is message, or what the event type buffer
	// says if it is not empty.
	event := Event{Type: DefaultType, Data: data, LastEventID: o.out.LastEventID}
	if o.typeBuffer != "" {
		event.Type = o.typeBuffer
	}
	// Step 7: clear the data buffer and the event type buffer.
	o.dataBuffer, o.typeBuffer = "", ""
	// Step 8: dispatch.
	o.out.Events = append(o.out.Events, event)
}

// parseRetry reads a reconnection time: one or more ASCII digits, base ten.
//
// The standard's "consists of only ASCII digits" also holds, vacuously, for the
// empty value; a number cannot be made of it, so it is ignored here.
func parseRetry(value string) (ms int64, ok bool) {
	if value == "" {
		return 0, false
	}
	for i := range len(value) {
		c := value[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		if digit := int64(c - '0'); ms > (math.MaxInt64-digit)/10 {
			ms = math.MaxInt64
		} else if ms != math.MaxInt64 {
			ms = ms*10 + digit
		}
	}
	return ms, true
}
