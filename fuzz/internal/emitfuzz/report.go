package emitfuzz

import (
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
)

// report says what is wrong: the rule, what was expected and what came, the bytes, and a
// case with the items.
func report(d *emission.Deviation, v emitblame.Verdict, sure bool) string {
	f := finding.Emit(v.Requirement, d.Lean(), d.Transcript)
	f.Campaign = "fuzz.Encoder"
	var notes []string
	if v.Fault != "" {
		notes = append(notes, "It seems that "+v.Sentence+".")
	}
	if !sure {
		notes = append(notes, "The encoder is not deterministic: the same items came to something else when they were tried again.")
	}
	f.Note = strings.Join(notes, " ")
	text := f.Text()
	if stack := strings.TrimSpace(d.Transcript.Stderr); stack != "" {
		text += "\nWhere it panicked:\n  " + strings.ReplaceAll(stack, "\n", "\n  ") + "\n"
	}
	return text
}
