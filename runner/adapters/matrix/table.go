package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// tablesOf are the tables of the implementations that play the same cases, in the
// order in which they come.
func tablesOf(r *reports.Report) string {
	var kinds []string
	of := map[string][]reports.Subject{}
	for _, s := range r.Subjects {
		kind := kindOf(s)
		if of[kind] == nil {
			kinds = append(kinds, kind)
		}
		of[kind] = append(of[kind], s)
	}
	var tables []string
	for _, kind := range kinds {
		tables = append(tables, tableOf(&reports.Report{Subjects: of[kind]}))
	}
	return strings.Join(tables, "\n")
}

// kindOf says which cases a subject plays: the areas emit and server are for one kind
// of subject each, all others for clients and parsers.
func kindOf(s reports.Subject) string {
	if len(s.Results) > 0 {
		if area, _, _ := strings.Cut(s.Results[0].Case, "/"); area == "emit" || area == "server" {
			return area
		}
	}
	return "client"
}

// tableOf is a table in Markdown: a row a theme, a column an implementation, and
// in each cell how many cases failed of those that were judged.
func tableOf(r *reports.Report) string {
	var b strings.Builder
	b.WriteString("| theme |")
	for _, s := range r.Subjects {
		fmt.Fprintf(&b, " %s |", escaped(strings.TrimSpace(s.Name+" "+s.Version)))
	}
	b.WriteString("\n| --- |" + strings.Repeat(" ---: |", len(r.Subjects)) + "\n")
	for _, theme := range themesOf(r) {
		row(&b, theme, r, func(result reports.Result) bool { return themeOf(result.Case) == theme })
	}
	row(&b, "all", r, func(reports.Result) bool { return true })
	row(&b, "all, must", r, func(result reports.Result) bool { return result.Level == requirements.Must })
	b.WriteString("| seconds |")
	for _, s := range r.Subjects {
		fmt.Fprintf(&b, " %.1f |", seconds(s))
	}
	b.WriteString("\n")
	return b.String()
}

func row(b *strings.Builder, name string, r *reports.Report, of func(reports.Result) bool) {
	fmt.Fprintf(b, "| %s |", name)
	for _, s := range r.Subjects {
		b.WriteString(" " + cell(s, of) + " |")
	}
	b.WriteString("\n")
}

// cell is "12" where twelve cases passed, "3 of 12" where three of twelve failed,
// and a dot where none was judged.
func cell(s reports.Subject, of func(reports.Result) bool) string {
	judged, failed := 0, 0
	for _, result := range s.Results {
		switch {
		case !of(result) || result.Level == requirements.Info:
		case result.Verdict == reports.Fail:
			failed++
			judged++
		case result.Verdict == reports.Pass:
			judged++
		}
	}
	switch {
	case judged == 0:
		return "·"
	case failed == 0:
		return fmt.Sprint(judged)
	}
	return fmt.Sprintf("**%d** of %d", failed, judged)
}

// seconds is from the beginning of the subject's plays to their end, as far as
// the results tell.
func seconds(s reports.Subject) float64 { return float64(s.DurationMS) / 1000 }

// themeOf is the area of a case, and of what is for one kind of subject the suite.
func themeOf(name string) string {
	parts := strings.Split(name, "/")
	if slices.Contains([]string{"client", "emit", "server"}, parts[0]) && len(parts) > 2 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

func themesOf(r *reports.Report) []string {
	var all []string
	for _, s := range r.Subjects {
		for _, result := range s.Results {
			if theme := themeOf(result.Case); !slices.Contains(all, theme) {
				all = append(all, theme)
			}
		}
	}
	slices.Sort(all)
	return all
}

func escaped(text string) string { return strings.ReplaceAll(reports.Line(text), "|", `\|`) }
