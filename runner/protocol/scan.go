package protocol

import (
	"bytes"
	"unicode/utf8"
)

// A Scan reads JSON as serialisers write it, many times faster than encoding/json, and
// gives up at anything else: a member twice, a broken text, white space in odd places.
// What it has read is right only if it has not Failed at the end; a line at which it has
// is left to [Decode], whose errors say more.
type Scan struct {
	Failed bool
	rest   []byte
}

// NewScan reads a line.
func NewScan(line []byte) *Scan { return &Scan{rest: line, Failed: !utf8.Valid(line)} }

// Done says that the line was read to its end.
func (s *Scan) Done() bool { return !s.Failed && len(s.rest) == 0 }

// Object reads an object. member reads the value of each of its members, and says
// whether it knows it; one that comes twice it does not.
func (s *Scan) Object(member func(name []byte) bool) {
	s.expect('{')
	if s.take('}') {
		return
	}
	for !s.Failed {
		name := s.plain()
		s.expect(':')
		if !member(name) {
			s.Failed = true
		}
		if s.take('}') {
			return
		}
		s.expect(',')
	}
}

// Array reads an array; element reads each element.
func (s *Scan) Array(element func()) {
	s.expect('[')
	if s.take(']') {
		return
	}
	for !s.Failed {
		element()
		if s.take(']') {
			return
		}
		s.expect(',')
	}
}

// Text reads a string.
func (s *Scan) Text() Text {
	s.expect('"')
	for i, c := range s.rest {
		switch {
		case c == '"':
			inside := s.rest[:i]
			s.rest = s.rest[i+1:]
			return Text(inside)
		case c == '\\':
			return s.escaped()
		case c < ' ':
			s.Failed = true
			return ""
		}
	}
	s.Failed = true
	return ""
}

// UTF8 reads a string that is to be one of Go's own: a lone surrogate in it, which
// encoding/json replaces there, is left to that.
func (s *Scan) UTF8() string {
	text := string(s.Text())
	s.Failed = s.Failed || !utf8.ValidString(text)
	return text
}

// escaped reads a string that has escapes, behind its quotation mark.
func (s *Scan) escaped() Text {
	for i := 0; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			text, err := unescape(s.rest[:i])
			s.Failed = s.Failed || err != nil
			s.rest = s.rest[i+1:]
			return Text(text)
		case c == '\\':
			i++
		case c < ' ':
			s.Failed = true
			return ""
		}
	}
	s.Failed = true
	return ""
}

// Digits reads a number of at most 18 digits, without a sign.
func (s *Scan) Digits() string {
	s.skip()
	n := 0
	for n < len(s.rest) && s.rest[n] >= '0' && s.rest[n] <= '9' {
		n++
	}
	digits := s.rest[:n]
	s.rest = s.rest[n:]
	if n == 0 || n > 18 || n > 1 && digits[0] == '0' || len(s.rest) > 0 && bytes.IndexByte([]byte(".eE"), s.rest[0]) >= 0 {
		s.Failed = true
	}
	return string(digits)
}

// plain reads a string without escapes.
func (s *Scan) plain() []byte {
	s.expect('"')
	i := bytes.IndexByte(s.rest, '"')
	if i < 0 || bytes.IndexByte(s.rest[:i], '\\') >= 0 {
		s.Failed = true
		return nil
	}
	name := s.rest[:i]
	s.rest = s.rest[i+1:]
	return name
}

// take takes a byte behind spaces, if it is there.
func (s *Scan) take(c byte) bool {
	s.skip()
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *Scan) skip() {
	for len(s.rest) > 0 && s.rest[0] == ' ' {
		s.rest = s.rest[1:]
	}
}

func (s *Scan) expect(c byte) {
	if !s.take(c) {
		s.Failed = true
	}
}
