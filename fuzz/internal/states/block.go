package states

import "fmt"

// kind is what a line is to its block.
type kind uint8

const (
	blankLine kind = iota
	commentLine
	unknownLine
	emptyData
	fullData
	emptyEvent
	fullEvent
	emptyID
	fullID
	nulID
	emptyRetry
	goodRetry
	hugeRetry // beyond int64
	badRetry
	noLine   // the stream ends at the start of a line
	halfLine // the stream ends within a line
	kinds
)

// kindOf is the kind of the line that ends at the position.
func kindOf(p position) kind {
	switch {
	case p.startsLine():
		return blankLine
	case p == comment:
		return commentLine
	case p < comment:
		return emptyKind(p.named())
	case p < dataValue:
		return emptyKind(char{at: p}.field())
	}
	switch p {
	case dataValue:
		return fullData
	case eventValue:
		return fullEvent
	case idValue:
		return fullID
	case idWithNUL:
		return nulID
	case retry64:
		return hugeRetry
	case retryBad:
		return badRetry
	case otherValue:
		return unknownLine
	}
	return goodRetry
}

func emptyKind(f field) kind {
	return [fields]kind{emptyData, emptyEvent, emptyID, emptyRetry, unknownLine}[f]
}

// ending is how a line came to its end.
type ending uint8

const (
	endLF ending = iota
	endCR
	endCRLF
	endCutCRLF // a cut stands between CR and LF
	endCut     // a cut stands elsewhere in it, however it ends
	endings
)

// block is the machine that takes lines into blocks.
type block struct {
	data       uint8 // data fields: none, one, more
	id         uint8 // the block has no id, an empty one, another
	typed      bool  // the event type buffer is not empty
	lastID     bool  // the last event ID string is not empty
	dispatched bool  // there was an event
}

// blocks is how many states there are of it.
const blocks = 3 * 3 * 2 * 2 * 2

func (b block) number() int {
	n := int(b.data)*3 + int(b.id)
	for _, bit := range [...]bool{b.typed, b.lastID, b.dispatched} {
		n *= 2
		if bit {
			n++
		}
	}
	return n
}

func blockNumbered(n int) (b block) {
	for _, bit := range [...]*bool{&b.dispatched, &b.lastID, &b.typed} {
		*bit = n%2 == 1
		n /= 2
	}
	b.data, b.id = uint8(n/3), uint8(n%3)
	return b
}

func (b block) String() string {
	counts := [...]string{"no", "one", "several"}
	ids := [...]string{"no id", "an empty id", "an id"}
	return fmt.Sprintf("block with %s data and %s; type: %v, last event ID: %v, an event before: %v",
		counts[b.data], ids[b.id], b.typed, b.lastID, b.dispatched)
}

// next is the machine after one more line.
func (b block) next(k kind) block {
	switch k {
	case blankLine:
		return block{
			lastID:     b.id == 2 || b.id == 0 && b.lastID,
			dispatched: b.dispatched || b.data > 0,
		}
	case emptyData, fullData:
		b.data = min(b.data+1, 2)
	case emptyEvent, fullEvent:
		b.typed = k == fullEvent
	case emptyID:
		b.id = 1
	case fullID:
		b.id = 2
	}
	return b
}
