package pretty

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/reports"
)

// asWritten is the variant that goes without saying where there is no other.
const asWritten = "as written"

// failure shows all that is known of a case that failed or broke: the rule, the
// wire, what differs, and how to play it alone.
func (p *page) failure(r reports.Result, catalogue map[string]reports.RequirementStatus) {
	p.blank()
	p.line(badge(r.Verdict) + "  " + bold.Render(reports.Line(r.Case)) + faint.Render("  ·  ") + weight(r.Level))
	p.wrapped(indent, indent, reports.Line(r.Title))
	p.blank()
	p.rules(r.Requirements, catalogue)
	if v := r.FailedVariant; v != "" && (v != asWritten || r.Variants > 1) {
		p.part("variant", reports.Line(r.FailedVariant)+played(r))
	}
	if r.ExpectedFailure {
		p.part("known", reports.Line(r.KnownReason))
	}
	if r.Message != "" {
		p.part("found", reports.Text(r.Message))
	}
	p.wire(r.Case, r.Transcript)
	p.diff(r.Diff)
	p.stderr(r.Stderr)
	if r.Reproduce != "" {
		p.blank()
		p.uncut("again", bold.Render(reports.Line(r.Reproduce)))
	}
}

// errors shows the first of those that broke for the same reason, and names the
// others: an adapter that is gone breaks every case after it.
func (p *page) errors(results []reports.Result, catalogue map[string]reports.RequirementStatus) {
	var reasons []string
	same := map[string][]string{}
	for _, r := range results {
		if _, seen := same[r.Message]; !seen {
			reasons = append(reasons, r.Message)
		}
		same[r.Message] = append(same[r.Message], r.Case)
	}
	for _, reason := range reasons {
		i := slices.IndexFunc(results, func(r reports.Result) bool { return r.Message == reason })
		p.failure(results[i], catalogue)
		if others := same[reason][1:]; len(others) > 0 {
			p.blank()
			p.line(indent + "The same error ended " + plural(len(others), "other case") + ":")
			p.names(indent+"  ", others)
		}
	}
}

func played(r reports.Result) string {
	switch {
	case r.Variants < 2:
		return ""
	case r.Verdict == reports.Error:
		return fmt.Sprintf(" (%d were played)", r.Variants)
	}
	return fmt.Sprintf(" (the smallest that fails; %d were played)", r.Variants)
}

// rules names each requirement, states it, and links to the text behind it.
func (p *page) rules(ids []string, catalogue map[string]reports.RequirementStatus) {
	word := "rule"
	for _, id := range ids {
		requirement, ok := catalogue[id]
		if !ok {
			p.part(word, reports.Line(id))
			word = ""
			continue
		}
		p.part(word, reports.Line(id)+" ("+string(requirement.Level)+")")
		if requirement.Title != "" {
			p.wrapped(noLabel, noLabel, reports.Line(requirement.Title))
		}
		if requirement.URL != "" {
			p.uncut("", link.Render(reports.Line(requirement.URL)))
		}
		word = ""
	}
}

// stderrShown is how many lines of an adapter's standard error are shown: the
// last ones, where the reason of a crash stands.
const stderrShown = 12

func (p *page) stderr(text string) {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return
	}
	p.blank()
	lines := strings.Split(reports.Text(text), "\n")
	if left := len(lines) - stderrShown; left > 0 {
		lines = append([]string{fmt.Sprintf("… %d lines before", left)}, lines[left:]...)
	}
	first := label("stderr")
	for _, line := range lines {
		p.exact(first+gutter, noLabel+gutter, strings.ReplaceAll(line, "\t", "    "))
		first = noLabel
	}
}
