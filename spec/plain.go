package spec

import "bytes"

// The fields that plain knows are told apart by the length of their names,
// colon included.
const (
	plainComment = len(":")
	plainID      = len("id:")
	plainData    = len("data:")
	plainEvent   = len("event:")

	// plainLine is what must be in the buffer for a look at the name; it spares
	// each comparison a check of its own.
	plainLine = 8
)

// plain is a short cut through interpret for what nearly all streams are made
// of: blocks that are in the buffer as a whole and hold nothing but an event
// type, an id, one line of data and comments, with LF or CRLF at their lines'
// ends. The fields go right into v. Nothing else shows a trace of a block before
// the blank line at its end; with anything else, or half a block, plain gives
// up, and interpret begins that block anew. So a block is looked at twice at
// most: once begun, it is interpret's to the end.
//
// It is one long function because a call for each line would cost as much as
// all that is done for a short one.
func (s *stream) plain(v *View) bool {
	if s.notPlain || s.lf == s.end || s.pos < s.dirty {
		return false
	}
	v.Type, v.Data, v.LastEventID = nil, nil, s.lastID.bytes
	most := min(s.maxLine, s.maxEvent) // a block that is no longer breaks neither limit
	buf, pos, cr := s.buf[:s.end:s.end], s.pos, s.cr
	lines, hasID := int64(0), false
loop:
	for pos < len(buf) {
		lines++
		if c := buf[pos]; c == '\n' || c == '\r' && pos+1 < len(buf) && buf[pos+1] == '\n' {
			pos++
			if c == '\r' {
				pos++
			}
			s.closePlain(pos, cr, lines)
			if hasID {
				s.lastID.lend(v.LastEventID)
			}
			if v.Data != nil {
				if len(v.Type) == 0 {
					v.Type = s.message
				}
				return true
			}
			v.Type, lines, hasID = nil, 0, false
			continue
		}
		rest := buf[pos:]
		if len(rest) < plainLine {
			break
		}
		name := plainComment
		switch {
		case string(rest[:plainData]) == "data:" && v.Data == nil:
			name = plainData
		case string(rest[:plainEvent]) == "event:":
			name = plainEvent
		case string(rest[:plainID]) == "id:":
			name, hasID = plainID, true
		case rest[0] != ':':
			break loop
		}
		n := bytes.IndexByte(rest, '\n')
		if n < 0 {
			pos = len(buf)
			break
		}
		end := pos + n
		if end-s.pos > most {
			break
		}
		if cr < end {
			if cr < pos { // out of date
				if cr = bytes.IndexByte(rest, '\r'); cr < 0 {
					cr = len(rest)
				}
				s.work += int64(cr)
				cr += pos
			}
			if cr < end {
				if cr != end-1 { // a CR that ends a line alone
					break
				}
				n--
			}
		}
		value := trimSpace(rest[name:n])
		pos = end + 1
		switch name {
		case plainData:
			v.Data = value
		case plainEvent:
			v.Type = value
		case plainID:
			if bytes.IndexByte(value, 0) >= 0 {
				break loop
			}
			v.LastEventID = value
		}
	}
	s.work += 2 * int64(pos-s.pos)
	return false
}

// closePlain ends a plain block: pos is where the next one begins, cr where the
// next CR stands, or stood.
func (s *stream) closePlain(pos, cr int, lines int64) {
	s.work += 2 * int64(pos-s.pos)
	s.pos, s.cr = pos, cr
	s.lineNo += lines
}
