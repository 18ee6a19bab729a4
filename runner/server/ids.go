package server

// An idScan follows the lines of a stream and tells, for each event that the
// decoder dispatches, whether its block has an id field of its own: the decoder
// gives the last event ID, which an earlier block may have left. It holds one
// id, at most maxID bytes of it.
type idScan struct {
	line   []byte // the start of the line under way
	length int    // of the line, in bytes
	cr     bool   // the last byte was a CR
	begun  bool   // a byte of the stream has been seen
	offset int64  // of the next byte, in the stream
	start  int64  // of the block under way

	id      *string
	hasData bool
	lines   int // non-empty lines of the block under way
	// own are the ids of the blocks with data since the last take.
	own []ownID
}

// An ownID is the id field of an event's block, nil where it has none, and
// where the block begins in the stream.
type ownID struct {
	id     *string
	offset int64
}

const maxID = 8 << 10

var bom = "\xef\xbb\xbf"

// push takes in the next bytes.
func (s *idScan) push(p []byte) {
	for _, b := range p {
		s.offset++
		if s.cr && b == '\n' {
			s.cr = false
			continue
		}
		s.cr = b == '\r'
		if b == '\n' || b == '\r' {
			s.endLine()
			continue
		}
		s.length++
		if len(s.line) < maxID {
			s.line = append(s.line, b)
		}
	}
}

// pending tells whether the stream stands inside a block.
func (s *idScan) pending() bool { return s.length > 0 || s.lines > 0 }

// take returns the own id of the next event with data.
func (s *idScan) take() ownID {
	if len(s.own) == 0 {
		return ownID{}
	}
	own := s.own[0]
	s.own = s.own[1:]
	return own
}

func (s *idScan) endLine() {
	line := string(s.line)
	s.line = s.line[:0]
	length := s.length
	s.length = 0
	if !s.begun && len(line) >= len(bom) && line[:len(bom)] == bom {
		line, length = line[len(bom):], length-len(bom)
	}
	s.begun = true
	if length == 0 {
		if s.hasData {
			s.own = append(s.own, ownID{s.id, s.start})
		}
		s.id, s.hasData, s.lines, s.start = nil, false, 0, s.offset
		return
	}
	s.lines++
	switch name, value := field(line); name {
	case "data":
		s.hasData = true
	case "id":
		if !hasNUL(value) {
			s.id = &value
		}
	}
}

// field cuts a line as https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation says.
func field(line string) (name, value string) {
	for i := range len(line) {
		if line[i] != ':' {
			continue
		}
		name, value = line[:i], line[i+1:]
		if len(value) > 0 && value[0] == ' ' {
			value = value[1:]
		}
		return name, value
	}
	return line, ""
}

func hasNUL(s string) bool {
	for i := range len(s) {
		if s[i] == 0 {
			return true
		}
	}
	return false
}
