package spec

import (
	"bytes"
	"math"
	"unicode/utf8"
)

// interpret interprets the complete lines that have been received, in their
// order, until one dispatches an event, which it puts into v. When it returns
// false it needs more bytes, or s.err says why there will be no more events.
//
// A line is complete with the first byte of its end: after a CR nobody waits
// for the LF that may follow, since the next event could be minutes away.
func (s *stream) interpret(v *View) bool {
	if s.err != nil {
		return false
	}
	buf, pos, lf, cr := s.buf[:s.end], s.pos, s.lf, s.cr
	event := false
	for pos < len(buf) {
		if buf[pos] == '\n' || buf[pos] == '\r' { // a blank line needs no search
			s.lineNo++
			pos = s.afterEnd(pos)
			s.notPlain = s.listened()
			if event = s.blank(); event {
				s.dispatch(v)
				break
			}
			continue
		}
		if lf < pos {
			lf = index(buf, pos, '\n')
			s.work += int64(lf - pos)
		}
		if cr < pos {
			cr = index(buf, pos, '\r')
			s.work += int64(cr - pos)
		}
		end := min(lf, cr)
		if end-pos > s.maxLine && !s.fresh {
			s.fail(LimitLine, s.maxLine, pos, s.lineNo+1)
			break
		}
		if end == len(buf) {
			break
		}
		s.lineNo++
		s.notPlain = true
		if ok := s.line(buf[pos:end], pos); !ok {
			s.fail(LimitEvent, s.maxEvent, pos, s.lineNo)
			break
		}
		pos = s.afterEnd(end)
	}
	s.pos, s.lf, s.cr = pos, lf, cr
	return event
}

// index returns where the first c at or after from stands, or the end.
func index(buf []byte, from int, c byte) int {
	if i := bytes.IndexByte(buf[from:], c); i >= 0 {
		return from + i
	}
	return len(buf)
}

// afterEnd returns where the line begins that follows the line end at i.
func (s *stream) afterEnd(i int) int {
	if s.buf[i] == '\r' {
		if i+1 == s.end {
			s.skipLF = true
		} else if s.buf[i+1] == '\n' {
			return i + 2
		}
	}
	return i + 1
}

// blank is an empty line: it reports whether there is an event to dispatch.
func (s *stream) blank() bool {
	if s.findings != nil {
		s.inspectBlank()
	}
	s.commitID()
	if !s.hasData { // step 2 of #dispatchMessage
		s.clear()
	}
	return s.hasData
}

// line interprets the line that stands at start and is not empty. It returns
// false when the event has become too large.
func (s *stream) line(line []byte, start int) bool {
	if s.findings != nil {
		s.inspect(line, start)
	}
	if start >= s.dirty || utf8.Valid(line) {
		return s.field(line)
	}
	s.work += int64(len(line))
	s.scratch = appendDecoded(s.scratch[:0], line)
	ok := s.field(s.scratch)
	s.settle()
	return ok
}

// field is #processField: names are compared literally, and what is no known
// name is ignored. It returns false when the event has become too large.
func (s *stream) field(line []byte) bool {
	if value, ok := fieldValue(line, "data"); ok {
		return s.addData(value)
	}
	if value, ok := fieldValue(line, "event"); ok {
		s.typ.lend(value)
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

// addData appends a value to the data buffer if the event can hold it.
func (s *stream) addData(value []byte) bool {
	if !s.hasData {
		s.data.lend(value)
		s.hasData = true
		return s.fits()
	}
	if len(s.data.bytes)+1+len(value)+len(s.typ.bytes) > s.maxEvent {
		return false
	}
	s.data.addLine(value)
	s.work += int64(len(value))
	return true
}

// fits reports whether the event is still within its limit.
func (s *stream) fits() bool { return len(s.data.bytes)+len(s.typ.bytes) <= s.maxEvent }

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
