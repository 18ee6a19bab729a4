// Package refencoder is the embedded reference encoder: the encoder of package
// spec as a subject of the role encoder. A run without a subject plays against
// it, and the corpus must find nothing wrong with it.
package refencoder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/spec"
)

// Name is what the subject is called in reports.
const Name = "reference encoder"

// New makes the subject.
func New() *encoder.Function { return encoder.Func(Name, Encode) }

// Encode writes the items as one stream. It refuses all of them when the format
// cannot carry one; the error names that one, from 1.
func Encode(items []encoder.Item) ([]byte, error) {
	var stream bytes.Buffer
	e := spec.NewEncoder(&stream)
	for i, item := range items {
		if err := encode(e, item); err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
	}
	return stream.Bytes(), nil
}

func encode(e *spec.Encoder, item encoder.Item) error {
	retry, err := milliseconds(item.Retry)
	if err != nil {
		return err
	}
	return e.Encode(spec.Item{Comment: item.Comment, Event: item.Event, ID: item.ID, Data: item.Data, Retry: retry})
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
