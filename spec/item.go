package spec

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An Item is one block of an event stream, as an encoder is asked to write it.
// Every part may be missing, and an empty part is not a missing one: an empty
// ID resets the last event ID, an empty Data dispatches an event without text,
// and a block without Data dispatches nothing.
type Item struct {
	// Comment is ignored by clients. It may hold line breaks: each of its
	// lines becomes a comment line.
	Comment *string `json:"comment,omitempty"`
	// Event is the event type. An empty one, and DefaultType, are what a block
	// without one has.
	Event *string `json:"event,omitempty"`
	// ID is the last event ID from this block on.
	ID *string `json:"id,omitempty"`
	// Retry is the reconnection time in milliseconds.
	Retry *int64 `json:"retry,omitempty"`
	// Data may hold line breaks: each of its lines becomes a data field. The
	// format has no way to tell CR, CRLF and LF apart in it: all three reach
	// the receiver as LF.
	Data *string `json:"data,omitempty"`
}

// A FieldError says that the event stream format cannot carry a value. Nothing
// has been written.
type FieldError struct {
	Field  string // comment, event, id, retry or data
	Offset int    // where in the value the fault is, in bytes
	Reason string
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("spec: the format cannot carry this %s: %s at byte %d", e.Field, e.Reason, e.Offset)
}

// Append appends the item's block to dst: its fields, each ended by LF, and a
// blank line. An item without any part is a blank line alone, which means
// nothing. It returns dst as it was and a [*FieldError] when a value cannot be
// carried: CR or LF in Event or ID, where they would forge fields; NUL in ID,
// which clients ignore; a negative Retry; text that is not UTF-8, the only
// encoding there is.
func (item Item) Append(dst []byte) ([]byte, error) {
	if err := item.check(); err != nil {
		return dst, err
	}
	if item.Comment != nil {
		dst = appendLines(dst, "", *item.Comment)
	}
	if item.Event != nil {
		dst = appendField(dst, "event", *item.Event)
	}
	if item.ID != nil {
		dst = appendField(dst, "id", *item.ID)
	}
	if item.Retry != nil {
		dst = append(dst, "retry: "...)
		dst = strconv.AppendInt(dst, *item.Retry, 10)
		dst = append(dst, '\n')
	}
	if item.Data != nil {
		dst = appendLines(dst, "data", *item.Data)
	}
	return append(dst, '\n'), nil
}

func (item Item) check() error {
	if item.Retry != nil && *item.Retry < 0 {
		return &FieldError{"retry", 0, fmt.Sprintf("the negative number %d", *item.Retry)}
	}
	return cmp.Or(
		checkText("comment", item.Comment, ""),
		checkText("event", item.Event, "\r\n"),
		checkText("id", item.ID, "\r\n\x00"),
		checkText("data", item.Data, ""),
	)
}

func checkText(field string, value *string, banned string) error {
	if value == nil {
		return nil
	}
	if i := strings.IndexAny(*value, banned); i >= 0 {
		return &FieldError{field, i, fmt.Sprintf("%q", (*value)[i])}
	}
	if !utf8.ValidString(*value) {
		i, _ := nextIllFormed([]byte(*value))
		return &FieldError{field, i, "ill-formed UTF-8"}
	}
	return nil
}

// appendLines appends a field for each line of value. CRLF, CR and LF all end a
// line for the receiver (#parsing-an-event-stream, end-of-line), so each must be
// cut at, or what follows it would be a field of the sender's choosing.
func appendLines(dst []byte, name, value string) []byte {
	pos, lf, cr := 0, -1, -1
	for {
		if lf < pos {
			lf = indexString(value, pos, '\n')
		}
		if cr < pos {
			cr = indexString(value, pos, '\r')
		}
		end := min(lf, cr)
		dst = appendField(dst, name, value[pos:end])
		if end == len(value) {
			return dst
		}
		if strings.HasPrefix(value[end:], "\r\n") {
			end++
		}
		pos = end + 1
	}
}

// indexString returns where the first c at or after from stands, or the end.
func indexString(value string, from int, c byte) int {
	if i := strings.IndexByte(value[from:], c); i >= 0 {
		return from + i
	}
	return len(value)
}

// appendField appends one line. The space after the colon is the one that the
// receiver removes, so that a value may begin with a space of its own.
func appendField(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, ':')
	if value != "" {
		dst = append(dst, ' ')
		dst = append(dst, value...)
	}
	return append(dst, '\n')
}
