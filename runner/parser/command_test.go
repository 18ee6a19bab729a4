package parser_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/process/leaktest"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// generous is a time in which a stream is surely played on a busy machine.
const generous = 30 * time.Second

// leavesNothing checks after the spec that no goroutine is left.
func leavesNothing() {
	leaktest.Check()
}

// started is a subject of the fixture that is ready to play.
func started(ctx context.Context, name string, o parser.Options) *parser.CommandSubject {
	GinkgoHelper()
	s := parser.Command(command(name), o)
	Expect(s.Start(ctx)).To(Succeed())
	return s
}

// streamCase is a case with this stream, which expects what the oracle says.
func streamCase(id, stream string) *cases.Case {
	c := &cases.Case{Suite: "s", ID: id, Stream: []cases.Item{{Text: &stream}}, Expect: &cases.Expect{}}
	for _, e := range spec.Oracle([]byte(stream), "").Events {
		c.Expect.Events = append(c.Expect.Events, cases.Event{Event: e.Type, Data: e.Data, LastEventID: e.LastEventID})
	}
	return c
}

// playOne plays a stream as one chunk.
func playOne(ctx context.Context, s *parser.CommandSubject, stream string) *transcript.Transcript {
	return s.PlayFor(ctx, generous, expecting(), chunks(stream))
}

var _ = Describe("Command", func() {
	BeforeEach(leavesNothing)

	Describe("finding out with one start what a command is", func() {
		It("knows an adapter by its hello", func(ctx SpecContext) {
			s := started(ctx, "good", parser.Options{})
			defer s.Close()
			Expect(s.Info()).To(Equal(runner.Info{
				Role: reports.RoleParser, Name: "fixture", Version: "1.2.3", Address: command("good"),
				Flags:    `--parser '` + strings.ReplaceAll(command("good"), `'`, `'\''`) + `'`,
				Deviates: []string{"parse.bom.strip"},
			}))
		})

		DescribeTable("knows a one-shot program by its silence", func(ctx SpecContext, name string) {
			s := started(ctx, name, parser.Options{})
			defer s.Close()
			Expect(s.Info().Name).To(Equal(command(name)))
			long := streamCase("c", "data: "+strings.Repeat("x", 40)+"\n\n")
			Expect(s.Variants(long)).To(HaveLen(len(cases.OneShotVariants(long))))
		},
			Entry("that keeps to the standard", "one-shot"),
			Entry("that breaks on unknown fields, so that the cases can say so", "one-shot-strict"),
			Entry("that does nothing at all", "one-shot-null"),
		)

		It("takes an adapter that stays after the end of its input, and ends it", func(ctx SpecContext) {
			s := started(ctx, "stays", parser.Options{})
			Expect(playOne(ctx, s, "data: a\n\n").Parsed.Events).To(HaveLen(1))
			Expect(s.Close()).To(Succeed())
		}, SpecTimeout(time.Minute))

		DescribeTable("names the command, what happened and the remedy when it is neither",
			func(ctx SpecContext, cmd func() string, words ...string) {
				s := parser.Command(cmd(), parser.Options{StartTimeout: 3 * time.Second, MaxLine: 32 << 10})
				err := s.Start(ctx)
				start, ok := errors.AsType[*runner.StartError](err)
				Expect(ok).To(BeTrue(), "a StartError: %v", err)
				Expect(start.Remedy).NotTo(BeEmpty())
				Expect(start.Subject).To(HavePrefix("--parser '"))
				for _, w := range words {
					Expect(err.Error()).To(ContainSubstring(w))
				}
				Expect(s.Close()).To(Succeed())
			},
			Entry("no such program", func() string { return "/no/such/program" }, "exit status 127", "cannot run it", "/no/such/program"),
			Entry("it crashes at once", func() string { return command("crashes-at-once") }, "exit status 1", "cannot find module 'sse'"),
			Entry("it prints something else", func() string { return command("no-hello") }, "no hello", "Server listening"),
			Entry("a one-shot program that prints what is no event", func() string { return command("one-shot-prints") }, "no hello", "done"),
			Entry("half a hello", func() string { return command("half-hello") }, "ended inside its first line"),
			Entry("an endless hello", func() string { return command("huge-hello") }, "longer than"),
			Entry("an endless line without an end", func() string { return command("floods-at-once") }, "longer than"),
			Entry("another version of the protocol", func() string { return command("old-protocol") }, "version 0"),
			Entry("another role", func() string { return command("other-role") }, "[client]", "parser"),
			Entry("it says nothing and stays", func() string { return command("silent-start") }, "neither answered the hello nor ended"),
		)

		It("ends with its context", func(ctx SpecContext) {
			cctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(50*time.Millisecond, cancel)
			Expect(parser.Command(command("silent-start"), parser.Options{}).Start(cctx)).NotTo(Succeed())
		}, SpecTimeout(10*time.Second))
	})

	Describe("a persistent adapter", func() {
		It("is given streams and answers them", func(ctx SpecContext) {
			s := started(ctx, "good", parser.Options{})
			defer s.Close()
			t := s.PlayFor(ctx, generous, expecting(), chunks("retry: 15\nid: 7\nda", "ta: a\n\n"))
			Expect(t.Parsed.Events).To(Equal([]spec.Event{{Type: "message", Data: "a", LastEventID: "7"}}))
			Expect(t.Parsed.ReportsRetry).To(BeTrue())
			Expect(*t.Parsed.Retry).To(BeEquivalentTo(15))
			Expect(t.Entries).To(HaveLen(3))
		})

		It("is not held to a capability that it does not claim", func(ctx SpecContext) {
			s := started(ctx, "no-capability", parser.Options{})
			defer s.Close()
			Expect(playOne(ctx, s, "data: a\n\n").Parsed.ReportsRetry).To(BeFalse())
		})

		It("may report a block's own id, which is carried over", func(ctx SpecContext) {
			s := started(ctx, "own-ids", parser.Options{})
			defer s.Close()
			t := playOne(ctx, s, "id: 7\ndata: a\n\ndata: b\n\n")
			Expect(t.Parsed.Events).To(Equal([]spec.Event{
				{Type: "message", Data: "a", LastEventID: "7"}, {Type: "message", Data: "b", LastEventID: "7"}}))
		})

		It("may answer in any order", func(ctx SpecContext) {
			s := started(ctx, "reversed", parser.Options{})
			defer s.Close()
			var wg sync.WaitGroup
			for i := range 100 {
				wg.Go(func() {
					defer GinkgoRecover()
					t := playOne(ctx, s, fmt.Sprintf("data: %d\n\n", i))
					Expect(t.Parsed).NotTo(BeNil(), t.Failed+t.Broken)
					Expect(t.Parsed.Events[0].Data).To(Equal(fmt.Sprint(i)))
				})
			}
			wg.Wait()
		})

		It("may say more than the protocol knows", func(ctx SpecContext) {
			s := started(ctx, "extra-members", parser.Options{})
			defer s.Close()
			Expect(playOne(ctx, s, "data: a\n\n").Parsed.Events).To(HaveLen(1))
		})

		It("may refuse a stream in its own word", func(ctx SpecContext) {
			s := started(ctx, "refuses", parser.Options{})
			defer s.Close()
			Expect(*playOne(ctx, s, "data: a\n\n").Parsed.Refused).To(Equal("no, \x1b[31mthanks"))
		})

		It("is not mended by JSON", func(ctx SpecContext) {
			s := started(ctx, "broken-unicode", parser.Options{})
			defer s.Close()
			Expect(playOne(ctx, s, "data: \xff\n\n").Parsed.Events[0].Data).To(Equal("\xed\xb3\xbf"))
		})

		It("may write to standard error, which stands with the stream", func(ctx SpecContext) {
			s := started(ctx, "chatty", parser.Options{})
			defer s.Close()
			playOne(ctx, s, "data: first\n\n")
			Eventually(func() string { return playOne(ctx, s, "data: second\n\n").Stderr }).Should(
				And(ContainSubstring("second"), Not(ContainSubstring("first"))))
		})

		It("may flood standard error, of which the end is kept", func(ctx SpecContext) {
			s := started(ctx, "floods-stderr", parser.Options{})
			defer s.Close()
			t := playOne(ctx, s, "data: a\n\n")
			Expect(t.Parsed.Events).To(HaveLen(1))
			Expect(len(t.Stderr)).To(BeNumerically("<=", 32<<10))
		})

		It("is not given a stream that stays open", func(ctx SpecContext) {
			s := started(ctx, "good", parser.Options{})
			defer s.Close()
			c := streamCase("c", "data: a\n\n")
			c.Stream = append(c.Stream, cases.Item{Stall: "1s"})
			Expect(s.Skip(c).Kind).To(Equal(reports.SkipCapability))
			Expect(s.Skip(streamCase("c", "data: a\n\n"))).To(Equal(runner.Skip{}))
		})
	})

	DescribeTable("an adapter that breaks on one stream fails that case alone",
		func(ctx SpecContext, name string, words ...string) {
			s := started(ctx, name, parser.Options{MaxLine: 1 << 20})
			report, err := runner.Run(ctx, runner.Options{
				Subjects: []runner.Subject{s}, Cases: withTrigger(20), Timeout: limitFor(name),
			})
			Expect(err).NotTo(HaveOccurred())
			for _, r := range report.Subjects[0].Results {
				if r.Case != "s/trigger" {
					Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s", r.Case, r.Message)
					continue
				}
				Expect(r.Verdict).To(Equal(reports.Fail), r.Message+r.SkipReason)
				Expect(r.FailedVariant).To(Equal("as written"))
				for _, w := range words {
					Expect(r.Message + r.Stderr).To(ContainSubstring(w))
				}
			}
			Expect(report.Subjects[0].Problem).To(BeEmpty())
			Expect(report.Subjects[0].Verdict).To(Equal(reports.NotCompliant))
		},
		Entry("it crashes", "crashes", "the adapter ended (exit status 2)", "index out of range"),
		Entry("it exits 0 early", "exits-early", "the adapter ended (exit status 0)"),
		Entry("it hangs", "hangs", "the adapter hung"),
		Entry("it never answers, but answers others", "forgets", "the adapter hung"),
		Entry("it prints garbage", "garbage", "a line that is no answer", "Segmentation fault"),
		Entry("it prints what is no UTF-8", "no-utf8", "no UTF-8"),
		Entry("it prints half a line", "half-a-line", "inside a line"),
		Entry("it prints an endless line", "endless-line", "longer than 1048576 bytes"),
		Entry("it closes its output", "closes-stdout", "closed its standard output"),
		Entry("it answers for a stream it was never given", "unknown", "p999999"),
		Entry("it answers for no stream", "nobody", "names no stream"),
		Entry("it answers twice", "twice", "or had answered before"),
		Entry("it answers with a wrong type", "wrong-type", "malformed"),
		Entry("it answers something else", "wrong-on", `not "open"`),
		Entry("an event without data", "no-data", "event 1 of the answer: it has neither data nor dataBase64"),
		Entry("base64 that is none", "bad-base64", "dataBase64 is no base64"),
		Entry("a reconnection time that is none", "bad-retry", "retry is no whole number"),
	)

	It("tells of a crash that no stream explains, and calls the run incomplete", func(ctx SpecContext) {
		mark := GinkgoT().TempDir() + "/mark"
		s := parser.Command("export SSECHECK_TEST_MARK='"+mark+"'; "+command("crashes-once"), parser.Options{})
		report, err := runner.Run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: withTrigger(10)})
		Expect(err).NotTo(HaveOccurred())
		for _, r := range report.Subjects[0].Results {
			Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s", r.Case, r.Message)
		}
		Expect(report.Subjects[0].Problem).To(ContainSubstring("the adapter ended (exit status 2)"))
		Expect(report.Verdict).To(Equal(reports.Incomplete))
		Expect(runner.ExitStatus(report, runner.ExitOptions{})).To(Equal(runner.ExitNotCarried))
	})

	It("tells of garbage after the last answer", func(ctx SpecContext) {
		s := started(ctx, "late-garbage", parser.Options{})
		Expect(playOne(ctx, s, "data: a\n\n").Parsed).NotTo(BeNil())
		Expect(s.Close()).To(MatchError(ContainSubstring("goodbye")))
	})

	It("is started anew so often and no more; what is left is an error with the reason", func(ctx SpecContext) {
		s := started(ctx, "crashes", parser.Options{Restarts: 3})
		var all []*cases.Case
		for i := range 20 {
			all = append(all, streamCase(fmt.Sprint(i), "data: "+trigger+"\n\n"))
		}
		report, err := runner.Run(ctx, runner.Options{Subjects: []runner.Subject{s}, Cases: all, Timeout: generous})
		Expect(err).NotTo(HaveOccurred())
		sum := report.Subjects[0].Summary
		Expect(sum.Fail).To(BeNumerically(">", 0))
		Expect(sum.Error).To(BeNumerically(">", 0))
		Expect(sum.Pass).To(BeZero())
		for _, r := range report.Subjects[0].Results {
			if r.Verdict == reports.Error {
				Expect(r.Message).To(ContainSubstring(
					"started 4 times and is not started again; its last end: the adapter ended (exit status 2)"))
			}
		}
	})

	It("ends within a second when it is interrupted", func(ctx SpecContext) {
		s := started(ctx, "hangs", parser.Options{})
		cctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(100*time.Millisecond, cancel)
		began := time.Now()
		report, err := runner.Run(cctx, runner.Options{Subjects: []runner.Subject{s}, Cases: withTrigger(5), Timeout: time.Hour})
		Expect(err).NotTo(HaveOccurred())
		Expect(report.Interrupted).To(BeTrue())
		Expect(time.Since(began)).To(BeNumerically("<", 10*time.Second)) // generous: the machine may be busy
		Expect(runner.ExitStatus(report, runner.ExitOptions{})).To(Equal(runner.ExitInterrupted))
	})
})

// withTrigger is n cases, in the middle of which is one with the trigger.
func withTrigger(n int) []*cases.Case {
	var all []*cases.Case
	for i := range n {
		if i == n/2 {
			all = append(all, streamCase("trigger", "data: "+trigger+"\n\ndata: END\n\n"))
		}
		all = append(all, streamCase(fmt.Sprint(i), fmt.Sprintf("data: %d\n\n", i)))
	}
	for _, c := range all {
		c.Level = "must"
	}
	return all
}

// limitFor is short where a spec must wait for it.
func limitFor(name string) time.Duration {
	switch name {
	case "hangs", "forgets", "one-shot-hangs":
		return 2 * time.Second
	}
	return generous
}
