package parsefuzz

import (
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// report says what is wrong: the rule, what was expected and what came, the stream, and a
// case that has it.
func (h *Harness) report(in stream.Input, got stream.Seen, v blame.Verdict, sure bool) string {
	f := finding.Stream(v.Requirement, in, got, stream.Reports{})
	if !sure {
		f.Note = "The parser is not deterministic: the same stream came to something else when it was tried again."
	}
	var b strings.Builder
	b.WriteString(f.Account())
	if v.Fault != "" {
		fmt.Fprintf(&b, "\nIt seems that %s.\n", v.Sentence)
	}
	if got.Failed != "" && h.stack != "" {
		fmt.Fprintf(&b, "\nwhere:\n  %s\n", strings.ReplaceAll(strings.TrimSpace(h.stack), "\n", "\n  "))
	}
	fmt.Fprintf(&b, "\nas a case, for a file findings/%s.yaml:\n%s", f.Name(), f.YAML())
	return b.String()
}
