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

// visitHop plays cases on the reference server, with a sound hop and the
// mutant's in front of it.
func visitHop(ctx context.Context, m mutants.HopMutant, list []*cases.Case) []reports.Result {
	broken := func(err error) []reports.Result {
		return []reports.Result{{Verdict: reports.Error, Message: err.Error()}}
	}
	origin, through, stop, err := m.Start(ctx)
	if err != nil {
		return broken(err)
	}
	defer stop()
	near, stopNear, err := mutants.SoundHop().Before(ctx, origin)
	if err != nil {
		return broken(err)
	}
	defer stopNear()
	hops := []server.Hop{{Name: "near", URL: near}, {Name: m.Name, URL: through}}
	if m.Subscribers > 0 {
		hops = hops[1:] // the sound hop would take places that the mutant is to keep
	}
	report, err := runner.Run(ctx, runner.Options{Cases: list,
		Subjects: []runner.Subject{server.New(origin, server.Options{Observe: 6 * time.Second, Via: hops})}})
	if err != nil {
		return broken(err)
	}
	return report.Subjects[0].Results
}

var _ = Describe("The mutants of a proxy", Ordered, ContinueOnFailure, func() {
	found := map[string][]reports.Result{}

	BeforeAll(func(ctx SpecContext) {
		list := slices.DeleteFunc(probes(), func(c *cases.Case) bool { return c.Suite != "server/via" })
		var mu sync.Mutex
		var wg sync.WaitGroup
		places := make(chan struct{}, 8)
		for _, m := range append(mutants.Hops(), mutants.SoundHop()) {
			wg.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				own := list
				if m.Requirement != "" {
					own = naming(list, m.Requirement)
				}
				results := visitHop(ctx, m, own)
				mu.Lock()
				defer mu.Unlock()
				found[m.Name] = results
			})
		}
		wg.Wait()
	}, NodeTimeout(3*time.Minute))

	for _, m := range mutants.Hops() {
		It("is caught, and named: "+m.Name, func() {
			results := found[m.Name]
			Expect(results).NotTo(BeEmpty(), "no case names "+m.Requirement)
			Expect(verdicts(results)).To(ContainElement(reports.Fail),
				"%s No case that names %s fails:%s", m.Sentence, m.Requirement, describe(results))
			if m.Requirement == "serve.proxy.departure" {
				return // it shows at the server, not on the way
			}
			for _, r := range results {
				if r.Verdict == reports.Fail {
					Expect(r.Message).To(ContainSubstring("(hop "+m.Name+")"), r.Case)
					Expect(r.Message).To(ContainSubstring("through near, nearer to the server, this does not show"), r.Case)
				}
			}
		})
	}

	It("has a sound one on which every case passes, but that which waits for a minute", func() {
		for _, r := range found["sound"] {
			if r.Case != "server/via/not-cut-after-a-minute" {
				Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s", r.Case, r.Message+r.SkipReason)
			}
		}
		Expect(len(found["sound"])).To(BeNumerically(">", 10))
	})

	It("has names of its own for each", func() {
		names := map[string]bool{}
		for _, m := range mutants.Hops() {
			Expect(names).NotTo(HaveKey(m.Name))
			names[m.Name] = true
		}
		Expect(len(names)).To(BeNumerically(">=", 20))
	})
})
