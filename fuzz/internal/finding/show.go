package finding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// Text shows the finding to people in the log of a test: its account, and the case.
func (f Finding) Text() string {
	return f.Account() + reports.Text("\n"+f.Name()+".yaml\n"+string(f.YAML()))
}

// Account shows the finding to people: the rule, what was expected and what came, and the
// bytes with their escapes.
func (f Finding) Account() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintln(&b, reports.Line(fmt.Sprintf(format, args...))) }
	rule := f.rule()
	if rule.Level == "" {
		say("%s", rule.ID)
	} else {
		say("%s (%s, %s)", rule.ID, rule.Level, rule.Side)
	}
	say("  %s", rule.Title)
	if rule.URL != "" {
		say("  %s", rule.URL)
	}
	say("")
	say("%s%s", f.subject(), f.wrong())
	for _, line := range f.diff() {
		say("  %s", line)
	}
	for line := range strings.Lines(f.Note) {
		say("%s", strings.TrimRight(line, "\n"))
	}
	f.bytes(say)
	return reports.Text(b.String())
}

// requests are what a server is sent, templates standing for what the run says.
func (f Finding) requests() (all [][]byte) {
	for _, step := range f.played.Probe {
		for i := range step.Send {
			if step.Send[i].Writes() {
				all = append(all, step.Send[i].Append(nil))
			}
		}
	}
	return all
}

// bytes shows the stream that was read, or that was emitted, or the request.
func (f Finding) bytes(say func(string, ...any)) {
	var chunks [][]byte
	title := "Stream"
	switch {
	case f.played.Kind() == cases.KindProbe:
		title, chunks = "Request", f.requests()
	case f.played.Kind() != cases.KindEmit:
		for i := range f.played.Stream {
			chunks = append(chunks, f.played.Stream[i].Append(nil))
		}
	case f.seen != nil && f.seen.Emitted != nil && f.seen.Emitted.Rejected == nil:
		title, chunks = "What was emitted", [][]byte{f.seen.Emitted.Wire}
	default:
		return
	}
	say("")
	size := reports.Number(len(slices.Concat(chunks...)), "byte")
	if len(chunks) > 1 {
		size += " in " + reports.Number(len(chunks), "chunk")
	}
	say("%s (%s)", title, size)
	for i, chunk := range chunks {
		head := fmt.Sprintf("%3d", i+1)
		for _, line := range reports.Wire(chunk) {
			say("  %s  %s", head, line)
			head = "   "
		}
	}
}
