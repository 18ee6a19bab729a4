package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/server"
)

// atOnce is how many servers are visited at the same time: most of a visit is
// waiting.
const atOnce = 6

// servers plays every case on each mutant.
func (t *table) servers(ctx context.Context) error {
	all := mutants.Servers()
	found := make([][]bool, len(all))
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, m := range all {
		group.Go(func() (err error) {
			found[i], err = t.server(gctx, m)
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

// server plays all cases in one run. A mutant on which a run cannot begin fails
// none of them.
func (t *table) server(ctx context.Context, m mutants.ServerMutant) (failed []bool, err error) {
	url, stop, err := m.Start(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	defer stop()
	failed = make([]bool, len(t.cases))
	report, err := runner.Run(ctx, runner.Options{Cases: t.cases,
		Subjects: []runner.Subject{server.New(url, server.Options{HTTP: m.HTTP, Observe: max(6*time.Second, m.Observe)})}})
	if refused := (*runner.StartError)(nil); errors.As(err, &refused) {
		return failed, nil
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	for i, r := range report.Subjects[0].Results {
		failed[i] = r.Verdict == reports.Fail
	}
	return failed, ctx.Err()
}
