package emitfuzz

import (
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/reports"
)

// report says what is wrong: the rule, what was expected and what came, the items, the
// bytes, and a case that has it.
func (h *Harness) report(d *emission.Deviation, v emitblame.Verdict, sure bool) string {
	var b strings.Builder
	if r, ok := h.catalogue.Get(v.Requirement); ok {
		fmt.Fprintf(&b, "%s (%s): %s\n  %s\n", r.ID, r.Level, r.Title, r.URL)
	}
	if v.Fault != "" {
		fmt.Fprintf(&b, "It seems that %s.\n", v.Sentence)
	}
	if !sure {
		b.WriteString("The encoder is not deterministic: the same items came to something else when they were tried again.\n")
	}
	fmt.Fprintf(&b, "\n%s\n", d.Sentence)
	if d.Diff != "" {
		fmt.Fprintf(&b, "\nexpected (-) and got (+):\n%s\n", indented(strings.Split(d.Diff, "\n")))
	}
	var lines []string
	for _, item := range d.Items {
		lines = append(lines, emission.Line(item))
	}
	fmt.Fprintf(&b, "\nthe items:\n%s\n%s", indented(lines), answered(d))
	fmt.Fprintf(&b, "\nas a case, for a file findings/found.yaml:\n%s", h.document(d, v.Requirement))
	return b.String()
}

// answered shows what the encoder made of the items.
func answered(d *emission.Deviation) string {
	switch {
	case d.Stderr != "":
		return "\nwhere:\n" + indented(strings.Split(strings.TrimSpace(d.Stderr), "\n")) + "\n"
	case d.Kind == emission.Failed, d.Kind == emission.Refused:
		return ""
	}
	return "\nthe bytes:\n" + indented(reports.Wire(d.Wire)) + "\n"
}

// document is the case file.
func (h *Harness) document(d *emission.Deviation, requirement string) string {
	c := d.Lean()
	r, _ := h.catalogue.Get(requirement)
	parts := strings.Split(requirement, ".")
	c.ID = strings.Join(parts[max(0, len(parts)-2):], "-")
	c.Title, c.Requirements = r.Title, []string{requirement}
	return "suite: found\ntitle: Found by fuzzing\ncases:\n" + emission.YAML(c)
}

func indented(lines []string) string { return "  " + strings.Join(lines, "\n  ") }
