package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// What a proxy does to a stream is judged beside two connections to the server
// itself. What both of them get is the stream; what only one gets (a greeting
// with the connection's number, say) is its own, and nobody else can miss it.

// nearer says at which hops a fault does not show, of those that stand nearer to
// the server than c: the ones that passed before it was looked at.
func nearer(c *transcript.Conn, passed []*transcript.Conn) string {
	var names []string
	for _, other := range passed {
		if other.Hop != "" && other.Hop != c.Hop && !slices.Contains(names, other.Hop) {
			names = append(names, other.Hop)
		}
	}
	if c.Hop == "" || len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("; through %s, nearer to the server, this does not show", strings.Join(names, " and "))
}

// viaOf is the connection of a name that went through the hop of c; nil where
// there is none.
func viaOf(p *transcript.Probe, name string, c *transcript.Conn) *transcript.Conn {
	for _, other := range p.Named(name) {
		if other.Hop == c.Hop {
			return other
		}
	}
	return nil
}

// headed is a matcher that says nothing of a hop that still holds the head back:
// that is the fault of another rule, and shows no event.
func headed(h holds) types.GomegaMatcher {
	return holds(func(c *transcript.Conn) error {
		if !c.Answered() && c.Err == "" {
			return skipped(reports.SkipNotObserved, "%s got no response in %.1f s", c.Label(), (c.EndAt - c.Request.At).Seconds())
		}
		return answered(h).(holds)(c)
	})
}

// An identity tells events apart: by the id, where the event has one of its
// own, else by all that it holds.
type identity struct{ id, kind, data string }

func identify(e transcript.Event) identity {
	if e.OwnID != nil && *e.OwnID != "" {
		return identity{id: *e.OwnID}
	}
	return identity{kind: e.Type, data: e.Data}
}

// alike tells whether two events of one identity hold the same.
func alike(a, b transcript.Event) bool { return a.Type == b.Type && a.Data == b.Data }

// once are the events of a connection whose identity is there one time only,
// by their identity.
func once(c *transcript.Conn) map[identity]transcript.Event {
	found, count := map[identity]transcript.Event{}, map[identity]int{}
	for _, e := range c.Events {
		k := identify(e)
		found[k] = e
		count[k]++
	}
	for k, n := range count {
		if n > 1 {
			delete(found, k)
		}
	}
	return found
}

// shared are the events that a connection to the server has in common with
// another one, in order. It is nil where the two have fewer than two: each
// connection has a stream of its own then.
func shared(direct, control *transcript.Conn) []transcript.Event {
	mine, theirs := once(direct), once(control)
	var events []transcript.Event
	for _, e := range direct.Events {
		k := identify(e)
		_, unique := mine[k]
		if other, both := theirs[k]; unique && both && alike(e, other) {
			events = append(events, e)
		}
	}
	if len(events) < 2 {
		return nil
	}
	return events
}

// tell writes an event into a message.
func tell(e transcript.Event) string {
	if e.OwnID != nil && *e.OwnID != "" {
		return fmt.Sprintf("the one with the id %q", clip(*e.OwnID))
	}
	return fmt.Sprintf("the one with the data %q", clip(e.Data))
}
