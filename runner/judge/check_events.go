package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// eventsAtLeast: this many events arrived, or more.
func eventsAtLeast(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if len(c.Events) >= k.EventsAtLeast {
			return nil
		}
		return fmt.Errorf("%d events or more were expected, %d came in %.1f s", k.EventsAtLeast, len(c.Events), (c.EndAt - c.Request.At).Seconds())
	})
}

// stillServing: the response is what the survey's was, and events arrive if
// they did there.
func stillServing(_ cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		s := p.Survey
		switch {
		case s == nil || !s.Answered():
			return skipped(reports.SkipNotObserved, "there is no survey to compare with")
		case c.Status != s.Status || c.MediaType() != s.MediaType():
			return fmt.Errorf("%d with %q was expected, as at the start of the run; %d with %q came", s.Status, s.MediaType(), c.Status, c.MediaType())
		case len(s.Events) == 0:
			return skipped(reports.SkipNotObserved, "the survey of %.1f s saw no event, so nobody knows whether any would come now", s.EndAt.Seconds())
		case len(c.Events) == 0:
			return fmt.Errorf("an event was expected, as at the start of the run; none came in %.1f s", (c.EndAt - c.Request.At).Seconds())
		}
		return nil
	})
}

// servedOrStopped: the response is 204, or the stream goes on as before.
func servedOrStopped(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if c.Status == 204 {
			return nil
		}
		return stillServing(k, p).(holds)(c)
	})
}

// never: nothing was forged: no event, id, type or header field is what a
// hostile request tried to make. A request that was refused forged nothing.
func never(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return holds(func(c *transcript.Conn) error {
		for _, e := range c.Events {
			if slices.Contains(strings.Split(e.Data, "\n"), k.NeverEvent.Data) || e.Type == k.NeverEvent.Data || e.LastEventID == k.NeverEvent.Data {
				return fmt.Errorf("no event made by the request's header was expected; type %q, data %q, lastEventId %q came", e.Type, e.Data, e.LastEventID)
			}
		}
		if name := k.NeverEvent.Header; name != "" && len(c.Values(name)) > 0 {
			return fmt.Errorf("no header field made by the request's header was expected; %s: %s came", name, c.Get(name))
		}
		return nil
	})
}
