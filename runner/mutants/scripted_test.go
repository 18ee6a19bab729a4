package mutants_test

import (
	"context"
	"slices"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/server"
)

// deliveries are the corpus's cases of how a scripted server's stream arrives.
func deliveries() []*cases.Case {
	GinkgoHelper()
	corpus, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	list := slices.DeleteFunc(corpus.Cases(), func(c *cases.Case) bool { return !c.Delivers() })
	Expect(len(list)).To(BeNumerically(">=", 12))
	return list
}

// visitScripted plays cases on a scripted server.
func visitScripted(ctx context.Context, m mutants.ScriptedMutant, list []*cases.Case) []reports.Result {
	url, stop, err := m.Start(ctx)
	if err != nil {
		return []reports.Result{{Verdict: reports.Error, Message: err.Error()}}
	}
	defer stop()
	report, err := runner.Run(ctx, runner.Options{Cases: list, Timeout: 3 * time.Second,
		Subjects: []runner.Subject{server.NewScripted(url, false, server.Options{})}})
	if err != nil {
		return []reports.Result{{Verdict: reports.Error, Message: err.Error()}}
	}
	return report.Subjects[0].Results
}

var _ = Describe("The mutants of a scripted server", Ordered, ContinueOnFailure, func() {
	found := map[string][]reports.Result{}

	BeforeAll(func(ctx SpecContext) {
		list := deliveries()
		var mu sync.Mutex
		var wg sync.WaitGroup
		places := make(chan struct{}, 8)
		for _, m := range mutants.Scripted() {
			wg.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				results := visitScripted(ctx, m, list)
				mu.Lock()
				defer mu.Unlock()
				found[m.Name] = results
			})
		}
		wg.Wait()
	}, NodeTimeout(5*time.Minute))

	for _, m := range mutants.Scripted() {
		It("is caught: "+m.Name, func() {
			naming := slices.DeleteFunc(slices.Clone(found[m.Name]), func(r reports.Result) bool {
				return !slices.Contains(r.Requirements, m.Requirement)
			})
			Expect(naming).NotTo(BeEmpty(), "no case names "+m.Requirement)
			Expect(verdicts(naming)).To(ContainElement(reports.Fail),
				"%s No case that names %s fails:%s", m.Sentence, m.Requirement, describe(naming))
		})
	}

	It("and one that is sound passes every case", func(ctx SpecContext) {
		for _, r := range visitScripted(ctx, mutants.SoundScripted(), deliveries()) {
			Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s%s", r.Case, r.Message, r.SkipReason)
		}
	}, NodeTimeout(time.Minute))

	It("leave no case idle", func() {
		failing := map[string]bool{}
		for _, results := range found {
			for _, r := range results {
				failing[r.Case] = failing[r.Case] || r.Verdict == reports.Fail
			}
		}
		for _, c := range deliveries() {
			Expect(failing).To(HaveKeyWithValue(c.Name(), true), "no mutant fails on "+c.Name())
		}
	})
})
