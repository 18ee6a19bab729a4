package mutants_test

import (
	"context"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// visitHop plays cases on the reference server, with a sound hop and the
// mutant's in front of it.
func visitHop(ctx context.Context, m mutants.HopMutant, list []*cases.Case) []reports.Result {
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

func ofHop(m mutants.HopMutant) planted { return planted{m.Name, m.Requirement, m.Sentence} }

var _ = Describe("The mutants of a proxy", Ordered, ContinueOnFailure, func() {
	var found map[string][]reports.Result

	BeforeAll(func(ctx SpecContext) {
		list := slices.DeleteFunc(probes(), func(c *cases.Case) bool { return c.Suite != "server/via" })
		found = together(append(mutants.Hops(), mutants.SoundHop()), 8, ofHop, func(m mutants.HopMutant) []reports.Result {
			if m.Requirement == "" {
				return visitHop(ctx, m, list)
			}
			return visitHop(ctx, m, naming(list, m.Requirement))
		})
	}, NodeTimeout(3*time.Minute))

	for _, m := range mutants.Hops() {
		It("is caught, and named: "+m.Name, func() {
			results := found[m.Name]
			caught(ofHop(m), results)
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

	It("are described, each by a name and a sentence of its own", func() {
		described(faults(mutants.Hops(), ofHop), 20, requirements.Server)
	})
})
