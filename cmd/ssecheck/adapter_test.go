package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ssecheck/ssecheck/spec"
)

// adapter is a parser's adapter of the kind that a test asks for.
func adapter(kind string, in io.Reader, out, errOut io.Writer) int {
	switch kind {
	case "good": // a one-shot program around the decoder
		return decode(in, out, func(e spec.Event) spec.Event { return e })
	case "broken": // the same, and every event is named x
		return decode(in, out, func(e spec.Event) spec.Event { e.Type = "x"; return e })
	case "stays": // a persistent adapter around the decoder
		return serve(in, out, func(e spec.Event) spec.Event { return e })
	case "stays-broken": // the same, and every event is named x
		return serve(in, out, func(e spec.Event) spec.Event { e.Type = "x"; return e })
	case "crash":
		fmt.Fprintln(errOut, "\x1b[2JTraceback: boom\n::error::pwned")
		return 7
	case "garbage":
		fmt.Fprint(out, "\x1b[31mHello, \u202eworld\n")
		_, _ = io.Copy(io.Discard, in)
		return 0
	case "hang": // on every stream but the first, which asks what it is
		if text, _ := io.ReadAll(in); !bytes.Contains(text, []byte(`"hello"`)) {
			time.Sleep(time.Hour)
		}
		return 0
	}
	fmt.Fprintf(errOut, "no adapter %q\n", kind)
	return 1
}

func decode(in io.Reader, out io.Writer, change func(spec.Event) spec.Event) int {
	decoder := spec.NewDecoder(in)
	encoder := json.NewEncoder(out)
	for {
		view, err := decoder.Next()
		if errors.Is(err, io.EOF) {
			return 0
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		e := change(view.Event())
		if err := encoder.Encode(map[string]string{"event": e.Type, "data": e.Data, "lastEventId": e.LastEventID}); err != nil {
			return 1
		}
	}
}

// serve answers in the adapter protocol.
func serve(in io.Reader, out io.Writer, change func(spec.Event) spec.Event) int {
	lines := bufio.NewReader(in)
	if _, err := lines.ReadString('\n'); err != nil {
		return 1
	}
	fmt.Fprintln(out, `{"op":"hello","protocol":1,"name":"stays","roles":["parser"],"capabilities":[]}`)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return 0
		}
		var ask struct {
			Stream string   `json:"stream"`
			Chunks [][]byte `json:"chunks"`
		}
		if json.Unmarshal(line, &ask) != nil {
			return 1
		}
		events := []map[string]string{}
		for _, e := range spec.Oracle(bytes.Join(ask.Chunks, nil), "").Events {
			e = change(e)
			events = append(events, map[string]string{"event": e.Type, "data": e.Data, "lastEventId": e.LastEventID})
		}
		answer, err := json.Marshal(map[string]any{"stream": ask.Stream, "on": "parsed", "events": events})
		if err != nil {
			return 1
		}
		fmt.Fprintln(out, string(answer))
	}
}
