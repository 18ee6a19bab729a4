package client

import (
	"bytes"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// scriptOf is what the server does when the variant of a case is played.
//
// A case of the kind connections says so itself. A stream case is served on one
// connection, and a sentinel of the runner's follows: on the same connection
// where the stream ends between two blocks, so that nothing that came before is
// changed by it; on the next one where it does not, or where its end is the
// point. A stream that stays open is followed by its sentinel only once the
// expected events have been seen.
func scriptOf(c *cases.Case, v cases.Variant) wire.Script {
	s := wire.Script{Name: c.Name() + ", " + v.Name, HTTP: c.HTTP, Certificate: c.Certificate}
	if c.Kind() == cases.KindConnections {
		s.Connections = c.Connections
		return s
	}
	sentinel := transcript.SentinelBlock
	end := cases.Item{Text: &sentinel}
	var stream []cases.Item
	for _, chunk := range v.Chunks {
		if len(chunk) > 0 { // a write of nothing is no write
			stream = append(stream, cases.Item{Bytes: chunk})
		}
	}
	if v.Open {
		stream = append(stream, cases.Item{Await: &cases.Until{Events: fewest(c.Expect)}})
	}
	drop := v.End
	switch {
	case drop == "" && cases.Settled(bytes.Join(v.Chunks, nil)):
		stream = append(stream, end)
	default:
		if drop == "" {
			drop = cases.DropFin
		}
		s.Connections = append(s.Connections, cases.Connection{Stream: append(stream, cases.Item{Drop: drop})})
		stream = []cases.Item{end}
	}
	s.Connections = append(s.Connections, cases.Connection{Stream: stream})
	return s
}

// hasOwnOrigin tells whether the case is served at another origin than those on
// which a driver's page is: it speaks something else than HTTP/1.1 in cleartext,
// or its port is closed for a while.
func hasOwnOrigin(c *cases.Case) bool {
	if c.HTTP != "" && c.HTTP != cases.HTTP1 {
		return true
	}
	return slices.ContainsFunc(c.Connections, func(conn cases.Connection) bool { return conn.RefuseFor() > 0 })
}

// fewest is the length of the shortest right answer.
func fewest(e *cases.Expect) int {
	if e == nil {
		return 0
	}
	n := -1
	for _, a := range e.Answers() {
		if n < 0 || len(a.Events) < n {
			n = len(a.Events)
		}
	}
	return max(n, 0)
}

// most is the length of the longest right answer.
func most(e *cases.Expect) int {
	n := 0
	if e != nil {
		for _, a := range e.Answers() {
			n = max(n, len(a.Events))
		}
	}
	return n
}

// shortRetry is the initial reconnection time, in ms, that a client which takes
// one is asked for: most cases are not about it. It is not 0, which some take
// for no wish at all.
const shortRetry = 10

// connectOf is what the client is asked for.
func connectOf(c *cases.Case, v cases.Variant, url, elsewhere string, h Hello) Connect {
	ask := Connect{Name: c.Name() + ", " + v.Name, URL: url, Listen: c.EventTypes()}
	if c.HTTP == cases.HTTP2 || c.HTTP == cases.HTTP2C {
		ask.HTTP = c.HTTP
	}
	if h.Claims(Retry) {
		ask.Retry = shortRetry
	}
	if c.Close != nil && c.Close.InHandler {
		ask.CloseAfter = max(1, c.Close.Nth)
	}
	own := c.Connect
	if own == nil {
		return ask
	}
	if own.Elsewhere {
		ask.URL = elsewhere
	}
	if own.Query != "" {
		ask.URL += "?" + own.Query
	}
	ask.Headers, ask.Method, ask.Body = own.Headers, own.Method, own.Body
	ask.LastEventID, ask.WithCredentials = own.LastEventID, own.WithCredentials
	if own.Retry != nil {
		ask.Retry = *own.Retry
	}
	return ask
}

// needs are the capabilities without which a case tells nothing of a client,
// each with what it is needed for.
func needs(c *cases.Case) []need {
	var all []need
	add := func(capability, what string) {
		if !slices.ContainsFunc(all, func(n need) bool { return n.capability == capability }) {
			all = append(all, need{capability, what})
		}
	}
	if own := c.Connect; own != nil {
		for _, n := range []struct {
			is         bool
			capability string
			what       string
		}{
			{len(own.Headers) > 0, Headers, "takes no header fields of the caller's"},
			{own.Method != "" || own.Body != "", Method, "takes no method of the caller's"},
			{own.LastEventID != "", LastEventID, "takes no last event ID to begin with"},
			{own.Retry != nil, Retry, "takes no initial reconnection time"},
			{own.WithCredentials, WithCredentials, "has no option withCredentials"},
			{own.Elsewhere, CORS, "does not run in a page, so that every origin is the same to it"},
		} {
			if n.is {
				add(n.capability, n.what)
			}
		}
	}
	switch c.HTTP {
	case cases.HTTPS1:
		add(HTTPS, "is not known to speak HTTPS with a certificate authority of ours")
	case cases.HTTP2:
		add(HTTP2, "is not known to speak HTTP/2 over TLS")
	case cases.HTTP2C:
		add(H2C, "is not known to speak HTTP/2 in cleartext")
	}
	if len(c.Facts) > 0 {
		add(Interface, "does not have the standard's interface")
	}
	if c.Close != nil {
		switch {
		case c.Close.InHandler:
			add(CloseInHandler, "cannot be asked to close inside a handler")
		case c.Close.On == cases.OnOpen:
			add(Opens, "does not report that it is open")
		case c.Close.On == cases.OnError:
			add(Errors, "does not report errors")
		}
	}
	for _, until := range awaited(c) {
		if until.Opens > 0 {
			add(Opens, "does not report that it is open")
		}
		if until.Errors > 0 {
			add(Errors, "does not report errors")
		}
	}
	return all
}

// A need is a capability, and what a client without it does not do.
type need struct{ capability, lack string }

// awaited is all that the server waits for in a case.
func awaited(c *cases.Case) []*cases.Until {
	var all []*cases.Until
	for i := range c.Connections {
		conn := &c.Connections[i]
		if conn.Respond != nil && conn.Respond.Await != nil {
			all = append(all, conn.Respond.Await)
		}
		for j := range conn.Stream {
			if conn.Stream[j].Await != nil {
				all = append(all, conn.Stream[j].Await)
			}
		}
	}
	return all
}
