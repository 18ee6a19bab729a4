package runner

import (
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// A Plan says what a run would play, and what it would skip and why.
type Plan struct {
	// Subjects are those that have a case, in the order given.
	Subjects []SubjectPlan
	// Idle are the subjects for whose role no case is selected. They are not
	// started and do not stand in the report.
	Idle []Info
	// Unplayed are the cases for which no subject has the role.
	Unplayed []*cases.Case
}

// A SubjectPlan is what is planned for one subject.
type SubjectPlan struct {
	Subject Subject
	Info    Info
	Entries []PlanEntry
}

// A PlanEntry is one case for one subject.
type PlanEntry struct {
	Case *cases.Case
	// Variants is how many are played; 0 when the case is skipped.
	Variants int
	Skip     Skip
}

// NewPlan plans a run. What a subject can do may be known only once it was
// started, so start the subjects first where the plan must be exact.
func NewPlan(subjects []Subject, all []*cases.Case) *Plan {
	plan := &Plan{Unplayed: unplayed(subjects, all)}
	for _, s := range subjects {
		own := CasesFor(s, all)
		if len(own) == 0 {
			plan.Idle = append(plan.Idle, s.Info())
			continue
		}
		sp := SubjectPlan{Subject: s, Info: s.Info(), Entries: make([]PlanEntry, len(own))}
		for i, c := range own {
			sp.Entries[i] = PlanEntry{Case: c, Skip: s.Skip(c)}
			if sp.Entries[i].Skip == (Skip{}) {
				sp.Entries[i].Variants = len(s.Variants(c))
			}
		}
		plan.Subjects = append(plan.Subjects, sp)
	}
	return plan
}

// CasesFor picks the cases of the subject's role, in their order.
func CasesFor(s Subject, all []*cases.Case) []*cases.Case {
	if s.Info().Scripted {
		return CasesOf(reports.RoleEncoder, all)
	}
	return CasesOf(s.Info().Role, all)
}

// CasesOf picks the cases of a role, in their order.
func CasesOf(role reports.Role, all []*cases.Case) []*cases.Case {
	var own []*cases.Case
	for _, c := range all {
		if plays(role, c) {
			own = append(own, c)
		}
	}
	return own
}

// plays reports whether cases of c's kind are for the role.
func plays(role reports.Role, c *cases.Case) bool {
	switch role {
	case reports.RoleParser:
		return c.Kind() == cases.KindStream
	case reports.RoleClient:
		return c.Kind() == cases.KindStream || c.Kind() == cases.KindConnections
	case reports.RoleEncoder:
		return c.Kind() == cases.KindEmit
	case reports.RoleServer:
		return c.Kind() == cases.KindProbe
	}
	return false
}

func unplayed(subjects []Subject, all []*cases.Case) []*cases.Case {
	var left []*cases.Case
	for _, c := range all {
		taken := func(s Subject) bool { return len(CasesFor(s, []*cases.Case{c})) > 0 }
		if !slices.ContainsFunc(subjects, taken) {
			left = append(left, c)
		}
	}
	return left
}
