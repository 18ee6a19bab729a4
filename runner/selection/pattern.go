package selection

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Pattern names cases:
//
//   - by path, in which * stands for any letters of one part and ** for any
//     number of parts: fields/data/two-lines, fields/*/empty, **/bom-*, fields/**
//   - level:should names the cases of exactly that level
//   - requirement:parse.data.* names the cases of requirements, * standing for
//     any letters, dots included
type Pattern struct {
	text    string
	matches func(*cases.Case) bool
}

// Compile reads a pattern. It knows no cases yet: whether the pattern names any
// is for [Pattern.Names].
func Compile(text string) (Pattern, error) {
	p := Pattern{text: text}
	kind, rest, prefixed := strings.Cut(text, ":")
	switch {
	case text == "":
		return p, &Error{Pattern: text, Message: "an empty pattern", Hint: "** names every case"}
	case !prefixed:
		parts := strings.Split(text, "/")
		p.matches = func(c *cases.Case) bool { return matchPath(parts, strings.Split(c.Name(), "/")) }
	case kind == "level":
		level := requirements.Level(rest)
		if level.Rank() == 0 {
			return p, &Error{Pattern: text, Message: fmt.Sprintf("%q is no level", rest), Hint: "the levels are must, should, may and info"}
		}
		p.matches = func(c *cases.Case) bool { return c.Level == level }
	case kind == "requirement":
		p.matches = func(c *cases.Case) bool {
			return slices.ContainsFunc(c.Requirements, func(id string) bool { return matchText(rest, id) })
		}
	default:
		return p, &Error{Pattern: text, Message: fmt.Sprintf("no pattern begins with %q", kind+":"),
			Hint: "a path, level:LEVEL, requirement:ID or @FILE"}
	}
	return p, nil
}

// String is the pattern as it was written.
func (p Pattern) String() string { return p.text }

// Matches says whether the pattern names the case.
func (p Pattern) Matches(c *cases.Case) bool { return p.matches(c) }

// Names returns an [*Error] with the nearest names unless the pattern names at
// least one of the cases.
func (p Pattern) Names(all []*cases.Case) error {
	if slices.ContainsFunc(all, p.matches) {
		return nil
	}
	return &Error{Pattern: p.text, Message: "names no case", Hint: p.hint(all)}
}

// hint offers what the pattern may have meant.
func (p Pattern) hint(all []*cases.Case) string {
	if kind, _, prefixed := strings.Cut(p.text, ":"); prefixed {
		if kind != "requirement" {
			return ""
		}
		return nearest.Hint(p.text, requirementPatterns(all))
	}
	folder := strings.TrimSuffix(p.text, "/")
	var known []string
	for _, c := range all {
		if strings.HasPrefix(c.Name(), folder+"/") {
			return fmt.Sprintf("%s/** names every case below it", folder)
		}
		known = append(known, c.Name(), c.Suite+"/**", c.Area()+"/**")
	}
	slices.Sort(known)
	return nearest.Hint(p.text, slices.Compact(known))
}

// requirementPatterns are the patterns that name a requirement of the cases,
// and those that name all below a part.
func requirementPatterns(all []*cases.Case) []string {
	var known []string
	for _, c := range all {
		for _, id := range c.Requirements {
			known = append(known, "requirement:"+id)
			for i, letter := range id {
				if letter == '.' {
					known = append(known, "requirement:"+id[:i]+".*")
				}
			}
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}

// matchPath matches the parts of a path; ** stands for any number of them.
func matchPath(pattern, name []string) bool {
	if len(pattern) == 0 {
		return len(name) == 0
	}
	if pattern[0] == "**" {
		if len(pattern) > 1 && pattern[1] == "**" { // the same, and no work twice
			return matchPath(pattern[1:], name)
		}
		for skip := 0; skip <= len(name); skip++ {
			if matchPath(pattern[1:], name[skip:]) {
				return true
			}
		}
		return false
	}
	return len(name) > 0 && matchText(pattern[0], name[0]) && matchPath(pattern[1:], name[1:])
}

// matchText matches one text; * stands for any letters.
func matchText(pattern, text string) bool {
	first, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, first)
	for ok {
		var piece string
		piece, rest, starred = strings.Cut(rest, "*")
		if !starred {
			return strings.HasSuffix(text, piece)
		}
		_, text, ok = strings.Cut(text, piece)
	}
	return false
}
