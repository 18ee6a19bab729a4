package mutants_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// forClients are the corpus's cases for clients.
func forClients() []*cases.Case {
	GinkgoHelper()
	return corpus(500, func(c *cases.Case) bool { return c.Kind() == cases.KindStream || c.Kind() == cases.KindConnections })
}

// visit plays cases on a client until one of them fails, and returns that.
func visit(ctx context.Context, d client.Driver, o runner.Options) (failed *reports.Result, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	o.Subjects = []runner.Subject{client.New(d)}
	o.OnResult = func(_ int, r reports.Result) {
		if r.Verdict == reports.Fail && failed == nil {
			failed = &r
			stop()
		}
	}
	_, err = runner.Run(ctx, o)
	return failed, err
}

func ofClient(m mutants.ClientMutant) planted { return planted{m.Name, m.Requirement, m.Sentence} }

var _ = Describe("The mutants of the client", func() {
	It("are at least 90, each with a name, a requirement of the catalogue and a sentence of its own", func() {
		described(faults(mutants.Clients(), ofClient), 90, requirements.Client, requirements.Parser)
	})

	It("between them break every requirement of a client that shows outside of a page", func() {
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		broken := map[string]bool{}
		for _, m := range mutants.Clients() {
			broken[m.Requirement] = true
		}
		for _, r := range catalogue.All() {
			binds := r.Side == requirements.Client && r.Excluded == "" && (r.Level == requirements.Must || r.Level == requirements.Should)
			if binds && !slices.Contains(ofPages, r.ID) {
				Expect(broken).To(HaveKey(r.ID))
			}
		}
	})

	Describe("die", Ordered, ContinueOnFailure, func() {
		var found map[string]error

		// Most of a play is waiting, so several mutants are visited at a time, each
		// with a few cases at a time, so that none is late for want of a processor.
		BeforeAll(func(ctx SpecContext) {
			all := forClients()
			found = together(mutants.Clients(), 40, ofClient, func(m mutants.ClientMutant) error { return survives(ctx, m, all, 8) })
			// Where the machine is so busy that a client which comes back too early is
			// late all the same, it dies alone.
			for _, m := range mutants.Clients() {
				if found[m.Name] != nil {
					found[m.Name] = survives(ctx, m, all, 2)
				}
			}
		}, NodeTimeout(10*time.Minute))

		for _, m := range mutants.Clients() {
			It(m.Name, func() { Expect(found[m.Name]).To(Succeed()) })
		}
	})
})

// ofPages are requirements that only an EventSource object in a page can break.
var ofPages = []string{
	"api.constructor.returns", "api.handlers", "api.message-event", "api.message-origin", "api.plain-events", "api.ready-state",
	"api.url.serialised", "api.with-credentials", "request.cors-mode", "request.no-preflight", "request.origin",
	"response.cors.credentials", "response.cors.origin", "secure.client.cors",
	// Clients that take a time from the caller, as this one does, are given one.
	"api.reconnection-time.initial",
}

// survives says why, if no case that names what the mutant breaks fails on it.
func survives(ctx context.Context, m mutants.ClientMutant, all []*cases.Case, atOnce int) error {
	naming := slices.DeleteFunc(slices.Clone(all), func(c *cases.Case) bool { return !slices.Contains(c.Requirements, m.Requirement) })
	if len(naming) == 0 {
		return fmt.Errorf("no case names %s", m.Requirement)
	}
	failed, err := visit(ctx, m.Driver(), runner.Options{Cases: naming, Parallel: atOnce})
	if err == nil && failed == nil {
		err = fmt.Errorf("none of the %d cases that name %s fails on a client that %s", len(naming), m.Requirement, m.Sentence)
	}
	return err
}

var _ = Describe("Every case for clients", func() {
	It("fails on a client that does nothing", func(ctx SpecContext) {
		null := mutants.NullClients()[0]
		report, err := runner.Run(ctx, runner.Options{Subjects: []runner.Subject{client.New(null.Driver())},
			Cases: forClients(), Timeout: 300 * time.Millisecond})
		Expect(err).NotTo(HaveOccurred())
		var passed []string
		for _, r := range report.Subjects[0].Results {
			if r.Verdict != reports.Fail && r.Verdict != reports.Skip {
				passed = append(passed, string(r.Verdict)+" "+r.Case+" "+r.Message)
			}
		}
		Expect(passed).To(BeEmpty(), strings.Join(passed, "\n"))
	}, NodeTimeout(3*time.Minute))
})

var _ = Describe("A subject that is no client", func() {
	for _, null := range mutants.NullClients() {
		It("is found out by a MUST: it "+null.Sentence, func(ctx SpecContext) {
			musts := slices.DeleteFunc(forClients(), func(c *cases.Case) bool {
				return c.Level != requirements.Must || c.Kind() == cases.KindStream
			})
			failed, err := visit(ctx, null.Driver(), runner.Options{Cases: musts, Timeout: 300 * time.Millisecond, Parallel: 8})
			Expect(err).NotTo(HaveOccurred())
			Expect(failed).NotTo(BeNil())
		}, NodeTimeout(time.Minute))
	}
})
