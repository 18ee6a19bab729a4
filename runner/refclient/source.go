// Package refclient is the embedded reference client: an EventSource in Go that
// keeps the standard's processing model to the letter
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model).
// A run without a subject plays against it, the corpus must find nothing wrong
// with it, and the mutants are made of it: each of its steps is one of its
// [Rules], which a mutant may replace.
//
// It is a client for tests. It knows no page, so no CORS; it goes through no
// proxy; and what the standard leaves to user agents (longer waits, time-outs)
// it does not do.
package refclient

import (
	"context"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/ssecheck/ssecheck/spec"
)

// Options are what a source is asked for. Only URL must be given.
type Options struct {
	URL string
	// Header are request header fields of the caller's, which go before those
	// of the same name that the client sends by itself; but for Last-Event-ID,
	// which is set by LastEventID.
	Header http.Header
	// Method and Body are the request's; default GET and none.
	Method, Body string
	// LastEventID is the last event ID string to begin with.
	LastEventID string
	// Retry is the initial reconnection time; default [DefaultRetry].
	Retry time.Duration
	// HTTP is the version that is spoken: "" or "1.1", with TLS for an https URL;
	// "2" (over TLS); "h2c" (HTTP/2 in cleartext, by prior knowledge).
	HTTP string
	// RootCAs sign the certificates of servers; nil are those of the system and
	// of the file that SSL_CERT_FILE names.
	RootCAs *x509.CertPool
	// Rules, if any, go in the place of the standard's own, [Sound].
	Rules *Rules
}

// DefaultRetry is the reconnection time until a stream sets another. The
// standard leaves it open, "probably in the region of a few seconds"; three is
// what most browsers take.
const DefaultRetry = 3 * time.Second

// Handlers are told what happens, one call at a time and in order; each may be
// nil. The source does not go on while one of them runs.
type Handlers struct {
	// Open: a response was accepted.
	Open func()
	// Event: an event was dispatched.
	Event func(spec.Event)
	// Comment: a comment was passed over. The text has lost one leading space.
	Comment func(text string)
	// Error: the connection was lost (reconnecting), or failed for good.
	Error func(err error, reconnecting bool)
}

// A Source is an event source that was opened.
type Source struct {
	machine *Machine
	done    chan struct{}
	failed  error
}

// Connect opens an event source and returns at once. It lives until it fails,
// until Close, or until ctx is done, which is the same as Close.
func Connect(ctx context.Context, o Options, h Handlers) *Source {
	s := newSource(ctx, o, h)
	s.start()
	return s
}

func newSource(ctx context.Context, o Options, h Handlers) *Source {
	return &Source{machine: newMachine(ctx, o, h), done: make(chan struct{})}
}

func (s *Source) start() {
	go func() {
		defer close(s.done)
		s.failed = s.machine.run()
	}()
}

// Close closes the source: its request is aborted, and no handler is called
// any more. It does not wait, so it may be called inside a handler. Called
// elsewhere, a handler that is being called at that moment may end after Close
// has returned, but before Done.
func (s *Source) Close() { s.machine.close() }

// Done is closed when the source has failed or was closed: no handler is
// running, and its connections are closed.
func (s *Source) Done() <-chan struct{} { return s.done }

// Err is why the source failed for good; nil when it was closed. It must not be
// called before Done.
func (s *Source) Err() error { return s.failed }
