package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// Client judges what a client did with a case: the requests it made and when,
// the events it reported, and how it was in the end. The first rule that is
// broken, in the order of what happened, is what the verdict names.
func Client(c *cases.Case, t *transcript.Transcript) Judgement {
	switch {
	case t.Broken != "":
		return Judgement{Verdict: reports.Error, Message: t.Broken}
	case t.Failed != "":
		return Judgement{Verdict: reports.Fail, Message: t.Failed}
	case t.Client == nil:
		return Judgement{Verdict: reports.Error, Message: "the transcript holds nothing of a client"}
	}
	if c.Kind() == cases.KindStream {
		return clientStream(c, t.Client)
	}
	return clientConnections(c, t.Client)
}

// clientStream judges a stream that was served to a client. The sentinel of the
// runner's tells that all of it has been read.
func clientStream(c *cases.Case, k *transcript.Client) Judgement {
	if len(k.Requests) == 0 {
		return failed("expected a request, none came")
	}
	got, ended := beforeSentinel(eventsOf(k))
	j := events(c.Expect, got)
	if j.Verdict == reports.Pass && !ended && k.Connections == 1 {
		return failed("the events are right, but the one that the runner sends after the case did not come: the client reads no further")
	}
	if j.Verdict == reports.Pass {
		if wrong := tooMany(c, k); wrong != "" {
			return failed(wrong)
		}
	}
	if j.Verdict == reports.Fail && !ended {
		j.Message += inVain(k)
	}
	return j
}

// clientConnections judges a case of the kind connections.
func clientConnections(c *cases.Case, k *transcript.Client) Judgement {
	if strays(c.Expect, eventsOf(k)) {
		return events(c.Expect, eventsOf(k)) // known before the case came to its end
	}
	for _, find := range []func(*cases.Case, *transcript.Client) string{
		requestsWrong, tooMany, problems, afterClose,
	} {
		if wrong := find(c, k); wrong != "" {
			return failed(wrong)
		}
	}
	j := Judgement{Verdict: reports.Pass}
	if c.Expect != nil {
		j = events(c.Expect, eventsOf(k))
	} else if got := eventsOf(k); len(got) > 0 {
		return failed(fmt.Sprintf("expected no event, got %s; the first: %s", count(len(got)), line(got[0])))
	}
	if j.Verdict != reports.Pass {
		j.Message += inVain(k)
		return j
	}
	for _, find := range []func(*cases.Case, *transcript.Client) string{finallyWrong, factsWrong} {
		if wrong := find(c, k); wrong != "" {
			return failed(wrong)
		}
	}
	if len(k.Unmet) > 0 {
		return failed("what the case waits for did not come: " + strings.Join(k.Unmet, "; "))
	}
	return j
}

// strays tells whether the events are the beginning of no right answer.
func strays(expect *cases.Expect, got []spec.Event) bool {
	if expect == nil {
		return false
	}
	return !slices.ContainsFunc(expect.Answers(), func(a cases.Answer) bool {
		return agreement(want(a.Events), got) == len(got)
	})
}

func failed(message string) Judgement { return Judgement{Verdict: reports.Fail, Message: message} }

// eventsOf are the events that the client reported.
func eventsOf(k *transcript.Client) []spec.Event {
	var all []spec.Event
	for _, o := range k.Seen {
		if o.Kind == transcript.SawEvent {
			all = append(all, o.Event)
		}
	}
	return all
}

// beforeSentinel cuts the runner's own event off.
func beforeSentinel(all []spec.Event) (events []spec.Event, ended bool) {
	i := slices.IndexFunc(all, func(e spec.Event) bool { return e.Data == transcript.Sentinel })
	if i < 0 {
		return all, false
	}
	return slices.Delete(slices.Clone(all), i, i+1), true
}

// inVain says what was waited for in vain.
func inVain(k *transcript.Client) string {
	if len(k.Unmet) == 0 {
		return ""
	}
	return "; waited in vain for " + strings.Join(k.Unmet, ", ")
}

// tooMany finds requests for which the case has no connection.
func tooMany(c *cases.Case, k *transcript.Client) string {
	want := k.Connections
	if c.Finally != nil && c.Finally.Requests != nil {
		want = *c.Finally.Requests
	}
	if len(k.Requests) <= want {
		return ""
	}
	x := k.Requests[want]
	text := fmt.Sprintf("expected %s in all, got %d: request %d came %s", requests(want), len(k.Requests), want+1, x.At.Round(100*microsecond))
	text += " after the case began"
	if k.ClosedByCase > 0 && x.At > k.ClosedByCase {
		text += fmt.Sprintf(", %s after the client had been closed", (x.At - k.ClosedByCase).Round(100*microsecond))
	}
	return text
}

// problems finds what the server could not do because the client did not do its
// part.
func problems(_ *cases.Case, k *transcript.Client) string {
	for _, x := range k.Requests {
		if x.Problem != "" {
			return fmt.Sprintf("on connection %d %s", x.Number, x.Problem)
		}
	}
	return ""
}

// afterClose finds events and the like that came after the client had confirmed
// that it was closed.
func afterClose(_ *cases.Case, k *transcript.Client) string {
	if k.ClosedByCase == 0 {
		return ""
	}
	closed := func(o transcript.Observation) bool { return o.Kind == transcript.SawClosed }
	i := slices.IndexFunc(k.Seen, closed)
	if i < 0 {
		return ""
	}
	later := slices.DeleteFunc(slices.Clone(k.Seen[i:]), closed) // said twice is said
	if len(later) == 0 {
		return ""
	}
	o := later[0]
	what := string(o.Kind)
	if o.Kind == transcript.SawEvent {
		what = "an event: " + line(o.Event)
	}
	return fmt.Sprintf("the client was closed, and reported after that %s", what)
}

func requests(n int) string {
	if n == 1 {
		return "1 request"
	}
	return fmt.Sprintf("%d requests", n)
}
