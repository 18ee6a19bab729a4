package goserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// introduction is the answer to the hello.
type introduction struct {
	Op           string   `json:"op"`
	Protocol     int      `json:"protocol"`
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	Language     string   `json:"language"`
	Roles        []string `json:"roles"`
	Capabilities []string `json:"capabilities"`
}

func (l Library[M]) hello() introduction {
	return introduction{"hello", 1, l.Name, l.Version, "go", []string{"encoder"}, l.Capabilities}
}

// encoded is the answer to an encode: the bytes, or why the library refused.
type encoded struct {
	Stream  string  `json:"stream"`
	On      string  `json:"on"`
	Wire    *[]byte `json:"wire,omitempty"`
	Message string  `json:"message,omitempty"`
}

// encode serves the adapter protocol, version 1, role encoder, until the input
// ends. A panic of the library ends the program.
func (l Library[M]) encode(in io.Reader, out io.Writer) error {
	if l.Encode == nil {
		return fmt.Errorf("%s exposes no encoder", l.Name)
	}
	if l.EncoderCapabilities != nil {
		l.Capabilities = l.EncoderCapabilities
	}
	requests, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var r struct {
			Op     string `json:"op"`
			Stream string `json:"stream"`
			Items  []Item `json:"items"`
		}
		err := requests.Decode(&r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var answer any
		switch r.Op {
		case "hello":
			answer = l.hello()
		case "encode":
			answer = l.answer(r.Stream, r.Items)
		default:
			continue // of a later version
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
}

// answer encodes the items to one stream.
func (l Library[M]) answer(stream string, items []Item) encoded {
	var wire bytes.Buffer
	for _, i := range items {
		if i.Sleep != nil {
			continue
		}
		messages, err := l.messages(l.Capabilities, i)
		for _, m := range messages {
			err = errors.Join(err, l.Encode(&wire, m))
		}
		if err != nil {
			return encoded{Stream: stream, On: "rejected", Message: err.Error()}
		}
	}
	bytes := append([]byte{}, wire.Bytes()...) // never nil: no byte is no null
	return encoded{Stream: stream, On: "encoded", Wire: &bytes}
}
