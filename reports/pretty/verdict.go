package pretty

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// verdict ends the page: a sentence a subject, and how long it took.
func (p *page) verdict(r *reports.Report) {
	if !p.options.Quiet {
		p.blank()
	}
	for _, s := range r.Subjects {
		words, style := outcome(s.Verdict)
		p.exact(style.Bold(true).Render(words)+"  ", "  ", bold.Render(fullName(s)))
		p.wrapped("  ", "  ", Reason(s))
	}
	if len(r.Subjects) != 1 {
		words, style := outcome(r.Verdict)
		p.line(style.Bold(true).Render(words) + "  the run as a whole, of " + plural(len(r.Subjects), "subject"))
	}
	if r.Interrupted {
		p.line(warn.Bold(true).Render("INTERRUPTED") + "  this is what was done until then")
	}
	if p.options.Quiet {
		return
	}
	cases, variants := 0, 0
	for _, s := range r.Subjects {
		cases += s.Summary.Cases
		variants += s.Summary.Variants
	}
	p.line(faint.Render(fmt.Sprintf("%s, %s, %s", plural(cases, "case"), plural(variants, "variant"), duration(r.DurationMS))))
}

func outcome(c reports.Compliance) (words string, style lipgloss.Style) {
	switch c {
	case reports.Compliant:
		return "COMPLIANT", good
	case reports.NotCompliant:
		return "NOT COMPLIANT", bad
	}
	return "INCOMPLETE", warn
}

// Reason says in words why a subject has its verdict.
func Reason(s reports.Subject) string {
	g := group(s.Results)
	var parts []string
	if len(g.failures) > 0 {
		parts = append(parts, fmt.Sprintf("%s failed (%s)", plural(len(g.failures), "case"), byLevel(g.failures)))
	}
	if len(g.known) > 0 {
		parts = append(parts, fmt.Sprintf("%s (%s)", plural(len(g.known), "known failure"), byLevel(g.known)))
	}
	if len(g.stale) > 0 {
		parts = append(parts, fmt.Sprintf("%s of the known-failing list passed and must be taken out", plural(len(g.stale), "case")))
	}
	if open := unjudged(s.Results); open > 0 {
		parts = append(parts, fmt.Sprintf("%s of level must could not be judged", plural(open, "case")))
	}
	if s.Problem != "" {
		parts = append(parts, "there was a problem outside the cases")
	}
	if judged := len(g.passes) + len(g.failures) + len(g.known) + len(g.notes); len(s.Results) > 0 && judged == 0 {
		parts = append(parts, "no case could be judged")
	}
	parts = append(parts, fmt.Sprintf("%d of %s passed", len(g.passes), plural(len(s.Results), "case")))
	if len(g.skips) > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", len(g.skips)))
	}
	return strings.Join(parts, ", ")
}

// unjudged counts the cases of level must that leave a run incomplete.
func unjudged(results []reports.Result) int {
	n := 0
	for _, r := range results {
		notObserved := r.Verdict == reports.Skip && r.SkipKind == reports.SkipNotObserved
		if r.Level == requirements.Must && (r.Verdict == reports.Error || notObserved) {
			n++
		}
	}
	return n
}

// byLevel is "2 must, 1 should".
func byLevel(results []reports.Result) string {
	var parts []string
	for _, level := range []requirements.Level{requirements.Must, requirements.Should, requirements.May, requirements.Info} {
		n := 0
		for _, r := range results {
			if r.Level == level {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, level))
		}
	}
	return strings.Join(parts, ", ")
}
