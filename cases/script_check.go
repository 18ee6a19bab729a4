package cases

import (
	"fmt"
	"slices"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

// checkClose looks at when the client is closed.
func checkClose(c *Case, at strictyaml.Node) {
	if at.Kind() != strictyaml.Mapping {
		return
	}
	if c.Close.Nth < 1 && at.At("nth").Kind() == strictyaml.Number {
		at.At("nth").Errorf("nth: 1 is the first", "nth counts from 1, got %d", c.Close.Nth)
	}
	checkFlag(at, "in-handler", c.Close.InHandler)
	if c.Close.InHandler && c.Close.On != OnEvent {
		at.Key("in-handler").Errorf("{on: event, in-handler: true}", "only an event has a handler that a client can be closed in")
	}
}

// checkScript looks at what the connections come to with a client that keeps to
// the standard: everything awaited must be possible, every connection met.
func checkScript(c *Case, at strictyaml.Node) {
	list := at.At("connections")
	closed := -1 // the connection during which the client is closed
	end := c.follow(decode, visitor{
		await: func(i, item int, u *Until, p progress) {
			n := list.At(i, "respond", "await")
			if item >= 0 {
				n = list.At(i, "stream", item)
			}
			checkAwait(c, u, p, n)
		},
		ended: func(i int, p progress) {
			if p.redirects > 0 && i+1 < len(c.Connections) {
				checkAfterRedirect(&c.Connections[i+1], list.At(i+1, "request", "after", "at-least"))
			}
			if closed < 0 && c.Close != nil && !p.refused && c.Close.reached(p) {
				closed = i
			}
		},
	})
	checkMet(c, end, closed, list)
	if c.Close != nil {
		checkOccasion(c, end, at)
	}
	if c.Finally != nil && c.Finally.Requests != nil {
		checkRequestCount(c, at.At("finally", "requests"))
	}
}

// checkAfterRedirect reports a wait that no client has.
func checkAfterRedirect(c *Connection, at strictyaml.Node) {
	if r := c.Request; r != nil && r.After != nil && r.After.AtLeast != "" {
		at.Errorf("leave it out", "a redirect is followed at once")
	}
}

// checkAwait reports what the server would wait for in vain.
func checkAwait(c *Case, u *Until, p progress, at strictyaml.Node) {
	const hint = "await what the client must have done by then"
	vain := func(want, reached int, noun string) {
		if want > reached {
			at.Errorf(hint, "awaits %s, and a client that keeps to the standard has come to %d by then", plural(want, noun), reached)
		}
	}
	vain(u.Opens, p.opens, "open")
	vain(u.Events, len(p.events), "event")
	if !p.refused {
		vain(u.Errors, p.errors, "error")
	}
	switch {
	case !u.Closed:
	case c.Close == nil:
		at.Errorf("close: open", "awaits that the client is closed, and the case does not close it")
	case !c.Close.reached(p):
		at.Errorf(hint, "awaits that the client is closed, and %s has not come by then", c.Close.occasion())
	}
}

// reached says that the occasion has come.
func (k *Close) reached(p progress) bool {
	nth := max(k.Nth, 1)
	switch k.On {
	case OnOpen:
		return p.opens >= nth
	case OnEvent:
		return len(p.events) >= nth
	case OnError:
		return p.errors >= nth || p.refused
	case OnRequest:
		return p.requests >= nth
	}
	return p.ends >= nth
}

// occasion names it, as in "request 2".
func (k *Close) occasion() string {
	if k.On == OnEnd {
		return fmt.Sprintf("the end of connection %d", max(k.Nth, 1))
	}
	return fmt.Sprintf("%s %d", k.On, max(k.Nth, 1))
}

// checkMet reports connections that no request can come to. Where a failure is
// a matter of the client, some go on.
func checkMet(c *Case, end progress, closed int, list strictyaml.Node) {
	const hint = "leave it out: a request past the last connection is refused and recorded"
	switch {
	case end.requests < len(c.Connections):
		if c.Library == "" && c.Level != "info" {
			list.At(end.requests).Errorf(hint, "no request comes to this connection: the response before it fails the connection for good")
		}
	case closed >= 0 && closed < len(c.Connections)-1:
		list.At(closed+1).Errorf(hint, "no request comes to this connection: the client was closed before, on %s", c.Close.occasion())
	}
}

// checkOccasion demands that the client is closed, and that the events go as
// far as that.
func checkOccasion(c *Case, end progress, at strictyaml.Node) {
	if !c.Close.reached(end) {
		at.At("close").Errorf("the last connection is held open, unless it ends in a drop or its body has a length",
			"%s never comes, so that the client is not closed", c.Close.occasion())
		return
	}
	if c.Close.On != OnEvent || c.Expect == nil {
		return
	}
	nth := max(c.Close.Nth, 1)
	for i, answer := range c.Expect.Answers() {
		n := at.At("expect")
		if len(c.Expect.AnyOf) > 0 {
			n = n.At("any-of", i, "events")
		}
		switch got := len(answer.Events); {
		case c.Close.InHandler && got != nth:
			n.Errorf("", "the client is closed in the handler of event %d, so that %s must come, and not %d", nth, plural(nth, "event"), got)
		case got < nth:
			n.Errorf("", "the client is closed on event %d, and only %s must come", nth, plural(got, "event"))
		}
	}
}

// checkRequestCount demands a request for each connection (all must be met), and
// a connection for each request (the others are refused).
func checkRequestCount(c *Case, at strictyaml.Node) {
	got, need := *c.Finally.Requests, len(c.Connections)
	switch {
	case got < 0 || got == need: // the first is reported already
	case got == 0:
		if c.Finally.Errors == nil && c.Finally.Opens == nil && c.Finally.State == "" && len(c.Facts) == 0 {
			at.Errorf("say what must be seen of the client: errors, state or facts", "no request and nothing else to be seen: a client that does nothing would pass")
		}
		if c.Expect != nil && slices.ContainsFunc(c.Expect.Answers(), func(a Answer) bool { return len(a.Events) > 0 }) {
			at.Errorf("", "no request, and yet events must come")
		}
	case got < need:
		at.Errorf("leave out the connections that nobody comes to: a request past the last is refused and recorded",
			"%s, and the case has %s, each of which must be met", plural(got, "request"), plural(need, "connection"))
	default:
		at.Errorf("write a connection for each request", "%s, and only %s: the others would be refused", plural(got, "request"), plural(need, "connection"))
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
