// Package nearest finds the names that a mistyped one may have meant.
package nearest

import (
	"cmp"
	"slices"
	"strings"
)

// Names returns at most limit of the candidates, those first that take the
// fewest edits to reach from name. Candidates that differ in more than a third
// of their letters are left out, unless one contains the other.
func Names(name string, candidates []string, limit int) []string {
	type hit struct {
		name string
		cost int
	}
	var hits []hit
	for _, candidate := range candidates {
		cost := distance(name, candidate)
		if cost*3 > max(len(name), len(candidate))+2 && !contains(candidate, name) {
			continue
		}
		hits = append(hits, hit{candidate, cost})
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, h := range hits[:min(limit, len(hits))] {
		if h.cost > 2*hits[0].cost+1 { // far behind the nearest
			break
		}
		names = append(names, h.name)
	}
	return names
}

// Hint is a sentence that offers the nearest of the candidates, or "" when none
// is near.
func Hint(name string, candidates []string) string {
	names := Names(name, candidates, 3)
	switch len(names) {
	case 0:
		return ""
	case 1:
		return "did you mean " + names[0] + "?"
	}
	last := len(names) - 1
	return "did you mean " + strings.Join(names[:last], ", ") + " or " + names[last] + "?"
}

// contains says that the shorter name, if it is long enough to mean something,
// stands within the longer.
func contains(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= 3 && strings.Contains(b, a)
}

// distance counts the edits (insert, delete, replace, swap two neighbours)
// between two names, in bytes.
func distance(a, b string) int {
	a, b = a[:min(len(a), maxCompared)], b[:min(len(b), maxCompared)]
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			replace := previous[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			current[j] = min(replace, previous[j]+1, current[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}

// maxCompared bounds the work on names that nobody typed by hand.
const maxCompared = 256
