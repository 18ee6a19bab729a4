package emission

import (
	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
)

// Lean is the case of the deviation with no more checks than it takes to see it: none of
// the bytes where a reader sees it, and else the first one that fails.
func (d *Deviation) Lean() *cases.Case {
	fails := func(c cases.Case) bool { return judge.Emit(&c, d.Transcript).Verdict == reports.Fail }
	lean := *d.Case
	lean.Wire = nil
	for _, check := range d.Case.Wire {
		if fails(lean) {
			break
		}
		lean.Wire = []string{check}
	}
	if without := lean; len(lean.Never) > 0 {
		if without.Never = nil; fails(without) {
			return &without
		}
	}
	return &lean
}
