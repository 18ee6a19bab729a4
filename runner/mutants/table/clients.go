package main

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/refclient"
)

// clientsAtOnce is how many clients are let loose at the same time, and
// casesAtOnce with how many cases each. Where too many take the processor from
// each other, a mutant that comes back too early is late enough to pass.
const (
	clientsAtOnce = 3
	casesAtOnce   = 48
)

// forClients are the cases that can be played on the reference client. Those of
// the kind stream are played only on mutants that break what they name: of
// what makes events of bytes the parser's own mutants tell more, and sooner.
func forClients(all []*cases.Case) []*cases.Case {
	sound := client.New(refclient.Driver())
	return slices.DeleteFunc(slices.Clone(all), func(c *cases.Case) bool {
		return c.Kind() == cases.KindProbe || c.Kind() == cases.KindEmit || sound.Skip(c) != (runner.Skip{})
	})
}

// clients plays the cases on each mutant.
func (t *table) clients(ctx context.Context) error {
	all := mutants.Clients()
	found := make([][]bool, len(all))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(clientsAtOnce)
	for i, m := range all {
		group.Go(func() (err error) {
			found[i], err = t.client(gctx, m)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, m := range all {
		t.row(m.Name, m.Requirement, found[i])
	}
	return nil
}

// client plays on one mutant, in one run.
func (t *table) client(ctx context.Context, m mutants.ClientMutant) (failed []bool, err error) {
	own := slices.DeleteFunc(slices.Clone(t.cases), func(c *cases.Case) bool {
		return c.Kind() == cases.KindStream && !slices.Contains(c.Requirements, m.Requirement)
	})
	report, err := runner.Run(ctx, runner.Options{Cases: own, Parallel: casesAtOnce,
		Subjects: []runner.Subject{client.New(m.Driver())}})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	fails := map[string]bool{}
	for _, r := range report.Subjects[0].Results {
		fails[r.Case] = r.Verdict == reports.Fail
	}
	failed = make([]bool, len(t.cases))
	for i, c := range t.cases {
		failed[i] = fails[c.Name()]
	}
	return failed, ctx.Err()
}
