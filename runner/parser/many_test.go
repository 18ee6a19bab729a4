package parser_test

import (
	"context"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/parser"
)

var _ = Describe("many streams at once", func() {
	BeforeEach(leavesNothing)

	// streams are n streams of one event, its data being the stream's number.
	streams := func(n int) (all [][][]byte) {
		for i := range n {
			all = append(all, chunks(fmt.Sprintf("data: %d", i), "\n\n").Chunks)
		}
		return all
	}
	parse := func(ctx context.Context, s *parser.CommandSubject, all [][][]byte) (got []string) {
		for _, t := range s.Parse(ctx, generous, all) {
			switch {
			case t.Parsed != nil:
				Expect(t.Parsed.Events).To(HaveLen(1))
				got = append(got, t.Parsed.Events[0].Data)
			case t.Failed != "":
				got = append(got, "failed: "+t.Failed)
			default:
				got = append(got, "broken: "+t.Broken)
			}
		}
		return got
	}

	DescribeTable("are answered in their order, without transcripts", func(ctx SpecContext, name string, n int) {
		s := started(ctx, name, parser.Options{NoTranscripts: true})
		defer s.Close()
		for i, data := range parse(ctx, s, streams(n)) {
			Expect(data).To(Equal(fmt.Sprint(i)))
		}
		Expect(s.Parse(ctx, generous, streams(1))[0].Entries).To(BeEmpty())
	},
		Entry("by an adapter", "good", 3000),
		Entry("by a one-shot program", "one-shot", 20),
	)

	It("are played again but for the one that crashes the adapter", func(ctx SpecContext) {
		s := started(ctx, "crashes", parser.Options{})
		defer s.Close()
		all := streams(50)
		all[20] = chunks(trigger).Chunks
		for i, got := range parse(ctx, s, all) {
			if i == 20 {
				Expect(got).To(ContainSubstring("failed: the adapter ended (exit status 2)"))
				continue
			}
			Expect(got).To(Equal(fmt.Sprint(i)))
		}
	})

	It("may be longer than what a pipe holds", func(ctx SpecContext) {
		s := started(ctx, "good", parser.Options{NoTranscripts: true})
		defer s.Close()
		var all [][][]byte
		for range 20 {
			all = append(all, chunks("data: "+strings.Repeat("x", 100<<10)+"\n\n").Chunks)
		}
		for _, got := range parse(ctx, s, all) {
			Expect(got).To(HaveLen(100 << 10))
		}
	})

	It("are given up together", func(ctx SpecContext) {
		s := started(ctx, "good", parser.Options{})
		defer s.Close()
		over, cancel := context.WithCancel(ctx)
		cancel()
		for _, got := range parse(over, s, streams(5)) {
			Expect(got).To(HavePrefix("broken: "))
		}
	})

	It("are nothing to a command that was not started", func(ctx SpecContext) {
		for _, got := range parse(ctx, parser.Command("x", parser.Options{}), streams(2)) {
			Expect(got).To(ContainSubstring("was not started"))
		}
	})
})
