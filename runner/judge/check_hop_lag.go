package judge

import (
	"fmt"
	"slices"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// headLag: the head comes as soon as on the other connection, or a little later.
func headLag(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return holds(func(c *transcript.Conn) error {
		if c.Err != "" {
			return fmt.Errorf("a response was expected; %s", c.Err)
		}
		direct, err := the(p, k.HeadLag.Beside)
		if err != nil {
			return err
		}
		most := (direct.HeadAt - direct.Request.At) + duration(k.HeadLag.Most)
		took, came := headTook(c)
		if again := viaOf(p, k.HeadLag.Again, c); again != nil {
			if second, answered := headTook(again); answered && second <= most {
				return nil
			}
		}
		switch {
		case came && took <= most:
			return nil
		case !came && took <= most:
			return skipped(reports.SkipNotObserved, "%s was watched too short a time for a head", c.Label())
		}
		return fmt.Errorf("the head was expected at most %s later than on %s, where it came after %s; %s",
			k.HeadLag.Most, direct.Name, (direct.HeadAt - direct.Request.At).Round(time.Millisecond), headTold(took, came))
	})
}

// headTook is how long the head took, or how long it was waited for in vain.
func headTook(c *transcript.Conn) (took time.Duration, came bool) {
	if c.Answered() {
		return c.HeadAt - c.Request.At, true
	}
	return c.EndAt - c.Request.At, false
}

func headTold(took time.Duration, came bool) string {
	if came {
		return fmt.Sprintf("it came after %s", took.Round(time.Millisecond))
	}
	return fmt.Sprintf("after %s there is none", took.Round(10*time.Millisecond))
}

// A lag is how much later one event came than on the connection to the server.
type lag struct {
	of time.Duration
	// pending: it had not come at all, so far.
	pending bool
}

// settled is how long after the request, or the head of the response, a
// connection gets every event for certain.
const settled = 100 * time.Millisecond

// lags measures, event by event, how much later they came on c.
func lags(c, direct *transcript.Conn) []lag {
	mine, theirs := once(c), once(direct)
	var all []lag
	for _, e := range direct.Events {
		k := identify(e)
		if _, unique := theirs[k]; !unique {
			continue
		}
		switch here, came := mine[k]; {
		case came && e.At > c.Request.At+settled:
			all = append(all, lag{of: here.At - e.At})
		case !came && e.At > c.HeadAt+settled && e.At < c.EndAt && !c.Ended():
			all = append(all, lag{of: c.EndAt - e.At, pending: true})
		}
	}
	return all
}

// eventLag: each event comes on time.
func eventLag(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		direct, err := the(p, k.EventLag.Beside)
		if err != nil {
			return err
		}
		all, most := lags(c, direct), duration(k.EventLag.Most)
		late, pending := 0, 0
		for _, l := range all {
			if l.of > most {
				late++
				if l.pending {
					pending++
				}
			}
		}
		arrived := slices.ContainsFunc(all, func(l lag) bool { return !l.pending })
		switch {
		case !arrived && len(c.Events) > 0 && len(common(c, direct)) == 0:
			return skipped(reports.SkipUnused, "%s and %s have no event in common: each connection has a stream of its own", c.Label(), direct.Name)
		case late >= heldEvents || late > 0 && late == len(all):
			return fmt.Errorf("events at most %s later than on %s were expected; of %d, %d came later and %d not yet, %s",
				most, direct.Name, len(all), late-pending, pending, spreadOf(c, all))
		case !arrived:
			return skipped(reports.SkipNotObserved, "%s and %s saw no event in common that was new, so no lag can be measured", c.Label(), direct.Name)
		}
		return nil
	})
}

// spreadOf says how late events are, and whether they come in bursts.
func spreadOf(c *transcript.Conn, all []lag) string {
	times := make([]time.Duration, len(all))
	for i, l := range all {
		times[i] = l.of
	}
	slices.Sort(times)
	text := fmt.Sprintf("by %s at most and %s in the middle", times[len(times)-1].Round(10*time.Millisecond), times[len(times)/2].Round(10*time.Millisecond))
	if n := largestBurst(c); n >= heldEvents {
		text += fmt.Sprintf("; up to %d came at once: something collects them here", n)
	}
	return text
}

// largestBurst is the largest number of events that came within a few
// milliseconds.
func largestBurst(c *transcript.Conn) int {
	const atOnce = 5 * time.Millisecond
	most, from := 0, 0
	for i, e := range c.Events {
		for e.At-c.Events[from].At > atOnce {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}
