package items

import (
	"encoding/json"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// A Part is one of the five parts of an item.
type Part uint8

// The parts, in the order in which most encoders write them.
const (
	Comment Part = iota
	Event
	ID
	Retry
	Data
	parts // how many there are
)

// String is the part's name in the case format.
func (p Part) String() string { return [...]string{"comment", "event", "id", "retry", "data"}[p] }

// text is the place of a part that is a text.
func text(item *encoder.Item, p Part) **string {
	switch p {
	case Comment:
		return &item.Comment
	case Event:
		return &item.Event
	case ID:
		return &item.ID
	}
	return &item.Data
}

// Value is a part as a text, a reconnection time as it is given; false says that the
// item has none.
func Value(item encoder.Item, p Part) (value string, has bool) {
	if p == Retry {
		return printed(item.Retry), item.Retry != nil
	}
	if t := *text(&item, p); t != nil {
		return *t, true
	}
	return "", false
}

// printed is a reconnection time as a language without types would print it.
func printed(retry json.RawMessage) string {
	var s string
	if len(retry) > 0 && retry[0] == '"' && json.Unmarshal(retry, &s) == nil {
		return s
	}
	return string(retry)
}

// Mask has a bit for each part that the item has.
func Mask(item encoder.Item) (mask uint8) {
	for p := range parts {
		if _, has := Value(item, p); has {
			mask |= 1 << p
		}
	}
	return mask
}

// Emitted is the item as a case has it.
func Emitted(item encoder.Item) cases.EmitItem {
	return cases.EmitItem{Comment: item.Comment, Event: item.Event, ID: item.ID, Data: item.Data, Retry: canonical(item.Retry)}
}

// Of are the items of a case, without its sleeps.
func Of(c *cases.Case) []encoder.Item {
	var list []encoder.Item
	for i := range c.Emit {
		if e := &c.Emit[i]; e.Sleep == 0 {
			list = append(list, encoder.Item{Comment: e.Comment, Event: e.Event, ID: e.ID, Data: e.Data, Retry: e.Retry})
		}
	}
	return list
}

// canonical is a reconnection time in the loader's form.
func canonical(retry json.RawMessage) json.RawMessage {
	if len(retry) > 0 && retry[0] == '"' {
		return cases.JSONText(printed(retry))
	}
	return retry
}

// Clone is a copy that shares nothing that is ever changed: texts are not.
func Clone(list []encoder.Item) []encoder.Item { return slices.Clone(list) }

// Size is how many bytes the values of a list have.
func Size(list []encoder.Item) (size int) {
	for _, item := range list {
		for p := range parts {
			value, _ := Value(item, p)
			size += len(value)
		}
	}
	return size
}
