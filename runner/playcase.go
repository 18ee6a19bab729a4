package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// DefaultTimeout is the time that one variant of a case may take.
const DefaultTimeout = 5 * time.Second

// CaseOptions say how [PlayCase] plays a case.
type CaseOptions struct {
	// Timeout is the time that one variant may take, counted from when the
	// subject has it; zero is [DefaultTimeout].
	Timeout time.Duration
	// Parallel is how many variants are under way at once; zero asks the
	// subject (see [Paced]).
	Parallel int
	// KeepTranscript keeps the transcript of a pass too; a failure's always is.
	KeepTranscript bool
	// Slots, when not nil, bounds the plays that several calls of PlayCase
	// have under way together.
	Slots Slots
}

// A Timekeeper is a Subject that keeps the time of a play itself, because only
// it knows since when the play has had the subject: an adapter that hangs on
// one stream holds up all the others that are in flight, and they are played
// again at its expense, not at theirs. PlayFor is Play with the time that the
// play may take; its ctx has no deadline of the case.
type Timekeeper interface {
	PlayFor(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript
}

// PlayCase plays one case on a subject that was started, in all its variants,
// and judges it. It is the one function behind all doors.
//
// The variants are under way concurrently. When one fails, the larger ones are
// given up and the smaller ones are seen to their end, so that the result
// names the smallest variant that fails, in the subject's order, in every run.
//
// When ctx ends first, the case is a skip of the kind not-observed that says
// so, unless a variant had failed before. A panic of a driver or of the judge
// is the verdict error.
func PlayCase(ctx context.Context, s Subject, c *cases.Case, o CaseOptions) (result reports.Result) {
	began := time.Now()
	result = blank(s, c)
	defer func() {
		if p := recover(); p != nil {
			result.Verdict, result.Message = reports.Error, fmt.Sprintf("ssecheck itself panicked: %v", p)
		}
		result.DurationMS = float64(time.Since(began).Microseconds()) / 1000
	}()

	if skip := s.Skip(c); skip != (Skip{}) {
		return skipped(result, skip)
	}
	variants := s.Variants(c)
	if len(variants) == 0 {
		result.Verdict = reports.Error
		result.Message = "the case has no variant that can be played on this subject, and nobody said why"
		return result
	}
	p := play{subject: s, of: c, options: o.withDefaults(s)}
	p.all(ctx, variants)
	return p.conclude(ctx, result, variants)
}

func (o CaseOptions) withDefaults(s Subject) CaseOptions {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Parallel <= 0 {
		o.Parallel = Pace(s)
	}
	if o.Slots == nil {
		o.Slots = NewSlots(o.Parallel)
	}
	return o
}

// blank is the result of a case before it was played.
func blank(s Subject, c *cases.Case) reports.Result {
	return reports.Result{
		Case: c.Name(), Title: c.Title, Level: levelOf(s, c),
		Labels: c.Labels, Requirements: c.Requirements,
		Reproduce: Reproduce(s.Info(), c),
	}
}

// skipped turns a result into a skip.
func skipped(r reports.Result, why Skip) reports.Result {
	r.Verdict, r.SkipKind, r.SkipReason = reports.Skip, why.Kind, why.Reason
	return r
}

// Reproduce is the command that plays the case alone.
func Reproduce(i Info, c *cases.Case) string {
	flags := strings.TrimSpace(i.Flags + " --run " + c.Name())
	return "ssecheck run " + flags
}

// conclude makes one verdict of those on the variants: a failure beats an
// error, an error a skip, and a skip a pass.
func (p *play) conclude(ctx context.Context, r reports.Result, variants []cases.Variant) reports.Result {
	worst := -1
	for i := range p.outcomes {
		o := &p.outcomes[i]
		if o.judgement.Verdict == "" {
			continue // given up, or never begun
		}
		r.Variants++
		if worst < 0 || severity(o.judgement) > severity(p.outcomes[worst].judgement) {
			worst = i
		}
	}
	failed := worst >= 0 && p.outcomes[worst].judgement.Verdict == reports.Fail
	if !failed && r.Variants < len(variants) {
		return skipped(r, cutShort(ctx))
	}
	o := p.outcomes[worst]
	r.Verdict, r.Message, r.Diff = o.judgement.Verdict, o.judgement.Message, o.judgement.Diff
	r.SkipKind, r.SkipReason = o.judgement.SkipKind, o.judgement.SkipReason
	broken := r.Verdict == reports.Fail || r.Verdict == reports.Error
	if broken {
		r.FailedVariant = variants[worst].Name
		r.Stderr = o.transcript.Stderr
	}
	if broken || p.options.KeepTranscript {
		r.Transcript = o.transcript.Entries
	}
	return r
}

// severity orders judgements: the worst one speaks for the case. A pass with a
// note (one of several answers that the standard leaves open) is worth telling.
func severity(j judge.Judgement) int {
	switch {
	case j.Verdict == reports.Fail:
		return 4
	case j.Verdict == reports.Error:
		return 3
	case j.Verdict == reports.Skip:
		return 2
	case j.Message != "":
		return 1
	}
	return 0
}

// cutShort is why a case was not played to its end.
func cutShort(ctx context.Context) Skip {
	cause := context.Cause(ctx)
	if cause == nil {
		cause = errors.New("it was given up")
	}
	return Skip{Kind: reports.SkipNotObserved, Reason: "not played to its end: " + cause.Error()}
}
