package nchan_test

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/adapters/nginx"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/knownfailing"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// unanswered asks what an answer to an unknown method says of those that are known.
// nchan gives none, which server/methods/invented-method-ends holds against it.
const unanswered = "server/methods/unknown-method-405"

// period is that of the published messages.
const period = 100 * time.Millisecond

var _ = Describe("nginx with nchan", Ordered, func() {
	var report *reports.Report

	BeforeAll(func(ctx SpecContext) {
		path, missing := nginx.Installed(module)
		if missing != "" && os.Getenv("CI") == "true" {
			Fail(missing)
		}
		if missing != "" {
			Skip(missing)
		}
		n, err := start(ctx, path, GinkgoT().TempDir())
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(n.stop)
		publishing, stop := context.WithCancel(context.Background())
		var publisher sync.WaitGroup
		publisher.Go(func() { n.publishSteadily(publishing, period) })
		DeferCleanup(publisher.Wait)
		DeferCleanup(stop)

		report, err = run(ctx, n.url+"/events")
		Expect(err).NotTo(HaveOccurred())
	}, NodeTimeout(3*time.Minute))

	It("is judged to the end: nothing breaks, and no MUST goes unseen", func() {
		for _, r := range report.Subjects[0].Results {
			Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
			if r.Case == unanswered {
				Expect(r.SkipReason).To(ContainSubstring("waited in vain for the head of the response"))
			} else if r.Level == requirements.Must {
				Expect(r.SkipKind).NotTo(Equal(reports.SkipNotObserved), "%s: %s", r.Case, r.SkipReason)
			}
		}
		Expect(report.Subjects[0].Summary.Pass).To(BeNumerically(">", 50))
	})

	It("fails in the ways that are known, and in no other", func() {
		for _, r := range report.Subjects[0].Results {
			Expect(r.UnexpectedPass).To(BeFalse(), "%s passes: take it off the list", r.Case)
			if r.Verdict == reports.Fail {
				Expect(r.ExpectedFailure).To(BeTrue(), "%s: %s", r.Case, r.Message)
			}
		}
		Expect(report.Verdict).To(Equal(reports.NotCompliant), "a list changes no verdict")
	})
})

// run plays every probe case, with the list of known failures.
func run(ctx context.Context, url string) (*reports.Report, error) {
	corpus, err := cases.Default()
	if err != nil {
		return nil, err
	}
	list, err := knownfailing.Read("known-failing.yaml")
	if err != nil {
		return nil, err
	}
	var probes []*cases.Case
	for _, c := range corpus.Cases() {
		if c.Kind() == cases.KindProbe {
			probes = append(probes, c)
		}
	}
	if err := list.Check(corpus.Cases()); err != nil {
		return nil, err
	}
	return runner.Run(ctx, runner.Options{
		Subjects: []runner.Subject{server.New(url, server.Options{})},
		Cases:    probes,
		Known: func(c *cases.Case) (reason string, known bool) {
			entry, listed := list.Find(c)
			return entry.Reason, listed
		},
	})
}
