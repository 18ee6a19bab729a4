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

// probes are the corpus's visits to a server.
func probes() []*cases.Case {
	GinkgoHelper()
	corpus, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	list := slices.DeleteFunc(corpus.Cases(), func(c *cases.Case) bool { return c.Kind() != cases.KindProbe })
	Expect(len(list)).To(BeNumerically(">=", 35))
	return list
}

// visitServer plays cases on a mutant and returns what a report would hold.
func visitServer(ctx context.Context, m mutants.ServerMutant, list []*cases.Case) []reports.Result {
	url, stop, err := m.Start(ctx)
	if err != nil {
		return []reports.Result{{Verdict: reports.Error, Message: err.Error()}}
	}
	defer stop()
	report, err := runner.Run(ctx, runner.Options{Cases: list,
		Subjects: []runner.Subject{server.New(url, server.Options{HTTP: m.HTTP, Header: m.Header, Observe: max(6*time.Second, m.Observe)})}})
	if err != nil {
		return []reports.Result{{Verdict: reports.Error, Message: err.Error()}}
	}
	return report.Subjects[0].Results
}

// naming are the cases that name a requirement.
func naming(list []*cases.Case, requirement string) []*cases.Case {
	return slices.DeleteFunc(slices.Clone(list), func(c *cases.Case) bool {
		return !slices.Contains(c.Requirements, requirement)
	})
}

func verdicts(results []reports.Result) []reports.Verdict {
	var all []reports.Verdict
	for _, r := range results {
		all = append(all, r.Verdict)
	}
	return all
}

func describe(results []reports.Result) string {
	text := ""
	for _, r := range results {
		text += "\n" + string(r.Verdict) + " " + r.Case + ": " + r.Message + r.SkipReason
	}
	return text
}

var _ = Describe("The mutants of the reference server", Ordered, ContinueOnFailure, func() {
	found := map[string][]reports.Result{}

	// Most of a visit is waiting, so all mutants are visited together, a few at
	// a time.
	BeforeAll(func(ctx SpecContext) {
		list := probes()
		var mu sync.Mutex
		var wg sync.WaitGroup
		places := make(chan struct{}, 24)
		for _, m := range mutants.Servers() {
			wg.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				results := visitServer(ctx, m, naming(list, m.Requirement))
				mu.Lock()
				defer mu.Unlock()
				found[m.Name] = results
			})
		}
		wg.Wait()
	}, NodeTimeout(5*time.Minute))

	for _, m := range mutants.Servers() {
		It("is caught: "+m.Name, func() {
			results := found[m.Name]
			Expect(results).NotTo(BeEmpty(), "no case names "+m.Requirement)
			Expect(verdicts(results)).To(ContainElement(reports.Fail),
				"%s No case that names %s fails:%s", m.Sentence, m.Requirement, describe(results))
		})
	}

	It("has names of its own for each", func() {
		names := map[string]bool{}
		for _, m := range mutants.Servers() {
			Expect(names).NotTo(HaveKey(m.Name))
			names[m.Name] = true
		}
		Expect(len(names)).To(BeNumerically(">=", 15))
	})

	It("has a small HTTP/2 server beside it on which the HTTP/2 cases pass, so that its mutants prove something", func(ctx SpecContext) {
		list := probes()
		for _, m := range mutants.Servers() {
			if m.HTTP != "h2c" || m.Requirement == "serve.h2.end" { // the sound one does not end in time
				continue
			}
			Expect(verdicts(visitServer(ctx, mutants.SoundHTTP2(), naming(list, m.Requirement)))).To(HaveEach(reports.Pass), m.Requirement)
		}
	}, NodeTimeout(time.Minute))
})
