package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/ssecheck/ssecheck/fuzz/campaign"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/pretty"
)

// A fuzzPage tells of a campaign while it goes on: findings on standard output, as they
// come; on standard error how far it is, where that is a terminal as a line that is
// drawn again and again, elsewhere as a line a minute.
type fuzzPage struct {
	out, progress io.Writer
	quiet         bool
	columns       int                         // of the terminal; 0 is none
	line          func(campaign.Stats) string // how far it is
	now           func() time.Time
	told          time.Time
	drawn         bool
}

const (
	redrawnFuzz = 100 * time.Millisecond
	aLine       = time.Minute
)

var (
	found   = lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true)
	nothing = lipgloss.NewStyle().Foreground(lipgloss.Green).Bold(true)
	dim     = lipgloss.NewStyle().Faint(true)
)

// newFuzzPage makes the page of the flags; one without standard output writes nothing
// there.
func (a *app) newFuzzPage(f *fuzzFlags, stdoutTaken bool) *fuzzPage {
	o := a.page(&runFlags{quiet: f.quiet, noColour: f.noColour})
	p := &fuzzPage{out: &colorprofile.Writer{Forward: a.stdout, Profile: o.Profile}, progress: a.stderr, quiet: f.quiet, line: statsLine, now: time.Now}
	if f.target != "" {
		p.line = serverLine
	}
	if stdoutTaken {
		p.out = io.Discard
	}
	if columns, ok := a.terminal(a.stderr); ok && !a.isSet("CI") {
		if p.columns = columns; columns <= 0 {
			p.columns = pretty.DefaultWidth
		}
	}
	p.told = p.now()
	return p
}

// begin names the seed before anything else can go wrong.
func (p *fuzzPage) begin(seed uint64) {
	if !p.quiet {
		fmt.Fprintln(p.out, dim.Render(fmt.Sprintf("seed %d", seed)))
	}
}

// finding shows a finding.
func (p *fuzzPage) finding(f *campaign.Finding) {
	if p.quiet {
		return
	}
	p.erase()
	fmt.Fprintf(p.out, "\n%s  %s\n\n", found.Render("FOUND"), indentedText(f.Text))
	if f.Fault != "" {
		fmt.Fprintf(p.out, "  It seems that %s.\n", f.Sentence)
	}
	if f.File != "" {
		fmt.Fprintf(p.out, "  case   %s\n", reports.Line(f.File))
	}
	if f.Reproduce != "" {
		fmt.Fprintf(p.out, "  again  %s\n", reports.Line(f.Reproduce))
	}
}

// indentedText puts a gutter before all lines but the first.
func indentedText(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ")
}

// stats shows how far the campaign is.
func (p *fuzzPage) stats(s campaign.Stats) {
	now := p.now()
	switch {
	case p.quiet:
	case p.columns > 0 && now.Sub(p.told) >= redrawnFuzz:
		_, _ = io.WriteString(p.progress, "\r\x1b[K"+ansi.Truncate(p.line(s), p.columns-1, "…"))
		p.told, p.drawn = now, true
	case p.columns == 0 && now.Sub(p.told) >= aLine:
		fmt.Fprintln(p.progress, p.line(s))
		p.told = now
	}
}

func statsLine(s campaign.Stats) string {
	line := fmt.Sprintf("%s  %s  %.0f/s  kept %d", s.Elapsed.Round(time.Second), reports.Number(s.Runs, "run"), perSecond(s), s.Kept)
	if s.AllStates > 0 {
		line += fmt.Sprintf("  states %d/%d", s.States, s.AllStates)
	}
	return line + fmt.Sprintf("  transitions %d  deviations %d  findings %d", s.Transitions, s.Deviations, s.Findings)
}

// serverLine has no word of what a server is made of: nothing can be known of it.
func serverLine(s campaign.Stats) string {
	return fmt.Sprintf("%s  %s  %.1f/s  findings %d",
		s.Elapsed.Round(time.Second), reports.Number(s.Runs, "request"), perSecond(s), s.Findings)
}

func perSecond(s campaign.Stats) float64 {
	if s.Elapsed <= 0 {
		return 0
	}
	return float64(s.Runs) / s.Elapsed.Seconds()
}

// erase takes the line of progress away.
func (p *fuzzPage) erase() {
	if p.drawn {
		_, _ = io.WriteString(p.progress, "\r\x1b[K")
		p.drawn = false
	}
}

func (p *fuzzPage) end() { p.erase() }

// summary ends the page: what was found, and how much was done.
func (p *fuzzPage) summary(s *campaign.Summary) {
	if !p.quiet {
		fmt.Fprintln(p.out)
	}
	for _, f := range s.Findings {
		word := found.Render("FOUND")
		if f.Known {
			word = dim.Render("known")
		}
		fmt.Fprintf(p.out, "%s  %-6s  %s  %s\n", word, f.Requirement.Level, reports.Line(cmp.Or(f.Case, f.Requirement.ID)),
			dim.Render(reports.Number(f.Hits, "hit")))
	}
	words, style := "NOTHING FOUND", nothing
	switch news := s.Stats.Findings - s.Stats.Known; {
	case news > 0:
		words, style = reports.Number(news, "finding"), found
	case s.Stats.Known > 0:
		words = "NOTHING NEW FOUND"
	}
	if s.Ended == campaign.Interrupted {
		words += ", interrupted"
	}
	name := reports.Line(strings.TrimSpace(s.Subject.Name + " " + s.Subject.Version))
	fmt.Fprintf(p.out, "%s  %s  %s\n", style.Render(words), name, dim.Render(fmt.Sprintf("seed %d", s.Seed)))
	fmt.Fprintln(p.out, dim.Render(p.line(s.Stats)))
	for _, note := range s.Notes {
		fmt.Fprintln(p.out, reports.Line("note: "+note))
	}
}
