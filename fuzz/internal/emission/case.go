// Package emission judges what an encoder made of a list of items by the rules of the
// corpus: a list is played as a case of the kind emit, and the judge of the corpus has
// the word. It calls no encoder.
package emission

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// Rules say how strictly lists are judged. The zero value demands everything.
type Rules struct {
	// Unchecked are the checks of the wire that are left out: the words of
	// cases.WireChecks.
	Unchecked []string
}

// Tolerating are the rules without the checks that stand for one of the requirements
// and nothing else, so that what is tolerated does not hide what is not.
func Tolerating(requirements ...string) (r Rules) {
	for requirement, check := range map[string]string{
		"format.bom.none": cases.NoBOM, "format.line.consistent": cases.LineEndingsConsistent,
	} {
		if slices.Contains(requirements, requirement) {
			r.Unchecked = append(r.Unchecked, check)
		}
	}
	slices.Sort(r.Unchecked)
	return r
}

// wire are the checks of the bytes: those of the strongest requirements first, since
// the first one that fails is what a deviation is called by.
var wire = []string{cases.WellFormed, cases.Grammar, cases.EndsWithBlankLine, cases.LineEndingsConsistent, cases.NoBOM}

// Case is a list as a case. What the format can carry must come back, but what not
// every library has may be refused; what it cannot carry may be refused or made
// harmless, and forges nothing. The list must be one that is judgeable.
func (r Rules) Case(list []encoder.Item) *cases.Case {
	c := &cases.Case{Suite: "fuzz", ID: "list", Title: "What is handed to an encoder comes back"}
	for _, item := range list {
		c.Emit = append(c.Emit, items.Emitted(item))
	}
	c.Accept = ways(list)
	if slices.ContainsFunc(list, items.Breaks) {
		c.Never = forgeries(c)
	}
	for _, check := range wire {
		if !slices.Contains(r.Unchecked, check) {
			c.Wire = append(c.Wire, check)
		}
	}
	return c
}

// ways are the ways out that are right: those that the loader sets where a case does not
// say, and those that the corpus says of what not every library has.
func ways(list []encoder.Item) []string {
	if items.Hostile(list) {
		return []string{cases.Rejected, cases.Neutralised}
	}
	all := []string{cases.Exact}
	if slices.ContainsFunc(list, items.Rare) {
		all = append(all, cases.Rejected)
	}
	if slices.ContainsFunc(list, func(i encoder.Item) bool { return i.Comment != nil && suspicious(*i.Comment) }) {
		all = append(all, cases.Neutralised)
	}
	return all
}

// suspicious says that a comment has several lines, and that what stands behind the
// first one may be a field, or ends with a break: it may be cut off then, as in the
// corpus.
func suspicious(comment string) bool {
	_, later, several := strings.Cut(strings.ReplaceAll(comment, "\r", "\n"), "\n")
	return several && (strings.Contains(later, ":") || strings.HasSuffix("\n"+later, "\n"))
}

// Control is what a subject is given that has refused a list: the list without what it
// may refuse, which must come back. ok is false where nothing is left to ask.
func (r Rules) Control(list []encoder.Item) (control []encoder.Item, ok bool) {
	c := r.Case(list)
	if !slices.Contains(c.Ways(), cases.Rejected) {
		return nil, false
	}
	control = items.Of(c.Control())
	return control, items.Judgeable(control)
}
