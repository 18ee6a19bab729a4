package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"

	"github.com/ssecheck/ssecheck/spec"
)

// parse hands each event to emit.
func parse(stream io.Reader, emit func(event), opts ...spec.Option) error {
	d := spec.NewDecoder(stream, opts...)
	for {
		v, err := d.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e := v.Event()
		emit(event{e.Type, e.Data, e.LastEventID})
	}
}

// parseOnce prints one JSON object per event.
func parseOnce(stream io.Reader, out io.Writer) error {
	w := bufio.NewWriter(out)
	lines := json.NewEncoder(w)
	var failed error
	err := parse(stream, func(e event) { failed = errors.Join(failed, lines.Encode(e)) })
	return errors.Join(err, failed, w.Flush())
}

// answer is what the adapter says of one stream.
type answer struct {
	Stream   string   `json:"stream"`
	On       string   `json:"on"`
	Message  string   `json:"message,omitempty"`
	Events   []event  `json:"events"`
	Retry    *int64   `json:"retry,omitempty"`
	Comments []string `json:"comments,omitempty"`
}

// parsed feeds the chunks, each as one read.
func parsed(r request) answer {
	a := answer{Stream: r.Stream, On: "parsed"}
	err := parse(&chunks{r.Chunks}, func(e event) { a.Events = append(a.Events, e) },
		spec.WithRetries(func(ms int64) { a.Retry = &ms }),
		spec.WithComments(func(text []byte) { a.Comments = append(a.Comments, string(text)) }))
	if err != nil {
		return answer{Stream: r.Stream, On: "failed", Message: err.Error()}
	}
	return a
}

// chunks gives what is left of one chunk with each Read.
type chunks struct{ left [][]byte }

// Read returns bytes of one chunk only.
func (c *chunks) Read(p []byte) (int, error) {
	for len(c.left) > 0 && len(c.left[0]) == 0 {
		c.left = c.left[1:]
	}
	if len(c.left) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.left[0])
	c.left[0] = c.left[0][n:]
	return n, nil
}
