package service

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// maxReading is how many callbacks are read at once, which bounds their memory.
const maxReading = 16

// callbacks is the server that the service calls. It is a server of its own,
// and not a handler beside the cases: a callback for each event wants
// connections that are kept, on which no request of a client may stray.
type callbacks struct {
	d       *Driver
	base    string // its URL, with a slash
	server  *http.Server
	reading chan struct{}
	trial   *trial
}

func newCallbacks(d *Driver) *callbacks {
	c := &callbacks{d: d, reading: make(chan struct{}, maxReading), trial: newTrial()}
	c.server = &http.Server{
		Handler: c, ReadHeaderTimeout: d.options.Answer, ConnState: newIdleLimit().note,
		ErrorLog: log.New(io.Discard, "", 0), // what breaks is told by the streams
	}
	return c
}

// listen serves at a free port of the host that the cases are at.
func (c *callbacks) listen(ctx context.Context, beside string) error {
	host, _, err := net.SplitHostPort(beside)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return fmt.Errorf("listen for callbacks: %w", err)
	}
	c.base = "http://" + listener.Addr().String() + "/"
	c.d.tasks.Go(func() { _ = c.server.Serve(listener) })
	return nil
}

// close ends it: callbacks under way have their answers, unless they take long.
func (c *callbacks) close() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if c.server.Shutdown(ctx) != nil {
		_ = c.server.Close()
	}
}

// of is the URL to which a stream's callbacks go; a slash and the counter
// follow.
func (c *callbacks) of(number string) string { return c.base + number }

// ServeHTTP takes a callback: 202 when it was taken, 400 when it is none, 404
// when nobody waits for it (any more).
func (c *callbacks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	number, counter, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.Method == http.MethodHead:
		return
	case number == trialPath:
		c.trial.ServeHTTP(w, r)
		return
	}
	s := c.d.stream(number)
	if s == nil {
		http.Error(w, "no stream waits for this callback", http.StatusNotFound)
		return
	}
	n, err := c.read(w, r, counter)
	if err != nil {
		s.lose(&client.SubjectError{What: err.Error()})
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !s.take(n) {
		http.Error(w, "the stream is over", http.StatusNotFound)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (c *callbacks) read(w http.ResponseWriter, r *http.Request, counter string) (numbered, error) {
	count, err := strconv.ParseUint(counter, 10, 64)
	if err != nil {
		return numbered{}, fmt.Errorf("the service called back at %q; expected the callback URL, a slash and a decimal counter", r.URL.Path)
	}
	c.reading <- struct{}{}
	defer func() { <-c.reading }()
	// A body that does not come must not keep others waiting.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(c.d.options.Answer))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, c.d.options.MaxCallback))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return numbered{}, fmt.Errorf("callback %d is longer than %d bytes", count, c.d.options.MaxCallback)
	}
	if err != nil {
		return numbered{}, fmt.Errorf("callback %d broke off: %w", count, err)
	}
	what, err := observation(body)
	if err != nil {
		return numbered{}, fmt.Errorf("callback %d: %w: %s", count, err, protocol.Excerpt(body))
	}
	return numbered{counter: count, what: what, size: len(body)}, nil
}

// A callback is what the service says. null and absent are the empty text.
type callback struct {
	Kind    protocol.Text `json:"kind"`
	Event   *event        `json:"event"`
	Comment protocol.Text `json:"comment"`
	Error   anything      `json:"error"`
}

type event struct {
	Type protocol.Text `json:"type"`
	Data protocol.Text `json:"data"`
	// DataBase64 is an extra of ours: the data's bytes, of a client whose text
	// is no valid Unicode.
	DataBase64 *string       `json:"dataBase64"`
	ID         protocol.Text `json:"id"`
}

// anything is a text, or whatever JSON stands in its place.
type anything string

// UnmarshalJSON never fails: what an error is called is nobody's business.
func (a *anything) UnmarshalJSON(b []byte) error {
	var text protocol.Text
	if text.UnmarshalJSON(b) == nil {
		*a = anything(text)
		return nil
	}
	*a = anything(b)
	return nil
}

// observation reads the body of a callback.
func observation(body []byte) (transcript.Observation, error) {
	var c callback
	if len(bytes.TrimSpace(body)) == 0 {
		return transcript.Observation{}, errors.New("it has no body; expected a JSON object")
	}
	if err := protocol.Decode(body, &c); err != nil {
		return transcript.Observation{}, fmt.Errorf("it is no JSON as the protocol has it: %w", err)
	}
	switch c.Kind {
	case "event":
		return c.Event.observation()
	case "comment":
		return transcript.Observation{Kind: transcript.SawComment, Comment: string(c.Comment)}, nil
	case "error":
		return transcript.Observation{Kind: transcript.SawError, Message: string(c.Error)}, nil
	}
	return transcript.Observation{}, fmt.Errorf("its kind is %q; expected event, comment or error", string(c.Kind))
}

func (e *event) observation() (transcript.Observation, error) {
	if e == nil {
		return transcript.Observation{}, errors.New("its kind is event, and it has no member event")
	}
	seen := spec.Event{Type: string(e.Type), Data: string(e.Data), LastEventID: string(e.ID)}
	if seen.Type == "" {
		seen.Type = spec.DefaultType
	}
	if e.DataBase64 != nil {
		data, err := base64.StdEncoding.DecodeString(*e.DataBase64)
		if err != nil {
			return transcript.Observation{}, fmt.Errorf("its dataBase64 is no base64: %w", err)
		}
		seen.Data = string(data)
	}
	return transcript.Observation{Kind: transcript.SawEvent, Event: seen}, nil
}
