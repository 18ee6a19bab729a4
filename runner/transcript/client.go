package transcript

import (
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/spec"
)

// Client is what was seen of a client, from both ends. Times are since the case
// began.
type Client struct {
	// Offers is what the client's API offers and the driver reports.
	Offers Offers
	// Requests are those the server got, in the order in which they came. Each
	// met the connection of the case of the same index.
	Requests []*Exchange
	// Seen is what the client reported, in order.
	Seen []Observation
	// Here and Elsewhere are the case's URL on its two origins; Here is at the host
	// that the client was sent to.
	Here, Elsewhere string
	// Unmet says what the case waited for in vain; empty when it came to its end.
	Unmet []string
	// Watched is how long it was seen, at the end, that nothing more happened.
	Watched time.Duration
	// ClosedByCase is when the case asked the client to close, 0 when it did not;
	// what the runner does to end a play is not that.
	ClosedByCase time.Duration
	// Overtaken: the moment came when the case would have closed the client, but the
	// client's word of it came after a request too many.
	Overtaken bool
	// StillOpen is how many connections the client kept when it had been closed
	// for a while, where the case asks for that.
	StillOpen int
	// Connections is how many requests the server had an answer for.
	Connections int
	// Refused counts the connections that were refused while nobody listened,
	// where that can be known.
	Refused int
}

// Offers is what a client's API offers, so that what it does not is not held
// against it.
type Offers struct {
	// Opens, Errors and Comments: it reports them.
	Opens, Errors, Comments bool
	// Browser: failures are judged by the standard's letter.
	Browser bool
}

// An Exchange is one request of a client and the response to it, as the server
// saw them.
type Exchange struct {
	// Number counts the requests of the case from 1.
	Number int
	// Head is the request's head as it was received, at most [MaxHead] bytes; on
	// HTTP/2 it is written as HTTP/1.1 would.
	Head []byte
	// Method, Target (as sent), Proto ("HTTP/1.1") and Header (in order, names
	// as on the wire) are read from it.
	Method, Target, Proto string
	Header                []Field
	// Path is the path below the case's URL, "/" for the URL itself.
	Path string
	// Elsewhere: it came to the case's other origin.
	Elsewhere bool
	// Body is the request's body, at most [MaxRequestBody] bytes.
	Body []byte
	// At is when the head was complete.
	At time.Duration
	// After is how long it came after the end of the connection before it, by
	// the server's clock; negative when that had not ended.
	After time.Duration
	// Reused: it came on a connection that had carried a request before.
	Reused bool
	// Cut: the response was given up before its head was complete.
	Cut bool
	// HeadAt is when the response's head was sent, 0 when it was not.
	HeadAt time.Duration
	// Ended is when the connection ended, 0 when it was open to the last. It is
	// taken before the last write, so that no client can know earlier.
	Ended time.Duration
	// EndedBy says who ended it: runner or subject; "" when it was open.
	EndedBy string
	// Beyond: the case has no connection for it, and it was refused with 503.
	Beyond bool
	// Pongs is how many of the PINGs that the case sent on this connection were
	// acknowledged (HTTP/2).
	Pongs int
	// Problem is what kept the server from doing what the case says, such as an
	// await that was in vain.
	Problem string
}

// Bounds of what is kept of a request.
const (
	MaxHead        = 64 << 10
	MaxRequestBody = 1 << 20
	// MaxRequests bounds the requests that are kept of one case.
	MaxRequests = 256
)

// Values returns the values of all lines of a request header field.
func (x *Exchange) Values(name string) []string { return values(x.Header, name) }

// Value is the field's value, its lines joined by ", "; ok tells whether there
// is one.
func (x *Exchange) Value(name string) (value string, ok bool) {
	vs := x.Values(name)
	return strings.Join(vs, ", "), len(vs) > 0
}

// A Sight is the kind of an observation.
type Sight string

const (
	SawOpen    Sight = "open"
	SawEvent   Sight = "event"
	SawComment Sight = "comment"
	SawError   Sight = "error"
	// SawClosed: the client confirmed that it was closed, or ended by itself.
	SawClosed Sight = "closed"
	// SawFacts: the EventSource object was made; it stands for the Facts alone.
	SawFacts Sight = "facts"
)

// An Observation is what a client reported.
type Observation struct {
	At   time.Duration
	Kind Sight
	// Event is the event, of SawEvent.
	Event spec.Event
	// OwnID says that Event.LastEventID is the block's own id field (nil: it had
	// none) of a client without a notion of the last event ID; the runner
	// carries it over.
	OwnID *string
	// Carried: LastEventID was not reported, and is carried over from OwnID.
	Carried bool
	// Comment is the text of a comment.
	Comment string
	// Message is the error's own word.
	Message string
	// Reconnecting, of SawError: the client goes on trying; nil when it did not
	// say.
	Reconnecting *bool
	// Facts are what the client said of its EventSource object with this
	// observation, of one that has the standard's interface.
	Facts map[string]string
	// Requests is how many requests the server had got by then.
	Requests int
}

// Sentinel is the event that the runner itself lets follow a stream case that is
// served to a client: once it has arrived, everything before it has. It is no
// part of the case.
const Sentinel = "the end of the case, says ssecheck"

// SentinelBlock is the sentinel on the wire.
const SentinelBlock = "data: " + Sentinel + "\n\n"
