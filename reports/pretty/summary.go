package pretty

import (
	"fmt"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A tally counts results of one area or level; apart from the failures stand
// those that were known and those that count against nobody.
type tally struct {
	name                                 string
	pass, fail, known, note, skip, error int
}

func (t *tally) add(r reports.Result) {
	switch {
	case r.Verdict == reports.Fail && r.ExpectedFailure:
		t.known++
	case r.Verdict == reports.Fail && r.Level == requirements.Info:
		t.note++
	case r.Verdict == reports.Fail:
		t.fail++
	case r.Verdict == reports.Skip:
		t.skip++
	case r.Verdict == reports.Error:
		t.error++
	default:
		t.pass++
	}
}

// summary is the table: a row an area, a row a level, and the sum.
func (p *page) summary(s reports.Subject) {
	if len(s.Results) == 0 {
		return
	}
	areas, levels, all := tallies(s.Results)
	columns := columnsOf(all)
	p.blank()
	p.heads(columns)
	p.tallies(areas, columns)
	p.line("  " + rule.Render(strings.Repeat("─", nameColumn+len(columns)*numberColumn)))
	p.tallies(levels, columns)
	p.line("  " + rule.Render(strings.Repeat("─", nameColumn+len(columns)*numberColumn)))
	p.tallies([]tally{all}, columns)
}

// tallies counts by area, in the order of the results, and by level.
func tallies(results []reports.Result) (areas, levels []tally, all tally) {
	areaOf := areasOf(results)
	all.name = "all"
	byName := map[string]int{}
	byLevel := map[requirements.Level]*tally{}
	for _, r := range results {
		area := areaOf(r)
		i, ok := byName[area]
		if !ok {
			i = len(areas)
			byName[area] = i
			areas = append(areas, tally{name: reports.Line(area)})
		}
		areas[i].add(r)
		if byLevel[r.Level] == nil {
			byLevel[r.Level] = &tally{name: string(r.Level)}
		}
		byLevel[r.Level].add(r)
		all.add(r)
	}
	for _, level := range []requirements.Level{requirements.Must, requirements.Should, requirements.May, requirements.Info} {
		if t := byLevel[level]; t != nil {
			levels = append(levels, *t)
		}
	}
	return areas, levels, all
}

// clientArea is the area of the cases that are about clients alone. It has more
// of them than any other.
const clientArea = "client"

// areasOf says what stands for the area of a case: the first part of its name,
// or the first two where all cases begin alike, and for what is about clients
// alone.
func areasOf(results []reports.Result) func(reports.Result) string {
	first := func(r reports.Result) string {
		area, rest, _ := strings.Cut(r.Case, "/")
		if theme, _, more := strings.Cut(rest, "/"); area == clientArea && more {
			return area + "/" + theme
		}
		return area
	}
	for _, r := range results {
		if first(r) != first(results[0]) {
			return first
		}
	}
	return func(r reports.Result) string {
		parts := strings.SplitN(r.Case, "/", 3)
		return strings.Join(parts[:min(2, len(parts)-1)], "/")
	}
}

// A column is one of the table's verdicts.
type column struct {
	name string
	of   func(tally) int
}

// columnsOf leaves out the columns of rare things where there are none.
func columnsOf(all tally) []column {
	columns := []column{
		{"pass", func(t tally) int { return t.pass }},
		{"fail", func(t tally) int { return t.fail }},
	}
	if all.known > 0 {
		columns = append(columns, column{"known", func(t tally) int { return t.known }})
	}
	if all.note > 0 {
		columns = append(columns, column{"info", func(t tally) int { return t.note }})
	}
	return append(columns,
		column{"skip", func(t tally) int { return t.skip }},
		column{"error", func(t tally) int { return t.error }})
}

const (
	nameColumn   = 22
	numberColumn = 8
)

func (p *page) heads(columns []column) {
	line := "  " + strings.Repeat(" ", nameColumn)
	for _, c := range columns {
		line += faint.Render(flush(c.name, numberColumn))
	}
	p.line(line)
}

func (p *page) tallies(tallies []tally, columns []column) {
	for _, t := range tallies {
		line := "  " + padded(shorten(t.name, nameColumn), nameColumn)
		for _, c := range columns {
			line += number(c, c.of(t))
		}
		p.line(line)
	}
}

// number shows what should catch the eye, and a dot for nothing.
func number(c column, n int) string {
	text := flush(fmt.Sprint(n), numberColumn)
	switch {
	case n == 0:
		return faint.Render(flush("·", numberColumn))
	case c.name == "fail":
		return bad.Bold(true).Render(text)
	case c.name == "error":
		return broken.Bold(true).Render(text)
	case c.name == "known":
		return bad.Render(text)
	case c.name == "skip":
		return warn.Render(text)
	}
	return good.Render(text)
}

// duration is a time that a person can read.
func duration(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}
