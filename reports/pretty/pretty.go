// Package pretty writes a report for a person at a terminal, and shows a run's
// progress while it goes on.
//
// It judges nothing and counts no compliance: it shows what the report says.
// Whatever a subject said is made visible and harmless first, and stands behind
// words or a gutter of ours, so that no line of the output begins with it.
package pretty

import (
	"fmt"
	"io"

	"github.com/charmbracelet/colorprofile"

	"github.com/ssecheck/ssecheck/reports"
)

// DefaultWidth is the width in columns where no terminal says otherwise.
const DefaultWidth = 80

// Options say how a report is written; the zero value is right for a file.
type Options struct {
	// Width is the number of columns; 0 is [DefaultWidth]. Links and commands
	// are never cut, so that they can be followed and copied.
	Width int
	// Profile is what the terminal can show; the zero value is plain text.
	// colorprofile.Detect finds it.
	Profile colorprofile.Profile
	// Verbose also lists what passed and shows known failures in full.
	Verbose bool
	// Quiet writes the verdict alone.
	Quiet bool
}

// Write writes the report.
func Write(w io.Writer, r *reports.Report, o Options) error {
	p := newPage(o)
	catalogue := map[string]reports.RequirementStatus{}
	for _, requirement := range r.Requirements {
		catalogue[requirement.ID] = requirement
	}
	if !o.Quiet {
		p.head(r)
		for _, subject := range r.Subjects {
			p.subject(subject, catalogue)
		}
	}
	p.verdict(r)
	colours := colorprofile.Writer{Forward: w, Profile: o.Profile}
	if _, err := colours.WriteString(p.text.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// head says which ssecheck played which cases.
func (p *page) head(r *reports.Report) {
	p.line(bold.Render(reports.Line(r.Tool.Name)+" "+reports.Line(r.Tool.Version)) +
		faint.Render("  corpus "+shorten(reports.Line(r.Tool.Corpus), 24)))
}

// subject is one subject's part of the report.
func (p *page) subject(s reports.Subject, catalogue map[string]reports.RequirementStatus) {
	p.blank()
	p.exact(rule.Render("──")+" "+string(s.Role)+"  ", "   ", bold.Render(fullName(s))+profile(s))
	if s.Address != "" {
		p.exact("   ", "   ", reports.Line(s.Address))
	}
	p.problem(s.Problem)
	g := group(s.Results)
	if p.options.Verbose {
		p.passes(g.passes)
	}
	for _, result := range g.failures {
		p.failure(result, catalogue)
	}
	p.errors(g.errors, catalogue)
	p.known(g.known, catalogue)
	p.stale(g.stale)
	p.notes(g.notes)
	p.skips(g.skips, len(s.Results))
	p.summary(s)
}

// profile says by which profile a client is judged.
func profile(s reports.Subject) string {
	if s.Profile == "" {
		return ""
	}
	return faint.Render("  (judged as a " + reports.Line(s.Profile) + ")")
}

// problem is what went wrong and can be held against no case.
func (p *page) problem(text string) {
	if text == "" {
		return
	}
	p.blank()
	p.wrapped(badge(reports.Error)+"  ", indent, reports.Line(text))
}

// fullName is a subject's name and version.
func fullName(s reports.Subject) string {
	name := reports.Line(s.Name)
	if name == "" {
		name = "the " + string(s.Role)
	}
	if s.Version != "" {
		name += " " + reports.Line(s.Version)
	}
	return name
}
