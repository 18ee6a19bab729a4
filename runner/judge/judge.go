// Package judge turns a case and a transcript into a verdict. It touches
// nothing: the same transcript always gives the same verdict.
package judge

import (
	"github.com/ssecheck/ssecheck/reports"
)

// A Judgement is the verdict on one variant of a case.
type Judgement struct {
	Verdict reports.Verdict
	// Message is one sentence: what was expected, what came. Empty on a plain pass.
	Message string
	// Diff shows expected against got where that helps.
	Diff string
	// SkipKind and SkipReason are set with the verdict skip.
	SkipKind   reports.SkipKind
	SkipReason string
}
