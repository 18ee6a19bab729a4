// Package client is the role client: it plays cases on implementations that
// open a URL and report events. The scripted server of package wire stands at
// the other end; a [Driver] puts the implementation to work.
package client

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Driver puts one implementation to work: it opens event sources and tells
// what they report. Its methods but Start and Close may be called by many
// goroutines at once.
type Driver interface {
	// Start starts the implementation, or tries whether it is there. Complete
	// after it is what Hello returns.
	Start(ctx context.Context, env Environment) error
	// Hello is who the implementation is and what it offers.
	Hello() Hello
	// Connect opens an event source and returns at once or when it is opened. see
	// is told what it reports, one observation at a time and in order; At and
	// Requests are filled in by who is told. see never blocks for long, may be
	// called before Connect has returned, and is not called any more once
	// Stream.Release has returned. An error says that the implementation could
	// not be asked; it ends the play with the verdict error, or fail when it is
	// a [SubjectError]. ctx bounds the asking, not the stream's life.
	Connect(ctx context.Context, c Connect, see func(transcript.Observation)) (Stream, error)
	// Close ends the implementation and waits until all that was started is
	// gone. The error is what it has to complain of and no case was told.
	Close() error
}

// A Stream is an event source that was opened.
type Stream interface {
	// Close closes the event source and returns when the implementation has
	// confirmed it (then see was told SawClosed), or when ctx is done. What it
	// reports after that is still told: it is a fault that a case may look for.
	Close(ctx context.Context) error
	// Release says that the play is over, after Close: nobody listens any more.
	Release()
	// Lost is closed when the implementation itself has ended, so that nothing
	// more will be told; Err then says how.
	Lost() <-chan struct{}
	// Err is a [SubjectError] that says how the implementation ended.
	Err() error
}

// A SubjectError is the implementation's own doing: it crashed, hung, flooded
// or broke the protocol.
type SubjectError struct {
	// What is one sentence.
	What string
	// Stderr is what it last wrote there.
	Stderr string
}

func (e *SubjectError) Error() string { return e.What }

// An Environment is what a run offers to implementations.
type Environment struct {
	// CACert is the file of the certificate, in PEM, that signs the wire server's
	// own. Processes are told of it in SSL_CERT_FILE and NODE_EXTRA_CA_CERTS,
	// which stand in Env.
	CACert string
	// Env are environment variables for processes, NAME=value.
	Env []string
	// Mount serves a handler at a path prefix, such as /callbacks/, on every one of
	// Hosts, and on no other path; for drivers that are called back or serve a page.
	Mount func(prefix string, handler http.Handler)
	// Hosts are the host:port at which each case can be reached over plain HTTP,
	// each an origin of its own to a browser. URLs in Connect are at the first.
	Hosts []string
}

// Hello is who an implementation is and what it offers.
type Hello struct {
	Name, Version, Language string
	// Capabilities are words of the adapter protocol.
	Capabilities []string
	// Deviates are requirements that it declares broken.
	Deviates []string
	// Late: event types are registered when a source has been opened already, so
	// that no response may begin before Connect has returned.
	Late bool
	// Shared: sources that ask to be alone share one process with all others, so
	// that they are opened when there is no other.
	Shared bool
	// Browser: what a failure is, is judged by the standard's letter.
	Browser bool
	// Credulous: it was told to take any certificate, so that what it makes of a
	// bad one tells nothing.
	Credulous bool
	// StartTime is how long a source may take to its first request, since a program
	// is started for it: the time of a case begins with that request. 0: the time
	// begins at once.
	StartTime time.Duration
	// Parallel is how many event sources it may have open at once; 0 leaves that
	// to the run.
	Parallel int
	// Flags are the command line's words that select it, such as
	// "--browser chromium"; Address is where it is.
	Flags, Address string
}

// Claims reports whether the implementation claims a capability.
func (h Hello) Claims(capability string) bool { return slices.Contains(h.Capabilities, capability) }

// The capabilities of a client. They name what an API offers beyond the
// standard, or reports of it.
const (
	Comments    = "comments"      // reports comments
	Opens       = "open"          // reports open
	Errors      = "errors"        // reports error
	Headers     = "headers"       // takes request header fields
	Method      = "method"        // takes a method and a body
	LastEventID = "last-event-id" // takes a last event ID to begin with
	Retry       = "retry"         // takes an initial reconnection time
	// HTTPS, HTTP2 and H2C: speaks HTTP/1.1 over TLS (trusting Environment.CACert),
	// HTTP/2 over TLS, HTTP/2 in cleartext by prior knowledge.
	HTTPS = "https"
	HTTP2 = "http2"
	H2C   = "h2c"
	// WithCredentials: takes the option of that name.
	WithCredentials = "with-credentials"
	// CORS: runs in a page and applies the rules for other origins.
	CORS = "cors"
	// CloseInHandler: can be asked to close inside the handler of an event.
	CloseInHandler = "close-in-handler"
	// Interface: it has the standard's EventSource interface, and reports facts
	// of the object.
	Interface = "interface"
)

// A Connect is what a client is asked for.
type Connect struct {
	// Name is the case and variant, for logs.
	Name string
	URL  string
	// HTTP is the version to speak: "" is HTTP/1.1, over TLS for an https URL, "2"
	// is HTTP/2 over TLS, "h2c" HTTP/2 in cleartext by prior knowledge.
	HTTP string
	// Listen are the event types of the case, for APIs that must register each;
	// message is always among them.
	Listen []string
	// The rest is set only where the implementation claims the capability.
	Headers     map[string]string
	Method      string
	Body        string
	LastEventID string
	// Retry is an initial reconnection time in ms; 0 is none wished.
	Retry           int64
	WithCredentials bool
	// CloseAfter closes the source inside the handler of that event, counted
	// from 1; 0 does not.
	CloseAfter int
	// Alone asks for a process of its own: an earlier one ended while it had this
	// source among others, and who is guilty is to be found out. Drivers that
	// start no process for each leave it aside, and say [Hello.Shared].
	Alone bool
}
