package judge

import (
	"fmt"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// When a server makes its events cannot be seen from outside, and a server may
// well make them in bursts. So a burst alone is no fault. These are:
//   - an event that another connection has had for a long time already: what
//     differs between the two connections is not the event but the way to it;
//   - a burst whose end lies inside an event: no program makes half an event,
//     but a buffer that is full gives its bytes away wherever it ends;
//   - a stream that comes as a whole, at its end.
const (
	// heldTime is how much later an event may come on one connection than on
	// the other, which covers a busy machine.
	heldTime = 500 * time.Millisecond
	// heldEvents is how many must come late before that is no accident.
	heldEvents = 3
	// burstTime is the longest time that one burst takes; after stallTime
	// without a byte, a stream has fallen silent.
	burstTime, stallTime = 100 * time.Millisecond, time.Second
)

// spread: events arrive apart, as they are produced.
func spread(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		other, err := the(p, k.Spread.Beside)
		if err != nil {
			return err
		}
		if err := heldBack(c, other); err != nil {
			return err
		}
		if err := silentInside(c); err != nil {
			return err
		}
		if err := allAtTheEnd(c); err != nil {
			return err
		}
		if len(c.Events) < 2 {
			return skipped(reports.SkipNotObserved, "%s saw %d events, too few to tell whether they arrive apart", c.Name, len(c.Events))
		}
		return nil
	})
}

// heldBack finds events that other has had for long when they come on c, or
// that never come on c at all.
func heldBack(c, other *transcript.Conn) error {
	arrived := map[any]time.Duration{}
	for _, e := range common(c, other) {
		arrived[e.Event] = e.At
	}
	late, worst := 0, time.Duration(0)
	for _, e := range live(other, c) {
		delay := c.EndAt - e.At // it has not come so far
		if at, came := arrived[e.Event]; came {
			delay = at - e.At
		} else if len(arrived) == 0 && len(c.Events) > 0 {
			continue // each connection has a stream of its own
		}
		if delay > heldTime {
			late++
			worst = max(worst, delay)
		}
	}
	if late < heldEvents {
		return nil
	}
	return fmt.Errorf("events as they are made were expected; %d of them came up to %s later than on %s, or not at all (%d events came here)",
		late, worst.Round(10*time.Millisecond), other.Name, len(c.Events))
}

// live are the events of a that came while b was open.
func live(a, b *transcript.Conn) []transcript.Event {
	var events []transcript.Event
	for _, e := range a.Events {
		if e.At > b.HeadAt && e.At < b.EndAt {
			events = append(events, e)
		}
	}
	return events
}

// silentInside finds a burst of events that breaks off inside one.
func silentInside(c *transcript.Conn) error {
	for i := range len(c.Chunks) - 1 {
		chunk := c.Chunks[i]
		if !chunk.Pending || c.Chunks[i+1].At-chunk.At < stallTime {
			continue
		}
		n := 0
		for _, e := range c.Events[:min(chunk.Complete, len(c.Events))] {
			if chunk.At-e.At < burstTime {
				n++
			}
		}
		if n >= heldEvents {
			return fmt.Errorf("events as they are made were expected; %d came in one burst that ends inside the next one at byte %d, and nothing followed for %s: some buffer was full there",
				n, chunk.Offset+int64(chunk.Len), (c.Chunks[i+1].At - chunk.At).Round(10*time.Millisecond))
		}
	}
	return nil
}

// allAtTheEnd finds a stream that came as a whole.
func allAtTheEnd(c *transcript.Conn) error {
	n := len(c.Events)
	if n <= heldEvents || !c.Ended() {
		return nil
	}
	first, last := c.Events[0].At, c.Events[n-1].At
	if first-c.Request.At < stallTime || c.EndAt-first > burstTime {
		return nil
	}
	return fmt.Errorf("events as they are made were expected; all %d came within %s, %s after the request, and the stream was over",
		n, (last - first).Round(time.Millisecond), (first - c.Request.At).Round(10*time.Millisecond))
}

// keepsPace: the time without an event is never much longer than on the other
// connection. Streams have a pace of their own, so the bound is relative.
func keepsPace(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		other, err := the(p, k.KeepsPace)
		if err != nil {
			return err
		}
		if len(other.Events) < 2 {
			return skipped(reports.SkipNotObserved, "%s saw %d events, too few for a pace", other.Name, len(other.Events))
		}
		usual, here := longestWait(other), longestWait(c)
		if most := 3*usual + time.Second; here > most {
			return fmt.Errorf("an event at least every %s was expected, since %s never waited longer than %s; none came for %s (%d came in all)",
				most.Round(10*time.Millisecond), other.Name, usual.Round(10*time.Millisecond), here.Round(10*time.Millisecond), len(c.Events))
		}
		return nil
	})
}

// longestWait is the longest time without an event, the one before the first
// and the one after the last included.
func longestWait(c *transcript.Conn) time.Duration {
	if s := c.Soak; s != nil {
		return s.Wait.Longer(s.LastEvent, c.EndAt).Took
	}
	longest, last := time.Duration(0), c.HeadAt
	for _, e := range c.Events {
		longest, last = max(longest, e.At-last), e.At
	}
	return max(longest, c.EndAt-last)
}

// wholeEvents: the stream does not fall silent inside its events, time after
// time. Only a majority counts: a single large event may be cut by the network.
func wholeEvents(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		const silence = 40 * time.Millisecond
		silences, inside := 0, 0
		for i := range len(c.Chunks) - 1 {
			if c.Chunks[i+1].At-c.Chunks[i].At < silence {
				continue
			}
			silences++
			if c.Chunks[i].Pending {
				inside++
			}
		}
		switch {
		case inside >= 2 && 2*inside > silences:
			return fmt.Errorf("whole events were expected; the stream fell silent %d times, %d of them inside a block whose blank line came only afterwards", silences, inside)
		case silences < 2:
			return skipped(reports.SkipNotObserved, "%s fell silent %d times, too few to tell where", c.Name, silences)
		}
		return nil
	})
}
