package judge

import (
	"errors"
	"fmt"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Probe judges a visit to a server: the case is skipped when the stream does
// not show what it needs, and passes when every check holds on every connection
// that it names.
func Probe(c *cases.Case, t *transcript.Transcript) Judgement {
	switch {
	case t.Broken != "":
		return Judgement{Verdict: reports.Error, Message: t.Broken}
	case t.Failed != "":
		return Judgement{Verdict: reports.Fail, Message: t.Failed}
	case t.Probe == nil:
		return Judgement{Verdict: reports.Error, Message: "the transcript is not of a visit to a server"}
	}
	if kind, reason := Missing(c, t.Probe); kind != "" {
		return Judgement{Verdict: reports.Skip, SkipKind: kind, SkipReason: reason}
	}
	var skip *unjudgeable
	for _, check := range c.Check {
		err := one(check, t.Probe)
		if errors.As(err, &skip) {
			continue // another check may still fail
		}
		if err != nil {
			return Judgement{Verdict: reports.Fail, Message: err.Error()}
		}
	}
	if skip != nil && skip.kind == reports.SkipNotObserved && finite(t.Probe) {
		skip = &unjudgeable{reports.SkipUnused, overBefore(skip.reason)}
	}
	if skip != nil {
		return Judgement{Verdict: reports.Skip, SkipKind: skip.kind, SkipReason: skip.reason}
	}
	if len(t.Probe.Unmet) > 0 {
		return waitedInVain(t.Probe)
	}
	return Judgement{Verdict: reports.Pass, Message: note(c, t.Probe)}
}

// note is what is worth knowing although all is well, of a case that asks one
// question alone.
func note(c *cases.Case, p *transcript.Probe) string {
	if len(c.Check) != 1 {
		return ""
	}
	if crowd := p.Crowd(c.Check[0].That); c.Check[0].CrowdSame && crowd != nil {
		return crowdNote(crowd)
	}
	if c.Check[0].Steady && p.Survey != nil {
		return soakNote(p.Survey)
	}
	return ""
}

// one judges one check on every connection that it names. A connection that says
// nothing hides no failure of another, nor its pass where the check was not for it.
func one(check cases.Check, p *transcript.Probe) error {
	if check.OfCrowd() {
		return onCrowd(check, p)
	}
	matcherOf, known := matchers[check.Name()]
	if !known {
		return fmt.Errorf("ssecheck has no matcher for the check %q", check.Name())
	}
	conns := p.Named(check.That)
	if len(conns) == 0 {
		return skipped(reports.SkipNotObserved, "%s was never opened: %s", check.That, unmet(p.Unmet))
	}
	var silent *unjudgeable
	var passed []*transcript.Conn
	for _, c := range conns {
		ok, err := matcherOf(check, p).Match(c)
		var skip *unjudgeable
		switch {
		case errors.As(err, &skip):
			if silent == nil || silent.kind == reports.SkipUnused {
				silent = skip
			}
		case err != nil:
			return err
		case !ok:
			return errors.New(matcherOf(check, p).FailureMessage(c) + nearer(c, passed))
		default:
			passed = append(passed, c)
		}
	}
	if silent == nil || len(passed) > 0 && silent.kind == reports.SkipUnused {
		return nil
	}
	return silent
}

// waitedInVain is the skip of a case that waited for what did not come. An answer that
// is complete shows no more however long one waits.
func waitedInVain(p *transcript.Probe) Judgement {
	j := Judgement{Verdict: reports.Skip, SkipKind: reports.SkipNotObserved, SkipReason: unmet(p.Unmet)}
	if finite(p) {
		j.SkipKind, j.SkipReason = reports.SkipUnused, overBefore(j.SkipReason)
	}
	return j
}

func overBefore(reason string) string {
	return "the stream is an answer that comes to its end, and was over before: " + reason
}

func unmet(waits []transcript.Unmet) string {
	var texts []string
	for _, u := range waits {
		text := u.Conn + ": waited in vain for " + u.For
		if u.After > 0 {
			text += fmt.Sprintf(" (%.1f s)", u.After.Seconds())
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// An unjudgeable says that a check cannot be decided on what was seen.
type unjudgeable struct {
	kind   reports.SkipKind
	reason string
}

func (u *unjudgeable) Error() string { return u.reason }

func isUnjudgeable(err error) bool {
	var skip *unjudgeable
	return errors.As(err, &skip)
}

func skipped(kind reports.SkipKind, format string, args ...any) error {
	return &unjudgeable{kind: kind, reason: fmt.Sprintf(format, args...)}
}

// A holds looks at one connection. It returns nil when the check holds, an
// unjudgeable, or an error that says in one sentence what was expected and what
// came.
type holds func(c *transcript.Conn) error

// Match makes a holds a matcher on a *transcript.Conn. It gives an error where
// nothing can be said.
func (h holds) Match(actual any) (bool, error) {
	c, ok := actual.(*transcript.Conn)
	if !ok {
		return false, fmt.Errorf("a check of a probe looks at a *transcript.Conn, not at a %T", actual)
	}
	err := h(c)
	var skip *unjudgeable
	if errors.As(err, &skip) {
		return false, err
	}
	return err == nil, nil
}

// FailureMessage is the sentence.
func (h holds) FailureMessage(actual any) string {
	c, _ := actual.(*transcript.Conn)
	return fmt.Sprintf("%s: %s", c.Label(), h(c))
}

// NegatedFailureMessage is the sentence of a check that should not hold.
func (h holds) NegatedFailureMessage(actual any) string {
	c, _ := actual.(*transcript.Conn)
	return c.Name + ": the check holds, and should not"
}

var _ types.GomegaMatcher = holds(nil)

// matchers has one matcher for each word of the vocabulary.
var matchers = map[string]func(cases.Check, *transcript.Probe) types.GomegaMatcher{
	"status":                    status,
	"content-type":              contentType,
	"charset":                   charset,
	"header":                    header,
	"no-header":                 noHeader,
	"header-once":               headerOnce,
	"same-header":               sameHeader,
	"lowercase-names":           lowercaseNames,
	"clean-values":              cleanValues,
	"varies":                    varies,
	"allow-lists":               allowLists,
	"one-framing":               oneFraming,
	"self-delimited":            selfDelimited,
	"cors-consistent":           corsConsistent,
	"preflight-allows":          preflightAllows,
	"decodable":                 decodable,
	"cors-like":                 corsLike,
	"length-as":                 lengthAs,
	"refused-by-status":         refusedByStatus,
	"error-is-no-stream":        errorNoStream,
	"no-credentials-for-origin": noCredentials,
	"says-close":                saysClose,
	"whole-events":              wholeEvents,
	"head-lag":                  headLag,
	"event-lag":                 eventLag,
	"same-stream":               sameStream,
	"same-comments":             sameComments,
	"same-retries":              sameRetries,
	"open-as-long-as":           openAsLong,
	"keeps-coding":              keepsCoding,
	"replays-like":              replaysLike,
	"fresh":                     fresh,
	"first-byte-within":         firstByteWithin,
	"blocks-end":                blocksEnd,
	"head-first":                headFirst,
	"ends-within":               endsWithin,
	"body-empty":                bodyEmpty,
	"ends-cleanly":              endsCleanly,
	"stays-open":                staysOpen,
	"end-mark-is-last":          endMarkLast,
	"ends-after-mark":           endsAfterMark,
	"finishes-like":             finishesLike,
	"json-rpc-answered":         jsonRPCAnswered,
	"events-at-least":           eventsAtLeast,
	"still-serving":             stillServing,
	"never":                     never,
	"served-or-stopped":         servedOrStopped,
	"no-content-204":            noContent204,
	"no-server-error":           noServerError,
	"ping-acknowledged":         pingAcknowledged,
	"within-window":             withinWindow,
	"framing":                   framing,
	"utf-8":                     utf8,
	"sendable-ids":              sendableIDs,
	"retry-between":             retryBetween,
	"ids-unique":                idsUnique,
	"spread":                    spread,
	"keeps-pace":                keepsPace,
	"keep-alive-within":         keepAliveWithin,
	"continues":                 continues,
	"same-events":               sameEvents,
	"ids-go-on":                 idsGoOn,
	"ids-without-gap":           idsWithoutGap,
	"ids-forward":               idsForward,
	"steady":                    steady,
}

// answered is a matcher that first demands a response.
func answered(h holds) types.GomegaMatcher {
	return holds(func(c *transcript.Conn) error {
		if !c.Answered() {
			if c.Err != "" {
				return fmt.Errorf("a response was expected; %s", c.Err)
			}
			return fmt.Errorf("a response was expected; none came in %.1f s", (c.EndAt - c.Request.At).Seconds())
		}
		return h(c)
	})
}

// Knows tells whether there is a matcher for a word of the vocabulary of
// checks.
func Knows(check string) bool { return matchers[check] != nil || crowdChecks[check] != nil }
