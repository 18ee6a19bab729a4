package refparser_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/refparser"
)

var _ = Describe("the reference parser", func() {
	It("passes every stream case of the corpus, with none skipped", func(ctx SpecContext) {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		report, err := runner.Run(ctx, runner.Options{
			Subjects: []runner.Subject{refparser.New()}, Cases: corpus.Cases(),
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(report.Subjects).To(HaveLen(1))
		for _, r := range report.Subjects[0].Results {
			Expect(r.Verdict).To(Equal(reports.Pass), "%s, %s: %s %s\n%s", r.Case, r.FailedVariant, r.Message, r.SkipReason, r.Diff)
		}
		Expect(report.Subjects[0].Summary.Cases).To(BeNumerically(">", 0))
	})
})

// BenchmarkCorpus plays the whole corpus; variants/s is what the engine
// reaches on a parser in this process.
func BenchmarkCorpus(b *testing.B) {
	corpus, err := cases.Default()
	if err != nil {
		b.Fatal(err)
	}
	variants := 0
	for b.Loop() {
		report, err := runner.Run(b.Context(), runner.Options{
			Subjects: []runner.Subject{refparser.New()}, Cases: corpus.Cases(),
		})
		if err != nil {
			b.Fatal(err)
		}
		variants += report.Subjects[0].Summary.Variants
	}
	b.ReportMetric(float64(variants)/b.Elapsed().Seconds(), "variants/s")
}
