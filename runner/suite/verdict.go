package suite

import (
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// ending says how a subtest ends.
type ending int

const (
	passes ending = iota
	skips
	fails
)

// end turns a result into the end of a subtest, and what it prints.
func (b *book) end(c *cases.Case, info runner.Info, r reports.Result) (ending, string) {
	reason, listed, known := b.expected(c, info)
	switch r.Verdict {
	case reports.Pass:
		if listed {
			return fails, "the known-failing list is stale: the case passes now; take it off the list (its reason was: " + reason + ")"
		}
		return passes, r.Message
	case reports.Skip:
		text := fmt.Sprintf("%s: %s", r.SkipKind, r.SkipReason)
		if r.SkipKind == reports.SkipNotObserved && b.binds(r.Level) && !b.lenient {
			return fails, text
		}
		return skips, text
	case reports.Fail:
		switch {
		case known:
			return skips, "known failure: " + reason + "\n" + b.describe(r)
		case !b.binds(r.Level):
			return skips, fmt.Sprintf("a %s is not kept\n%s", strings.ToUpper(string(r.Level)), b.describe(r))
		}
		return fails, b.describe(r)
	}
	if b.binds(r.Level) && !b.lenient {
		return fails, "nothing is known of the subject: " + b.describe(r)
	}
	return skips, "nothing is known of the subject: " + b.describe(r)
}

// binds reports whether a broken rule of the level fails the subtest.
func (b *book) binds(l requirements.Level) bool {
	return l == requirements.Must || b.strict && l == requirements.Should
}

// linesOfWire bounds how much of a stream a failure prints.
const linesOfWire = 40

// describe tells a failure: what went wrong, the rule, the wire, the diff. All
// of it is safe to print.
func (b *book) describe(r reports.Result) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n  %s\n", reports.Text(r.Title), reports.Text(r.Message))
	for _, id := range r.Requirements {
		if q, ok := b.catalogue.Get(id); ok {
			fmt.Fprintf(&out, "rule %s (%s): %s\n  %s\n", q.ID, q.Level, q.Title, q.URL)
		}
	}
	if r.FailedVariant != "" {
		fmt.Fprintf(&out, "variant: %s\n", r.FailedVariant)
	}
	if wire := wireOf(r.Transcript); len(wire) > 0 {
		fmt.Fprintf(&out, "wire, one write a line:\n")
		for _, line := range wire {
			fmt.Fprintf(&out, "  %s\n", line)
		}
	}
	if r.Diff != "" {
		fmt.Fprintf(&out, "expected (-), got (+):\n  %s\n", strings.ReplaceAll(reports.Text(r.Diff), "\n", "\n  "))
	}
	if r.Stderr != "" {
		fmt.Fprintf(&out, "standard error:\n  %s\n", strings.ReplaceAll(reports.Text(strings.TrimRight(r.Stderr, "\n")), "\n", "\n  "))
	}
	return strings.TrimRight(out.String(), "\n")
}

// wireOf is what was sent to the subject, visible.
func wireOf(entries []reports.Entry) []string {
	var lines []string
	for _, e := range entries {
		if e.End != transcript.Runner || e.Kind != "send" {
			continue
		}
		if len(lines) == linesOfWire {
			return append(lines, "...")
		}
		lines = append(lines, clipped(reports.Visible(e.Bytes)))
	}
	return lines
}

// bytesOfLine bounds how much of one write a failure prints.
const bytesOfLine = 400

// clipped cuts a long line.
func clipped(line string) string {
	if len(line) <= bytesOfLine {
		return line
	}
	return fmt.Sprintf("%s... (%d characters)", line[:bytesOfLine], len(line))
}
