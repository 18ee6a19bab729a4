package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// again is how long after a refused connection the next one is tried.
const again = 50 * time.Millisecond

// A status is what a service says of itself. Version and language are ours; the
// protocol has none.
type status struct {
	Name         protocol.Text `json:"name"`
	Version      protocol.Text `json:"version"`
	Language     protocol.Text `json:"language"`
	Capabilities []string      `json:"capabilities"`
}

// awaitStatus asks the service for its status, and waits for one that is still
// starting.
func (d *Driver) awaitStatus(ctx context.Context) (*status, error) {
	deadline := time.Now().Add(d.options.StartTimeout)
	for {
		a, err := d.call(ctx, d.options.Answer, http.MethodGet, d.base.String(), nil)
		switch {
		case err == nil:
			return readStatus(a)
		case ctx.Err() != nil:
			return nil, err
		case !unreachable(err):
			return nil, fmt.Errorf("something at the test service's address takes connections and does not answer: %w", err)
		case time.Now().After(deadline):
			return nil, fmt.Errorf("no test service can be reached for %v: %w; start it first, it is not ssecheck's to start",
				d.options.StartTimeout, err)
		}
		select {
		case <-time.After(again):
		case <-ctx.Done():
		}
	}
}

// readStatus reads the answer to the first request.
func readStatus(a *answer) (*status, error) {
	var s status
	switch {
	case a.status != http.StatusOK:
		return nil, fmt.Errorf("GET %s was answered with %d, %s; a test service answers 200 with its capabilities",
			a.url, a.status, protocol.Excerpt(a.body))
	case len(bytes.TrimSpace(a.body)) == 0:
		return nil, fmt.Errorf(`GET %s was answered with an empty body; a test service answers with JSON, {"capabilities":[]} at least`, a.url)
	}
	if err := protocol.Decode(a.body, &s); err != nil {
		return nil, fmt.Errorf(`GET %s was not answered with a status, which is JSON such as {"capabilities":["comments"]}: %w: %s`,
			a.url, err, protocol.Excerpt(a.body))
	}
	return &s, nil
}

// offers are what the capabilities of the protocol mean for us.
type offers struct {
	// capabilities are words of the adapter protocol.
	capabilities []string
	// methods are those that a stream may be asked for with.
	methods []string
	// listen: the service wants to be told each event type.
	listen bool
}

// The protocol's capabilities that mean something for us. The others need
// nothing: bom and server-directed-shutdown-request name rules that every
// client is held to, read-timeout and restart are asked for by no case.
const (
	hasComments    = "comments"
	hasHeaders     = "headers"
	hasPost        = "post"
	hasReport      = "report"
	hasLastEventID = "last-event-id"
	hasListeners   = "event-type-listeners"
)

// offers reads the capabilities. Every service takes an initial delay. None
// tells of a connection that was opened; and of errors they tell as they like
// (not of a plain end of the stream, some), so that none is held to it.
func (s *status) offers() offers {
	o := offers{capabilities: []string{client.Retry}, methods: []string{"", http.MethodGet}}
	for _, one := range slices.Compact(slices.Sorted(slices.Values(s.Capabilities))) {
		switch one {
		case hasComments:
			o.capabilities = append(o.capabilities, client.Comments)
		case hasHeaders:
			o.capabilities = append(o.capabilities, client.Headers)
		case hasLastEventID:
			o.capabilities = append(o.capabilities, client.LastEventID)
		case hasPost:
			o.capabilities = append(o.capabilities, client.Method)
			o.methods = append(o.methods, http.MethodPost)
		case hasReport:
			o.methods = append(o.methods, "REPORT")
		case hasListeners:
			o.listen = true
		}
	}
	return o
}

// takes checks what the words of the adapter protocol cannot say.
func (o offers) takes(c client.Connect) error {
	if slices.Contains(o.methods, c.Method) {
		return nil
	}
	return fmt.Errorf("the case asks for the method %s, and the service does not offer it: its capabilities name post and report alone", c.Method)
}

// A creation asks for a stream. Members and their order are those of the
// protocol's own harness, which always has the two nulls.
type creation struct {
	Tag            string            `json:"tag"`
	CallbackURL    string            `json:"callbackUrl"`
	StreamURL      string            `json:"streamUrl"`
	InitialDelayMs *int64            `json:"initialDelayMs"`
	LastEventID    string            `json:"lastEventId,omitempty"`
	Method         string            `json:"method,omitempty"`
	Body           string            `json:"body,omitempty"`
	Headers        map[string]string `json:"headers,omitempty"`
	ReadTimeoutMs  *int64            `json:"readTimeoutMs"`
}

// A command is asked of a stream that was created.
type command struct {
	Command string `json:"command"`
	Listen  struct {
		Type string `json:"type"`
	} `json:"listen"`
}

// encode writes JSON; the texts of a case cannot make it fail.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // maps and structs of strings and numbers
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
