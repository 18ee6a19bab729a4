package refclient

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/ssecheck/ssecheck/spec"
)

// Rules are what a client does at each step. A mutant replaces one of them, or
// the few that its fault needs.
type Rules struct {
	// MayConnect says whether a connection is tried, now.
	MayConnect func(m *Machine) bool

	// Build makes the next request of m.Request, and Fields its header.
	Build  func(ctx context.Context, m *Machine) (*http.Request, error)
	Fields func(m *Machine) http.Header
	// IDField is the value of Last-Event-ID for an ID; not ok means that the
	// field is not sent.
	IDField func(id string) (value string, ok bool)

	// Fetch gets the response, redirects followed. An error is a network error.
	Fetch func(ctx context.Context, m *Machine) (*http.Response, error)
	// Send sends one request and returns its response, a redirect too.
	Send func(m *Machine, r *http.Request) (*http.Response, error)
	// Wellformed says what is malformed in a response's header.
	Wellformed func(r *http.Response) error

	// IsRedirect says that a response is a redirect to be followed, at most
	// MaxRedirects times in one fetch.
	IsRedirect   func(r *http.Response) bool
	MaxRedirects int
	// Location is where a redirect leads to.
	Location func(m *Machine, r *http.Response) (*url.URL, error)
	// Rewrite changes m.Request's method, body and header for a redirect, whose
	// status and target it is told; m.Request.URL is where it came from.
	Rewrite func(m *Machine, status int, to *url.URL)

	// Check says why a response is not accepted: a [FailError], which fails the
	// connection, or an error that ends it.
	Check func(m *Machine, r *http.Response) error
	// StatusOK and TypeOK are what Check looks at.
	StatusOK func(status int) bool
	TypeOK   func(h http.Header) bool
	// Announce announces the connection.
	Announce func(m *Machine)

	// Body gives the body, decoded as it comes.
	Body func(m *Machine, r *http.Response) io.Reader
	// Interpret reads an event stream to its end. An error, but for a
	// [FailError], ends the connection just so.
	Interpret func(m *Machine, body io.Reader) error
	// Dispatch takes each event, and Retry each reconnection time in ms.
	Dispatch func(m *Machine, e spec.Event)
	Retry    func(m *Machine, ms int64)

	// Reestablish reports that the connection has ended, with err, and waits
	// until the next one may be tried.
	Reestablish func(m *Machine, err error)
	// Lost reports it; Delay is how long to wait, and Wait does so, counted from
	// m.Ended.
	Lost  func(m *Machine, err error)
	Delay func(m *Machine) time.Duration
	Wait  func(ctx context.Context, m *Machine, d time.Duration)
	// Fail reports that the source has failed for good.
	Fail func(m *Machine, err error)

	// TLS, if any, changes how the server's certificate is looked at.
	TLS func(c *tls.Config)
	// Conn, if any, changes a new connection.
	Conn func(c net.Conn) net.Conn
}

// Sound are the rules of the standard.
func Sound() Rules {
	return Rules{
		MayConnect: func(m *Machine) bool { return !m.Closed() },

		Build:   build,
		Fields:  fields,
		IDField: idField,

		Fetch:        fetch,
		Send:         func(m *Machine, r *http.Request) (*http.Response, error) { return m.transport.RoundTrip(r) },
		Wellformed:   wellformed,
		IsRedirect:   isRedirect,
		MaxRedirects: maxRedirects,
		Location:     location,
		Rewrite:      rewrite,

		Check:    check,
		StatusOK: func(status int) bool { return status == http.StatusOK },
		TypeOK:   func(h http.Header) bool { return Essence(h.Values("Content-Type")) == MediaType },
		Announce: (*Machine).ReportOpen,

		Body:      func(_ *Machine, r *http.Response) io.Reader { return decode(r) },
		Interpret: interpret,
		Dispatch:  (*Machine).ReportEvent,
		Retry:     retry,

		Reestablish: reestablish,
		Lost:        func(m *Machine, err error) { m.ReportError(err, true) },
		Delay:       func(m *Machine) time.Duration { return m.ReconnectionTime },
		Wait:        wait,
		Fail:        func(m *Machine, err error) { m.ReportError(err, false) },
	}
}
