package shrink

import "unicode/utf8"

// The units of a stream, from coarse to fine. A cut between two units is one of its own;
// a cut within one goes away with it.

func cuts(tokens []token) []span {
	var all []span
	for i, t := range tokens {
		if t == cut {
			all = append(all, span{i, i + 1})
		}
	}
	return all
}

func singles(tokens []token) []span {
	all := make([]span, len(tokens))
	for i := range all {
		all[i] = span{i, i + 1}
	}
	return all
}

// A line is where a line, its end and the parts of it are. What is not there is empty.
type line struct {
	name, colon, space, value, end span
}

// eachLine takes the tokens apart into lines, and says where a byte order mark at the
// start and the cuts between lines are.
func eachLine(tokens []token, between func(span), found func(line)) {
	at := 0
	if len(tokens) >= 3 && tokens[0] == 0xEF && tokens[1] == 0xBB && tokens[2] == 0xBF {
		between(span{0, 3})
		at = 3
	}
	for at < len(tokens) {
		if tokens[at] == cut {
			between(span{at, at + 1})
			at++
			continue
		}
		l := lineAt(tokens, at)
		found(l)
		at = l.end.to
	}
}

func lineAt(tokens []token, from int) line {
	end := from
	for end < len(tokens) && tokens[end] != '\n' && tokens[end] != '\r' {
		end++
	}
	l := line{end: span{end, endOfLine(tokens, end)}}
	colon := from
	for colon < end && tokens[colon] != ':' {
		colon++
	}
	l.name = span{from, colon}
	value := min(colon+1, end)
	l.colon = span{colon, value}
	l.space = span{value, value}
	if value < end && tokens[value] == ' ' {
		l.space.to++
	}
	l.value = span{l.space.to, end}
	return l
}

// endOfLine is where the line end that begins there ends: behind LF, CRLF, also when
// there is a cut in it, or CR.
func endOfLine(tokens []token, at int) int {
	if at == len(tokens) || tokens[at] == '\n' {
		return min(at+1, len(tokens))
	}
	next := at + 1
	for next < len(tokens) && tokens[next] == cut {
		next++
	}
	if next < len(tokens) && tokens[next] == '\n' {
		return next + 1
	}
	return at + 1
}

// blocks are the lines up to a blank one, and that.
func blocks(tokens []token) []span {
	var all []span
	open := false
	eachLine(tokens, func(s span) {
		if !open {
			all = append(all, s)
		}
	}, func(l line) {
		if !open {
			all = append(all, span{l.name.from, l.name.from})
		}
		all[len(all)-1].to = l.end.to
		open = l.name.from < l.end.from
	})
	return all
}

func lines(tokens []token) []span {
	return ofLines(tokens, func(l line) []span { return []span{{l.name.from, l.end.to}} })
}

// fields are names with their colons, values, and line ends.
func fields(tokens []token) []span {
	return ofLines(tokens, func(l line) []span {
		return []span{{l.name.from, l.colon.to}, {l.space.from, l.value.to}, l.end}
	})
}

func parts(tokens []token) []span {
	return ofLines(tokens, func(l line) []span { return []span{l.name, l.colon, l.space, l.value, l.end} })
}

func ofLines(tokens []token, of func(line) []span) []span {
	var all []span
	add := func(s span) {
		if s.from < s.to {
			all = append(all, s)
		}
	}
	eachLine(tokens, add, func(l line) {
		for _, s := range of(l) {
			add(s)
		}
	})
	return all
}

// characters are those of UTF-8, and each byte that is part of none.
func characters(tokens []token) []span {
	all := make([]span, 0, len(tokens))
	for i := 0; i < len(tokens); {
		n := characterAt(tokens, i)
		all = append(all, span{i, i + n})
		i += n
	}
	return all
}

// characterAt is how many tokens the character there has.
func characterAt(tokens []token, at int) int {
	var b [utf8.UTFMax]byte
	n := 0
	for n < len(b) && at+n < len(tokens) && tokens[at+n] >= 0 {
		b[n] = byte(tokens[at+n])
		n++
	}
	if n == 0 {
		return 1
	}
	_, size := utf8.DecodeRune(b[:n])
	return size
}
