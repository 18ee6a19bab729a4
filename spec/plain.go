package spec

import "bytes"

// plain is a short cut through interpret for what nearly all streams are made
// of: blocks that are in the buffer as a whole and hold nothing but an event
// type, an id, one line of data and comments, with LF or CRLF at their lines'
// ends. It works on local variables alone, and leaves no trace of a block before
// the blank line at its end; with anything else, or half a block, it gives up,
// and interpret begins that block anew. So a block is looked at twice at most:
// once begun, it is interpret's to the end.
func (s *stream) plain(v *View) bool {
	if s.lf == s.end || s.hasData || s.hasID || len(s.typ.bytes) > 0 ||
		s.pos < s.dirty || s.findings != nil || s.comments != nil {
		return false
	}
	buf, pos, lines := s.buf[:s.end], s.pos, int64(0)
	if s.cr < pos {
		s.cr = index(buf, pos, '\r')
		s.work += int64(s.cr - pos)
	}
	cr := s.cr
	var typ, data, id []byte
	for pos < len(buf) {
		lines++
		if n := blankLine(buf, pos); n > 0 {
			pos += n
			s.closePlain(pos, cr, lines, id)
			if data != nil {
				v.Type, v.Data, v.LastEventID = s.message, data, s.id[s.idNow].bytes
				if len(typ) > 0 {
					v.Type = typ
				}
				return true
			}
			lines, typ, id = 0, nil, nil
			continue
		}
		n := bytes.IndexByte(buf[pos:], '\n')
		if n < 0 {
			s.work += int64(len(buf) - pos)
			break
		}
		if n > s.maxLine {
			break
		}
		line := buf[pos : pos+n]
		pos += n + 1
		if cr < pos {
			if cr != pos-len("\r\n") {
				break
			}
			line = line[:n-1]
			cr = index(buf, pos, '\r')
		}
		if value, ok := fieldValue(line, "data"); ok {
			if data != nil || len(value)+len(typ) > s.maxEvent {
				break
			}
			data = value
		} else if value, ok := fieldValue(line, "event"); ok {
			if len(data)+len(value) > s.maxEvent {
				break
			}
			typ = value
		} else if value, ok := fieldValue(line, "id"); ok && !hasNUL(value) {
			id = value
		} else if line[0] != ':' {
			break
		}
	}
	s.work += 2 * int64(pos-s.pos)
	return false
}

// closePlain ends a plain block: pos is where the next one begins, cr where the
// next CR stands, and id its id, nil where it has none.
func (s *stream) closePlain(pos, cr int, lines int64, id []byte) {
	s.work += 2 * int64(pos-s.pos)
	s.pos, s.cr = pos, cr
	s.lineNo += lines
	if id != nil {
		s.setID(id)
		s.commitID()
	}
}

// blankLine returns the length of the blank line at pos, which LF or CRLF ends;
// 0 where there is none.
func blankLine(buf []byte, pos int) int {
	if buf[pos] == '\n' {
		return 1
	}
	if buf[pos] == '\r' && pos+1 < len(buf) && buf[pos+1] == '\n' {
		return 2
	}
	return 0
}

// hasNUL is for short values, which most are, quicker than the search alone.
func hasNUL(value []byte) bool {
	if len(value) > 16 {
		return bytes.IndexByte(value, 0) >= 0
	}
	for _, c := range value {
		if c == 0 {
			return true
		}
	}
	return false
}
