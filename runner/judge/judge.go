// Package judge turns a case and a transcript into a verdict. It touches
// nothing: the same transcript always gives the same verdict.
package judge

import (
	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
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

// Judge judges one variant of a case, whatever its kind.
func Judge(c *cases.Case, t *transcript.Transcript) Judgement {
	switch {
	case t.Client != nil || c.Kind() == cases.KindConnections:
		return Client(c, t)
	case c.Kind() == cases.KindStream:
		return Stream(c, t)
	case c.Kind() == cases.KindEmit:
		return Emit(c, t)
	}
	return Probe(c, t)
}
