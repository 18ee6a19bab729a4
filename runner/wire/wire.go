// Package wire is the scripted server: it does to clients what cases say, byte
// for byte and write for write, and notes what they ask. One server holds any
// number of plays at once, each at a path of its own. It judges nothing.
package wire

import (
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Script is what the server does in one play.
type Script struct {
	// Name is the case and variant, for logs.
	Name string
	// Path is where the play is, such as /c/17; without it the server numbers its
	// plays.
	Path string
	// HTTP is the version that is spoken: one of cases.HTTP1 ("" too),
	// cases.HTTPS1, cases.HTTP2 and cases.HTTP2C. A request in another one is
	// answered with 505.
	HTTP string
	// Certificate is what is wrong with the certificate that is shown over TLS, as
	// in cases.Case.Certificate; "" is nothing.
	Certificate string
	// Connections are what is done with each request, the n-th meeting the n-th.
	// The last one is held open after its stream until the play is closed,
	// unless its body has a length or it ends in a drop; every other one ends
	// cleanly unless it ends in a drop or a stall.
	Connections []cases.Connection
	// CORS answers every request that has an Origin with that origin in
	// Access-Control-Allow-Origin, unless the connection sets that field itself:
	// for clients in a page on another origin than the play's.
	CORS bool
	// Ready is waited for before a response begins: who has a client's event types
	// registered only once it has asked says so by closing it. nil is ready.
	Ready <-chan struct{}
	// Repeat begins the script anew after its last connection, so that no request
	// is past it.
	Repeat bool
}

// Seen is what the client has reported so far, for the script's awaits.
type Seen struct {
	Opens, Events, Errors int
	Closed                bool
}

// A State is how far a play has come.
type State struct {
	// Requests is how many requests came, those past the script among them.
	Requests int
	// Begun is how many of the script's connections were met by a request.
	Begun int
	// Done is how many of the script's connections have come to their end: all
	// that they say was done (a hold begun, a drop carried out), or the client
	// left.
	Done int
	// Open is how many requests have a client that is still there: the
	// response is not over and the client has not left.
	Open int
	// Ended is how many connections of the script are over, by either side.
	Ended int
	// Writes is how many items of streams were written and, where that can be
	// known, read by the client. Changed does not tell of it.
	Writes int64
	// LastWait is the time between the end of a connection and the request after
	// it, of the last request that followed an end; 0 when there was none.
	LastWait time.Duration
}

// Record is what the server saw of a play.
type Record struct {
	Exchanges []*transcript.Exchange
	// Here is the play's URL at the host of the first request, one of several.
	Here, Elsewhere string
	// Refused counts connection attempts that were refused while nobody listened,
	// where that can be known. The kernel refuses them, and no system tells of it
	// so far: it is 0.
	Refused int
}
