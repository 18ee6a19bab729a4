package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// soaked is a matcher that first demands a digest of what came.
func soaked(h func(*transcript.Conn, *transcript.Soak) error) types.GomegaMatcher {
	return answered(func(c *transcript.Conn) error {
		if c.Soak == nil {
			return skipped(reports.SkipNotObserved, "%s: nothing came in %.1f s that could be looked at", c.Name, (c.EndAt - c.Request.At).Seconds())
		}
		return h(c, c.Soak)
	})
}

// enoughSteps is how many ids must be numbers after one another to be a count.
const enoughSteps = 5

// counts tells whether the ids count the events: nine in ten are the next number.
func counts(s *transcript.Soak) error {
	switch {
	case s.Steps < enoughSteps:
		return skipped(reports.SkipUnused, "%d ids are a number that follows another, too few for a count", s.Steps)
	case 10*s.One < 9*s.Steps:
		return skipped(reports.SkipUnused, "the ids are numbers, but no count: %d of %d are the next number", s.One, s.Steps)
	}
	return nil
}

// idsWithoutGap: where ids count the events, none is left out.
func idsWithoutGap(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return soaked(func(_ *transcript.Conn, s *transcript.Soak) error {
		if err := counts(s); err != nil || s.Skipped == 0 {
			return err
		}
		return fmt.Errorf("the next number was expected as the next id; %s came after %q (%d such gaps in %d events)",
			soakText(s.FirstSkipped), s.FirstSkipped.Before, s.Skipped, s.Events)
	})
}

// idsForward: where ids count the events, they never go back.
func idsForward(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return soaked(func(_ *transcript.Conn, s *transcript.Soak) error {
		if err := counts(s); err != nil || s.Back == 0 {
			return err
		}
		return fmt.Errorf("a higher number was expected as the next id; %s came after %q (%d times in %d events)",
			soakText(s.FirstBack), s.FirstBack.Before, s.Back, s.Events)
	})
}

// soakText is an id and where it stands.
func soakText(id *transcript.SoakID) string {
	return fmt.Sprintf("the id %q of event %d (byte %d, %.1f s)", id.ID, id.Event, id.Offset, id.At.Seconds())
}

// steady: the longest wait for an event is not much longer than at the start.
func steady(_ cases.Check, _ *transcript.Probe) types.GomegaMatcher {
	return soaked(func(c *transcript.Conn, s *transcript.Soak) error {
		if s.Events < transcript.EarlyWaits {
			return skipped(reports.SkipNotObserved, "%s saw %d events in %.1f s, too few for a pace", c.Name, s.Events, c.EndAt.Seconds())
		}
		wait, most := s.Wait.Longer(s.LastEvent, c.EndAt), 3*s.EarlyWait+time.Second
		if wait.Took <= most {
			return nil
		}
		return fmt.Errorf("an event at least every %s was expected, since at first no wait was longer than %s; from %.1f s on, none came for %.1f s",
			most.Round(10*time.Millisecond), s.EarlyWait.Round(10*time.Millisecond), wait.From.Seconds(), wait.Took.Seconds())
	})
}

// soakNote sums up what was watched.
func soakNote(c *transcript.Conn) string {
	s := c.Soak
	if s == nil {
		return ""
	}
	wait, silence := s.Wait.Longer(s.LastEvent, c.EndAt), longestSilence(c)
	text := fmt.Sprintf("watched for %.1f s: %d bytes, %d events, %d of them with an id; the longest wait for an event was %.1f s (from %.1f s on), for a byte %.1f s (from %.1f s on); %d ids came again, %d left out numbers, %d went back",
		c.EndAt.Seconds(), s.Bytes, s.Events, s.IDs, wait.Took.Seconds(), wait.From.Seconds(), silence.Took.Seconds(), silence.From.Seconds(), s.Again, s.Skipped, s.Back)
	return text + firstFindings(c)
}

// firstFindings is the first finding of each kind, with its place.
func firstFindings(c *transcript.Conn) string {
	var kinds, texts []string
	for _, f := range c.Findings {
		if !slices.Contains(kinds, string(f.Kind)) {
			kinds = append(kinds, string(f.Kind))
			texts = append(texts, f.String())
		}
	}
	if len(texts) == 0 {
		return "; the decoder found nothing amiss"
	}
	return fmt.Sprintf("; the decoder had %d findings, the first of each kind: %s", c.Soak.Findings, strings.Join(texts, "; "))
}
