package finding

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// Probe is a finding in what a server did with a request. Of the case nothing counts but
// its needs, steps and checks. In a write of a request, texts are templates, and bytes are
// what is sent. wrong says what the server did, in one sentence.
func Probe(requirement string, c *cases.Case, wrong string) Finding {
	played := cases.Case{Needs: c.Needs, Probe: slices.Clone(c.Probe), Check: c.Check}
	for i := range played.Probe {
		step := &played.Probe[i]
		step.Send = slices.Clone(step.Send)
		for j := range step.Send {
			if step.Send[j].Pieces != nil {
				step.Send[j] = legible(step.Send[j].Pieces)
			}
		}
	}
	return Finding{Requirement: requirement, played: played, said: wrong}
}

// legible is a write in as few pieces as can be read: what is text stands together with the
// templates in it, unless it looks like one.
func legible(given []cases.Item) cases.Item {
	var all []cases.Item
	add := func(piece cases.Item) {
		if n := len(all); n > 0 && piece.Text != nil && all[n-1].Text != nil && len(*all[n-1].Text)+len(*piece.Text) <= longestPiece {
			joined := *all[n-1].Text + *piece.Text
			all[n-1] = cases.Item{Text: &joined}
			return
		}
		all = append(all, piece)
	}
	for _, piece := range given {
		if piece.Text != nil {
			add(piece)
			continue
		}
		literal := itemOf(piece.Bytes)
		for _, part := range slices.Concat(literal.Pieces, single(literal)) {
			if part.Text != nil && strings.Contains(*part.Text, "{{") {
				part = cases.Item{Bytes: []byte(*part.Text)}
			}
			add(part)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return cases.Item{Pieces: all}
}

// single is the item where it has no pieces.
func single(item cases.Item) []cases.Item {
	if item.Pieces != nil {
		return nil
	}
	return []cases.Item{item}
}

// probe writes needs, steps and checks.
func (e *entry) probe(c *cases.Case) {
	e.words("needs", c.Needs)
	e.line("    probe:")
	for _, step := range c.Probe {
		if step.Send == nil {
			e.line("      - %s", onOneLine(step))
			continue
		}
		e.line("      - connect: %s", step.Opens())
		e.line("        send:")
		for _, item := range step.Send {
			if item.Pause != "" {
				e.line("          - {pause: %s}", item.Pause)
				continue
			}
			e.line("          - %s", written(item))
		}
	}
	e.line("    check:")
	for _, check := range c.Check {
		e.line("      - %s", onOneLine(check))
	}
}

// onOneLine is a step or check, in which there is no text of a subject's.
func onOneLine(v any) string {
	text, err := yaml.MarshalWithOptions(v, yaml.Flow(true))
	if err != nil {
		return reports.Line(err.Error()) // the loader will refuse it
	}
	return strings.TrimSpace(string(text))
}
