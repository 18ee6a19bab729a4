package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
)

// An order is a line of the adapter protocol that comes in.
type order struct {
	Op          string            `json:"op"`
	Stream      string            `json:"stream"`
	URL         string            `json:"url"`
	Method      string            `json:"method"`
	Body        string            `json:"body"`
	Headers     map[string]string `json:"headers"`
	LastEventID string            `json:"lastEventId"`
	Retry       *int64            `json:"retry"`
}

// A hello is the first line that goes out.
type hello struct {
	Op           string   `json:"op"`
	Protocol     int      `json:"protocol"`
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	Language     string   `json:"language"`
	Roles        []string `json:"roles"`
	Capabilities []string `json:"capabilities"`
}

// A report is every other line that goes out.
type report struct {
	Stream       string `json:"stream"`
	On           string `json:"on"`
	Event        text   `json:"event,omitempty"`
	Data         *text  `json:"data,omitempty"`
	DataBase64   []byte `json:"dataBase64,omitempty"` // encoding/json writes base64
	LastEventID  *text  `json:"lastEventId,omitempty"`
	Message      text   `json:"message,omitempty"`
	Reconnecting *bool  `json:"reconnecting,omitempty"`
}

// adapter speaks the adapter protocol.
type adapter struct {
	mu      sync.Mutex
	out     io.Writer
	sources map[string]*source
}

// serveLines ends when its input does.
func serveLines(in io.Reader, out io.Writer) error {
	a := &adapter{out: out, sources: map[string]*source{}}
	lines := bufio.NewReader(in)
	for {
		one, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		var o order
		if err == nil {
			err = json.Unmarshal(one, &o)
		}
		if err != nil {
			return err
		}
		a.do(o)
	}
}

func (a *adapter) do(o order) {
	switch o.Op {
	case "hello":
		a.write(hello{
			Op: "hello", Protocol: 1, Name: library, Version: version(), Language: "go", Roles: []string{"client"},
			Capabilities: []string{"errors", "headers", "method", "last-event-id", "retry", "https", "http2"},
		})
	case "connect":
		a.connect(o)
	case "close":
		if s := a.sources[o.Stream]; s != nil {
			s.close()
			delete(a.sources, o.Stream)
		}
		a.write(report{Stream: o.Stream, On: "closed"})
	default:
		fmt.Fprintf(os.Stderr, "launchdarkly-go: the op %q is left aside\n", o.Op)
	}
}

func (a *adapter) connect(o order) {
	s, err := open(asked{
		URL: o.URL, Method: o.Method, Body: o.Body, Headers: o.Headers, LastEventID: o.LastEventID, Retry: o.Retry,
	}, func(t told) { a.write(reported(o.Stream, t)) })
	if err != nil {
		a.write(reported(o.Stream, told{err: err, last: true}))
		return
	}
	a.sources[o.Stream] = s
}

// reported is what was told of a stream, as a line.
func reported(stream string, t told) report {
	if t.err != nil {
		return report{Stream: stream, On: "error", Message: text(t.err.Error()), Reconnecting: new(!t.last)}
	}
	r := report{Stream: stream, On: "event", Event: text(t.event.kind), LastEventID: new(text(t.event.id))}
	if r.DataBase64 = inBytes(t.event.data); r.DataBase64 == nil {
		r.Data = new(text(t.event.data))
	}
	return r
}

func (a *adapter) write(v any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.out.Write(line(v)); err != nil {
		fmt.Fprintln(os.Stderr, "launchdarkly-go:", err)
	}
}
