// Command reference is the decoder of package spec as an adapter: the smallest
// whole example of each kind that --parser takes, to copy from.
//
//	ssecheck run --parser 'go run ./runner/adapters/reference'        a persistent adapter
//	ssecheck run --parser 'go run ./runner/adapters/reference -once'  a one-shot program
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/ssecheck/ssecheck/spec"
)

func main() {
	once := flag.Bool("once", false, "read one stream from standard input and print its events")
	flag.Parse()
	run := serve
	if *once {
		run = parseOnce
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "reference adapter:", err)
		os.Exit(1)
	}
}

// event is one event in either kind of output. Go's JSON would mend text that
// is no valid Unicode, but the decoder hands out none.
type event struct {
	Event       string `json:"event"`
	Data        string `json:"data"`
	LastEventID string `json:"lastEventId"`
}

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

// request is any line that ssecheck sends.
type request struct {
	Op     string   `json:"op"`
	Stream string   `json:"stream"`
	Chunks [][]byte `json:"chunks"` // encoding/json reads base64 into bytes
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

const hello = `{"op":"hello","protocol":1,"name":"ssecheck spec.Decoder","language":"go",` +
	`"roles":["parser"],"capabilities":["retry","comments"]}` + "\n"

// serve answers one line after the other until its input ends.
func serve(in io.Reader, out io.Writer) error {
	lines := json.NewDecoder(in)
	answers := json.NewEncoder(out)
	for {
		var r request
		err := lines.Decode(&r)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case r.Op == "hello":
			_, err = io.WriteString(out, hello)
		default:
			err = answers.Encode(parsed(r))
		}
		if err != nil {
			return err
		}
	}
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
