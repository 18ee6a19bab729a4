package refencoder_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/refencoder"
)

var _ = Describe("the reference encoder", func() {
	It("passes every emit case of the corpus, and is spared those of the delivery alone", func(ctx SpecContext) {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		report, err := runner.Run(ctx, runner.Options{
			Subjects: []runner.Subject{refencoder.New()}, Cases: corpus.Cases(),
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(report.Subjects).To(HaveLen(1))
		delivers := map[string]bool{}
		for _, c := range corpus.Cases() {
			delivers[c.Name()] = c.Delivers()
		}
		for _, r := range report.Subjects[0].Results {
			want := reports.Pass
			if delivers[r.Case] {
				want = reports.Skip
			}
			Expect(r.Verdict).To(Equal(want), "%s, %s: %s %s\n%s", r.Case, r.FailedVariant, r.Message, r.SkipReason, r.Diff)
		}
		Expect(report.Subjects[0].Summary.Pass).To(BeNumerically(">=", 100))
	})

	DescribeTable("reads a reconnection time", func(retry, stream, refusal string) {
		data := "a"
		got, err := refencoder.Encode([]encoder.Item{{Data: &data, Retry: json.RawMessage(retry)}})
		if refusal != "" {
			Expect(err).To(MatchError(ContainSubstring(refusal)))
			Expect(err).To(MatchError(HavePrefix("item 1: ")))
			Expect(got).To(BeNil())
			return
		}
		Expect(err).NotTo(HaveOccurred())
		Expect(string(got)).To(Equal(stream))
	},
		Entry("a number", "1500", "retry: 1500\ndata: a\n\n", ""),
		Entry("a text of digits", `"0100"`, "retry: 100\ndata: a\n\n", ""),
		Entry("a negative number", "-1", "", "no row of digits"),
		Entry("a fraction", "1.5", "", "no row of digits"),
		Entry("an exponent", "1e3", "", "no row of digits"),
		Entry("an empty text", `""`, "", "no whole number"),
		Entry("a number beyond 64 bits", "9223372036854775808", "", "no whole number"),
		Entry("a text with a line break", `"1\ndata: forged"`, "", "no row of digits"),
		Entry("null", "null", "", "no row of digits"),
		Entry("a broken text", `"\x"`, "", "no text of JSON"),
	)
})
