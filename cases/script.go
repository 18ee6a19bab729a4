package cases

import (
	"bytes"
	"slices"

	"github.com/ssecheck/ssecheck/spec"
)

// progress is how far a client has come that keeps to the standard.
type progress struct {
	requests, opens, errors, ends int
	events                        []spec.Event
	lastEventID                   string
	state                         string
	// refused: attempts may have been refused, so that there are more errors than
	// these.
	refused bool
	// redirects is how many responses in a row were redirects.
	redirects int
}

// maxRedirects is how many a client follows in a row
// (https://fetch.spec.whatwg.org/#concept-http-redirect-fetch).
const maxRedirects = 20

// A decoding makes events of a stream: spec.Oracle, or decode.
type decoding func(stream []byte, lastEventID string) spec.Outcome

// A visitor is told of a client's way through a script.
type visitor struct {
	// await is told of everything that the server waits for, and how far the
	// client has come by then; item is -1 for a wait before the response.
	await func(connection, item int, u *Until, p progress)
	// ended is told how far it has come when the connection is over, or held.
	ended func(connection int, p progress)
}

// follow takes a client that keeps to the standard through the connections of a
// case: the last event ID survives each of them
// (connect.reestablish.id-survives), and after a failure it is done. That the
// case closes it is not considered.
func (c *Case) follow(decode decoding, v visitor) progress {
	p := progress{state: StateReconnecting}
	if c.Connect != nil {
		p.lastEventID = c.Connect.LastEventID
	}
	for i := range c.Connections {
		if p.state == StateClosed {
			break
		}
		connection := &c.Connections[i]
		p.refused = p.refused || connection.Refuse != ""
		p.requests++
		if r := connection.Respond; r != nil && r.Await != nil {
			v.await(i, -1, r.Await, p)
		}
		rec := c.receive(connection)
		p.announce(&rec)
		p.read(connection, &rec, decode, func(item int, u *Until, p progress) { v.await(i, item, u, p) })
		if c.ends(i) {
			p.end(rec.meaning)
		}
		v.ended(i, p)
	}
	return p
}

// receive is a response as the client of the case receives it.
func (c *Case) receive(connection *Connection) reception {
	rec := connection.receive()
	switch {
	case c.Certificate != "":
		rec.meaning = lost
	case c.crossOrigin() && !rec.shared(c.Connect.WithCredentials):
		rec.meaning = lost
	case c.overHTTP2() && connection.Respond.malformedOnHTTP2():
		rec.meaning = lost
	}
	return rec
}

// crossOrigin says that the client's page is of another origin, so that it may
// have what is shared with it alone. Off plain HTTP/1.1 no page is at home, and
// the server shares everything.
func (c *Case) crossOrigin() bool {
	return c.Connect != nil && c.Connect.Elsewhere && (c.HTTP == "" || c.HTTP == HTTP1)
}

// announce is what the head of a response does.
func (p *progress) announce(rec *reception) {
	if rec.meaning == redirected {
		if p.redirects++; p.redirects > maxRedirects {
			rec.meaning = lost
		}
	}
	if rec.meaning != redirected {
		p.redirects = 0
	}
	switch rec.meaning {
	case interpreted:
		p.opens++
		p.state = StateOpen
	case failed:
		p.errors++
		p.state = StateClosed
	case lost:
		p.errors++
		p.state = StateReconnecting
	}
}

// read interprets what is written, as far as it is the body of a stream.
func (p *progress) read(c *Connection, rec *reception, decode decoding, await func(item int, u *Until, p progress)) {
	var written []byte
	interpret := func() spec.Outcome {
		if rec.meaning != interpreted {
			return spec.Outcome{LastEventID: p.lastEventID}
		}
		body, _ := rec.body(written)
		return decode(body, p.lastEventID)
	}
	for i := range c.Stream {
		item := &c.Stream[i]
		if item.Await != nil {
			now := *p
			now.events = slices.Concat(p.events, interpret().Events)
			await(i, item.Await, now)
		}
		written = item.Append(written)
	}
	outcome := interpret()
	p.events = append(p.events, outcome.Events...)
	p.lastEventID = outcome.LastEventID
}

// end is what the end of a connection does.
func (p *progress) end(m meaning) {
	p.ends++
	if m == interpreted { // the others were over with their head
		p.errors++
		p.state = StateReconnecting
	}
}

// HeldOpen says that the n-th connection, from 0, stays open after its stream
// until the case is over: the last one, unless it ends in a drop or its body has
// a length or is none.
func (c *Case) HeldOpen(n int) bool { return !c.ends(n) }

// ends says that the n-th connection, from 0, comes to an end by the server or
// with its response, and is not held open until the case is over.
func (c *Case) ends(n int) bool {
	connection := &c.Connections[n]
	last := n == len(c.Connections)-1
	if !last {
		return true
	}
	if items := connection.Stream; len(items) > 0 {
		switch end := items[len(items)-1]; {
		case end.Drop != "":
			return true
		case end.Stall != "":
			return false
		}
	}
	r := connection.Respond
	if r == nil {
		return false
	}
	if r.Raw != "" {
		rec := connection.receive()
		_, over := rec.body(connection.written())
		return over
	}
	return r.Body == BodyLength || hasNoBody(r.status())
}

// written are the bytes that the connection's stream writes.
func (c *Connection) written() []byte {
	var b []byte
	for i := range c.Stream {
		b = c.Stream[i].Append(b)
	}
	return b
}

// decode is what spec.Oracle gives, in less time.
func decode(stream []byte, lastEventID string) spec.Outcome {
	d := spec.NewDecoder(bytes.NewReader(stream), spec.WithLastEventID(lastEventID),
		spec.WithMaxLine(MaxStream), spec.WithMaxEvent(4*MaxStream))
	var outcome spec.Outcome
	for event, err := range d.Events() {
		if err != nil { // no limit can be reached by a stream of at most MaxStream bytes
			break
		}
		outcome.Events = append(outcome.Events, event)
	}
	outcome.LastEventID = d.LastEventID()
	return outcome
}
