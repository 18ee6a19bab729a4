package spec

import (
	"bytes"
	"math"
	"unicode/utf8"
)

// next interprets the complete lines that have been received, in their order,
// until one dispatches an event. When it returns false it needs more bytes, or
// s.err says why there will be no more events.
//
// A line is complete with the first byte of its end: after a CR nobody waits
// for the LF that may follow, since the next event could be minutes away.
func (s *stream) next() (View, bool) {
	for {
		if s.lf < s.pos {
			s.lf = s.find('\n', s.pos)
		}
		if s.cr < s.pos {
			s.cr = s.find('\r', s.pos)
		}
		start, end := s.pos, min(s.lf, s.cr)
		if end-start > s.maxLine && !s.fresh {
			s.fail(LimitLine, s.maxLine, start)
			return View{}, false
		}
		if end == s.end {
			return View{}, false
		}
		s.lineNo++
		s.pos = end + 1
		if end == s.cr {
			if s.pos == s.end {
				s.skipLF = true
			} else if s.buf[s.pos] == '\n' {
				s.pos++
			}
		}
		if start == end {
			if s.blank() {
				return s.view(), true
			}
			continue
		}
		if !s.line(start, end) {
			return View{}, false
		}
	}
}

// blank is an empty line: it reports whether there is an event to dispatch.
func (s *stream) blank() bool {
	if s.findings != nil {
		s.inspectBlank()
	}
	s.commitID()
	if !s.hasData { // step 2 of #dispatchMessage
		s.typ = s.typ[:0]
	}
	return s.hasData
}

// line interprets buf[start:end], a line that is not empty. It returns false
// when the event has become too large.
func (s *stream) line(start, end int) bool {
	line := s.buf[start:end]
	if s.findings != nil {
		s.inspect(line, start)
	}
	decoded := start < s.dirty && !utf8.Valid(line)
	if decoded {
		s.scratch = appendDecoded(s.scratch[:0], line)
		line = s.scratch
	}
	ok := s.field(line)
	if decoded {
		s.settle()
	}
	if !ok {
		s.fail(LimitEvent, s.maxEvent, start)
	}
	return ok
}

// field is #processField: names are compared literally, and what is no known
// name is ignored. It returns false when the event has become too large.
func (s *stream) field(line []byte) bool {
	if value, ok := fieldValue(line, "data"); ok {
		if !s.hasData {
			s.data, s.hasData, s.dataLent = value, true, true
			return s.fits()
		}
		if len(s.data)+1+len(value)+len(s.typ) > s.maxEvent {
			return false
		}
		s.appendData(value)
		return true
	}
	if value, ok := fieldValue(line, "event"); ok {
		s.typ = append(s.typ[:0], value...)
		return s.fits()
	}
	if value, ok := fieldValue(line, "id"); ok {
		if bytes.IndexByte(value, 0) < 0 {
			s.setID(value)
		}
		return true
	}
	if value, ok := fieldValue(line, "retry"); ok {
		s.setRetry(value)
		return true
	}
	if line[0] == ':' && s.comments != nil {
		s.comments(trimSpace(line[1:]))
	}
	return true
}

// fits reports whether the event is still within its limit.
func (s *stream) fits() bool { return len(s.data)+len(s.typ) <= s.maxEvent }

// fieldValue returns the value of the line if name is its field name.
func fieldValue(line []byte, name string) (value []byte, ok bool) {
	if len(line) < len(name) || string(line[:len(name)]) != name {
		return nil, false
	}
	value = line[len(name):]
	if len(value) == 0 { // no colon: the value is empty
		return value, true
	}
	if value[0] != ':' {
		return nil, false
	}
	return trimSpace(value[1:]), true
}

// trimSpace removes the one leading U+0020 SPACE that belongs to the syntax.
func trimSpace(value []byte) []byte {
	if len(value) > 0 && value[0] == ' ' {
		return value[1:]
	}
	return value
}

// setRetry sets the reconnection time, at once and not at the dispatch, if the
// value consists of ASCII digits only.
func (s *stream) setRetry(value []byte) {
	ms, form := readRetry(value)
	if form != retryGood && form != retryOutOfRange {
		return
	}
	s.retry, s.hasRetry = ms, true
	if s.retries != nil {
		s.retries(ms)
	}
}

// A retryForm says what the value of a retry field is.
type retryForm uint8

const (
	retryGood       retryForm = iota
	retryOutOfRange           // digits, but more than int64 holds
	retryEmpty
	retryBad
)

// readRetry reads digits in base ten, saturating at the end of int64. The empty
// value consists, vacuously, of digits only, but is no number: it is ignored.
func readRetry(value []byte) (ms int64, form retryForm) {
	if len(value) == 0 {
		return 0, retryEmpty
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, retryBad
		}
		digit := int64(c - '0')
		if form == retryOutOfRange || ms > (math.MaxInt64-digit)/10 {
			ms, form = math.MaxInt64, retryOutOfRange
			continue
		}
		ms = ms*10 + digit
	}
	return ms, form
}
