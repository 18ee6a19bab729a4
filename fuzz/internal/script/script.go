// Package script has what an encoder is made to write as a string of bytes, for fuzzers
// that know nothing else.
package script

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/spec"
)

// A Step is one call of an encoder: Encode with an item, or EncodeEvent.
type Step struct {
	Item  spec.Item
	Event *spec.Event // the call is EncodeEvent
}

// String is the call.
func (s Step) String() string {
	if s.Event != nil {
		return fmt.Sprintf("EncodeEvent(%+q)", *s.Event)
	}
	var parts []string
	for _, part := range []struct {
		name string
		text *string
	}{{"comment", s.Item.Comment}, {"event", s.Item.Event}, {"id", s.Item.ID}, {"data", s.Item.Data}} {
		if part.text != nil {
			parts = append(parts, fmt.Sprintf("%s: %+q", part.name, *part.text))
		}
	}
	if s.Item.Retry != nil {
		parts = append(parts, fmt.Sprintf("retry: %d", *s.Item.Retry))
	}
	return "Encode({" + strings.Join(parts, ", ") + "})"
}

// Bounds of a script.
const (
	MaxSteps = 32
	MaxText  = 255 // bytes of one text
)

// A step is a byte of these, and behind it the parts, in this order. A text is its
// length in one byte and its bytes; the number is a varint. Any string of bytes is a
// script: what is cut off at its end is as long as the string has it.
const (
	hasData = 1 << iota
	hasType
	hasID
	hasRetry
	hasComment
	isEvent // a type, a last event ID and data, whatever else is said
)

// Read reads a script.
func Read(b []byte) []Step {
	var steps []Step
	r := reader{b}
	for len(r.rest) > 0 && len(steps) < MaxSteps {
		steps = append(steps, r.step())
	}
	return steps
}

type reader struct{ rest []byte }

func (r *reader) step() Step {
	parts := r.byte()
	if parts&isEvent != 0 {
		return Step{Event: &spec.Event{Data: r.text(), Type: r.text(), LastEventID: r.text()}}
	}
	var item spec.Item
	for _, part := range []struct {
		bit byte
		to  **string
	}{{hasData, &item.Data}, {hasType, &item.Event}, {hasID, &item.ID}, {hasComment, &item.Comment}} {
		if parts&part.bit != 0 {
			text := r.text()
			*part.to = &text
		}
	}
	if parts&hasRetry != 0 {
		ms := r.number()
		item.Retry = &ms
	}
	return Step{Item: item}
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) text() string {
	n := min(int(r.byte()), len(r.rest))
	text := string(r.rest[:n])
	r.rest = r.rest[n:]
	return text
}

func (r *reader) number() int64 {
	number, n := binary.Varint(r.rest)
	switch {
	case n == 0: // it is cut off
		n = len(r.rest)
	case n < 0: // it is beyond an int64
		n = -n
	}
	r.rest = r.rest[n:]
	return number
}

// Append writes a step behind a script. It returns false, and the script as it was, when
// a text is longer than [MaxText].
func Append(b []byte, step Step) ([]byte, bool) {
	parts := []*string{step.Item.Data, step.Item.Event, step.Item.ID, step.Item.Comment}
	bits := []byte{hasData, hasType, hasID, hasComment}
	if e := step.Event; e != nil {
		parts, bits = []*string{&e.Data, &e.Type, &e.LastEventID}, []byte{isEvent, isEvent, isEvent}
	}
	whole := len(b)
	b = append(b, 0)
	for i, part := range parts {
		if part == nil {
			continue
		}
		if len(*part) > MaxText {
			return b[:whole], false
		}
		b[whole] |= bits[i]
		b = append(append(b, byte(len(*part))), *part...)
	}
	if step.Event == nil && step.Item.Retry != nil {
		b[whole] |= hasRetry
		b = binary.AppendVarint(b, *step.Item.Retry)
	}
	return b, true
}
