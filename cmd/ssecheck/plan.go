package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

// plan starts the subjects, since only then they say what they can do, shows
// what would be played, and ends them again. To a server it sends nothing: who
// looks before a run may well look because the server is in use.
func (a *app) plan(ctx context.Context, options runner.Options) (err error) {
	for _, s := range options.Subjects {
		if visited, ok := s.(*server.Server); ok {
			if err := visited.Prepare(); err != nil {
				return notStarted(err)
			}
			continue
		}
		if err := s.Start(ctx); err != nil {
			return notStarted(err)
		}
		defer func() { err = errors.Join(err, s.Close()) }()
	}
	plan := runner.NewPlan(options.Subjects, options.Cases)
	a.tellIdle(plan)
	var out strings.Builder
	for _, s := range plan.Subjects {
		if visited, ok := s.Subject.(*server.Server); ok {
			plannedVisits(&out, s, visited)
			continue
		}
		planned(&out, s)
	}
	_, err = fmt.Fprint(a.stdout, a.redactor.Text(out.String()))
	return err
}

// planned writes a subject's part of the plan: a line a case.
func planned(out *strings.Builder, s runner.SubjectPlan) {
	fmt.Fprintf(out, "%s  %s\n", s.Info.Role, reports.Line(strings.TrimSpace(s.Info.Name+" "+s.Info.Version)))
	play, variants := 0, 0
	for _, entry := range s.Entries {
		if entry.Skip != (runner.Skip{}) {
			fmt.Fprintf(out, "  skip  %-44s  %s: %s\n", reports.Line(entry.Case.Name()), entry.Skip.Kind, reports.Line(entry.Skip.Reason))
			continue
		}
		play++
		variants += entry.Variants
		fmt.Fprintf(out, "  play  %-44s  %s, variants: %d\n", reports.Line(entry.Case.Name()), entry.Case.Level, entry.Variants)
	}
	fmt.Fprintf(out, "%d cases to play in %d variants, %d to skip\n", play, variants, len(s.Entries)-play)
}
