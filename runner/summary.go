package runner

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// finish computes all that follows from the results.
func (r *run) finish() {
	settleKnown(r.report.Subjects)
	for i := range r.report.Subjects {
		s := &r.report.Subjects[i]
		s.Summary = Summarise(s.Results)
		s.Verdict = SubjectVerdict(s, r.Strict)
	}
	r.report.Verdict = RunVerdict(r.report.Subjects)
	r.report.Requirements = Statuses(r.Catalogue, r.report.Subjects)
}

// Summarise counts results.
func Summarise(results []reports.Result) reports.Summary {
	var s reports.Summary
	for _, r := range results {
		s.Cases++
		s.Variants += r.Variants
		var level reports.Count
		switch r.Verdict {
		case reports.Pass:
			s.Pass++
			level.Pass++
		case reports.Fail:
			s.Fail++
			level.Fail++
		case reports.Skip:
			s.Skip++
		default:
			s.Error++
		}
		switch r.Level {
		case requirements.Must:
			s.Must = plus(s.Must, level)
		case requirements.Should:
			s.Should = plus(s.Should, level)
		case requirements.May:
			s.May = plus(s.May, level)
		}
	}
	return s
}

func plus(a, b reports.Count) reports.Count {
	return reports.Count{Pass: a.Pass + b.Pass, Fail: a.Fail + b.Fail}
}

// binding reports whether a level can make a subject not compliant.
func binding(l requirements.Level, strict bool) bool {
	return l == requirements.Must || strict && l == requirements.Should
}

// Counts reports whether a result fails the run: a failure at a binding level
// that nobody listed.
func Counts(r reports.Result, strict bool) bool {
	return r.Verdict == reports.Fail && binding(r.Level, strict) && !r.ExpectedFailure
}

// open reports whether a result leaves a rule unjudged that should have been
// judged: a binding one because something broke, or a MUST because it did not
// show in time. Strictness asks for no more time: a SHOULD that needs a long
// observation, such as keep-alive, would leave every strict run incomplete.
func open(r reports.Result, strict bool) bool {
	return r.Verdict == reports.Error && binding(r.Level, strict) ||
		r.Verdict == reports.Skip && r.SkipKind == reports.SkipNotObserved && r.Level == requirements.Must
}

// SubjectVerdict is not-compliant when a binding case failed, whether anybody
// knew or not; incomplete when a rule stayed open (see
// open), nothing could be judged, or there was a problem outside the cases.
func SubjectVerdict(s *reports.Subject, strict bool) reports.Compliance {
	judged, left := false, s.Problem != ""
	for _, r := range s.Results {
		if r.Verdict == reports.Fail && binding(r.Level, strict) {
			return reports.NotCompliant
		}
		judged = judged || r.Verdict == reports.Pass || r.Verdict == reports.Fail
		left = left || open(r, strict)
	}
	if left || !judged {
		return reports.Incomplete
	}
	return reports.Compliant
}

// RunVerdict is the worst of the subjects' verdicts.
func RunVerdict(subjects []reports.Subject) reports.Compliance {
	verdict := reports.Compliant
	for _, s := range subjects {
		switch s.Verdict {
		case reports.NotCompliant:
			return reports.NotCompliant
		case reports.Incomplete:
			verdict = reports.Incomplete
		}
	}
	if len(subjects) == 0 {
		return reports.Incomplete
	}
	return verdict
}

// Statuses says of each requirement what the results say: fail when a case
// that names it failed on some subject, pass when one passed and none failed,
// untested otherwise. A failure at the level info counts against no requirement
// of a stronger level. Requirements that only the cases know come last.
func Statuses(catalogue []requirements.Requirement, subjects []reports.Subject) []reports.RequirementStatus {
	all := make([]reports.RequirementStatus, 0, len(catalogue))
	index := map[string]int{}
	for _, q := range catalogue {
		index[q.ID] = len(all)
		all = append(all, reports.RequirementStatus{
			ID: q.ID, Level: q.Level, Title: q.Title, URL: q.URL,
			Status: reports.StatusUntested, Cases: []string{},
		})
	}
	known := len(all)
	for _, s := range subjects {
		for _, r := range s.Results {
			for _, id := range r.Requirements {
				i, ok := index[id]
				if !ok {
					i = len(all)
					index[id] = i
					all = append(all, reports.RequirementStatus{ID: id, Level: r.Level, Status: reports.StatusUntested})
				}
				count(&all[i], r)
			}
		}
	}
	slices.SortFunc(all[known:], func(a, b reports.RequirementStatus) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// count adds a result to a requirement's status.
func count(q *reports.RequirementStatus, r reports.Result) {
	if !slices.Contains(q.Cases, r.Case) {
		q.Cases = append(q.Cases, r.Case)
	}
	switch {
	case r.Verdict == reports.Fail && (r.Level != requirements.Info || q.Level == requirements.Info):
		q.Status = reports.StatusFail
	case r.Verdict == reports.Pass && q.Status == reports.StatusUntested:
		q.Status = reports.StatusPass
	}
}
