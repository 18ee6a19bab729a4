package goserver

import (
	"encoding/json"
	"fmt"
	"slices"
)

// An Item is what is to be emitted, or a sleep. A member that is absent is nil;
// the values are as they came, whatever they hold.
type Item struct {
	Event   *string `json:"event"`
	Data    *string `json:"data"`
	ID      *string `json:"id"`
	Retry   *Retry  `json:"retry"`
	Comment *string `json:"comment"`
	// Sleep is in ms; an item with it has nothing else.
	Sleep *float64 `json:"sleep"`
}

// A Retry is a reconnection time as it came: a number, also one that none can be
// (negative, a fraction, too large), or a text.
type Retry struct {
	// Text is the number as it was written, or the text.
	Text   string
	Number bool
}

// UnmarshalJSON takes a number or a string.
func (r *Retry) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &r.Text) == nil {
		r.Number = false
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return fmt.Errorf("retry: want a number or a text, have %s", b)
	}
	r.Text, r.Number = n.String(), true
	return nil
}

// needs are the capabilities that emitting the item takes.
func (i Item) needs() []string {
	var needs []string
	for _, member := range []struct {
		capability string
		present    bool
	}{
		{"comments", i.Comment != nil},
		{"retry", i.Retry != nil},
		{"id", i.ID != nil},
		{"event", i.Event != nil},
		{"no-data", i.Data == nil && (i.Comment == nil || i.Retry != nil || i.ID != nil || i.Event != nil)},
	} {
		if member.present {
			needs = append(needs, member.capability)
		}
	}
	return needs
}

func has(capabilities []string, want string) bool { return slices.Contains(capabilities, want) }

// Value is the text that a member holds, "" when it is absent: for an API that
// knows no difference.
func Value(member *string) string {
	if member == nil {
		return ""
	}
	return *member
}
