package parser_test

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("a one-shot program", func() {
	BeforeEach(leavesNothing)

	It("reads the stream and prints its events", func(ctx SpecContext) {
		s := started(ctx, "one-shot", parser.Options{})
		defer s.Close()
		t := s.PlayFor(ctx, generous, expecting(), chunks("id: 1\n", "data: a\n\n", "data: b\n\n"))
		Expect(t.Parsed.Events).To(Equal([]spec.Event{
			{Type: "message", Data: "a", LastEventID: "1"}, {Type: "message", Data: "b", LastEventID: "1"}}))
	})

	It("is given one chunk a read", func(ctx SpecContext) {
		s := started(ctx, "one-shot-reads", parser.Options{})
		defer s.Close()
		t := s.PlayFor(ctx, generous, expecting(), chunks("data: first", " and second", "", "\n", "\n"))
		var reads []string
		for _, e := range t.Parsed.Events {
			reads = append(reads, e.Data)
		}
		Expect(reads).To(Equal([]string{"data: first", " and second", "\n", "\n"}))
	})

	It("may leave a child behind that holds its output open: it is ended", func(ctx SpecContext) {
		s := started(ctx, "one-shot", parser.Options{})
		defer s.Close()
		leaver := started(ctx, "one-shot-leaves", parser.Options{})
		defer leaver.Close()
		t := leaver.PlayFor(ctx, generous, expecting(), chunks("data: a\n\n"))
		Expect(t.Failed).To(BeEmpty())
		Expect(t.Parsed.Events).To(HaveLen(1))
	}, SpecTimeout(time.Minute))

	It("may stop reading early and answer all the same", func(ctx SpecContext) {
		s := started(ctx, "one-shot-deaf", parser.Options{})
		defer s.Close()
		big := strings.Repeat("data: x\n", 1<<16) // more than a pipe holds
		t := s.PlayFor(ctx, generous, expecting(), chunks(big, big, "\n"))
		Expect(t.Failed).To(BeEmpty())
		Expect(t.Parsed.Events).To(HaveLen(1))
	})

	It("may make an event of the hello line: a fault for the cases to find", func(ctx SpecContext) {
		s := started(ctx, "one-shot-eager", parser.Options{})
		defer s.Close()
		Expect(playOne(ctx, s, ": a").Parsed.Events[0].Data).To(Equal("xxx"))
	})

	It("keeps standard error for failures", func(ctx SpecContext) {
		s := started(ctx, "one-shot-stderr", parser.Options{})
		defer s.Close()
		Expect(playOne(ctx, s, "data: a\n\n").Stderr).To(Equal("debug\n"))
	})

	DescribeTable("that breaks fails the case",
		func(ctx SpecContext, name string, words ...string) {
			s := started(ctx, name, parser.Options{MaxOutput: 1 << 20})
			defer s.Close()
			t := s.PlayFor(ctx, limitFor(name), expecting(), chunks("data: "+trigger+"\n\n"))
			Expect(t.Parsed).To(BeNil())
			for _, w := range words {
				Expect(t.Failed + t.Stderr).To(ContainSubstring(w))
			}
		},
		Entry("it exits with a status", "one-shot-fails", "exit status 3", "Traceback"),
		Entry("it hangs", "one-shot-hangs", "did not come to an end"),
		Entry("it floods", "one-shot-floods", "more than 1048576 bytes for one stream"),
		Entry("it prints half a line", "one-shot-half", "half a line"),
		Entry("it prints what is no object", "one-shot-no-object", "one JSON object per event"),
	)

	It("ends at once when it is interrupted", func(ctx SpecContext) {
		s := started(ctx, "one-shot-hangs", parser.Options{})
		defer s.Close()
		cctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(50*time.Millisecond, cancel)
		s.PlayFor(cctx, time.Hour, expecting(), chunks("data: "+trigger+"\n\n"))
	}, SpecTimeout(time.Minute))

	It("is started for few variants", func(ctx SpecContext) {
		s := started(ctx, "one-shot", parser.Options{})
		defer s.Close()
		c := streamCase("c", "data: a\n\ndata: b\n\n")
		Expect(s.Variants(c)).To(HaveLen(len(cases.OneShotVariants(c))))
	})
})
