package runner_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = Describe("PlayCase", func() {
	c := streamCase("c", requirements.Must, "parse.data.append")

	It("passes when every variant does", func(ctx SpecContext) {
		s := parserThat(right)
		r := runner.PlayCase(ctx, s, c, runner.CaseOptions{})
		Expect(r.Verdict).To(Equal(reports.Pass))
		Expect(r.Variants).To(Equal(3))
		Expect(r.FailedVariant).To(BeEmpty())
		Expect(r.Transcript).To(BeEmpty())
		Expect(r.Case).To(Equal("s/c"))
		Expect(r.Level).To(Equal(requirements.Must))
		Expect(r.Requirements).To(Equal([]string{"parse.data.append"}))
		Expect(r.Reproduce).To(Equal("ssecheck run --parser fake --run s/c"))
	})

	It("keeps the transcript of a pass when asked to", func(ctx SpecContext) {
		r := runner.PlayCase(ctx, parserThat(right), c, runner.CaseOptions{KeepTranscript: true})
		Expect(r.Transcript).To(HaveLen(1))
	})

	It("tells a failure whole", func(ctx SpecContext) {
		r := runner.PlayCase(ctx, parserThat(func(context.Context, *cases.Case, cases.Variant) *transcript.Transcript {
			t := answer("b")
			t.Stderr = "oops"
			return t
		}), c, runner.CaseOptions{})
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.Message).To(ContainSubstring(`expected data "a", got "b"`))
		Expect(r.Diff).To(ContainSubstring("- event"))
		Expect(r.FailedVariant).To(Equal("variant 0"))
		Expect(r.Transcript).To(HaveLen(1))
		Expect(r.Stderr).To(Equal("oops"))
	})

	It("names the smallest variant that fails, whichever fails first", func(ctx SpecContext) {
		failed := make(chan struct{})
		s := parserThat(func(_ context.Context, _ *cases.Case, v cases.Variant) *transcript.Transcript {
			switch v.Name {
			case "variant 1": // fails only once the larger one has
				<-failed
				return answer("b")
			case "variant 2":
				defer close(failed)
				return answer("b")
			}
			return answer("a")
		})
		r := runner.PlayCase(ctx, s, c, runner.CaseOptions{Parallel: 3})
		Expect(r.FailedVariant).To(Equal("variant 1"))
	})

	It("gives up the larger variants once a smaller one has failed", func(ctx SpecContext) {
		s := parserThat(func(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
			if v.Name == "variant 0" {
				return answer("b")
			}
			return hanging(ctx, c, v)
		})
		s.variants = 1000
		r := runner.PlayCase(ctx, s, c, runner.CaseOptions{Parallel: 4, Timeout: time.Hour})
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.FailedVariant).To(Equal("variant 0"))
		Expect(s.played.Load()).To(BeNumerically("<", 1000))
	}, SpecTimeout(30*time.Second))

	It("charges a hang to the case alone, within its time", func(ctx SpecContext) {
		r := runner.PlayCase(ctx, parserThat(hanging), c, runner.CaseOptions{Timeout: 10 * time.Millisecond})
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.Message).To(Equal("it hung"))
	}, SpecTimeout(30*time.Second))

	It("calls a case that was interrupted neither green nor failed", func(ctx SpecContext) {
		cctx, cancel := context.WithCancelCause(ctx)
		s := parserThat(func(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
			if v.Name == "variant 1" {
				cancel(errors.New("the run was interrupted"))
			}
			return hanging(ctx, c, v)
		})
		r := runner.PlayCase(cctx, s, c, runner.CaseOptions{Timeout: time.Hour})
		Expect(r.Verdict).To(Equal(reports.Skip))
		Expect(r.SkipKind).To(Equal(reports.SkipNotObserved))
		Expect(r.SkipReason).To(Equal("not played to its end: the run was interrupted"))
	}, SpecTimeout(30*time.Second))

	It("keeps a failure that came before the interruption", func(ctx SpecContext) {
		cctx, cancel := context.WithCancel(ctx)
		s := parserThat(func(pctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
			if v.Name == "variant 0" {
				return hanging(pctx, c, v)
			}
			context.AfterFunc(pctx, cancel) // variant 2 is given up as 1 fails: interrupt then
			if v.Name == "variant 1" {
				return answer("b")
			}
			return hanging(pctx, c, v)
		})
		r := runner.PlayCase(cctx, s, c, runner.CaseOptions{Timeout: time.Hour, Parallel: 3})
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.FailedVariant).To(Equal("variant 1"))
	}, SpecTimeout(30*time.Second))

	It("skips what the subject skips, with the reason", func(ctx SpecContext) {
		s := parserThat(right)
		s.skip = func(*cases.Case) runner.Skip {
			return runner.Skip{Kind: reports.SkipCapability, Reason: "it cannot"}
		}
		r := runner.PlayCase(ctx, s, c, runner.CaseOptions{})
		Expect(r.Verdict).To(Equal(reports.Skip))
		Expect(r.SkipKind).To(Equal(reports.SkipCapability))
		Expect(r.SkipReason).To(Equal("it cannot"))
		Expect(s.played.Load()).To(BeZero())
	})

	DescribeTable("what broke is an error, never green",
		func(ctx SpecContext, s *fake, words string) {
			r := runner.PlayCase(ctx, s, c, runner.CaseOptions{})
			Expect(r.Verdict).To(Equal(reports.Error))
			Expect(r.Message).To(ContainSubstring(words))
		},
		Entry("the driver says so", parserThat(func(context.Context, *cases.Case, cases.Variant) *transcript.Transcript {
			return &transcript.Transcript{Broken: "no process"}
		}), "no process"),
		Entry("the driver panics", parserThat(func(context.Context, *cases.Case, cases.Variant) *transcript.Transcript {
			panic("ouch")
		}), "panicked: ouch"),
		Entry("the driver returns nothing", parserThat(func(context.Context, *cases.Case, cases.Variant) *transcript.Transcript {
			return nil
		}), "no transcript"),
		Entry("there is nothing to play", &fake{info: runner.Info{Role: reports.RoleParser}}, "no variant"),
	)

	It("lets a failure speak before an error, and an error before a skip", func(ctx SpecContext) {
		s := parserThat(func(_ context.Context, _ *cases.Case, v cases.Variant) *transcript.Transcript {
			switch v.Name {
			case "variant 0":
				return &transcript.Transcript{Broken: "no process"}
			case "variant 1":
				return answer("a")
			}
			return answer("b")
		})
		Expect(runner.PlayCase(ctx, s, c, runner.CaseOptions{}).Verdict).To(Equal(reports.Fail))
		s.variants = 2
		Expect(runner.PlayCase(ctx, s, c, runner.CaseOptions{}).Verdict).To(Equal(reports.Error))
	})

	It("shows the note of a variant that took another right answer", func(ctx SpecContext) {
		open := streamCase("open", requirements.Must)
		open.Expect = &cases.Expect{AnyOf: []cases.Answer{
			{Grade: cases.GradePass, Events: []cases.Event{{Data: "a"}}},
			{Grade: cases.GradeInfo, Note: "some do", Events: []cases.Event{{Data: "b"}}},
		}}
		s := parserThat(func(_ context.Context, _ *cases.Case, v cases.Variant) *transcript.Transcript {
			if v.Name == "variant 2" {
				return answer("b")
			}
			return answer("a")
		})
		r := runner.PlayCase(ctx, s, open, runner.CaseOptions{})
		Expect(r.Verdict).To(Equal(reports.Pass))
		Expect(r.Message).To(Equal("some do"))
	})

	It("has no more plays under way than there are slots", func(ctx SpecContext) {
		var now, most atomic.Int32
		s := parserThat(func(context.Context, *cases.Case, cases.Variant) *transcript.Transcript {
			n := now.Add(1)
			defer now.Add(-1)
			for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			}
			time.Sleep(time.Millisecond)
			return answer("a")
		})
		s.variants = 40
		slots := runner.NewSlots(2)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { runner.PlayCase(ctx, s, c, runner.CaseOptions{Slots: slots, Parallel: 20}) })
		}
		wg.Wait()
		Expect(most.Load()).To(BeNumerically("<=", 2))
		Expect(s.played.Load()).To(BeEquivalentTo(120))
	})
})
