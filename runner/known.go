package runner

import (
	"fmt"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// mark notes on a result what was known of its case beforehand: from the
// user's known-failing list, or from what the adapter itself declares broken.
// Neither changes the verdict.
func (r *run) mark(subject int, c *cases.Case, result *reports.Result) {
	if r.Known != nil {
		if reason, known := r.Known(c); known {
			result.KnownReason = reason
			result.ExpectedFailure = result.Verdict == reports.Fail
			result.UnexpectedPass = result.Verdict == reports.Pass && (r.Sometimes == nil || !r.Sometimes(c))
			return
		}
	}
	if result.Verdict != reports.Fail {
		return
	}
	for _, id := range r.subjects[subject].Info().Deviates {
		if slices.Contains(c.Requirements, id) {
			result.ExpectedFailure = true
			result.KnownReason = fmt.Sprintf("the adapter declares %s broken", id)
			return
		}
	}
}

// settleKnown takes back the stale mark of a listed case that passed on one
// subject and failed on another: the list is the run's, and it is not stale
// while any subject fails the case.
func settleKnown(subjects []reports.Subject) {
	failing := map[string]bool{}
	for _, s := range subjects {
		for _, result := range s.Results {
			failing[result.Case] = failing[result.Case] || result.ExpectedFailure
		}
	}
	for _, s := range subjects {
		for i := range s.Results {
			if failing[s.Results[i].Case] {
				s.Results[i].UnexpectedPass = false
			}
		}
	}
}
