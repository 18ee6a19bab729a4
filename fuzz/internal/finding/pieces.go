package finding

import (
	"strings"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
)

// Bounds of the pieces of a text.
const (
	longestPiece  = 1000 // bytes that are written out
	longestUnit   = 48   // bytes of what may be repeated
	shortestTwice = 64   // bytes from which on a repetition is counted
)

// itemOf is one write of these bytes: a text where it can be one, else pieces of text,
// of bytes that are no UTF-8, and of what is repeated often.
func itemOf(chunk []byte) cases.Item {
	pieces := []cases.Item{}
	for rest := chunk; len(rest) > 0; {
		text, raw := wellFormed(rest), []byte(nil)
		if len(text) == 0 {
			raw = illFormed(rest)
			pieces = append(pieces, cases.Item{Bytes: raw})
		}
		pieces = append(pieces, textPieces(string(text))...)
		rest = rest[len(text)+len(raw):]
	}
	switch len(pieces) {
	case 0:
		empty := ""
		return cases.Item{Text: &empty}
	case 1:
		return pieces[0]
	}
	return cases.Item{Pieces: pieces}
}

// wellFormed is the UTF-8 that the bytes begin with.
func wellFormed(b []byte) []byte {
	n := 0
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return b[:n]
}

// illFormed is what the bytes begin with until there is UTF-8 again.
func illFormed(b []byte) []byte {
	n := 0
	for n < len(b) {
		if r, size := utf8.DecodeRune(b[n:]); r != utf8.RuneError || size > 1 {
			break
		}
		n++
	}
	return b[:n]
}

// textPieces cuts a text where something is repeated often, and where it is long.
func textPieces(text string) []cases.Item {
	var pieces []cases.Item
	from := 0
	written := func(to int) {
		if from < to {
			piece := text[from:to]
			pieces = append(pieces, cases.Item{Text: &piece})
		}
	}
	for at := 0; at < len(text); {
		if r := repeatAt(text[at:]); r != nil {
			written(at)
			pieces = append(pieces, cases.Item{Repeat: r})
			at += r.Size()
			from = at
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		if at+size-from > longestPiece {
			written(at)
			from = at
		}
		at += size
	}
	written(len(text))
	return pieces
}

// repeatAt is what the text begins with, if that is often repeated.
func repeatAt(text string) *cases.Repeat {
	for size := 1; size <= longestUnit && 2*size <= len(text); size++ {
		unit := text[:size]
		if !strings.HasPrefix(text[size:], unit) {
			continue
		}
		times := 2
		for strings.HasPrefix(text[times*size:], unit) {
			times++
		}
		if times > 2 && times*size >= shortestTwice {
			return &cases.Repeat{Repeat: unit, Times: times}
		}
	}
	return nil
}
