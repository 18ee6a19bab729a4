package pretty

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/reports"
)

// heading opens a list.
func (p *page) heading(text string) {
	p.blank()
	p.line(bold.Render(text))
}

// passes are listed only on request.
func (p *page) passes(results []reports.Result) {
	if len(results) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Passed: %d", len(results)))
	for _, r := range results {
		p.line("  " + good.Render("pass") + "  " + padded(reports.Line(r.Case), 44) +
			faint.Render(fmt.Sprintf("  %s  %.0f ms", plural(r.Variants, "variant"), r.DurationMS)))
	}
}

// known are failures that change no exit status; they are not hidden either.
func (p *page) known(results []reports.Result, catalogue map[string]reports.RequirementStatus) {
	if len(results) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Known failures: %d (listed with a reason; they do not change the exit status)", len(results)))
	for _, r := range results {
		if p.options.Verbose {
			p.failure(r, catalogue)
			continue
		}
		p.line("  " + bad.Render("fails as known") + "  " + reports.Line(r.Case) + faint.Render("  ·  ") + weight(r.Level))
		p.wrapped("      ", "      ", reports.Line(r.KnownReason))
	}
}

// stale names the entries of the known-failing list that are out of date.
func (p *page) stale(results []reports.Result) {
	if len(results) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Stale: %d listed as known to fail, and passed", len(results)))
	for _, r := range results {
		p.line("  " + bad.Render("passed") + "  " + reports.Line(r.Case))
		p.wrapped("      ", "      ", "listed because: "+reports.Line(r.KnownReason)+"; take the entry out of the list")
	}
}

// notes show what came where the standard leaves a choice.
func (p *page) notes(results []reports.Result) {
	if len(results) == 0 {
		return
	}
	p.heading(fmt.Sprintf("For information: %d (the standard leaves a choice; nothing counts against the subject)", len(results)))
	for _, r := range results {
		p.line("  " + reports.Line(r.Case))
		if r.Message != "" {
			p.wrapped("      ", "      ", reports.Line(r.Message))
		}
	}
}

// casesNamed is how many cases of one reason are named without -v.
const casesNamed = 3

// skips are grouped by kind and reason; what was not observed comes first,
// since it may leave the run incomplete.
func (p *page) skips(results []reports.Result, of int) {
	if len(results) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Skipped: %d of %s", len(results), plural(of, "case")))
	for _, g := range skipGroups(results) {
		kind := string(g.kind)
		if g.kind == reports.SkipNotObserved {
			kind = warn.Render(kind)
		}
		p.wrapped("  "+padded(kind, 14), strings.Repeat(" ", 16), reports.Line(g.reason)+": "+plural(len(g.cases), "case"))
		p.names(strings.Repeat(" ", 18), g.cases)
	}
}

// names lists a few cases, or all with -v.
func (p *page) names(margin string, cases []string) {
	named := cases
	if !p.options.Verbose && len(cases) > casesNamed+1 {
		named = cases[:casesNamed]
	}
	for _, name := range named {
		p.line(margin + faint.Render(reports.Line(name)))
	}
	if left := len(cases) - len(named); left > 0 {
		p.line(margin + faint.Render(fmt.Sprintf("… %d more (-v names them)", left)))
	}
}

type skipGroup struct {
	kind   reports.SkipKind
	reason string
	cases  []string
}

// skipGroups puts skips of the same reason together: not-observed first, then
// the largest groups.
func skipGroups(results []reports.Result) []skipGroup {
	var groups []skipGroup
	for _, r := range results {
		i := slices.IndexFunc(groups, func(g skipGroup) bool { return g.kind == r.SkipKind && g.reason == r.SkipReason })
		if i < 0 {
			groups = append(groups, skipGroup{kind: r.SkipKind, reason: r.SkipReason})
			i = len(groups) - 1
		}
		groups[i].cases = append(groups[i].cases, r.Case)
	}
	slices.SortStableFunc(groups, func(a, b skipGroup) int {
		if first := a.kind == reports.SkipNotObserved; first != (b.kind == reports.SkipNotObserved) {
			if first {
				return -1
			}
			return 1
		}
		return len(b.cases) - len(a.cases)
	})
	return groups
}

// plural is a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
