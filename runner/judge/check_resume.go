package judge

import (
	"fmt"
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// continues: the events go on exactly where the other connection stood. Events
// without an id field are not counted: a greeting is no part of the order.
func continues(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		before, err := the(p, k.Continues)
		if err != nil {
			return err
		}
		had, last, err := upTo(before, k.From)
		if err != nil {
			return err
		}
		known := before
		if k.Witness != "" {
			if known, err = the(p, k.Witness); err != nil {
				return err
			}
		}
		order := ownIDs(known)
		at := lastIndex(order, last)
		if at < 0 {
			return skipped(reports.SkipUnused, "%s never saw the id %q: each connection has ids of its own, so nobody else knows what should follow", known.Name, last)
		}
		return follows(c, last, append(had, order[:at+1]...), order[at+1:])
	})
}

// upTo returns the ids that the client had when it left, and the last of them.
func upTo(c *transcript.Conn, from *int) (had []string, last string, err error) {
	n := len(c.Events) - 1
	if from != nil {
		n = *from
	}
	if n < 0 || n >= len(c.Events) {
		return nil, "", skipped(reports.SkipNotObserved, "%s saw %d events, too few to resume from number %d", c.Name, len(c.Events), max(n, 0))
	}
	for _, e := range c.Events[:n+1] {
		if e.OwnID != nil {
			had = append(had, *e.OwnID)
		}
	}
	return had, c.Events[n].LastEventID, nil
}

// follows judges the ids of a client that came back with the id last: none that
// it had, and then those that are to follow, in their order.
func follows(c *transcript.Conn, last string, had, expected []string) error {
	got := ownIDs(c)
	for i, id := range got {
		if slices.Contains(had, id) {
			return fmt.Errorf("after Last-Event-ID: %s nothing twice was expected; the event with the id %q came again", last, id)
		}
		if slices.Contains(got[:i], id) {
			return fmt.Errorf("after Last-Event-ID: %s nothing twice was expected; the event with the id %q came two times", last, id)
		}
	}
	if len(expected) == 0 {
		return skipped(reports.SkipNotObserved, "no event came after the id %q that the client could have missed", last)
	}
	for i := range min(len(got), len(expected)) {
		if got[i] == expected[i] {
			continue
		}
		if n := slices.Index(expected, got[i]); n > i {
			return fmt.Errorf("after Last-Event-ID: %s the event with the id %q was expected next, the one with the id %q came; %d lost",
				last, expected[i], got[i], n-i)
		}
		return fmt.Errorf("after Last-Event-ID: %s the event with the id %q was expected as number %d, the one with the id %q came",
			last, expected[i], i, got[i])
	}
	if len(got) == 0 {
		return fmt.Errorf("after Last-Event-ID: %s the event with the id %q was expected next, no event with an id came in %.1f s",
			last, expected[0], (c.EndAt - c.Request.At).Seconds())
	}
	return nil
}

func lastIndex(list []string, s string) int {
	for i, v := range slices.Backward(list) {
		if v == s {
			return i
		}
	}
	return -1
}

// idsGoOn: no id of the other connection is used again for another event.
func idsGoOn(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		before, err := the(p, k.NotRestart)
		if err != nil {
			return err
		}
		of := map[string]transcript.Event{}
		for _, e := range before.Events {
			if e.OwnID != nil {
				of[*e.OwnID] = e
			}
		}
		for _, e := range c.Events {
			if e.OwnID == nil || *e.OwnID == "" {
				continue
			}
			if old, known := of[*e.OwnID]; known && old.Event != e.Event {
				return fmt.Errorf("one event for the id %q was expected; it was %s %q, and is now %s %q", *e.OwnID, old.Type, old.Data, e.Type, e.Data)
			}
		}
		return nil
	})
}

// sameEvents: what two connections have in common came in the same order.
// An event that comes twice on either says nothing about the order.
func sameEvents(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		for _, other := range p.Named(k.SameEvents) {
			if other == c || !other.Answered() {
				continue
			}
			mine, theirs := common(c, other), common(other, c)
			if len(mine) < 2 {
				return skipped(reports.SkipUnused, "%s and %s have no two events in common: each connection has a stream of its own", c.Name, other.Name)
			}
			for i := range mine {
				if mine[i].Event != theirs[i].Event {
					return fmt.Errorf("the same order as on %s was expected; event %d of those in common is %q (id %q) there and %q (id %q) here",
						other.Name, i, theirs[i].Data, theirs[i].LastEventID, mine[i].Data, mine[i].LastEventID)
				}
			}
		}
		return nil
	})
}

// common are the events of a that come exactly once on a and on b.
func common(a, b *transcript.Conn) []transcript.Event {
	count := func(c *transcript.Conn) map[any]int {
		n := map[any]int{}
		for _, e := range c.Events {
			n[e.Event]++
		}
		return n
	}
	inA, inB := count(a), count(b)
	var events []transcript.Event
	for _, e := range a.Events {
		if inA[e.Event] == 1 && inB[e.Event] == 1 {
			events = append(events, e)
		}
	}
	return events
}
