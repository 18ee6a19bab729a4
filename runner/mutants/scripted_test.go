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

// deliveries are the corpus's cases of how a scripted server's stream arrives.
func deliveries() []*cases.Case {
	GinkgoHelper()
	return corpus(12, (*cases.Case).Delivers)
}

func ofScripted(m mutants.ScriptedMutant) planted { return planted{m.Name, m.Requirement, m.Sentence} }

// visitScripted plays cases on a scripted server.
func visitScripted(ctx context.Context, m mutants.ScriptedMutant, list []*cases.Case) []reports.Result {
	url, stop, err := m.Start(ctx)
	if err != nil {
		return broken(err)
	}
	defer stop()
	report, err := runner.Run(ctx, runner.Options{Cases: list, Timeout: 3 * time.Second,
		Subjects: []runner.Subject{server.NewScripted(url, false, server.Options{})}})
	if err != nil {
		return broken(err)
	}
	return report.Subjects[0].Results
}

var _ = Describe("The mutants of a scripted server", Ordered, ContinueOnFailure, func() {
	var found map[string][]reports.Result

	BeforeAll(func(ctx SpecContext) {
		list := deliveries()
		found = together(mutants.Scripted(), 8, ofScripted, func(m mutants.ScriptedMutant) []reports.Result {
			return visitScripted(ctx, m, list)
		})
	}, NodeTimeout(5*time.Minute))

	for _, m := range mutants.Scripted() {
		It("is caught: "+m.Name, func() { caught(ofScripted(m), found[m.Name]) })
	}

	It("is caught when the case is played alone: another client leaves in the middle of it", func(ctx SpecContext) {
		alone := slices.DeleteFunc(deliveries(), func(c *cases.Case) bool { return c.Name() != "emit/delivery/others-served" })
		Expect(alone).To(HaveLen(1))
		together := slices.IndexFunc(mutants.Scripted(), func(m mutants.ScriptedMutant) bool { return m.Name == "script-together" })
		Expect(visitScripted(ctx, mutants.Scripted()[together], alone)[0].Verdict).To(Equal(reports.Fail))
	})

	It("are described, each by a name and a sentence of its own", func() {
		described(faults(mutants.Scripted(), ofScripted), 20, requirements.Server)
	})

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
