package runner_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/process/leaktest"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// byID answers each case as the map says, and others right.
func byID(how map[string]func(context.Context, *cases.Case, cases.Variant) *transcript.Transcript) *fake {
	return parserThat(func(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
		if play, ok := how[c.ID]; ok {
			return play(ctx, c, v)
		}
		return right(ctx, c, v)
	})
}

type plays = map[string]func(context.Context, *cases.Case, cases.Variant) *transcript.Transcript

func broken(context.Context, *cases.Case, cases.Variant) *transcript.Transcript {
	return &transcript.Transcript{Broken: "no process"}
}

// must is n cases of the level must, named 0 to n-1.
func must(n int) []*cases.Case {
	var all []*cases.Case
	for i := range n {
		all = append(all, streamCase(fmt.Sprint(i), requirements.Must, "parse.data.append"))
	}
	return all
}

// probeCase is for the role server.
func probeCase(id string) *cases.Case {
	return &cases.Case{Suite: "p", ID: id, Level: requirements.Must, Probe: []cases.Step{{Connect: "first"}}}
}

func listed(ids ...string) runner.Known {
	return func(c *cases.Case) (string, bool) {
		for _, id := range ids {
			if c.ID == id {
				return "we know", true
			}
		}
		return "", false
	}
}

var _ = Describe("Run", func() {
	BeforeEach(func() {
		leaktest.Check()
	})

	run := func(ctx context.Context, o runner.Options) *reports.Report {
		GinkgoHelper()
		r, err := runner.Run(ctx, o)
		Expect(err).NotTo(HaveOccurred())
		return r
	}

	It("reports who was tested, with what, and every result in the order of the corpus", func(ctx SpecContext) {
		s := parserThat(func(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
			if c.ID == "0" {
				time.Sleep(5 * time.Millisecond) // the first case ends last
			}
			return answer("a")
		})
		s.info.Version, s.info.Address = "1.2.3", "in memory"
		tool := reports.Tool{Name: "ssecheck", Version: "dev", Corpus: "abc"}
		r := run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: must(20), Tool: tool, Parallel: 8})
		Expect(r.Schema).To(Equal(reports.Schema))
		Expect(r.Tool).To(Equal(tool))
		Expect(r.Started).To(BeTemporally("~", time.Now(), time.Minute))
		Expect(r.Verdict).To(Equal(reports.Compliant))
		sub := r.Subjects[0]
		Expect([]string{string(sub.Role), sub.Name, sub.Version, sub.Address}).To(Equal([]string{"parser", "fake", "1.2.3", "in memory"}))
		for i, result := range sub.Results {
			Expect(result.Case).To(Equal(fmt.Sprintf("s/%d", i)))
		}
		Expect(sub.Summary).To(Equal(reports.Summary{Cases: 20, Variants: 60, Pass: 20, Must: reports.Count{Pass: 20}}))
		Expect(s.started.Load()).To(BeEquivalentTo(1))
		Expect(s.closed.Load()).To(BeEquivalentTo(1))
	})

	It("plays each case on the subjects of its role, and says who was idle", func(ctx SpecContext) {
		parser, server := parserThat(right), parserThat(right)
		server.info.Role = reports.RoleServer
		idle := parserThat(right)
		idle.info.Role = reports.RoleEncoder
		var plan *runner.Plan
		r := run(ctx, runner.Options{
			Subjects: []runner.Subject{parser, idle}, Cases: append(must(2), probeCase("x")),
			OnPlan: func(p *runner.Plan) { plan = p },
		})
		Expect(r.Subjects).To(HaveLen(1))
		Expect(r.Subjects[0].Results).To(HaveLen(2))
		Expect(idle.started.Load()).To(BeZero())
		Expect(plan.Idle).To(HaveLen(1))
		Expect(plan.Unplayed).To(HaveLen(1))
		Expect(plan.Unplayed[0].Name()).To(Equal("p/x"))
		Expect(plan.Subjects[0].Entries[0].Variants).To(Equal(3))
	})

	It("does not play what cannot be started, and closes what was", func(ctx SpecContext) {
		first, second := parserThat(right), parserThat(right)
		second.startErr = errors.New("no such file")
		_, err := runner.Run(ctx, runner.Options{Subjects: []runner.Subject{first, second}, Cases: must(1)})
		start, ok := errors.AsType[*runner.StartError](err)
		Expect(ok).To(BeTrue())
		Expect(start).To(MatchError("--parser fake: no such file"))
		Expect(first.closed.Load()).To(BeEquivalentTo(1))
		Expect(first.played.Load()).To(BeZero())
	})

	It("keeps a driver's own StartError, with its remedy", func(ctx SpecContext) {
		s := parserThat(right)
		s.startErr = fmt.Errorf("wrapped: %w", &runner.StartError{Subject: "x", Err: errors.New("y"), Remedy: "Do z"})
		_, err := runner.Run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: must(1)})
		Expect(err).To(MatchError("x: y. Do z"))
	})

	It("tells each result once, one at a time", func(ctx SpecContext) {
		var at, most atomic.Int32
		var told []string
		run(ctx, runner.Options{
			Subjects: []runner.Subject{parserThat(right), parserThat(right)}, Cases: must(20),
			OnResult: func(subject int, r reports.Result) {
				most.Store(max(most.Load(), at.Add(1)))
				defer at.Add(-1)
				told = append(told, fmt.Sprint(subject, r.Case))
			},
		})
		Expect(told).To(HaveLen(40))
		Expect(told).To(ContainElements("0s/0", "1s/19"))
		Expect(most.Load()).To(BeEquivalentTo(1))
	})

	Describe("ending early", func() {
		It("ends with its context, and tells what was not played", func(ctx SpecContext) {
			cctx, cancel := context.WithCancel(ctx)
			s := byID(plays{"3": func(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
				cancel()
				return hanging(ctx, c, v)
			}, "1": wrong})
			r := run(cctx, runner.Options{Subjects: []runner.Subject{s}, Cases: must(50), Timeout: time.Hour, Parallel: 1})
			Expect(r.Interrupted).To(BeTrue())
			results := r.Subjects[0].Results
			Expect(results).To(HaveLen(50))
			Expect(results[0].Verdict).To(Equal(reports.Pass))
			Expect(results[1].Verdict).To(Equal(reports.Fail))
			Expect(results[3].SkipReason).To(Equal("not played to its end: the run was interrupted"))
			Expect(results[49].SkipReason).To(Equal("not played: the run was interrupted"))
			Expect(results[49].SkipKind).To(Equal(reports.SkipNotObserved))
			Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitInterrupted))
		}, SpecTimeout(30*time.Second))

		It("is interrupted before it began", func(ctx SpecContext) {
			cctx, cancel := context.WithCancel(ctx)
			cancel()
			s := parserThat(right)
			s.startErr = context.Canceled
			r := run(cctx, runner.Options{Subjects: []runner.Subject{s}, Cases: must(1)})
			Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitInterrupted))
		})

		It("ends at its deadline, incomplete", func(ctx SpecContext) {
			r := run(ctx, runner.Options{
				Subjects: []runner.Subject{parserThat(hanging)}, Cases: must(3), Timeout: time.Hour, Deadline: 20 * time.Millisecond,
			})
			Expect(r.Interrupted).To(BeFalse())
			Expect(r.Verdict).To(Equal(reports.Incomplete))
			Expect(r.Subjects[0].Results[0].SkipReason).To(ContainSubstring("--deadline"))
			Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitNotCarried))
		}, SpecTimeout(30*time.Second))

		It("ends at the first failure that counts, when asked to", func(ctx SpecContext) {
			s := byID(plays{"1": wrong, "2": wrong})
			all := must(50)
			r := run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: all, FailFast: true, Known: listed("1"), Parallel: 1})
			results := r.Subjects[0].Results
			Expect(results[1].ExpectedFailure).To(BeTrue())
			Expect(results[2].Verdict).To(Equal(reports.Fail))
			Expect(results[49].SkipReason).To(ContainSubstring("--fail-fast"))
			Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitNotCompliant))
		})
	})

	Describe("what was known beforehand", func() {
		It("marks a listed failure, whose report stays not compliant", func(ctx SpecContext) {
			r := run(ctx, runner.Options{Subjects: []runner.Subject{byID(plays{"1": wrong})}, Cases: must(3), Known: listed("1")})
			result := r.Subjects[0].Results[1]
			Expect(result.Verdict).To(Equal(reports.Fail))
			Expect(result.ExpectedFailure).To(BeTrue())
			Expect(result.KnownReason).To(Equal("we know"))
			Expect(r.Verdict).To(Equal(reports.NotCompliant))
			Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitCompliant))
		})

		It("marks a listed case that passes: the list is stale", func(ctx SpecContext) {
			r := run(ctx, runner.Options{Subjects: []runner.Subject{parserThat(right)}, Cases: must(3), Known: listed("1")})
			Expect(r.Subjects[0].Results[1].UnexpectedPass).To(BeTrue())
			Expect(r.Verdict).To(Equal(reports.Compliant))
			Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitNotCompliant))
		})

		It("calls no list stale for a case that fails now and then", func(ctx SpecContext) {
			sometimes := func(c *cases.Case) bool { return true }
			for _, parse := range []runner.Subject{parserThat(right), byID(plays{"1": wrong})} {
				r := run(ctx, runner.Options{Subjects: []runner.Subject{parse}, Cases: must(3), Known: listed("1"), Sometimes: sometimes})
				Expect(r.Subjects[0].Results[1].UnexpectedPass).To(BeFalse())
				Expect(r.Subjects[0].Results[1].KnownReason).To(Equal("we know"))
				Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitCompliant))
			}
		})

		It("calls no list stale while any subject fails the case", func(ctx SpecContext) {
			r := run(ctx, runner.Options{
				Subjects: []runner.Subject{parserThat(right), byID(plays{"1": wrong})}, Cases: must(3), Known: listed("1"),
			})
			Expect(r.Subjects[0].Results[1].UnexpectedPass).To(BeFalse())
			Expect(runner.ExitStatus(r, runner.ExitOptions{})).To(Equal(runner.ExitCompliant))
		})

		It("takes an adapter's own word for a known failure", func(ctx SpecContext) {
			s := byID(plays{"1": wrong})
			s.info.Deviates = []string{"parse.data.append"}
			r := run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: must(3)})
			Expect(r.Subjects[0].Results[1].ExpectedFailure).To(BeTrue())
			Expect(r.Subjects[0].Results[1].KnownReason).To(Equal("the adapter declares parse.data.append broken"))
			Expect(r.Subjects[0].Results[0].UnexpectedPass).To(BeFalse())
			Expect(r.Verdict).To(Equal(reports.NotCompliant))
		})
	})

	It("tells what a subject did wrong outside any case, and is incomplete", func(ctx SpecContext) {
		s := parserThat(right)
		s.closeErr = errors.New("it printed garbage at its end")
		r := run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: must(1)})
		Expect(r.Subjects[0].Problem).To(Equal("it printed garbage at its end"))
		Expect(r.Verdict).To(Equal(reports.Incomplete))
	})

	It("says of each requirement what the results say", func(ctx SpecContext) {
		all := []*cases.Case{
			streamCase("0", requirements.Must, "a", "b"), streamCase("1", requirements.Must, "b", "own"), streamCase("2", requirements.Must, "c"),
		}
		catalogue := []requirements.Requirement{
			{ID: "a", Level: requirements.Must, Title: "A", URL: "https://a"}, {ID: "b"}, {ID: "c"}, {ID: "d"}}
		r := run(ctx, runner.Options{Subjects: []runner.Subject{byID(plays{"1": wrong, "2": broken})}, Cases: all, Catalogue: catalogue})
		status := map[string]reports.Status{}
		for _, q := range r.Requirements {
			status[q.ID] = q.Status
		}
		Expect(status).To(Equal(map[string]reports.Status{
			"a": reports.StatusPass, "b": reports.StatusFail, "c": reports.StatusUntested, "d": reports.StatusUntested, "own": reports.StatusFail,
		}))
		Expect(r.Requirements[0]).To(Equal(reports.RequirementStatus{
			ID: "a", Level: requirements.Must, Title: "A", URL: "https://a", Status: reports.StatusPass, Cases: []string{"s/0"}}))
		Expect(r.Requirements[1].Cases).To(Equal([]string{"s/0", "s/1"}))
		Expect(r.Requirements[3].Cases).To(BeEmpty())
	})
})

var _ = Describe("NewPlan", func() {
	It("says what would be skipped, and why", func() {
		s := parserThat(right)
		s.skip = func(c *cases.Case) runner.Skip {
			if c.ID == "1" {
				return runner.Skip{Kind: reports.SkipCapability, Reason: "it cannot"}
			}
			return runner.Skip{}
		}
		p := runner.NewPlan([]runner.Subject{s}, must(2))
		Expect(p.Subjects[0].Entries[0]).To(HaveField("Variants", 3))
		Expect(p.Subjects[0].Entries[1].Skip.Reason).To(Equal("it cannot"))
		Expect(p.Subjects[0].Entries[1].Variants).To(BeZero())
		Expect(s.played.Load()).To(BeZero())
	})
})
