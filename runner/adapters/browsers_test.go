package adapters_test

import (
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client/browser"
)

// browsers are judged by the standard's letter on failures.
var browsers = []struct {
	name, program string
	passes        int // at least
}{
	{browser.Chromium, "Chrom", 980},
	{browser.Firefox, "Firefox", 940},
}

var _ = Describe("the browser", Label("whole"), func() {
	for _, b := range browsers {
		Describe(b.name, Ordered, func() {
			var subject reports.Subject

			BeforeAll(func(ctx SpecContext) {
				if err := browser.Find(b.name); err != nil {
					lack(err.Error())
				}
				subject = playOn(ctx, browser.New(b.name, browser.Options{}), 10*time.Second, filepath.Join(b.name, "known-failing.yaml"))
			}, NodeTimeout(6*time.Minute))

			It("says who it is", func() {
				Expect(subject.Name).To(ContainSubstring(b.program))
				Expect(subject.Version).To(MatchRegexp(`^\d+\.\d`))
			})

			It("is judged to the end: nothing breaks", func() {
				Expect(subject.Problem).To(BeEmpty())
				for _, r := range subject.Results {
					Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
					Expect(r.SkipKind).NotTo(Equal(reports.SkipNotObserved), "%s: %s", r.Case, r.SkipReason)
				}
				Expect(subject.Summary.Pass).To(BeNumerically(">", b.passes))
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
	}
})
