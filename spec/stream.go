package spec

import "unicode/utf8"

const (
	// startSize is the first size of the buffer: enough for most streams, so
	// that thousands of idle connections cost little.
	startSize = 4 << 10
	// readSize is the most that one read asks for. What arrives is looked at
	// three times (line ends, UTF-8, interpretation); a larger piece would fall
	// out of the processor's innermost cache in between.
	readSize = 8 << 10
)

const byteOrderMark = "\xEF\xBB\xBF"

// A stream is an event stream as it comes in: the bytes received and not yet
// interpreted, and what their interpretation has left so far. Decoder and
// PushDecoder put bytes into it, each in its own way, and take events out.
//
// Lines are cut, and field names compared, on the bytes as received: CR, LF,
// colon, space, digits and NUL are single bytes in UTF-8 that no ill-formed
// sequence can swallow
// (https://encoding.spec.whatwg.org/#utf-8-decoder, step 4 reads the offending
// byte again), so decoding a line on its own gives what decoding the whole
// stream would.
type stream struct {
	options
	buffers

	buf []byte // buf[:end] is received, buf[pos:end] not yet interpreted
	pos int
	end int
	// lf and cr are where the first LF and CR at or after pos stand, or end
	// where there is none; one that lies before pos is out of date. So no byte
	// is searched twice, and CR costs nothing where none is.
	lf, cr int
	// A line that starts before dirty may hold ill-formed UTF-8. What stands
	// before checked has been looked at.
	dirty, checked int

	base   int64 // offset in the stream of buf[0]
	lineNo int64 // lines interpreted so far
	fresh  bool  // nothing but a part of a byte order mark has come in
	skipLF bool  // the last byte was the CR of a line that is interpreted already
	err    error // why there will be no more events
	// notPlain keeps plain from going on at pos: a block has begun there, or
	// somebody listens to more than events.
	notPlain bool

	scratch []byte // a decoded line that was ill-formed
	block   block  // what findings know of the block; unused without them

	// work counts the bytes searched and moved, for the tests of linear time.
	work int64
}

// init makes the stream ready for its first byte. What the standard lets
// survive a connection stays: the last event ID string and the reconnection
// time; and so do the buffers' memory and the options.
func (s *stream) init() {
	s.pos, s.end, s.lf, s.cr = 0, 0, 0, 0
	s.dirty, s.checked = 0, 0
	s.base, s.lineNo = 0, 0
	s.fresh, s.skipLF = true, false
	s.err = nil
	s.buffers.restart()
	s.notPlain = s.listened()
	s.block.restart()
}

// room returns the free part of the buffer, at least least bytes long.
//
// Bytes are moved to the front only when at least as many have been
// interpreted since the last move, and the buffer grows by doubling; so each
// byte is moved a bounded number of times however the stream is cut.
func (s *stream) room(least int) []byte {
	// The data of an unfinished block may stand in the part that is given up.
	s.settle()
	if pending := s.end - s.pos; pending <= s.pos && s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.work += int64(pending)
		s.base += int64(s.pos)
		s.end -= s.pos
		s.lf = max(s.lf-s.pos, -1)
		s.cr = max(s.cr-s.pos, -1)
		s.dirty = max(s.dirty-s.pos, 0)
		s.checked = max(s.checked-s.pos, 0)
		s.pos = 0
	}
	if len(s.buf)-s.end < least {
		grown := make([]byte, max(startSize, 2*len(s.buf), s.end+least))
		copy(grown, s.buf[:s.end])
		s.work += int64(s.end)
		s.buf = grown
	}
	return s.buf[s.end:]
}

// received takes in n bytes that have been put into room.
func (s *stream) received(n int) {
	if n == 0 {
		return
	}
	old := s.end
	s.end += n
	if s.fresh {
		s.stripBOM()
	}
	if s.skipLF {
		s.skipLF = false
		if s.buf[s.pos] == '\n' {
			s.pos++
		}
	}
	// "None" was only as true as the end that is now old.
	if s.lf == old {
		s.lf = index(s.buf[:s.end], old, '\n')
		s.work += int64(s.lf - old)
	}
	if s.cr == old {
		s.cr = index(s.buf[:s.end], old, '\r')
		s.work += int64(s.cr - old)
	}
	s.checkUTF8()
}

// stripBOM drops the one byte order mark that may stand at the start
// (https://encoding.spec.whatwg.org/#utf-8-decode). No line can end while only
// a part of it is in, so waiting for the rest holds up nothing.
func (s *stream) stripBOM() {
	got := s.buf[:min(s.end, len(byteOrderMark))]
	switch {
	case string(got) == byteOrderMark:
		s.pos = len(byteOrderMark)
	case string(got) == byteOrderMark[:len(got)]:
		return
	}
	s.fresh = false
}

// checkUTF8 looks at what has come in, all at once, because a look at each line
// would cost far more. A sequence that is not complete at the end waits for the
// next time: no line that holds it can be complete before.
func (s *stream) checkUTF8() {
	n := s.end - incompleteTail(s.buf[s.checked:s.end])
	s.work += int64(n - s.checked)
	if !utf8.Valid(s.buf[s.checked:n]) {
		s.dirty = n
	}
	s.checked = n
}
