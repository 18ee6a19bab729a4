package main

import (
	"context"
	"fmt"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// encoders plays every case on each mutant. A case takes no time to speak of.
func (t *table) encoders(ctx context.Context) error {
	for _, m := range mutants.Encoders() {
		failed := make([]bool, len(t.cases))
		for i, c := range t.cases {
			result := runner.PlayCase(ctx, m.Subject(), c, runner.CaseOptions{})
			if result.Verdict == reports.Error {
				return fmt.Errorf("%s on %s: %s", c.Name(), m.Name, result.Message)
			}
			failed[i] = result.Verdict == reports.Fail
		}
		t.row(m.Name, m.Requirement, failed)
	}
	return ctx.Err()
}
