package mutants

import (
	"bytes"
	"strings"

	"github.com/ssecheck/ssecheck/spec"
)

// rules are what a machine does at each step. A fault replaces one of them.
type rules struct {
	chunkBegins func(m *machine, chunk []byte)
	chunkEnds   func(m *machine, chunk []byte)
	streamEnds  func(m *machine)

	// byteOrderMark is how many bytes at the start of the stream are dropped;
	// it is not sure as long as the next byte could change that.
	byteOrderMark func(b []byte) (n int, sure bool)
	// lead is how many bytes follow a lead byte, fewer than 0 where it begins
	// nothing, and the bounds of the first of them.
	lead func(b byte) (follow int, low, high byte)
	// decode turns the first bytes of b into a character; n is 0 when more of
	// them are needed.
	decode func(m *machine, b []byte) (text string, n int)

	// completes says that c is the second half of a line end already counted.
	completes func(m *machine, c string) bool
	endsLine  func(m *machine, c string) bool
	lineEnds  func(m *machine)
	isBlank   func(line string) bool
	isComment func(line string) bool
	comment   func(m *machine, line string)
	split     func(line string) (name, value string)
	fieldName func(name string) string

	event, append, id, retry func(m *machine, value string)
	unknown                  func(m *machine, name, value string)
	// parseRetry reads a reconnection time in ms.
	parseRetry func(m *machine, value string) (ms int64, ok bool)
	setRetry   func(m *machine, ms int64)

	commitID   func(m *machine)
	isEventful func(m *machine) bool
	typeOf     func(m *machine) string
	dataOf     func(m *machine) string
	reset      func(m *machine, eventful bool)
	emit       func(m *machine, e spec.Event)
}

// sound are the rules of the standard.
func sound() rules {
	return rules{
		chunkBegins: func(*machine, []byte) {},
		chunkEnds:   func(*machine, []byte) {},
		// "Once the end of the file is reached, any pending data must be discarded."
		streamEnds: func(*machine) {},

		byteOrderMark: byteOrderMark,
		lead:          lead,
		decode:        decode,

		completes: func(m *machine, c string) bool { return m.last == "\r" && c == "\n" },
		endsLine:  func(_ *machine, c string) bool { return c == "\r" || c == "\n" },
		lineEnds:  (*machine).processLine,
		isBlank:   func(line string) bool { return line == "" },
		isComment: func(line string) bool { return strings.HasPrefix(line, ":") },
		comment:   func(m *machine, line string) { m.sink.Comment(line[1:]) },
		split:     split,
		fieldName: func(name string) string { return name },

		event:      func(m *machine, value string) { m.eventType = value },
		append:     func(m *machine, value string) { m.data = append(append(m.data, value...), '\n') },
		id:         setID,
		retry:      setRetry,
		parseRetry: func(_ *machine, value string) (int64, bool) { return digits(value) },
		setRetry:   func(m *machine, ms int64) { m.sink.Retry(ms) },
		unknown:    func(*machine, string, string) {},

		commitID:   func(m *machine) { m.lastEventID = m.idBuffer },
		isEventful: func(m *machine) bool { return len(m.data) > 0 },
		typeOf:     typeOf,
		dataOf:     func(m *machine) string { return strings.TrimSuffix(string(m.data), "\n") },
		reset:      func(m *machine, _ bool) { m.data, m.eventType = m.data[:0], "" },
		emit:       func(m *machine, e spec.Event) { m.sink.Event(e) },
	}
}

// byteOrderMark finds EF BB BF.
func byteOrderMark(b []byte) (n int, sure bool) {
	const mark = "\xEF\xBB\xBF"
	if bytes.HasPrefix(b, []byte(mark)) {
		return len(mark), true
	}
	return 0, !strings.HasPrefix(mark, string(b))
}

// split parts a line at its first colon and drops one space after it.
func split(line string) (name, value string) {
	name, value, _ = strings.Cut(line, ":")
	return name, strings.TrimPrefix(value, " ")
}

func setID(m *machine, value string) {
	if !strings.Contains(value, "\x00") {
		m.idBuffer = value
	}
}

func setRetry(m *machine, value string) {
	if ms, ok := m.parseRetry(m, value); ok {
		m.setRetry(m, ms)
	}
}

// digits reads one or more ASCII digits; what is beyond int64 is clamped.
func digits(value string) (ms int64, ok bool) {
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		const last = 1<<63 - 1
		if ms > (last-int64(c-'0'))/10 {
			ms = last
		} else if ms < last {
			ms = ms*10 + int64(c-'0')
		}
	}
	return ms, value != ""
}

func typeOf(m *machine) string {
	if m.eventType == "" {
		return spec.DefaultType
	}
	return m.eventType
}
