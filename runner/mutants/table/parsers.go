package main

import (
	"context"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// parsers plays every case on each mutant, one mutant after the other.
func (t *table) parsers(ctx context.Context) error {
	for _, m := range mutants.Parsers() {
		failed, err := t.parser(ctx, m)
		if err != nil {
			return err
		}
		t.row(m.Name, m.Requirement, failed)
	}
	return nil
}

// parser plays as many cases at once as there are cores.
func (t *table) parser(ctx context.Context, m mutants.ParserMutant) (failed []bool, err error) {
	subject := m.Subject()
	failed = make([]bool, len(t.cases))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range t.cases {
		group.Go(func() error {
			result := runner.PlayCase(ctx, subject, c, runner.CaseOptions{})
			if result.Verdict == reports.Error {
				return fmt.Errorf("%s on %s: %s", c.Name(), m.Name, result.Message)
			}
			failed[i] = result.Verdict == reports.Fail
			return ctx.Err()
		})
	}
	return failed, group.Wait()
}
