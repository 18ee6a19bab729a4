package judge

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

// comments holds the comments that came against those of the items, line by line, with
// or without the space that most encoders put behind the colon. A server may send more
// of its own.
func comments(c *cases.Case, r *reading) string {
	got := r.comments
	for i := range c.Emit {
		item := &c.Emit[i]
		if item.Comment == nil {
			continue
		}
		if _, ok := (&cases.EmitItem{Comment: item.Comment}).Carriable(); !ok {
			continue
		}
		rest, missing := commentLines(*item.Comment, got)
		if missing == nil {
			got = rest
			continue
		}
		// The whole comment on one line, with its breaks made harmless, is right too.
		if at := slices.IndexFunc(got, func(text string) bool { return sameWords(*item.Comment, text) }); at >= 0 {
			r.note = "the comment arrived on one line, as " + around(got[at], 0)
			got = got[at+1:]
			continue
		}
		if mayLose(c, item, got) {
			continue
		}
		return fmt.Sprintf("the comment of item %d did not come back: no comment line %s", i+1, around(*missing, 0))
	}
	return ""
}

// mayLose says that the item may be left out, and that it is, or that its comment may
// be cut.
func mayLose(c *cases.Case, item *cases.EmitItem, got []string) bool {
	if !c.MayRefuse(item) {
		return false
	}
	first, _, _ := strings.Cut(normalised(*item.Comment), "\n")
	return slices.Contains(c.Ways(), cases.Neutralised) ||
		!slices.ContainsFunc(got, func(text string) bool { return sameComment(first, text) })
}

// commentLines finds the lines of a comment among those that came, in order.
func commentLines(comment string, got []string) (rest []string, missing *string) {
	for _, want := range strings.Split(normalised(comment), "\n") {
		at := slices.IndexFunc(got, func(text string) bool { return sameComment(want, text) })
		if at < 0 {
			return nil, &want
		}
		got = got[at+1:]
	}
	return got, nil
}

// sameComment says that text is the comment as it came: readers take one space from
// behind the colon, which may be the encoder's or the comment's own.
func sameComment(want, text string) bool {
	return text == want || text == strings.TrimPrefix(want, " ")
}

// sameWords says that a comment arrived with its line breaks replaced.
func sameWords(comment, text string) bool {
	at := 0
	for _, part := range strings.Split(normalised(comment), "\n") {
		i := strings.Index(text[at:], part)
		if i < 0 {
			return false
		}
		at += i + len(part)
	}
	return strings.ContainsAny(comment, "\r\n")
}

// retries holds the reconnection times that came against those of the items: all of
// them, in order. A server may set one of its own before.
func retries(c *cases.Case, r *reading) string {
	got := r.retries
	for i := range c.Emit {
		item, ok := c.Emit[i].Carriable()
		if !ok || item.Retry == nil {
			continue
		}
		at := slices.Index(got, *item.Retry)
		if at < 0 && c.MayRefuse(&c.Emit[i]) {
			continue
		}
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
