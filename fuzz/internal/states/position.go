package states

import "fmt"

// position is the place in the line. Those of the names follow one another as the
// letters of names do; those after the colon, the space and in the value of each field
// as the fields do.
type position uint8

const (
	streamStart position = iota
	streamMark1          // EF
	streamMark2          // EF BB
	afterMark            // the byte order mark has been dropped
	lineStart
	afterCR   // the start of a line, unless LF comes
	lineMark1 // as above, where it is part of a name
	lineMark2
	lineMark
	firstLetter // of data
	otherName   = firstLetter + position(len(names))
	longerName  = otherName + 1 // a known name and more
	comment     = longerName + 1
	afterColon  = comment + 1
	afterSpace  = afterColon + position(fields)
	dataValue   = afterSpace + position(fields)
	eventValue  = dataValue + 1
	idValue     = eventValue + 1
	idWithNUL   = idValue + 1
	retryDigits = idWithNUL + 1 // of up to 31 bits
	retry32     = retryDigits + 1
	retry53     = retry32 + 1 // exact as a double no more
	retry64     = retry53 + 1 // beyond int64
	retryBad    = retry64 + 1
	otherValue  = retryBad + 1
	positions   = otherValue + 1
)

// field is one of the four, or another.
type field uint8

const (
	data field = iota
	event
	id
	retry
	other
	fields
)

// names are the letters of the known names; a position in it is that of the last letter
// met.
const names = "data" + "event" + "id" + "retry"

// lastLetter are the positions at which a name is complete.
var lastLetter = [...]position{data: firstLetter + 3, event: firstLetter + 8, id: firstLetter + 10, retry: firstLetter + 15}

// named is the field whose name is complete.
func (p position) named() field {
	for f, last := range lastLetter {
		if p == last {
			return field(f)
		}
	}
	return other
}

func (p position) inName() bool { return p >= firstLetter && p < otherName }

// startsLine says that nothing of the line has been met.
func (p position) startsLine() bool {
	return p == streamStart || p == afterMark || p == lineStart || p == afterCR
}

// texts are the positions within whose characters a reader can be.
var texts = [...]position{otherName, longerName, comment, dataValue, eventValue, idValue, idWithNUL, retryBad, otherValue}

var positionNames = map[position]string{
	streamStart: "start of the stream", streamMark1: "first byte of the byte order mark",
	streamMark2: "second byte of the byte order mark", afterMark: "after the byte order mark",
	lineStart: "start of a line", afterCR: "after CR", lineMark1: "first byte of a misplaced byte order mark",
	lineMark2: "second byte of a misplaced byte order mark", lineMark: "after a misplaced byte order mark",
	otherName: "other name", longerName: "beyond a known name", comment: "comment",
	dataValue: "value of data", eventValue: "value of event", idValue: "value of id",
	idWithNUL: "value of id with NUL", retryDigits: "digits of retry", retry32: "digits of retry beyond 31 bits",
	retry53: "digits of retry beyond 53 bits", retry64: "digits of retry beyond 63 bits",
	retryBad: "value of retry that is no number", otherValue: "value of an unknown field",
}

func (p position) String() string {
	fieldNames := [fields]string{"data", "event", "id", "retry", "an unknown field"}
	switch {
	case p.inName():
		end := int(p-firstLetter) + 1
		start := end - 1
		for start > 0 && (firstLetter+position(start)-1).named() == other {
			start--
		}
		return fmt.Sprintf("name %q", names[start:end])
	case p >= afterColon && p < afterSpace:
		return "after the colon of " + fieldNames[p-afterColon]
	case p >= afterSpace && p < dataValue:
		return "after the space of " + fieldNames[p-afterSpace]
	}
	return positionNames[p]
}
