package mutants_test

import (
	"context"
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

// probes are the corpus's visits to a server.
func probes() []*cases.Case {
	GinkgoHelper()
	return corpus(35, func(c *cases.Case) bool { return c.Kind() == cases.KindProbe })
}

func ofServer(m mutants.ServerMutant) planted { return planted{m.Name, m.Requirement, m.Sentence} }

// visitServer plays cases on a mutant and returns what a report would hold.
func visitServer(ctx context.Context, m mutants.ServerMutant, list []*cases.Case) []reports.Result {
	url, stop, err := m.Start(ctx)
	if err != nil {
		return broken(err)
	}
	defer stop()
	report, err := runner.Run(ctx, runner.Options{Cases: list,
		Subjects: []runner.Subject{server.New(url, server.Options{HTTP: m.HTTP, Header: m.Header, Observe: max(6*time.Second, m.Observe)})}})
	if err != nil {
		return broken(err)
	}
	return report.Subjects[0].Results
}

var _ = Describe("The mutants of the reference server", Ordered, ContinueOnFailure, func() {
	var found map[string][]reports.Result

	BeforeAll(func(ctx SpecContext) {
		list := probes()
		found = together(mutants.Servers(), 24, ofServer, func(m mutants.ServerMutant) []reports.Result {
			return visitServer(ctx, m, naming(list, m.Requirement))
		})
	}, NodeTimeout(5*time.Minute))

	for _, m := range mutants.Servers() {
		It("is caught: "+m.Name, func() { caught(ofServer(m), found[m.Name]) })
	}

	It("are described, each by a name and a sentence of its own", func() {
		described(faults(mutants.Servers(), ofServer), 150, requirements.Server, requirements.Format)
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
