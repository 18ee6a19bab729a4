package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ssecheck/ssecheck/spec"
)

// An item is what an encoder is asked to write. Its retry may be what no encoder can
// write, so it is looked at as it came.
type item struct {
	spec.Item
	Retry json.RawMessage `json:"retry"`
}

// encodedAnswer is what the adapter says of one list of items.
type encodedAnswer struct {
	Stream  string `json:"stream"`
	On      string `json:"on"`
	Wire    []byte `json:"wire,omitempty"` // encoding/json writes base64
	Message string `json:"message,omitempty"`
}

// encoded writes the items, or refuses all of them when one cannot be written.
func encoded(r request) encodedAnswer {
	var stream bytes.Buffer
	e := spec.NewEncoder(&stream)
	for i, item := range r.Items {
		if err := encodeItem(e, item); err != nil {
			return encodedAnswer{Stream: r.Stream, On: "rejected", Message: fmt.Sprintf("item %d: %s", i+1, err)}
		}
	}
	return encodedAnswer{Stream: r.Stream, On: "encoded", Wire: stream.Bytes()}
}

func encodeItem(e *spec.Encoder, i item) error {
	if i.Retry != nil {
		var ms int64
		if json.Unmarshal(i.Retry, &ms) != nil {
			return errors.New("a retry is a whole number of milliseconds")
		}
		i.Item.Retry = &ms
	}
	return e.Encode(i.Item)
}

// encodeOnce reads items to their end. One that cannot be written ends it with an error.
func encodeOnce(in io.Reader, out io.Writer) error {
	e := spec.NewEncoder(out)
	lines := json.NewDecoder(in)
	for {
		var i item
		switch err := lines.Decode(&i); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := encodeItem(e, i); err != nil {
			return err
		}
	}
}
