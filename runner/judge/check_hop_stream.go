package judge

import (
	"fmt"
	"slices"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

const ownStreams = "%s and %s have no two events in common: each connection has a stream of its own, so nobody knows what should come through a proxy"

// sameStream: between the first and the last event that came through, nothing of
// the stream is lost, changed, added, repeated or out of order. What is still on
// its way is the affair of the lag.
func sameStream(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return headed(func(c *transcript.Conn) error {
		direct, control, err := pair(p, k.SameStream)
		if err != nil {
			return err
		}
		stream := shared(direct, control)
		if stream == nil {
			return skipped(reports.SkipUnused, ownStreams, direct.Name, control.Name)
		}
		if len(c.Events) == 0 {
			return skipped(reports.SkipNotObserved, "%s saw no event in %.1f s", c.Label(), (c.EndAt - c.Request.At).Seconds())
		}
		return compareStreams(c, direct, stream, strangers(control, stream) == nil)
	})
}

// pair are the two connections to the server itself.
func pair(p *transcript.Probe, s *cases.Shared) (direct, control *transcript.Conn, err error) {
	if direct, err = the(p, s.As); err != nil {
		return nil, nil, err
	}
	control, err = the(p, s.Control)
	return direct, control, err
}

// compareStreams finds the first difference. pure tells that the stream holds
// nothing but what all connections get, so that anything else was added.
func compareStreams(c, direct *transcript.Conn, stream []transcript.Event, pure bool) error {
	place := map[identity]int{}
	for i, e := range stream {
		place[identify(e)] = i
	}
	last, seen := -1, map[identity]bool{}
	for _, e := range c.Events {
		id := identify(e)
		i, known := place[id]
		switch {
		case !known:
			continue
		case !alike(e, stream[i]):
			return fmt.Errorf("the event as it is on %s was expected; %s is type %q, data %q there, and type %q, data %q here",
				direct.Name, tell(e), stream[i].Type, clip(stream[i].Data), e.Type, clip(e.Data))
		case seen[id]:
			return fmt.Errorf("each event once was expected, as on %s; %s came again", direct.Name, tell(e))
		case last >= 0 && i < last:
			return fmt.Errorf("the order of %s was expected; %s came after %s", direct.Name, tell(e), tell(stream[last]))
		case last >= 0 && i > last+1 && !soon(c, stream[last+1:i]):
			lost := stream[last+1 : i]
			return fmt.Errorf("every event of %s was expected; %d did not come, first %s%s", direct.Name, len(lost), tell(lost[0]), instead(c, stream, lost[0]))
		}
		last, seen[id] = max(last, i), true
	}
	if last < 0 {
		return fmt.Errorf("the events of %s were expected; %d other ones came, first %s", direct.Name, len(c.Events), tell(c.Events[0]))
	}
	if extra := strangers(c, stream); pure && extra != nil {
		return fmt.Errorf("no event but those of %s was expected; %s came, type %q, data %q", direct.Name, tell(*extra), extra.Type, clip(extra.Data))
	}
	return nil
}

// soon tells whether the missing ones come later: they are out of order and not
// lost.
func soon(c *transcript.Conn, missing []transcript.Event) bool {
	return !slices.ContainsFunc(missing, func(m transcript.Event) bool {
		return !slices.ContainsFunc(c.Events, func(e transcript.Event) bool { return identify(e) == identify(m) })
	})
}

// instead says what came in the place of a lost event that has no id.
func instead(c *transcript.Conn, stream []transcript.Event, lost transcript.Event) string {
	if lost.OwnID != nil && *lost.OwnID != "" {
		return ""
	}
	if e := strangers(c, stream); e != nil {
		return fmt.Sprintf("; type %q, data %q came instead", e.Type, clip(e.Data))
	}
	return ""
}

// strangers returns an event that is none of the stream's, although it came
// between two of them; nil where there is none.
func strangers(c *transcript.Conn, stream []transcript.Event) *transcript.Event {
	isKnown := func(e transcript.Event) bool {
		return slices.ContainsFunc(stream, func(s transcript.Event) bool { return identify(s) == identify(e) })
	}
	first := slices.IndexFunc(c.Events, isKnown)
	last := len(c.Events) - 1
	for last > first && !isKnown(c.Events[last]) {
		last--
	}
	for i := first + 1; first >= 0 && i < last; i++ {
		if !isKnown(c.Events[i]) {
			return &c.Events[i]
		}
	}
	return nil
}

// sameComments: comments stay comments.
func sameComments(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return headed(func(c *transcript.Conn) error {
		direct, control, err := pair(p, k.SameComments)
		if err != nil {
			return err
		}
		for _, e := range c.Events {
			for _, text := range direct.Comments {
				if text != "" && (e.Data == text || e.Data == ":"+text || e.Data == ": "+text) && !hasData(direct, e.Data) {
					return fmt.Errorf("the comment %q of %s was expected to stay one; it came as an event of type %q", clip(text), direct.Name, e.Type)
				}
			}
		}
		switch {
		case len(direct.Comments) < 2 || len(control.Comments) < 2:
			return skipped(reports.SkipNotObserved, "%s and %s saw %d and %d comments, too few to miss them", direct.Name, control.Name, len(direct.Comments), len(control.Comments))
		case len(c.Comments) == 0:
			return fmt.Errorf("comments were expected, as on %s, which got %d; none came, so nothing keeps a quiet stream alive", direct.Name, len(direct.Comments))
		}
		return nil
	})
}

func hasData(c *transcript.Conn, data string) bool {
	return slices.ContainsFunc(c.Events, func(e transcript.Event) bool { return e.Data == data })
}

// sameRetries: what the server says about coming back arrives.
func sameRetries(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return headed(func(c *transcript.Conn) error {
		direct, control, err := pair(p, k.SameRetries)
		if err != nil {
			return err
		}
		if len(direct.Retries) == 0 || len(control.Retries) == 0 || direct.Retries[0] != control.Retries[0] {
			return skipped(reports.SkipUnused, "%s and %s do not begin with the same reconnection time", direct.Name, control.Name)
		}
		if !slices.Contains(c.Retries, direct.Retries[0]) {
			return fmt.Errorf("the reconnection time %d ms was expected, as on %s; %v came", direct.Retries[0], direct.Name, c.Retries)
		}
		return nil
	})
}
