package runner

import "github.com/ssecheck/ssecheck/reports"

// The exit statuses of a run. Status 2, wrong usage, is known before one.
const (
	ExitCompliant    = 0
	ExitNotCompliant = 1
	ExitNotCarried   = 3 // the run could not be carried out, or stayed incomplete
	ExitInterrupted  = 130
)

// ExitOptions are the flags that change an exit status.
type ExitOptions struct {
	// Strict: a failed SHOULD fails the run.
	Strict bool
	// AllowIncomplete: an incomplete run without a failure is good enough.
	AllowIncomplete bool
}

// ExitStatus is what a run's report means to the shell.
//
// A listed failure does not count, a listed case that passed does: the list is
// stale. A run in which nothing at all could be judged is not carried out,
// whatever is allowed.
func ExitStatus(r *reports.Report, o ExitOptions) int {
	if r.Interrupted {
		return ExitInterrupted
	}
	judged, left := false, len(r.Subjects) == 0
	for _, s := range r.Subjects {
		left = left || s.Problem != "" || s.Verdict == reports.Incomplete
		for _, result := range s.Results {
			if Counts(result, o.Strict) || result.UnexpectedPass {
				return ExitNotCompliant
			}
			judged = judged || result.Verdict == reports.Pass || result.Verdict == reports.Fail
			left = left || open(result, o.Strict)
		}
	}
	switch {
	case !judged:
		return ExitNotCarried
	case left && !o.AllowIncomplete:
		return ExitNotCarried
	}
	return ExitCompliant
}
