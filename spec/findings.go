package spec

import (
	"fmt"
	"strconv"
)

// A FindingKind names something in a stream that is wrong, or legal and most
// likely not meant.
type FindingKind string

const (
	// UnknownField: a field that no one reads.
	UnknownField FindingKind = "unknown-field"
	// NoColon: a line without a colon, which makes all of it the name of an
	// unknown field. Mostly text that was never meant as an event stream.
	NoColon FindingKind = "no-colon"
	// FieldNameCase: the name of a field in the wrong case; the field is
	// ignored.
	FieldNameCase FindingKind = "field-name-case"
	// FieldNameBlanks: spaces or tabs around a field's name; the field is
	// ignored.
	FieldNameBlanks FindingKind = "field-name-blanks"
	// IllFormedUTF8: bytes that are no UTF-8; each maximal part reads as
	// U+FFFD.
	IllFormedUTF8 FindingKind = "ill-formed-utf8"
	// MisplacedBOM: a byte order mark that is not at the start, where it is a
	// character like any other.
	MisplacedBOM FindingKind = "misplaced-bom"
	// NULInID: an id with a NUL; the field is ignored.
	NULInID FindingKind = "nul-in-id"
	// BadRetry: a retry that is not ASCII digits only; the field is ignored.
	BadRetry FindingKind = "bad-retry"
	// EmptyRetry: a retry without a value. Here it is ignored; the standard
	// leaves it open, and clients differ.
	EmptyRetry FindingKind = "empty-retry"
	// RetryOutOfRange: a retry of more milliseconds than an int64 holds.
	RetryOutOfRange FindingKind = "retry-out-of-range"
	// RepeatedField: a second event or id field in one block, which makes the
	// first one void.
	RepeatedField FindingKind = "repeated-field"
	// EventWithoutData: a block that names an event type and has no data
	// field: nothing is dispatched.
	EventWithoutData FindingKind = "event-without-data"
	// CutOffBlock: the stream ended inside a block; no event comes of it.
	CutOffBlock FindingKind = "cut-off-block"
)

// A Finding is one place in a stream that is suspicious or wrong. A line has at
// most one finding of each kind, at its first place, so that no stream can
// flood a reader of findings with more than a few for each line.
type Finding struct {
	Kind FindingKind
	// Offset is where it stands: bytes from the start of the stream, a byte
	// order mark included.
	Offset int64
	// Line is the number of its line, from 1.
	Line int64
	// Text is what stands there: the field name, the value, the bytes in hex;
	// at most 64 bytes of it, and always UTF-8. It comes from the stream and
	// may hold control characters.
	Text string
}

// String is a sentence with the place and the text quoted, safe for a terminal.
func (f Finding) String() string {
	return fmt.Sprintf("line %d, byte %d: %s", f.Line, f.Offset, f.message())
}

func (f Finding) message() string {
	text := strconv.QuoteToASCII(f.Text)
	switch f.Kind {
	case UnknownField:
		return "the field " + text + " is unknown and ignored"
	case NoColon:
		return "the line " + text + " has no colon and is no known field; it is ignored"
	case FieldNameCase:
		return "the field name " + text + " is in the wrong case; the field is ignored"
	case FieldNameBlanks:
		return "the field name " + text + " has blanks around it; the field is ignored"
	case IllFormedUTF8:
		return "the bytes " + f.Text + " are no UTF-8 and read as U+FFFD"
	case MisplacedBOM:
		return "a byte order mark that is not at the start is a character like any other"
	case NULInID:
		return "the id " + text + " holds a NUL and is ignored"
	case BadRetry:
		return "the retry " + text + " is not made of ASCII digits only and is ignored"
	case EmptyRetry:
		return "the retry is empty; it is ignored here, but clients differ"
	case RetryOutOfRange:
		return "the retry " + text + " is beyond what clients can hold"
	case RepeatedField:
		return "a second " + text + " field in one block makes the first one void"
	case EventWithoutData:
		return "the block of the event " + text + " has no data field; nothing is dispatched"
	case CutOffBlock:
		return "the stream ends inside the block that begins here with " + text + "; no event comes of it"
	}
	return string(f.Kind) + " " + text
}
