package campaign

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

var _ = Describe("A campaign against a command", func() {
	It("finds nothing wrong with one that is right, whatever processes there are, and plays the same", func(ctx SpecContext) {
		var stats []Stats
		for _, workers := range []int{1, 3} {
			s, err := Parser(ctx, command("right"), Options{Seed: 4, Runs: 5000, Workers: workers, largest: 4096})
			Expect(err).NotTo(HaveOccurred())
			Expect(s.Findings).To(BeEmpty())
			Expect(s.Subject.Name).To(Equal("fixture"))
			s.Elapsed = 0
			stats = append(stats, s.Stats)
		}
		Expect(stats[0]).To(Equal(stats[1]))
	})

	DescribeTable("goes on when it", func(ctx SpecContext, name string) {
		s, err := Parser(ctx, command(name), Options{Seed: 4, Runs: 200, MaxLength: 60, largest: 40})
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Runs).To(Equal(200))
		broken := map[string]int{}
		for _, f := range s.Findings {
			broken[f.Requirement.ID]++
		}
		Expect(broken).To(HaveKeyWithValue("parse.robust.no-error", 1), "it is one finding")
		Expect(broken).To(HaveKey(HavePrefix("parse.line.")), "another fault is found beside it")
	},
		Entry("crashes", "crashes"),
		Entry("prints what is no answer", "garbage"),
		Entry("answers twice", "twice"),
		Entry("ends inside a line", "half"),
	)

	It("goes on when it hangs", func(ctx SpecContext) {
		f, err := Parser(ctx, command("hangs"), Options{Seed: 4, Runs: 100, Timeout: 100 * time.Millisecond, MaxLength: 60, largest: 12})
		Expect(err).NotTo(HaveOccurred())
		Expect(f.Runs).To(Equal(100))
		Expect(f.Findings).NotTo(BeEmpty())
	}, SpecTimeout(3*time.Minute))

	It("goes on when one stream makes it take all memory, which is a finding", func(ctx SpecContext) {
		s, err := Parser(ctx, command("swells"), Options{Seed: 4, Runs: 100, Timeout: 20 * time.Second, MaxLength: 30, largest: 12, memory: 96 << 20})
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Runs).To(Equal(100))
		Expect(s.Notes).To(BeEmpty())
		Expect(s.Findings).To(ContainElement(HaveField("Text", ContainSubstring("took more than 96 MiB of memory"))))
	}, SpecTimeout(3*time.Minute))

	It("goes on when it keeps something of each stream, and says so", func(ctx SpecContext) {
		s, err := Parser(ctx, command("leaks"), Options{Seed: 4, Runs: 40_000, largest: 4096, memory: 96 << 20})
		Expect(err).NotTo(HaveOccurred())
		Expect(s.Runs).To(Equal(40_000))
		Expect(s.Findings).To(BeEmpty())
		Expect(s.Notes).To(ConsistOf(ContainSubstring("it seems to keep something of each")))
	}, SpecTimeout(3*time.Minute))

	It("cannot begin with one that does not start", func(ctx SpecContext) {
		_, err := Parser(ctx, "/no/such/program", Options{})
		Expect(err).To(MatchError(ContainSubstring("/no/such/program")))
	})
})
