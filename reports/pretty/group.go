package pretty

import (
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// groups are a subject's results by what a reader wants to know of them.
type groups struct {
	passes   []reports.Result
	failures []reports.Result // unexpected ones, which count
	errors   []reports.Result
	known    []reports.Result // failures that the known-failing list names
	stale    []reports.Result // passes that the known-failing list names
	notes    []reports.Result // level info: what came is shown, not judged
	skips    []reports.Result
}

func group(results []reports.Result) groups {
	var g groups
	for _, r := range results {
		switch {
		case r.Verdict == reports.Skip:
			g.skips = append(g.skips, r)
		case r.Verdict == reports.Error:
			g.errors = append(g.errors, r)
		case r.Verdict == reports.Fail && r.ExpectedFailure:
			g.known = append(g.known, r)
		case r.Verdict == reports.Fail && r.Level == requirements.Info:
			g.notes = append(g.notes, r)
		case r.Verdict == reports.Fail:
			g.failures = append(g.failures, r)
		default:
			g.pass(r)
		}
	}
	return g
}

// pass also tells apart the passes that have something to say: a stale entry of
// the known-failing list, and an answer that the standard merely allows.
func (g *groups) pass(r reports.Result) {
	g.passes = append(g.passes, r)
	if r.UnexpectedPass {
		g.stale = append(g.stale, r)
	}
	if r.Message != "" {
		g.notes = append(g.notes, r)
	}
}
