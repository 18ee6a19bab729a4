package encoder

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/ssecheck/ssecheck/spec"
)

// An Item is one block that an encoder is asked to write. A nil part is one that it is
// not given; an empty one is given.
type Item struct {
	Comment *string `json:"comment,omitempty"`
	Event   *string `json:"event,omitempty"`
	ID      *string `json:"id,omitempty"`
	Data    *string `json:"data,omitempty"`
	// Retry is the reconnection time in JSON: mostly a whole number of milliseconds,
	// but a case may hand over what is none: a fraction, a negative number, a text.
	Retry json.RawMessage `json:"retry,omitempty"`
}

// Block is the item as the format has it. The error says that its retry is no whole
// number; whether the format can carry the rest, says [spec.Item.Append].
func (i Item) Block() (spec.Item, error) {
	retry, err := milliseconds(i.Retry)
	return spec.Item{Comment: i.Comment, Event: i.Event, ID: i.ID, Data: i.Data, Retry: retry}, err
}

// milliseconds reads a reconnection time: a whole number in digits, or a text of
// them. What is beyond 64 bits is refused, since readers do not agree on it.
func milliseconds(retry json.RawMessage) (*int64, error) {
	if retry == nil {
		return nil, nil
	}
	digits := string(retry)
	if retry[0] == '"' {
		if err := json.Unmarshal(retry, &digits); err != nil {
			return nil, fmt.Errorf("the retry %s is no text of JSON: %w", retry, err)
		}
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return nil, fmt.Errorf("the retry %s is no row of digits, and readers take no other", retry)
		}
	}
	ms, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the retry %s is no whole number of milliseconds in 64 bits: %w", retry, err)
	}
	return &ms, nil
}
