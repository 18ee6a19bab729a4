package cases

import "bytes"

// Settled reports whether a stream ends between two blocks, so that another
// block may be appended without a change of what came before or of what the
// other block means: no line is unfinished, and no field stands behind the last
// blank line. A CR at the end is a line end, as long as the other block does not
// begin with LF. A stream of a whole byte order mark alone is settled, and so is
// one of nothing.
func Settled(stream []byte) bool {
	rest := bytes.TrimPrefix(stream, []byte("\xef\xbb\xbf"))
	for len(rest) > 0 {
		line, ended := cutLineEnd(rest)
		if !ended {
			return false
		}
		start := bytes.LastIndexAny(line, "\r\n") + 1
		switch line := line[start:]; {
		case len(line) == 0:
			return true
		case line[0] != ':': // a field, of whatever name
			return false
		}
		rest = rest[:start] // a comment changes nothing
	}
	return true
}

// cutLineEnd cuts the line end off that the text ends in: CRLF, LF or CR.
func cutLineEnd(text []byte) (line []byte, ended bool) {
	if line, ended = bytes.CutSuffix(text, []byte("\n")); ended {
		return bytes.TrimSuffix(line, []byte("\r")), true
	}
	return bytes.CutSuffix(text, []byte("\r"))
}
