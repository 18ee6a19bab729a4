package pretty

import (
	"charm.land/lipgloss/v2"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// The sixteen colours of the terminal's own theme, which its owner can read on
// its own background. No meaning rests on a colour alone.
var (
	plain  = lipgloss.NewStyle()
	bold   = plain.Bold(true)
	faint  = plain.Faint(true)
	rule   = plain.Foreground(lipgloss.Blue)
	good   = plain.Foreground(lipgloss.Green)
	bad    = plain.Foreground(lipgloss.Red)
	broken = plain.Foreground(lipgloss.Magenta)
	warn   = plain.Foreground(lipgloss.Yellow)
	link   = plain.Foreground(lipgloss.Blue)
)

// badge is the word in front of a result.
func badge(v reports.Verdict) string {
	switch v {
	case reports.Pass:
		return good.Bold(true).Render("PASS")
	case reports.Fail:
		return bad.Bold(true).Render("FAIL")
	case reports.Error:
		return broken.Bold(true).Render("ERROR")
	}
	return warn.Bold(true).Render("SKIP")
}

// weight shows a level: what counts most stands out.
func weight(l requirements.Level) string {
	if l == requirements.Must {
		return bold.Render(string(l))
	}
	return string(l)
}
