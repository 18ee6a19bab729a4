package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// framing: the decoder has none of these findings.
func framing(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return decoded(func(c *transcript.Conn) error {
		return noFinding(c, k.Framing, "a stream without "+strings.Join(k.Framing, ", "))
	})
}

// utf8: the stream is well-formed UTF-8.
func utf8(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return decoded(func(c *transcript.Conn) error {
		return noFinding(c, []string{string(spec.IllFormedUTF8)}, "well-formed UTF-8")
	})
}

func noFinding(c *transcript.Conn, kinds []string, want string) error {
	for _, f := range c.Findings {
		if slices.Contains(kinds, string(f.Kind)) {
			return fmt.Errorf("%s was expected; %s", want, f)
		}
	}
	return nil
}

// decoded is a matcher that first demands that something was decoded, since
// nothing can be wrong with nothing.
func decoded(h holds) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		err := h(c)
		if err == nil && len(c.Events) == 0 && len(c.Comments) == 0 && len(c.Retries) == 0 {
			return skipped(reports.SkipNotObserved, "%s: nothing came in %.1f s that could be looked at", c.Name, (c.EndAt - c.Request.At).Seconds())
		}
		return err
	})
}

// sendableIDs: every id can be sent back as a header field's value
// (https://fetch.spec.whatwg.org/#header-value).
func sendableIDs(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		for i, id := range ownIDs(c) {
			if strings.ContainsFunc(id, isControl) || id != strings.Trim(id, " \t") {
				return fmt.Errorf("ids that can be sent back in Last-Event-ID were expected; the id %q (number %d) cannot", id, i)
			}
		}
		return nil
	})
}

// ownIDs are the values of the blocks' own id fields.
func ownIDs(c *transcript.Conn) []string {
	var ids []string
	for _, e := range c.Events {
		if e.OwnID != nil {
			ids = append(ids, *e.OwnID)
		}
	}
	return ids
}

// retryBetween: every reconnection time lies between two durations.
func retryBetween(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		least, most := duration(k.RetryBetween[0]), duration(k.RetryBetween[1])
		for _, ms := range c.Retries {
			if ms < least.Milliseconds() || ms > most.Milliseconds() {
				return fmt.Errorf("a reconnection time between %s and %s was expected, %d ms came", least, most, ms)
			}
		}
		return nil
	})
}

// idsUnique: no two events have an id field with the same value.
func idsUnique(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		seen := map[string]int{}
		for i, e := range c.Events {
			if e.OwnID == nil || *e.OwnID == "" { // an empty id only forgets the last one
				continue
			}
			if first, again := seen[*e.OwnID]; again {
				return fmt.Errorf("an id for one event alone was expected; events %d and %d both have the id %q", first, i, *e.OwnID)
			}
			seen[*e.OwnID] = i
		}
		if s := c.Soak; s != nil && s.Again > 0 {
			return fmt.Errorf("an id for one event alone was expected; %s had come before (%d such events in all)", soakText(s.FirstAgain), s.Again)
		}
		return nil
	})
}

// keepAliveWithin: the stream is never silent for longer.
func keepAliveWithin(k cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		most, silence := duration(k.KeepAliveWithin), longestSilence(c)
		if silence.Took > most {
			return fmt.Errorf("a sign of life at least every %s was expected; from %.1f s on, nothing came for %.1f s", most, silence.From.Seconds(), silence.Took.Seconds())
		}
		return nil
	})
}

// longestSilence is the longest time without a byte.
func longestSilence(c *transcript.Conn) transcript.Stretch {
	if s := c.Soak; s != nil {
		return s.Silence.Longer(s.LastByte, c.EndAt)
	}
	longest, last := transcript.Stretch{}, c.HeadAt
	for _, chunk := range c.Chunks {
		longest, last = longest.Longer(last, chunk.At), chunk.At
	}
	return longest.Longer(last, c.EndAt)
}
