// Command reference is the decoder and the encoder of package spec and the reference
// client as an adapter: the smallest whole example of each kind that --parser,
// --encoder and --client take, to copy from.
//
//	ssecheck run --parser 'go run ./runner/adapters/reference'               a persistent adapter
//	ssecheck run --client 'go run ./runner/adapters/reference'               the same, as a client
//	ssecheck run --encoder 'go run ./runner/adapters/reference'              the same, as an encoder
//	ssecheck run --parser 'go run ./runner/adapters/reference -once'         a one-shot parser
//	ssecheck run --encoder 'go run ./runner/adapters/reference -encode'      a one-shot encoder
//	ssecheck run --client 'go run ./runner/adapters/reference -client {url}' a one-shot client
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
)

func main() {
	once := flag.Bool("once", false, "read one stream from standard input and print its events")
	encode := flag.Bool("encode", false, "read items from standard input, one JSON object a line, and write their stream")
	url := flag.String("client", "", "open this `URL` and print its events until it fails for good")
	flag.Parse()
	var err error
	switch {
	case *once:
		err = parseOnce(os.Stdin, os.Stdout)
	case *encode:
		err = encodeOnce(os.Stdin, os.Stdout)
	case *url != "":
		err = connectOnce(*url, os.Stdout)
	default:
		err = serve(os.Stdin, os.Stdout)
	}
	if err != nil {
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

// request is any line that ssecheck sends.
type request struct {
	Op     string   `json:"op"`
	Stream string   `json:"stream"`
	Chunks [][]byte `json:"chunks"` // encoding/json reads base64 into bytes
	Items  []item   `json:"items"`
	connectRequest
}

const hello = `{"op":"hello","protocol":1,"name":"ssecheck reference","language":"go","roles":["parser","encoder","client"],"profile":"browser",` +
	`"capabilities":["comments","retry","open","errors","headers","method","last-event-id",` +
	`"https","http2","h2c","close-in-handler"]}`

// serve answers one line after the other until its input ends.
func serve(in io.Reader, out io.Writer) error {
	lines := json.NewDecoder(in)
	answers := &writer{out: out}
	clients := newClients(answers)
	defer clients.end()
	for {
		var r request
		err := lines.Decode(&r)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch r.Op {
		case "hello":
			err = answers.line(json.RawMessage(hello))
		case "parse":
			err = answers.line(parsed(r))
		case "encode":
			err = answers.line(encoded(r))
		case "connect":
			clients.connect(r)
		case "close":
			clients.close(r.Stream)
		}
		if err != nil {
			return err
		}
	}
}

// A writer writes one line at a time: sources report side by side.
type writer struct {
	mu  sync.Mutex
	out io.Writer
}

func (w *writer) line(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err = w.out.Write(append(line, '\n'))
	return err
}
