package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
)

// A table is of the mutants of one role.
type table struct {
	w       io.Writer
	cases   []*cases.Case
	list    bool
	kills   []int // of each case
	mutants int
	killed  int
}

func newTable(w io.Writer, all []*cases.Case, list bool) *table {
	fmt.Fprintf(w, "%-45s %-35s %s\n", "mutant", "breaks", "cases that fail, and of them naming what it breaks")
	return &table{w: w, cases: all, list: list, kills: make([]int, len(all))}
}

// row prints one mutant; failed is by case.
func (t *table) row(name, requirement string, failed []bool) {
	count, named := 0, 0
	for i, c := range t.cases {
		if failed[i] {
			count++
			t.kills[i]++
			if slices.Contains(c.Requirements, requirement) {
				named++
			}
		}
	}
	t.mutants++
	verdict := ""
	if named > 0 {
		t.killed++
	} else {
		verdict = "  SURVIVES"
	}
	fmt.Fprintf(t.w, "%-45s %-35s %4d %4d%s\n", name, requirement, count, named, verdict)
	if !t.list {
		return
	}
	for i, c := range t.cases {
		if failed[i] {
			fmt.Fprintf(t.w, "    %s\n", c.Name())
		}
	}
}

// end sums up, and says whether every mutant was killed and no case is idle,
// but for those that may be.
func (t *table) end(mayIdle func(*cases.Case) bool) bool {
	idle := 0
	for i, c := range t.cases {
		if t.kills[i] == 0 && (mayIdle == nil || !mayIdle(c)) {
			idle++
			fmt.Fprintf(t.w, "idle: %s fails on no mutant\n", c.Name())
		}
	}
	fmt.Fprintf(t.w, "\n%d of %d mutants killed, by %d cases, %d of them idle\n\n", t.killed, t.mutants, len(t.cases), idle)
	return t.killed == t.mutants && idle == 0
}
