package spec

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"unicode/utf8"
)

// A block is what findings need to know of the block that is being received.
type block struct {
	open     bool  // a line of it is in
	first    quote // where it begins
	event    quote // its last event field
	hasEvent bool
	hasID    bool
	hasData  bool
}

func (b *block) restart() { b.open, b.hasEvent, b.hasID, b.hasData = false, false, false, false }

// A quote is a place that may become a finding later on. It keeps its memory.
type quote struct {
	offset, line int64
	text         []byte
}

func (q *quote) set(at place, text []byte) {
	q.offset, q.line = at.offset, at.line
	q.text = append(q.text[:0], text[:min(len(text), excerptSize+1)]...) // one more shows that it goes on
}

func (q *quote) finding(kind FindingKind) Finding {
	return Finding{Kind: kind, Offset: q.offset, Line: q.line, Text: excerpt(q.text)}
}

// inspect reports what is to be found in a complete line that is not empty.
func (s *stream) inspect(line []byte, start int) {
	at := place{offset: s.base + int64(start), line: s.lineNo, report: s.findings}
	if !s.block.open {
		s.block.open = true
		s.block.first.set(at, line)
	}
	at.inspectText(line, start < s.dirty)
	if line[0] == ':' {
		return
	}
	name, value, colon := bytes.Cut(line, []byte(":"))
	valueAt := len(line) - len(value)
	if trimmed := trimSpace(value); len(trimmed) < len(value) {
		value = trimmed
		valueAt++
	}
	switch string(name) {
	case "data":
		s.block.hasData = true
	case "event":
		s.inspectEvent(at, value)
	case "id":
		s.inspectID(at, value, valueAt)
	case "retry":
		at.inspectRetry(value, valueAt)
	default:
		at.inspectName(name, colon)
	}
}

func (s *stream) inspectEvent(at place, value []byte) {
	if s.block.hasEvent {
		at.add(RepeatedField, 0, []byte("event"))
	}
	s.block.hasEvent = true
	s.block.event.set(at, value)
}

func (s *stream) inspectID(at place, value []byte, valueAt int) {
	if nul := bytes.IndexByte(value, 0); nul >= 0 {
		at.add(NULInID, valueAt+nul, value)
		return
	}
	if s.block.hasID {
		at.add(RepeatedField, 0, []byte("id"))
	}
	s.block.hasID = true
}

// inspectBlank reports what is to be found at the end of a block.
func (s *stream) inspectBlank() {
	if s.block.hasEvent && !s.block.hasData {
		s.findings(s.block.event.finding(EventWithoutData))
	}
	s.block.restart()
}

// finish ends the stream for the reason err, which is io.EOF at its proper end.
// Another one says itself that the block was cut off.
func (s *stream) finish(err error) {
	s.err = err
	if err != io.EOF || s.findings == nil {
		return
	}
	rest := s.buf[s.pos:s.end]
	at := place{offset: s.base + int64(s.pos), line: s.lineNo + 1, report: s.findings}
	at.inspectText(rest, true)
	switch {
	case s.block.open:
		s.findings(s.block.first.finding(CutOffBlock))
	case len(rest) > 0:
		at.add(CutOffBlock, 0, rest)
	}
}

// A place is the line in which something is found.
type place struct {
	offset int64 // of the line's first byte
	line   int64
	report func(Finding)
}

func (p place) finding(kind FindingKind, at int, text []byte) Finding {
	return Finding{Kind: kind, Offset: p.offset + int64(at), Line: p.line, Text: excerpt(text)}
}

func (p place) add(kind FindingKind, at int, text []byte) { p.report(p.finding(kind, at, text)) }

// inspectText looks for what may stand in any part of a line. A line that is not
// suspect is known to be well-formed.
func (p place) inspectText(line []byte, suspect bool) {
	if suspect {
		if valid, bad := nextIllFormed(line); bad > 0 {
			f := p.finding(IllFormedUTF8, valid, nil)
			f.Text = hex.EncodeToString(line[valid : valid+bad])
			p.report(f)
		}
	}
	if bom := bytes.Index(line, []byte(byteOrderMark)); bom >= 0 {
		p.add(MisplacedBOM, bom, []byte(byteOrderMark))
	}
}

func (p place) inspectRetry(value []byte, valueAt int) {
	switch _, form := readRetry(value); form {
	case retryEmpty:
		p.add(EmptyRetry, 0, nil)
	case retryBad:
		p.add(BadRetry, valueAt, value)
	case retryOutOfRange:
		p.add(RetryOutOfRange, valueAt, value)
	}
}

// inspectName reports a name that is not known, as the most telling kind.
func (p place) inspectName(name []byte, colon bool) {
	kind := UnknownField
	switch trimmed := bytes.Trim(name, " \t"); {
	case isField(name):
		kind = FieldNameCase
	case len(trimmed) < len(name) && isField(trimmed):
		kind = FieldNameBlanks
	case !colon:
		kind = NoColon
	}
	p.add(kind, 0, name)
}

// isField reports whether name is that of a field, but for its case.
func isField(name []byte) bool {
	for _, known := range [...]string{"data", "event", "id", "retry"} {
		if strings.EqualFold(string(name), known) {
			return true
		}
	}
	return false
}

// excerptSize is the most of a stream that a finding quotes.
const excerptSize = 64

// excerpt returns the beginning of text, decoded.
func excerpt(text []byte) string {
	cut := text[:min(len(text), excerptSize)]
	if len(cut) < len(text) {
		cut = cut[:len(cut)-incompleteTail(cut)]
	}
	decoded := appendDecoded(nil, cut)
	if len(decoded) > excerptSize {
		decoded = decoded[:excerptSize]
		for !utf8.Valid(decoded) {
			decoded = decoded[:len(decoded)-1]
		}
	}
	return string(decoded)
}
