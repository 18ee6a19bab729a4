package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// crowdChecks has the checks that look at a crowd.
var crowdChecks = map[string]func(*transcript.Crowd, *transcript.Probe) error{
	"crowd-served":       crowdServed,
	"crowd-same-events":  crowdSame,
	"crowd-none-starved": crowdFed,
	"crowd-undisturbed":  crowdUndisturbed,
}

// onCrowd judges one check on the crowd that it names.
func onCrowd(check cases.Check, p *transcript.Probe) error {
	c := p.Crowd(check.That)
	if c == nil {
		return skipped(reports.SkipNotObserved, "%s was never opened: %s", check.That, unmet(p.Unmet))
	}
	err := crowdChecks[check.Name()](c, p)
	if err == nil || isUnjudgeable(err) {
		return err
	}
	if c.Returns > 0 {
		return fmt.Errorf("%s: %w (the moments of leaving come from the seed %d)", c.Name, err, c.Seed)
	}
	return fmt.Errorf("%s: %w", c.Name, err)
}

// crowdServed: every subscriber got an answer with status 200.
func crowdServed(c *transcript.Crowd, _ *transcript.Probe) error {
	refused, first := 0, -1
	for i := range c.Subscribers {
		if !c.Subscribers[i].Served() {
			if refused++; first < 0 {
				first = i
			}
		}
	}
	switch {
	case !c.Reference.Served():
		return fmt.Errorf("the stream was expected for the reference; %s", answerOf(&c.Reference))
	case refused > 0:
		return fmt.Errorf("the stream was expected for all %d subscribers at once; %d did not get it, the first of them number %d: %s",
			len(c.Subscribers), refused, first+1, answerOf(&c.Subscribers[first]))
	}
	return nil
}

// answerOf says what a subscriber got instead of the stream.
func answerOf(s *transcript.Subscriber) string {
	switch {
	case s.Err != "":
		return s.Err
	case s.Status != 0:
		return fmt.Sprintf("it was answered with %d", s.Status)
	}
	return fmt.Sprintf("no response came until %.1f s", s.EndAt.Seconds())
}

// comparable says of a crowd why nothing can be said about its events; nil when
// something can.
func comparable(c *transcript.Crowd) error {
	switch {
	case !c.Reference.Served():
		return crowdServed(c, nil)
	case c.Events < 3:
		return skipped(reports.SkipNotObserved, "%s: the reference got %d events, too few to compare", c.Name, c.Events)
	case c.Full:
		return skipped(reports.SkipNotObserved, "%s: the reference got more than %d events, too many to compare", c.Name, transcript.MaxOrder)
	}
	shared, own := 0, 0
	for i := range c.Subscribers {
		shared += c.Subscribers[i].Events
		own += c.Subscribers[i].Own
	}
	if shared == 0 && own > 0 {
		return skipped(reports.SkipUnused, "%s: no subscriber has an event in common with the reference: each connection has a stream of its own", c.Name)
	}
	return nil
}

// crowdSame: from its first event on, each subscriber got what the reference
// got, once and in that order.
func crowdSame(c *transcript.Crowd, _ *transcript.Probe) error {
	if err := comparable(c); err != nil {
		return err
	}
	if f := c.Reference.Fault; f != nil {
		return fmt.Errorf("each event once was expected; the reference got %q again", f.Got)
	}
	differing, changed, first, compared := 0, 0, -1, 0
	for i := range c.Subscribers {
		s := &c.Subscribers[i]
		if s.Events > 0 {
			compared++
		}
		if s.Fault != nil {
			if differing++; first < 0 {
				first = i
			}
			if s.Fault.Kind == transcript.FaultChanged {
				changed++
			}
		}
	}
	switch {
	case changed > 1 && changed == compared:
		return skipped(reports.SkipUnused, "%s: the same ids come with other contents on all: each connection has a stream of its own", c.Name)
	case differing > 0:
		return fmt.Errorf("the events of the reference in their order were expected on all; %d of %d subscribers differ, the first of them number %d, %s",
			differing, len(c.Subscribers), first+1, faultText(c, c.Subscribers[first].Fault))
	case compared == 0:
		return fmt.Errorf("the events of the reference were expected, %d came there; no subscriber got one", c.Events)
	}
	return nil
}

// faultText says how a subscriber differs.
func faultText(c *transcript.Crowd, f *transcript.Fault) string {
	text := ""
	switch f.Kind {
	case transcript.FaultMissed:
		text = fmt.Sprintf("to which %q came where %q was next: %d lost", f.Got, f.Want, f.Count)
	case transcript.FaultAgain:
		text = fmt.Sprintf("to which %q came a second time", f.Got)
	case transcript.FaultOrder:
		text = fmt.Sprintf("to which %q came before %q, which it follows", f.Got, f.Want)
	case transcript.FaultChanged:
		text = fmt.Sprintf("to which %q came with another content", f.Got)
	case transcript.FaultUnshared:
		text = fmt.Sprintf("to which, as to others, %q came, which the reference never got", f.Got)
	}
	text += fmt.Sprintf(" (at %.2f s", f.At.Seconds())
	if c.Returns > 0 {
		text += fmt.Sprintf(", on its connection %d, after Last-Event-ID %q", f.Connection, f.LastEventID)
	}
	return text + ")"
}

// starving is how many events a subscriber must be left without.
const starving = 3

// crowdFed: no subscriber is left without what the others have.
func crowdFed(c *transcript.Crowd, _ *transcript.Probe) error {
	if err := comparable(c); err != nil {
		return err
	}
	starved, first, due := 0, -1, 0
	for i := range c.Subscribers {
		s := &c.Subscribers[i]
		due = max(due, s.Due)
		if s.Served() && s.End == transcript.EndOpen && s.Missing >= starving {
			if starved++; first < 0 {
				first = i
			}
		}
	}
	switch {
	case starved > 0:
		s := &c.Subscribers[first]
		return fmt.Errorf("all events on all subscribers were expected; %d of %d are left without the latest, the first of them number %d: it got %d of %d events, and then none for %.1f s",
			starved, len(c.Subscribers), first+1, s.Events, s.Due, (s.EndAt - s.LastAt).Seconds())
	case due < starving:
		return skipped(reports.SkipNotObserved, "%s: %d events came a second or more before the end, too few to tell who is left without", c.Name, due)
	}
	return nil
}

// patience is how much longer a subscriber of a crowd may wait than any other:
// a crowd keeps a machine busy, and both ends of it often share one.
const patience = 2 * time.Second

// crowdUndisturbed: nobody's stream ended or paused.
func crowdUndisturbed(c *transcript.Crowd, p *transcript.Probe) error {
	if !c.Reference.Served() {
		return crowdServed(c, p)
	}
	if err := each(c, goesOn); err != nil {
		return err
	}
	if p.Survey == nil || len(p.Survey.Events) < 2 {
		return skipped(reports.SkipNotObserved, "the survey saw too few events for a pace")
	}
	usual := longestWait(p.Survey)
	most := 3*usual + patience + time.Duration(len(c.Subscribers))*100*time.Microsecond
	return each(c, func(s *transcript.Subscriber) error {
		if s.Longest <= most {
			return nil
		}
		return fmt.Errorf("an event at least every %s was expected, since the survey never waited longer than %s; none came for %s",
			most.Round(10*time.Millisecond), usual.Round(10*time.Millisecond), s.Longest.Round(10*time.Millisecond))
	})
}

func goesOn(s *transcript.Subscriber) error {
	if !s.Ended() {
		return nil
	}
	return fmt.Errorf("a stream that goes on was expected; the server ended it at %.2f s, after %d events (%s)",
		s.EndAt.Seconds(), s.Events, strings.TrimSpace(string(s.End)+" "+s.EndDetail))
}

// each looks at the reference and at every subscriber that got the stream.
func each(c *transcript.Crowd, holds func(*transcript.Subscriber) error) error {
	if err := holds(&c.Reference); err != nil {
		return fmt.Errorf("the reference: %w", err)
	}
	for i := range c.Subscribers {
		s := &c.Subscribers[i]
		if !s.Served() {
			continue
		}
		if err := holds(s); err != nil {
			return fmt.Errorf("subscriber %d of %d: %w", i+1, len(c.Subscribers), err)
		}
	}
	return nil
}

// crowdNote is what is worth knowing of a crowd with which all is well.
func crowdNote(c *transcript.Crowd) string {
	if c.Spread.Events == 0 || c.Returns > 0 { // what comes late then was called for late
		return ""
	}
	return fmt.Sprintf("%s: from the first of %d subscribers to the last an event took %s (median of %d events), %s at worst",
		c.Name, len(c.Subscribers), c.Spread.Median.Round(100*time.Microsecond), c.Spread.Events, c.Spread.Worst.Round(100*time.Microsecond))
}
