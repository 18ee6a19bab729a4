package judge

import (
	"fmt"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// Stream judges what a parser made of a stream: its events against the case's
// answers, then what must hold at the end.
func Stream(c *cases.Case, t *transcript.Transcript) Judgement {
	switch {
	case t.Broken != "":
		return Judgement{Verdict: reports.Error, Message: t.Broken}
	case t.Failed != "":
		return Judgement{Verdict: reports.Fail, Message: t.Failed}
	case t.Parsed == nil:
		return Judgement{Verdict: reports.Error, Message: "the transcript holds no answer of the parser"}
	case t.Parsed.Refused != nil:
		return Judgement{Verdict: reports.Fail, Message: fmt.Sprintf(
			"the parser refused a stream that it must read; its own word: %s", around(*t.Parsed.Refused, 0))}
	}
	j := events(c.Expect, t.Parsed.Events)
	if j.Verdict != reports.Pass || c.Finally == nil {
		return j
	}
	if end := finally(c.Finally, t.Parsed); end.Verdict != reports.Pass {
		return end
	}
	return j
}

// events holds what came against each right answer in turn.
func events(expect *cases.Expect, got []spec.Event) Judgement {
	if expect == nil {
		return Judgement{Verdict: reports.Pass}
	}
	answers := expect.Answers()
	nearest, reach := Judgement{}, -1
	for _, answer := range answers {
		expected := want(answer.Events)
		m := EqualEvents(expected)
		if same, _ := m.Match(got); same {
			return accepted(answer)
		}
		if n := agreement(expected, got); n > reach {
			reach = n
			nearest = Judgement{Verdict: reports.Fail, Message: m.FailureMessage(got), Diff: DiffEvents(expected, got)}
		}
	}
	if len(answers) > 1 {
		nearest.Message = fmt.Sprintf("none of the %d right answers came; against the nearest: %s", len(answers), nearest.Message)
	}
	return nearest
}

// accepted is a pass; one of grade info carries the answer's note.
func accepted(a cases.Answer) Judgement {
	if a.Grade == cases.GradeInfo {
		return Judgement{Verdict: reports.Pass, Message: a.Note}
	}
	return Judgement{Verdict: reports.Pass}
}

// want fills in what a case file leaves to the standard's defaults.
func want(expected []cases.Event) []spec.Event {
	all := make([]spec.Event, len(expected))
	for i := range expected {
		all[i] = expected[i].Spec()
	}
	return all
}

// agreement is how many events agree from the beginning.
func agreement(expected, got []spec.Event) int {
	n := 0
	for n < len(expected) && n < len(got) && expected[n] == got[n] {
		n++
	}
	return n
}

// finally judges what must hold at the end of the stream.
func finally(f *cases.Finally, p *transcript.Parsed) Judgement {
	none := f.NoReconnectionTime
	if f.ReconnectionTime == nil && !none {
		return Judgement{Verdict: reports.Pass}
	}
	switch {
	case p.Retry == nil && !p.ReportsRetry:
		return Judgement{Verdict: reports.Skip, SkipKind: reports.SkipCapability,
			SkipReason: "the parser does not report reconnection times; its events are right"}
	case none && p.Retry != nil:
		return Judgement{Verdict: reports.Fail, Diff: retryDiff("none accepted", inMilliseconds(*p.Retry)),
			Message: fmt.Sprintf("expected no reconnection time at the end, got %d ms", *p.Retry)}
	case none:
		return Judgement{Verdict: reports.Pass}
	}
	expected := *f.ReconnectionTime
	switch {
	case p.Retry == nil:
		return Judgement{Verdict: reports.Fail, Diff: retryDiff(inMilliseconds(expected), "none reported"),
			Message: fmt.Sprintf("expected a reconnection time of %d ms at the end, none was reported", expected)}
	case *p.Retry != expected:
		return Judgement{Verdict: reports.Fail, Diff: retryDiff(inMilliseconds(expected), inMilliseconds(*p.Retry)),
			Message: fmt.Sprintf("expected a reconnection time of %d ms at the end, got %d ms", expected, *p.Retry)}
	}
	return Judgement{Verdict: reports.Pass}
}

func retryDiff(expected, got string) string {
	return "- reconnection time " + expected + "\n+ reconnection time " + got
}

func inMilliseconds(ms int64) string { return fmt.Sprintf("%d ms", ms) }
