package cases

import (
	"time"
)

// A Connection is what the server does with one request of a client: the n-th
// request of a case meets the n-th connection. A request past the last is
// refused with 503 and recorded.
type Connection struct {
	// Refuse is for how long nobody listens at the case's port before this
	// connection, counted from the end of the one before it, or from the start
	// of the case: attempts meanwhile are refused, and are no requests. The case
	// then has a port of its own, and the connection before it is not kept for
	// another request.
	Refuse string `yaml:"refuse,omitempty"`
	// Request is what must hold of the request.
	Request *RequestCheck `yaml:"request,omitempty"`
	// Respond is the head of the response; without it 200 and text/event-stream.
	Respond *Respond `yaml:"respond,omitempty"`
	// Stream is the body, one write an item. On the last connection of a case it
	// stays open until the case is over, unless it ends in a drop; on all
	// others, and where the body has a length, it ends cleanly, unless it ends
	// in a drop or a stall. A stall is followed by a clean end, but on the last
	// connection by none. A clean end keeps the connection for the next request
	// where HTTP lets it. On HTTP/2 a reset and a truncation are RST_STREAM with
	// CANCEL and with INTERNAL_ERROR, and the connection goes on.
	Stream []Item `yaml:"stream,omitempty"`
}

// A Respond is the head of a response, and how its body is framed.
type Respond struct {
	// Status is the status code; default 200.
	Status int `yaml:"status,omitempty"`
	// Header are the field lines, in order. The default, which the case may
	// replace or (with null) take away, is Content-Type: text/event-stream. What
	// the framing adds (Content-Length, Transfer-Encoding, Connection,
	// Content-Encoding) follows, and may be replaced or taken away likewise: the
	// body is framed as Body says all the same. On HTTP/2 names are written as
	// they stand here, so that lower case is for the case to write.
	// Values may hold {{here}} (the case's URL at the host that the request came
	// to), {{elsewhere}} (the case's URL at another origin than that, which is another
	// port), {{other-host}} (the same by another name of the host), {{path}} (the path
	// of the case's URL, as in /c/17), {{id}} (its last segment, as in 17) and
	// {{page}} (the request's Origin).
	Header HeaderLines `yaml:"header,omitempty"`
	// HTTP is the version that the response says: "1.0" or, the default, "1.1".
	// It has no meaning on HTTP/2.
	HTTP string `yaml:"http,omitempty" strictyaml:"number"`
	// Body is how the body is framed: chunked (the default on HTTP/1.1), length
	// (Content-Length is the sum of the writes, or Length; it is more where a reset
	// or a truncation ends the stream, so that it is not reached), or close. To a
	// request in HTTP/1.0 chunked is close. A status other than 200 without a
	// stream has an empty body of length 0; 204 and 304 have none.
	Body string `yaml:"body,omitempty"`
	// Length is a Content-Length that is not that of the writes, with body: length.
	Length *int `yaml:"length,omitempty"`
	// Encoding compresses the body, flushed after every item: gzip. It is
	// declared in Content-Encoding, which Header may write in other letters.
	Encoding string `yaml:"encoding,omitempty"`
	// Before are the 1xx responses that go before this one, such as 103. They are
	// sent at once, before Await and Pause.
	Before []int `yaml:"before,omitempty"`
	// Await is what the server waits for before it answers.
	Await *Until `yaml:"await,omitempty"`
	// Pause is how long the server waits before it answers, after Await.
	Pause string `yaml:"pause,omitempty"`
	// Raw is the head as it goes on the wire, instead of all of the above but Await
	// and Pause. The stream follows it as it is written, in no framing but what the
	// case writes itself; it may begin with the rest of the head.
	Raw string `yaml:"raw,omitempty"`
}

// The ways to frame a body (Respond.Body).
const (
	BodyChunked = "chunked"
	BodyLength  = "length"
	BodyClose   = "close"
)

// EncodingGzip is the coding of Respond.Encoding.
const EncodingGzip = "gzip"

// HeaderLines are field lines in the order of the file. In YAML it is a mapping
// from a name to a value, to a list of values (a line each), or to null.
type HeaderLines []HeaderLine

// A HeaderLine is one field line; Absent takes a default away.
type HeaderLine struct {
	Name, Value string
	Absent      bool
}

// A RequestCheck is what must hold of a request.
type RequestCheck struct {
	// Method is the method.
	Method string `yaml:"method,omitempty"`
	// Path is the path below the case's URL and the query, such as /next or
	// /next?a=b; "" is not looked at, and / is the case's URL itself.
	Path string `yaml:"path,omitempty"`
	// At is the origin it comes to: here or elsewhere.
	At string `yaml:"at,omitempty"`
	// Header are the values that fields must have. In YAML a value, null (the
	// field must be absent), or a list of these (any of them is right).
	Header FieldChecks `yaml:"header,omitempty"`
	// Includes are list-valued fields and a member that each must have, in any
	// case, its parameters aside.
	Includes map[string]string `yaml:"includes,omitempty"`
	// LikeFirst are the fields that must be as in the first request.
	LikeFirst []string `yaml:"like-first,omitempty"`
	// Body is the body; nil is not looked at, and "" is none.
	Body *string `yaml:"body,omitempty"`
	// After is how long after the end of the connection before it the request
	// must come.
	After *After `yaml:"after,omitempty"`
}

// FieldChecks are what must hold of fields, in the order of the file.
type FieldChecks []FieldCheck

// A FieldCheck is the values that a field may have.
type FieldCheck struct {
	Name string
	// Values are the right ones; nil among them stands for no such field.
	Values []*string
}

// An After is when a request must come, counted from the end of the connection
// before it.
type After struct {
	// AtLeast is the shortest time, AtMost the longest. What is far beyond AtMost
	// is a failure; a case asks for it where a client that does not keep to the
	// rule is seconds late.
	AtLeast string `yaml:"at-least,omitempty"`
	AtMost  string `yaml:"at-most,omitempty"`
}

// An Until is something that the client must be seen to do before the server
// goes on: so that what comes after is known to be after, without a sleep.
// Exactly one is set; in YAML {await: open}, {await: {events: 2}}.
type Until struct {
	// Opens, Events, Errors are how many must have been reported since the case
	// began.
	Opens, Events, Errors int
	// Closed: the client must have confirmed that it was closed.
	Closed bool
}

// A Connect is what a client is asked for beyond the URL. A client whose API
// does not offer it is not judged by the case; a query has every URL.
type Connect struct {
	// Query is the query of the URL, without its question mark.
	Query string `yaml:"query,omitempty"`
	// Headers are extra request header fields.
	Headers map[string]string `yaml:"headers,omitempty"`
	// Method is the request's method.
	Method string `yaml:"method,omitempty"`
	// Body is the request's body.
	Body string `yaml:"body,omitempty"`
	// LastEventID is one to begin with.
	LastEventID string `yaml:"lastEventId,omitempty"`
	// Retry is a wished initial reconnection time in ms. Without it, clients that
	// take one are asked for a short one, since most cases are not about it.
	Retry *int64 `yaml:"retry,omitempty"`
	// WithCredentials asks an EventSource to send credentials to other origins.
	WithCredentials bool `yaml:"withCredentials,omitempty"`
	// Elsewhere connects to the case's URL on another origin than the page's.
	Elsewhere bool `yaml:"elsewhere,omitempty"`
}

// A Close says when the client is closed by the case.
type Close struct {
	// On is open, event, error, request (the n-th request has come and is not
	// answered) or end (the n-th connection has ended).
	On string `yaml:"on"`
	// Nth is which; default the first.
	Nth int `yaml:"nth,omitempty"`
	// InHandler closes inside the handler of the n-th event, with on: event.
	InHandler bool `yaml:"in-handler,omitempty"`
}

// The occasions of Close.On.
const (
	OnOpen    = "open"
	OnEvent   = "event"
	OnError   = "error"
	OnRequest = "request"
	OnEnd     = "end"
)

// The states of a client (Finally.State).
const (
	StateOpen         = "open"
	StateReconnecting = "reconnecting"
	StateClosed       = "closed"
)

// LibraryInfo is the value of Case.Library.
const LibraryInfo = "info"

// The origins of RequestCheck.At.
const (
	AtHere      = "here"
	AtElsewhere = "elsewhere"
)

// The versions of Case.HTTP.
const (
	HTTP1  = "1.1"
	HTTP2  = "2"
	HTTP2C = "h2c"
	// HTTPS1 is HTTP/1.1 over TLS.
	HTTPS1 = "https"
)

// What can be wrong with a certificate (Case.Certificate).
const (
	CertificateOtherAuthority = "other-authority"
	CertificateOtherName      = "other-name"
	CertificateExpired        = "expired"
)

// duration reads what the loader has let through.
func duration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0
	}
	return d
}

// Bounds are the two times; 0 where there is none.
func (a *After) Bounds() (atLeast, atMost time.Duration) {
	return duration(a.AtLeast), duration(a.AtMost)
}

// RefuseFor is how long connections are refused.
func (c *Connection) RefuseFor() time.Duration { return duration(c.Refuse) }

// PauseFor is how long the server waits before it answers.
func (r *Respond) PauseFor() time.Duration { return duration(r.Pause) }

// WatchFor is how long the case wants to see that no request comes.
func (c *Case) WatchFor() time.Duration { return duration(c.Watch) }
