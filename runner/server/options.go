// Package server drives subjects of the role server: it visits a URL as a
// client would and writes down what comes. It speaks HTTP/1.1 and HTTP/2 by
// hand over its own connections, since what a probe is about (raw header
// lines, the moment each byte arrives, resets, half-closed connections) is
// what an HTTP library hides. It judges nothing.
package server

import (
	"net/http"
	"time"
)

// Options say how a server is visited. The zero value is a plain GET over
// HTTP/1.1 (HTTP/2 for an https URL whose server offers it).
type Options struct {
	// Header are request fields for every request, beside or instead of the
	// Accept and Cache-Control of an event source. An empty value removes one.
	Header http.Header
	// Method is GET where it is empty, and POST where there is a Body.
	Method string
	// Body is sent with every request that opens the stream; as application/json,
	// where it is JSON and Header has no Content-Type.
	Body []byte
	// HTTP is the version: "1.1", "2" (over TLS) or "h2c" (HTTP/2 without TLS,
	// by prior knowledge). Empty: what the server and ALPN agree on.
	HTTP string
	// CACert is a file of PEM certificates to trust instead of the system's;
	// Cert and Key are files of the client's own certificate.
	CACert, Cert, Key string
	// Insecure accepts any certificate of the server.
	Insecure bool
	// UnixSocket is a path to connect to instead of the URL's host.
	UnixSocket string
	// Via are the same stream's addresses behind proxies, from the server outward.
	Via []Hop
	// Observe bounds every wait for the stream to show something; 10 s where
	// it is zero.
	Observe time.Duration
	// Connections is the largest number of connections open at the same time;
	// 40 where it is zero. A larger number asks for load: the cases about many
	// subscribers at once then have so many of them instead of a few, and some
	// connections beside them. With a method other than GET and HEAD, cases that send
	// a crowd are played only where it is given: a request may cost something.
	Connections int
	// Flags are the command line's words that select this subject, for the
	// command that plays a case alone; "--target URL" where it is empty.
	Flags string
	// UserAgent is sent with every request; "ssecheck" where it is empty.
	UserAgent string

	crowds bool // Connections was given
}

// A Hop is a proxy in front of the server.
type Hop struct {
	// Name is what messages call it; the URL's host where it is empty.
	Name string
	// URL is where the stream is served behind it.
	URL string
}

const (
	defaultObserve = 10 * time.Second
	// DefaultConnections is a polite number of connections: more ask for load.
	DefaultConnections = 40
)

// withDefaults fills in what the zero values stand for.
func (o Options) withDefaults(url string) Options {
	if o.Method == "" {
		o.Method = http.MethodGet
		if len(o.Body) > 0 {
			o.Method = http.MethodPost
		}
	}
	o.crowds = o.Connections > 0
	if o.Observe <= 0 {
		o.Observe = defaultObserve
	}
	if o.Connections <= 0 {
		o.Connections = DefaultConnections
	}
	if o.Flags == "" {
		o.Flags = "--target " + url
	}
	if o.UserAgent == "" {
		o.UserAgent = "ssecheck"
	}
	return o
}

// Check reads the files that the options name, so that one that cannot be used
// is known before anything is sent.
func (o Options) Check() error {
	_, err := tlsConfig(o)
	return err
}
