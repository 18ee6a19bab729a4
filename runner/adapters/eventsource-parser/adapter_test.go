package eventsourceparser_test

import (
	"os"
	"os/exec"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/knownfailing"
	"github.com/ssecheck/ssecheck/runner/parser"
)

// missing says what the adapter lacks here; empty when it lacks nothing.
func missing() string {
	if _, err := exec.LookPath("node"); err != nil {
		return "node is missing: install Node.js 20 or newer"
	}
	if _, err := os.Stat("node_modules/eventsource-parser"); err != nil {
		return "the npm package is missing: run npm ci in runner/adapters/eventsource-parser"
	}
	return ""
}

var _ = Describe("npm eventsource-parser", Ordered, func() {
	var subject reports.Subject

	BeforeAll(func(ctx SpecContext) {
		if lack := missing(); lack != "" && os.Getenv("CI") == "true" {
			Fail(lack)
		} else if lack != "" {
			Skip(lack)
		}
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		list, err := knownfailing.Read("known-failing.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(list.Check(corpus.Cases())).To(Succeed())
		report, err := runner.Run(ctx, runner.Options{
			Subjects: []runner.Subject{parser.Command("node adapter.mjs", parser.Options{})},
			Cases:    corpus.Cases(),
			Known: func(c *cases.Case) (string, bool) {
				entry, ok := list.Find(c)
				return entry.Reason, ok
			},
			Timeout: 30 * time.Second,
		})
		Expect(err).NotTo(HaveOccurred())
		subject = report.Subjects[0]
	}, NodeTimeout(5*time.Minute))

	It("says who it is", func() {
		Expect(subject.Name).To(Equal("npm eventsource-parser"))
		Expect(subject.Version).To(Equal("4.1.3"))
	})

	It("is judged to the end: nothing breaks", func() {
		Expect(subject.Problem).To(BeEmpty())
		for _, r := range subject.Results {
			Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
			Expect(r.SkipKind).NotTo(Equal(reports.SkipNotObserved), "%s: %s", r.Case, r.SkipReason)
		}
		Expect(subject.Summary.Pass).To(BeNumerically(">", 200))
	})

	It("fails in the ways that are known, and in no other", func() {
		for _, r := range subject.Results {
			Expect(r.UnexpectedPass).To(BeFalse(), "%s passes: take it off the list", r.Case)
			if r.Verdict == reports.Fail {
				Expect(r.ExpectedFailure).To(BeTrue(), "%s, %s: %s", r.Case, r.FailedVariant, r.Message)
			}
		}
		Expect(subject.Verdict).To(Equal(reports.NotCompliant), "a list changes no verdict")
	})
})
