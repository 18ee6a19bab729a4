package refclient

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/ssecheck/ssecheck/spec"
)

// A Machine is an event source at work. It knows the steps of the processing
// model and their order; what is done at each step stands in its rules, which
// alone may use its fields.
type Machine struct {
	Rules
	// Handlers are whom reports are for. The Report methods tell them, unless the
	// source is closed.
	Handlers Handlers

	// Request is the stored request
	// (https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-request).
	Request Request
	// LastEventID is the last event ID string.
	LastEventID string
	// ReconnectionTime is how long to wait before the next connection.
	ReconnectionTime time.Duration

	// Attempt counts the connections that were tried, from 1.
	Attempt int
	// Began is when the last attempt began, and Ended when it was over.
	Began, Ended time.Time

	// Life ends with the context of Connect, and Open when the source is closed:
	// at Close, or with Life.
	Life, Open context.Context
	close      context.CancelFunc

	transport *transport
	problem   error // of the options; nothing can be asked with these
}

// A Request is what every connection asks with: it is used again as the
// redirects of the last one have left it.
type Request struct {
	URL          *url.URL
	Method, Body string
	Header       http.Header
}

// A FailError is why a source failed for good.
type FailError struct{ Reason error }

func (e *FailError) Error() string { return e.Reason.Error() }

// Unwrap returns the reason.
func (e *FailError) Unwrap() error { return e.Reason }

// ErrEnded is reported when a stream has come to its end.
var ErrEnded = errors.New("the stream has ended")

func newMachine(ctx context.Context, o Options, h Handlers) *Machine {
	m := &Machine{Rules: Sound(), Handlers: h, LastEventID: o.LastEventID, ReconnectionTime: o.Retry, Life: ctx}
	if o.Rules != nil {
		m.Rules = *o.Rules
	}
	if o.Retry <= 0 {
		m.ReconnectionTime = DefaultRetry
	}
	m.Open, m.close = context.WithCancel(ctx)
	m.Request, m.problem = newRequest(o)
	m.transport = newTransport(ctx, o, m.Rules)
	return m
}

// run is the life of the source. The error is why it failed for good.
func (m *Machine) run() error {
	defer m.transport.close()
	defer m.close()
	if m.problem != nil {
		m.Fail(m, m.problem)
		return m.problem
	}
	for m.MayConnect(m) {
		m.Attempt++
		m.Began = time.Now()
		err := m.connection()
		m.Ended = time.Now()
		if failure, ok := errors.AsType[*FailError](err); ok {
			m.Fail(m, failure.Reason)
			return failure.Reason
		}
		m.Reestablish(m, err)
	}
	return nil
}

// connection is one request and its response: steps 14 and 15 of
// https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource.
// A [FailError] ends the source, and any other error the connection.
func (m *Machine) connection() error {
	response, err := m.Fetch(m.Open, m)
	if err != nil {
		return err // a network error
	}
	defer response.Body.Close()
	if err := m.Check(m, response); err != nil {
		return err
	}
	m.Announce(m)
	if err := m.Interpret(m, m.Body(m, response)); err != nil {
		return err
	}
	return ErrEnded
}

// Closed says that nothing may be reported or asked any more.
func (m *Machine) Closed() bool { return m.Open.Err() != nil }

// ReportOpen says that a response was accepted.
func (m *Machine) ReportOpen() {
	if m.Handlers.Open != nil && !m.Closed() {
		m.Handlers.Open()
	}
}

// ReportEvent hands out an event.
func (m *Machine) ReportEvent(e spec.Event) {
	if m.Handlers.Event != nil && !m.Closed() {
		m.Handlers.Event(e)
	}
}

// ReportComment hands out a comment.
func (m *Machine) ReportComment(text string) {
	if m.Handlers.Comment != nil && !m.Closed() {
		m.Handlers.Comment(text)
	}
}

// ReportError says that the connection was lost, or failed for good.
func (m *Machine) ReportError(err error, reconnecting bool) {
	if m.Handlers.Error != nil && !m.Closed() {
		m.Handlers.Error(err, reconnecting)
	}
}
