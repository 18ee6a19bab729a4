package transcript

import (
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/spec"
)

// A Probe is what a black-box visit to a server saw.
type Probe struct {
	// Conns are the connections of the case, in the order in which they were
	// opened; the survey is not among them.
	Conns []*Conn
	// Crowds are those of the case.
	Crowds []*Crowd
	// Survey is the connection that all cases of a run share.
	Survey *Conn
	// Target says what the run knew of the target before the case.
	Target Target
	// Unmet are the waits that ended without what they waited for.
	Unmet []Unmet
}

// Target is what a run knows of a server beforehand.
type Target struct {
	// HTTP1 and HTTP2 tell which versions the run may speak.
	HTTP1, HTTP2 bool
	// Loopback tells that the server is on the loopback interface or a Unix socket.
	Loopback bool
	// Method is that of the run's requests for the stream.
	Method string
	// Observe is how long the run is willing to wait for the stream.
	Observe time.Duration
	// Asks is the id of the JSON-RPC request in the run's body, as JSON writes it;
	// "" where the body is none.
	Asks string
	// Hops are the names of the ways through proxies, from the server outward.
	Hops []string
	// Polite tells that a request may do or cost something, so that no crowd is
	// sent: the method is not a safe one, and nobody asked for more.
	Polite bool
}

// An Unmet is a wait that was in vain.
type Unmet struct {
	Conn string
	// For says what was waited for, as in "3 events".
	For string
	// After is how long.
	After time.Duration
}

// Named returns the connections of a name: one, or all of a step together.
func (p *Probe) Named(name string) []*Conn {
	if p.Survey != nil && name == p.Survey.Name {
		return []*Conn{p.Survey}
	}
	var conns []*Conn
	for _, c := range p.Conns {
		if c.Name == name {
			conns = append(conns, c)
		}
	}
	return conns
}

// Crowd returns the crowd of a name, nil where there is none.
func (p *Probe) Crowd(name string) *Crowd {
	for _, c := range p.Crowds {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// A Conn is one request and its response on a connection of their own. Times
// are since the case began.
type Conn struct {
	// Name is the step's; connections opened together share it.
	Name string
	// Hop is the name of the proxy that it went through; "" when it went to the
	// server directly.
	Hop string
	// Number is the one in the log's entries.
	Number  int
	Request Request
	// Err says why no head of a response came; "" when one came.
	Err string
	// Proto is HTTP/1.0, HTTP/1.1 or HTTP/2.0, as the response says.
	Proto  string
	Status int
	// Header are the response's field lines in order, names as on the wire.
	Header []Field
	// HeadAt is when the head was complete.
	HeadAt time.Duration
	// Chunks are the arrivals of body bytes.
	Chunks []Chunk
	// Body is the start of the body, after Transfer- and before
	// Content-Encoding, at most [MaxBody] bytes; BodyBytes counts all.
	Body      []byte
	BodyBytes int64
	// Events and what else the decoder found in the stream, at most [MaxEvents]
	// of each.
	Events   []Event
	Comments []string
	Retries  []int64
	Findings []spec.Finding
	// Soak, of the survey, is the digest of all that came; what is above keeps
	// the start of it.
	Soak *Soak
	// Undecodable says why the body is not what Content-Encoding promises, or
	// why decoding stopped; "" when there is nothing to say.
	Undecodable string
	// Pong is when the PING was acknowledged that is sent, over HTTP/2, once
	// the head is there; 0 when it was not.
	Pong time.Duration
	// Overrun is how many bytes beyond the flow-control window came on a
	// connection of HTTP/2 that is not read.
	Overrun int64
	// End is how it ended.
	End End
	// EndDetail is the error behind End, if any.
	EndDetail string
	// EndAt is when it ended, or when the transcript was closed.
	EndAt time.Duration
}

// Bounds of what a connection's record holds.
const (
	MaxBody   = 1 << 20
	MaxEvents = 4096
)

// A Request is what was asked.
type Request struct {
	Method string
	URL    string
	Header []Field
	// At is when its last byte was handed to the system.
	At time.Duration
}

// A Field is one header field line.
type Field struct{ Name, Value string }

// A Chunk is the arrival of body bytes, Offset being where the first one lies
// in the body.
type Chunk struct {
	At     time.Duration
	Offset int64
	Len    int
	// Complete is how many events were complete once it had arrived.
	Complete int
	// Pending tells that it ends inside a block.
	Pending bool
}

// An Event is one that arrived.
type Event struct {
	spec.Event
	At time.Duration
	// OwnID is the block's own id field's value; nil where it has none.
	OwnID *string
}

// An End is how a connection ended.
type End string

const (
	// EndOpen: it was open when the case was over.
	EndOpen End = "open"
	// EndClean: the server ended the response as HTTP asks.
	EndClean End = "clean"
	// EndTruncated: the server closed inside a chunk or short of a length.
	EndTruncated End = "truncated"
	// EndReset: the server reset the connection or the HTTP/2 stream.
	EndReset End = "reset"
	// EndDropped: the probe left.
	EndDropped End = "dropped"
	// EndBroken: the response is no HTTP, or too large to be read.
	EndBroken End = "broken"
)

// Label names the connection in a message: with its hop, where it has one.
func (c *Conn) Label() string {
	if c.Hop == "" {
		return c.Name
	}
	return c.Name + " (hop " + c.Hop + ")"
}

// Get returns the first value of a header field, "" where there is none.
func (c *Conn) Get(name string) string {
	if v := c.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// Values returns the values of all lines of a header field.
func (c *Conn) Values(name string) []string {
	return values(c.Header, name)
}

// Values returns the values of all lines of a request header field.
func (r Request) Values(name string) []string {
	return values(r.Header, name)
}

func values(fields []Field, name string) []string {
	var vs []string
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			vs = append(vs, f.Value)
		}
	}
	return vs
}

// Answered tells whether the head of a response came.
func (c *Conn) Answered() bool { return c.Status != 0 }

// Ended tells whether the response was over by the server's doing: it ended it,
// in order or not, or sent what is no HTTP.
func (c *Conn) Ended() bool {
	return c.End == EndClean || c.End == EndTruncated || c.End == EndReset || c.End == EndBroken
}

// MediaType is the essence of the Content-Type, in lower case.
func (c *Conn) MediaType() string {
	essence, _, _ := strings.Cut(c.Get("Content-Type"), ";")
	return strings.ToLower(strings.Trim(essence, " \t"))
}

// IDs are the last event IDs at each event.
func (c *Conn) IDs() []string {
	ids := make([]string, len(c.Events))
	for i, e := range c.Events {
		ids[i] = e.LastEventID
	}
	return ids
}
