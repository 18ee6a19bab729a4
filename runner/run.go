package runner

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// Known says whether the user has listed a case as failing today, and why.
type Known func(c *cases.Case) (reason string, known bool)

// Options say what a run plays, and how.
type Options struct {
	// Subjects are started, played and closed by [Run].
	Subjects []Subject
	// Cases are the selected ones, in the order of the corpus.
	Cases []*cases.Case
	// Catalogue is every requirement, for the statuses in the report.
	Catalogue []requirements.Requirement
	// Known is the known-failing list; nil is an empty one.
	Known Known
	// Sometimes, when not nil, says of a listed case that it fails in some runs
	// and passes in others: its pass does not make the list stale.
	Sometimes func(c *cases.Case) bool
	// Strict holds a SHOULD to be as binding as a MUST.
	Strict bool
	// FailFast ends the run at the first failure that counts.
	FailFast bool

	// Timeout is the time that one variant may take; zero is [DefaultTimeout].
	Timeout time.Duration
	// Deadline is the time that the run may take; zero is no bound.
	Deadline time.Duration
	// Parallel is how many plays are under way at once on one subject; zero
	// asks the subject (see [Paced]).
	Parallel int
	// KeepTranscripts keeps those of passes too.
	KeepTranscripts bool

	// Tool goes into the report's head.
	Tool reports.Tool
	// OnPlan, when not nil, is told what will be played, once all subjects
	// have started.
	OnPlan func(*Plan)
	// OnResult, when not nil, is told each result as it comes, one at a time;
	// subject is the index in the plan.
	OnResult func(subject int, r reports.Result)
}

// Run plays the cases against the subjects and reports. The error is a
// [StartError], when a subject could not be started; nothing was played then.
//
// When ctx ends, so does the run, within a second: the report says that it was
// interrupted. Cases that were not played to their end, here or because of the
// deadline or of FailFast, are skips of the kind not-observed, so that none of
// them is green and a selected MUST among them makes the report incomplete.
//
// Results stand in the order of the corpus, whatever the order of play.
func Run(ctx context.Context, o Options) (*reports.Report, error) {
	began := time.Now()
	r := &run{Options: o, report: &reports.Report{Schema: reports.Schema, Tool: o.Tool, Started: began.UTC()}}
	rctx, end := r.bounded(ctx)
	defer end()

	if err := r.start(rctx); err != nil {
		if ctx.Err() != nil {
			r.stop(errInterrupted) // the hook on ctx may still be under way
		}
		if rctx.Err() == nil {
			return nil, err
		}
		return r.done(rctx, began), nil
	}
	if o.OnPlan != nil {
		o.OnPlan(NewPlan(o.Subjects, o.Cases))
	}
	var wg sync.WaitGroup
	for i := range r.subjects {
		wg.Go(func() { r.playSubject(rctx, i) })
	}
	wg.Wait()
	return r.done(rctx, began), nil
}

// done closes the subjects and completes the report.
func (r *run) done(ctx context.Context, began time.Time) *reports.Report {
	r.report.Interrupted = errors.Is(context.Cause(ctx), errInterrupted)
	r.close()
	r.finish()
	r.report.DurationMS = time.Since(began).Milliseconds()
	return r.report
}

// A run is one call of Run under way.
type run struct {
	Options
	report   *reports.Report
	subjects []Subject // those that have a case; index as in report.Subjects
	own      [][]*cases.Case
	stop     context.CancelCauseFunc

	mu sync.Mutex // one call of OnResult at a time
}

// bounded is the run's own context, whose cause says which end came first.
func (r *run) bounded(ctx context.Context) (context.Context, func()) {
	rctx, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	r.stop = stop
	unhook := context.AfterFunc(ctx, func() { stop(errInterrupted) })
	var timer *time.Timer
	if r.Deadline > 0 {
		timer = time.AfterFunc(r.Deadline, func() { stop(errDeadline) })
	}
	return rctx, func() {
		unhook()
		if timer != nil {
			timer.Stop()
		}
		stop(nil)
	}
}

// start starts the subjects that have a case. When one fails, those that were
// started are closed again.
func (r *run) start(ctx context.Context) error {
	for _, s := range r.Subjects {
		own := CasesFor(s, r.Cases)
		if len(own) == 0 {
			continue
		}
		if err := s.Start(ctx); err != nil {
			failed := startError(s, err)
			_ = s.Close()
			r.close()
			r.subjects, r.report.Subjects = nil, nil
			return failed
		}
		r.subjects, r.own = append(r.subjects, s), append(r.own, own)
		i := s.Info()
		r.report.Subjects = append(r.report.Subjects, reports.Subject{
			Role: i.Role, Name: i.Name, Version: i.Version, Address: i.Address, Profile: i.Profile,
			Results: make([]reports.Result, len(own)),
		})
	}
	return nil
}

// casesAtOnce bounds the cases under way on one subject. The variants of a few
// streams keep a parser busy; with more of them all results would come at the
// very end, and an interrupted run would have none. A probe is one play.
func casesAtOnce(s Subject, parallel int) int {
	if s.Info().Role == reports.RoleParser {
		return min(parallel, 16)
	}
	return parallel
}

// playSubject plays all cases of a subject, several at once.
func (r *run) playSubject(ctx context.Context, subject int) {
	began := time.Now()
	defer func() { r.report.Subjects[subject].DurationMS = time.Since(began).Milliseconds() }()
	s := r.subjects[subject]
	parallel := r.Parallel
	if parallel <= 0 {
		parallel = Pace(s)
	}
	options := CaseOptions{
		Timeout: r.Timeout, Parallel: parallel,
		KeepTranscript: r.KeepTranscripts, Slots: NewSlots(parallel),
	}
	atOnce := NewSlots(casesAtOnce(s, parallel))
	var wg sync.WaitGroup
	defer wg.Wait()
	for i, c := range r.own[subject] {
		if atOnce.Take(ctx) != nil {
			r.note(subject, i, c, skipped(blank(s, c), Skip{
				Kind: reports.SkipNotObserved, Reason: "not played: " + context.Cause(ctx).Error(),
			}))
			continue
		}
		wg.Go(func() {
			defer atOnce.Give()
			r.note(subject, i, c, PlayCase(ctx, s, c, options))
		})
	}
}

// note puts a result in its place and tells who listens.
func (r *run) note(subject, i int, c *cases.Case, result reports.Result) {
	r.mark(subject, c, &result)
	r.report.Subjects[subject].Results[i] = result
	if r.FailFast && Counts(result, r.Strict) {
		r.stop(errFailFast)
	}
	if r.OnResult != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.OnResult(subject, result)
	}
}

// close ends the subjects; what one has to complain of at its end is told in
// the report.
func (r *run) close() {
	var wg sync.WaitGroup
	for i, s := range r.subjects {
		wg.Go(func() {
			if err := s.Close(); err != nil {
				r.report.Subjects[i].Problem = err.Error()
			}
		})
	}
	wg.Wait()
}
