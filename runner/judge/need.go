package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Missing says which of a case's needs the target or the survey of its stream
// does not show, and of which kind the skip is then; both are empty when
// nothing is missing. Without a survey, only what the target itself says is
// looked at.
func Missing(c *cases.Case, p *transcript.Probe) (reports.SkipKind, string) {
	for _, need := range cases.NeedVocabulary() {
		if !slices.Contains(c.Needs, need.Name) {
			continue
		}
		shown, known := ofTarget(need.Name, p.Target)
		if !known {
			if p.Survey == nil {
				continue
			}
			shown = shows(need.Name, p)
		}
		if !shown {
			return skipKind(need, p), reasonFor(need, p)
		}
	}
	return unsuited(c, p.Target)
}

// unsuited says why a case does not suit the run's method. With another than
// GET each request does something of its own: no client comes back with it and a
// last event ID, and a crowd of them may do harm or cost money.
func unsuited(c *cases.Case, t transcript.Target) (reports.SkipKind, string) {
	for _, s := range c.Probe {
		if id := s.Header["Last-Event-ID"].Text; id != nil && strings.Contains(*id, "{{") && t.Method != "" && t.Method != "GET" {
			return reports.SkipUnused, "the run's method is " + t.Method + ", and clients come back for the rest of a stream with GET"
		}
		atOnce := s.Together
		if s.Crowd != nil {
			atOnce = cases.FewSubscribers
		}
		if atOnce > politeCrowd && t.Polite {
			return reports.SkipUnused, fmt.Sprintf("the case sends %d requests at once, and a %s may do or cost something; --connections %d plays it",
				atOnce, t.Method, cases.MaxTogether)
		}
	}
	return "", ""
}

// politeCrowd is how many requests at once are sent with any method.
const politeCrowd = 4

// AwaitsSurvey tells whether a case can be judged only once the survey of the
// stream is over, since one of its steps waits for that.
func AwaitsSurvey(c *cases.Case) bool {
	return slices.ContainsFunc(c.Probe, func(s cases.Step) bool { return s.Await != nil && s.Await.Conn == cases.Survey })
}

// AsksSurvey tells whether a case can be judged only once the survey has shown
// what the stream uses.
func AsksSurvey(c *cases.Case) bool {
	for _, need := range c.Needs {
		if _, known := ofTarget(need, transcript.Target{}); !known {
			return true
		}
	}
	return slices.ContainsFunc(c.Check, func(k cases.Check) bool {
		return k.StillServing || k.ServedOrStopped || slices.Contains(k.Refers(), cases.Survey)
	})
}

// ofTarget answers the needs that the target alone decides.
func ofTarget(need string, t transcript.Target) (shown, known bool) {
	switch need {
	case "http-1":
		return t.HTTP1, true
	case "http-2":
		return t.HTTP2, true
	case "loopback":
		return t.Loopback, true
	case "get":
		return t.Method == "GET", true
	case "via":
		return len(t.Hops) > 0, true
	case "watch-65s":
		return t.Observe >= 65*time.Second, true
	case "json-rpc":
		return t.Asks != "", true
	}
	return false, false
}

// shows answers the needs that the survey decides.
func shows(need string, p *transcript.Probe) bool {
	s, t := p.Survey, p.Target
	switch need {
	case "end-mark":
		return marksEnd(s, t.Asks) >= 0
	case "finite":
		return finite(p)
	case "events":
		return len(s.Events) >= 1
	case "three-events":
		return len(s.Events) >= 3
	case "ids":
		return slices.ContainsFunc(s.Events, func(e transcript.Event) bool { return e.OwnID != nil && *e.OwnID != "" })
	case "retry":
		return len(s.Retries) > 0
	case "comments":
		return len(s.Comments) > 0
	case "server-ends":
		return s.Ended()
	case "open-stream":
		return !s.Ended()
	case "quiet-30s":
		return s.EndAt >= quietTime
	case "quiet-or-ended":
		return t.Observe >= quietTime && (s.EndAt >= quietTime || s.Ended() && s.EndAt-lastByte(s) >= endedQuiet)
	}
	return false
}

// quietTime is how long the survey must have lasted to show how a quiet stream
// is kept alive.
const quietTime = 30500 * time.Millisecond

// endedQuiet is how long a stream must have been silent when the server ended
// it, for the silence to be the likely cause.
const endedQuiet = 5 * time.Second

func lastByte(c *transcript.Conn) time.Duration {
	if c.Soak != nil {
		return c.Soak.LastByte
	}
	if n := len(c.Chunks); n > 0 {
		return c.Chunks[n-1].At
	}
	return c.HeadAt
}

// skipKind tells a feature that the stream does not use from one that could not
// show: no id shows where no event came, and no silence in a run that does not
// wait for one.
func skipKind(n cases.NeedDoc, p *transcript.Probe) reports.SkipKind {
	switch {
	case n.Name == "ids" && p.Survey != nil && len(p.Survey.Events) == 0:
		return reports.SkipNotObserved
	case n.Unused, strings.HasPrefix(n.Name, "quiet-") && endedEarly(p), finite(p):
		return reports.SkipUnused
	}
	return reports.SkipNotObserved
}

// endedEarly tells that the survey did not last as long as the run was willing
// to watch: the stream is not quiet.
func endedEarly(p *transcript.Probe) bool {
	return p.Survey != nil && p.Survey.EndAt < p.Target.Observe-500*time.Millisecond
}

func reasonFor(n cases.NeedDoc, p *transcript.Probe) string {
	reason := "the case needs this: " + n.Doc
	if p.Survey == nil {
		return reason
	}
	if _, known := ofTarget(n.Name, p.Target); known {
		return reason
	}
	return fmt.Sprintf("%s; the survey of %.1f s saw %d events, %d of them with an id", reason,
		p.Survey.EndAt.Seconds(), len(p.Survey.Events), withID(p.Survey))
}

func withID(c *transcript.Conn) int {
	n := 0
	for _, e := range c.Events {
		if e.OwnID != nil {
			n++
		}
	}
	return n
}
