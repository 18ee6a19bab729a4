package refclient_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	driver "github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/refclient"
)

var _ = Describe("The reference client", func() {
	It("passes every case of the corpus that asks for no page", func(ctx SpecContext) {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		// Few at a time and with time to spare, so that the race detector makes none
		// of them late.
		report, err := runner.Run(ctx, runner.Options{
			Subjects: []runner.Subject{driver.New(refclient.Driver())}, Cases: corpus.Cases(), Timeout: time.Minute, Parallel: 24,
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(report.Subjects).To(HaveLen(1))
		for _, r := range report.Subjects[0].Results {
			if r.Verdict == reports.Skip {
				Expect(r.SkipKind).To(Equal(reports.SkipCapability), "%s: %s", r.Case, r.SkipReason)
				continue
			}
			Expect(r.Verdict).To(Equal(reports.Pass), "%s, %s: %s\n%s", r.Case, r.FailedVariant, r.Message, r.Diff)
		}
		Expect(report.Subjects[0].Summary.Pass).To(BeNumerically(">", 900))
	})
})
