package main

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// connectRequest is what a connect line holds beside the stream. All but the
// URL comes only because the hello names a capability for it.
type connectRequest struct {
	URL         string            `json:"url"`
	HTTP        string            `json:"http"` // "2" or "h2c"; else HTTP/1.1
	Headers     map[string]string `json:"headers"`
	Method      string            `json:"method"`
	Body        string            `json:"body"`
	LastEventID string            `json:"lastEventId"`
	Retry       int64             `json:"retry"`      // ms
	CloseAfter  int               `json:"closeAfter"` // close in the handler of this event
}

func (r connectRequest) options() refclient.Options {
	o := refclient.Options{URL: r.URL, HTTP: r.HTTP, Method: r.Method, Body: r.Body, LastEventID: r.LastEventID,
		Header: http.Header{}, Retry: time.Duration(r.Retry) * time.Millisecond}
	for name, value := range r.Headers {
		o.Header.Set(name, value)
	}
	return o
}

// A report is a line about a source.
type report struct {
	Stream       string  `json:"stream"`
	On           string  `json:"on"`
	Event        *string `json:"event,omitempty"`
	Data         *string `json:"data,omitempty"`
	LastEventID  *string `json:"lastEventId,omitempty"`
	Comment      *string `json:"comment,omitempty"`
	Message      string  `json:"message,omitempty"`
	Reconnecting *bool   `json:"reconnecting,omitempty"`
}

// clients are the sources that are open.
type clients struct {
	out  *writer
	stop context.CancelFunc // of all
	ctx  context.Context
	wait sync.WaitGroup
	open map[string]*source
}

// A source is one of them; close may be called inside its handlers.
type source struct {
	*refclient.Source
	close context.CancelFunc
}

func newClients(out *writer) *clients {
	c := &clients{out: out, open: map[string]*source{}}
	c.ctx, c.stop = context.WithCancel(context.Background())
	return c
}

// end closes all and waits for them.
func (c *clients) end() {
	c.stop()
	c.wait.Wait()
}

// connect opens a source that reports each thing as one line.
func (c *clients) connect(r request) {
	ctx, closeSource := context.WithCancel(c.ctx)
	// An error of the output is met by the next answer to ssecheck too.
	say := func(l report) { l.Stream = r.Stream; _ = c.out.line(l) }
	events := 0
	s := refclient.Connect(ctx, r.options(), refclient.Handlers{
		Open:    func() { say(report{On: "open"}) },
		Comment: func(text string) { say(report{On: "comment", Comment: &text}) },
		Event: func(e spec.Event) {
			say(report{On: "event", Event: &e.Type, Data: &e.Data, LastEventID: &e.LastEventID})
			if events++; events == r.CloseAfter {
				closeSource()
				say(report{On: "closed"})
			}
		},
		Error: func(err error, reconnecting bool) {
			say(report{On: "error", Message: err.Error(), Reconnecting: &reconnecting})
		},
	})
	c.open[r.Stream] = &source{s, closeSource}
	c.wait.Go(func() { <-s.Done(); closeSource() })
}

// close closes a source, and says so when it will report no more.
func (c *clients) close(stream string) {
	if s := c.open[stream]; s != nil {
		s.close()
		<-s.Done()
		delete(c.open, stream)
	}
	_ = c.out.line(report{Stream: stream, On: "closed"})
}

// connectOnce prints one JSON object per event. It ends when the source has
// failed for good.
func connectOnce(url string, out io.Writer) error {
	lines := &writer{out: out}
	s := refclient.Connect(context.Background(), refclient.Options{URL: url}, refclient.Handlers{
		Event: func(e spec.Event) { _ = lines.line(event{e.Type, e.Data, e.LastEventID}) },
	})
	<-s.Done()
	return s.Err()
}
