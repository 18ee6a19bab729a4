package states

import (
	"fmt"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// After is where both machines are after the bytes.
type After struct {
	Char              string
	Data              int // fields of the block: none, one, more
	Typed, Dispatched bool
	// LastID says that the last event ID string is set, PendingID that it would be after
	// a blank line.
	LastID, PendingID bool
}

// Read reads bytes that may go on.
func Read(b []byte) After {
	r := reading{set: &Set{}}
	for _, c := range b {
		r.byte(c, 0)
	}
	if r.owed {
		r.pay(endCR)
	}
	return After{
		Char: charName(r.char.number()), Data: int(r.block.data), Typed: r.block.typed, Dispatched: r.block.dispatched,
		LastID: r.block.lastID, PendingID: r.block.next(blankLine).lastID,
	}
}

var kindNames = [kinds]string{"blank", "comment", "unknown", "empty data", "data", "empty event", "event", "empty id", "id",
	"id with NUL", "empty retry", "retry", "huge retry", "bad retry", "no line", "half a line"}

var endingNames = [endings]string{"LF", "CR", "CRLF", "CR|LF", "cut"}

// Lines are the transitions of the lines of an input, in the order of the states.
func Lines(in stream.Input) (lines []string) {
	for _, n := range exercised(in) {
		if n >= charTransitions {
			n -= charTransitions
			lines = append(lines, kindNames[n/int(endings)%int(kinds)]+", "+endingNames[n%int(endings)])
		}
	}
	return lines
}

// Chars are the transitions of the bytes of an input: how many cuts stand before them.
func Chars(in stream.Input) (chars []string) {
	for _, n := range exercised(in) {
		if n < charTransitions {
			state, what := n/chunkings/int(classes), class(n/chunkings%int(classes))
			chars = append(chars, fmt.Sprintf("%s, %d, %d", charName(state), what, n%chunkings))
		}
	}
	return chars
}

func exercised(in stream.Input) (numbers []int) {
	var s Set
	s.Add(in)
	for n := range charTransitions + lineTransitions {
		if s.transitions[n/64]>>(n%64)&1 == 1 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// The classes that specs name.
const (
	LineFeed  = int(lineFeed)
	Lower     = int(lower)
	GoesOn    = int(goesOn)
	StreamEnd = int(streamEnd)
	LeadEF    = int(leadEF)
)
