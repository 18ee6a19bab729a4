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

// openAsLong: the stream is not cut on the way.
func openAsLong(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		direct, err := the(p, k.OpenAsLong)
		if err != nil {
			return err
		}
		switch {
		case !c.Ended():
			return nil
		case direct.Ended() && direct.EndAt <= c.EndAt+heldTime:
			return skipped(reports.SkipUnused, "the server itself ended %s after %.1f s", direct.Name, (direct.EndAt - direct.Request.At).Seconds())
		}
		return fmt.Errorf("a stream that stays open as long as %s was expected; it was ended after %s and %d events (%s), while %s was still open",
			direct.Name, (c.EndAt - c.Request.At).Round(10*time.Millisecond), len(c.Events), c.End, direct.Name)
	})
}

// keepsCoding: what says no-transform is not compressed on the way
// (https://httpwg.org/specs/rfc9110.html#message.transformations).
func keepsCoding(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return headed(func(c *transcript.Conn) error {
		direct, err := the(p, k.KeepsCoding)
		if err != nil {
			return err
		}
		if !slices.Contains(members(direct.Values("Cache-Control")), "no-transform") {
			return skipped(reports.SkipUnused, "the server does not say Cache-Control: no-transform, so a proxy may compress its stream")
		}
		want, got := members(direct.Values("Content-Encoding")), members(c.Values("Content-Encoding"))
		if !slices.Equal(want, got) {
			return fmt.Errorf("Content-Encoding as on %s (%s) was expected, since the response says no-transform; it is %s here", direct.Name, orNone(want), orNone(got))
		}
		return nil
	})
}

// replaysLike: Last-Event-ID is passed on: what the server replays for it to one
// who asks directly comes here, too. The rest of a long replay may still be on its way.
func replaysLike(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return headed(func(c *transcript.Conn) error {
		direct, err := the(p, k.ReplaysLike.As)
		if err != nil {
			return err
		}
		had, err := the(p, k.ReplaysLike.Had)
		if err != nil {
			return err
		}
		var replayed []string
		for _, id := range ownIDs(direct) {
			if slices.Contains(idsBefore(had, direct.Request.At), id) {
				replayed = append(replayed, id)
			}
		}
		if len(replayed) == 0 {
			return skipped(reports.SkipUnused, "the server itself replayed nothing to %s", direct.Name)
		}
		here := ownIDs(c)
		if len(here) == 0 {
			return skipped(reports.SkipNotObserved, "%s saw no event in %.1f s", c.Label(), (c.EndAt - c.Request.At).Seconds())
		}
		for i, id := range replayed {
			if i > 0 && replayed[i-1] == here[len(here)-1] {
				break
			}
			if !slices.Contains(here, id) {
				return fmt.Errorf("the event with the id %q was expected, as the server replayed it to %s after Last-Event-ID: %s; it did not come, and the first that came has the id %q: the field was not passed on",
					clip(id), direct.Name, clip(first(direct.Request.Values("Last-Event-ID"))), clip(first(here)))
			}
		}
		return nil
	})
}

// idsBefore are the ids that a connection had by then.
func idsBefore(c *transcript.Conn, at time.Duration) []string {
	var ids []string
	for _, e := range c.Events {
		if e.OwnID != nil && e.At < at {
			ids = append(ids, *e.OwnID)
		}
	}
	return ids
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// fresh: nothing comes out of a cache.
func fresh(k cases.Check, p *transcript.Probe) types.GomegaMatcher {
	return headed(func(c *transcript.Conn) error {
		old := viaOf(p, k.Fresh.Before, c)
		if old == nil || !old.Answered() {
			return skipped(reports.SkipNotObserved, "the visit before, %s, got no response", k.Fresh.Before)
		}
		direct, control, err := pair(p, &cases.Shared{As: k.Fresh.As, Control: k.Fresh.Control})
		if err != nil {
			return err
		}
		if shared(direct, control) == nil {
			return skipped(reports.SkipUnused, ownStreams, direct.Name, control.Name)
		}
		now, then := once(direct), once(old)
		repeated := 0
		var example transcript.Event
		for _, e := range c.Events {
			if _, isNew := now[identify(e)]; isNew {
				continue
			}
			if before, was := then[identify(e)]; was && alike(before, e) {
				repeated++
				example = e
			}
		}
		if repeated > 0 {
			return fmt.Errorf("a stream of its own was expected; %d events of the visit before came again, such as %s, which %s did not get: they are from a cache (Age: %q)",
				repeated, tell(example), direct.Name, c.Get("Age"))
		}
		return nil
	})
}
