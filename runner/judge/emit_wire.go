package judge

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

// retries holds the reconnection times that came against those of the items: all of
// them, in order. A server may set one of its own before.
func retries(c *cases.Case, r *reading) string {
	got := r.retries
	for i := range c.Emit {
		item, ok := c.Emit[i].Carriable()
		if !ok || item.Retry == nil || c.MayRefuse(&c.Emit[i]) { // one that came in spite of that is no other's
			continue
		}
		at := slices.Index(got, *item.Retry)
		if at < 0 {
			return fmt.Sprintf("the reconnection time of item %d did not come back: expected %d ms, readers see %v", i+1, *item.Retry, r.retries)
		}
		got = got[at+1:]
	}
	return ""
}

// wireChecks looks at the bytes.
func wireChecks(c *cases.Case, r *reading) string {
	for _, name := range c.Wire {
		if wrong := wireCheck(name, r); wrong != "" {
			return wrong
		}
	}
	return ""
}

func wireCheck(name string, r *reading) string {
	switch name {
	case cases.EndsWithBlankLine:
		if r.whole && len(r.wire) > 0 && !endsBlank(r.wire) {
			return fmt.Sprintf("the last block is not ended by a blank line: the bytes end with %s", around(string(tail(r.wire)), 0))
		}
		return found(r, "the last block is cut off", spec.CutOffBlock)
	case cases.NoBOM:
		if bytes.HasPrefix(r.wire, []byte("\uFEFF")) {
			return "the stream begins with a byte order mark (ef bb bf)"
		}
	case cases.WellFormed:
		return found(r, "the bytes are not well-formed UTF-8", spec.IllFormedUTF8)
	case cases.LineEndingsConsistent:
		return mixed(r.wire)
	case cases.Grammar:
		return found(r, "a line is none that readers take", spec.UnknownField, spec.NoColon, spec.FieldNameCase, spec.FieldNameBlanks,
			spec.NULInID, spec.BadRetry, spec.EmptyRetry, spec.IllFormedUTF8, spec.CutOffBlock)
	}
	return ""
}

func found(r *reading, what string, kinds ...spec.FindingKind) string {
	for _, f := range r.findings {
		if slices.Contains(kinds, f.Kind) {
			return fmt.Sprintf("%s: line %d, at byte %d: %s (%s)", what, f.Line, f.Offset, around(f.Text, 0), f.Kind)
		}
	}
	return ""
}

func endsBlank(wire []byte) bool {
	text := strings.ReplaceAll(string(tail(wire)), "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	return strings.HasSuffix(text, "\n\n")
}

func tail(wire []byte) []byte { return wire[max(0, len(wire)-16):] }

// mixed names the first line that is not ended as the first one is.
func mixed(wire []byte) string {
	first := ""
	for i := 0; i < len(wire); i++ {
		end := ""
		switch {
		case wire[i] == '\r' && i+1 < len(wire) && wire[i+1] == '\n':
			end = "\r\n"
		case wire[i] == '\r' || wire[i] == '\n':
			end = string(wire[i])
		default:
			continue
		}
		if first == "" {
			first = end
		}
		if end != first {
			return fmt.Sprintf("lines are ended in two ways: by %q, and at byte %d by %q", first, i, end)
		}
		i += len(end) - 1
	}
	return ""
}
