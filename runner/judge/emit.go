package judge

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// Emit judges what an encoder or a scripted server made of its items: what a reader
// makes of the bytes against the items, then the bytes themselves, then how they
// arrived.
func Emit(c *cases.Case, t *transcript.Transcript) Judgement {
	switch {
	case t.Broken != "":
		return Judgement{Verdict: reports.Error, Message: t.Broken}
	case t.Failed != "":
		return Judgement{Verdict: reports.Fail, Message: t.Failed}
	case t.Emitted == nil:
		return Judgement{Verdict: reports.Error, Message: "the transcript holds no answer of the subject"}
	}
	e := t.Emitted
	if e.Control {
		j := emit(c.Control(), e)
		if j.Verdict == reports.Fail {
			j.Message = "the control, without what may be refused, must come back: " + j.Message
		}
		return j
	}
	return emit(c, e)
}

func emit(c *cases.Case, e *transcript.Emitted) Judgement {
	if e.Rejected != nil {
		return rejected(c, *e.Rejected)
	}
	r := read(e)
	for _, check := range []func(*cases.Case, *reading) string{forged, strayLines, returned, comments, retries, wireChecks} {
		if wrong := check(c, r); wrong != "" {
			return r.failure(wrong)
		}
	}
	if j := delivery(c, e); j.Verdict != reports.Pass {
		return j
	}
	return Judgement{Verdict: reports.Pass, Message: r.note}
}

// rejected judges a subject that refused the items.
func rejected(c *cases.Case, word string) Judgement {
	if !slices.Contains(c.Ways(), cases.Rejected) {
		return Judgement{Verdict: reports.Fail, Message: fmt.Sprintf(
			"the items were refused, and the format can carry them; the subject's own word: %s", around(word, 0))}
	}
	return Judgement{Verdict: reports.Pass, Message: "refused: " + around(word, 0)}
}

// A reading is what a reader makes of what was emitted.
type reading struct {
	emitted  *transcript.Emitted
	events   []spec.Event
	comments []string
	retries  []int64
	findings []spec.Finding
	wire     []byte // the start of it, for what looks at bytes
	whole    bool   // wire is all of it
	note     string // what a pass is worth telling
	diff     string
}

func (r *reading) failure(wrong string) Judgement {
	return Judgement{Verdict: reports.Fail, Message: wrong, Diff: r.diff}
}

// read decodes what an encoder wrote, or takes over what the visit to a server has
// decoded already.
func read(e *transcript.Emitted) *reading {
	if c := e.Conn; c != nil {
		r := &reading{emitted: e, comments: c.Comments, retries: c.Retries, findings: c.Findings, wire: c.Body,
			whole: int64(len(c.Body)) == c.BodyBytes}
		for _, event := range c.Events {
			r.events = append(r.events, event.Event)
		}
		if coding := c.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
			r.wire = nil // the body is not the stream
		}
		return r
	}
	r := &reading{emitted: e, wire: e.Wire, whole: true}
	d := spec.NewDecoder(bytes.NewReader(e.Wire), spec.WithMaxLine(cases.MaxStream), spec.WithMaxEvent(4*cases.MaxStream),
		spec.WithComments(func(text []byte) { r.comments = append(r.comments, string(text)) }),
		spec.WithRetries(func(ms int64) { r.retries = append(r.retries, ms) }),
		spec.WithFindings(func(f spec.Finding) { r.findings = append(r.findings, f) }))
	for event, err := range d.Events() {
		if err != nil {
			break // a limit, which an encoder that makes so much of so little has met
		}
		r.events = append(r.events, event)
	}
	return r
}

// forged looks for what must never be seen.
func forged(c *cases.Case, r *reading) string {
	for _, f := range c.Never {
		switch {
		case f.Retry != nil:
			if slices.Contains(r.retries, *f.Retry) {
				return fmt.Sprintf("a value forged a field: readers take a reconnection time of %d ms from it", *f.Retry)
			}
		case f.Comment != nil:
			if slices.ContainsFunc(r.comments, func(text string) bool { return strings.TrimPrefix(text, " ") == *f.Comment }) {
				return fmt.Sprintf("a value forged the comment %s", around(*f.Comment, 0))
			}
		default:
			for i, event := range r.events {
				if isForged(f, event) {
					return fmt.Sprintf("a value forged structure: event %d of %d is %s", i+1, len(r.events), line(event))
				}
			}
		}
	}
	return ""
}

func isForged(f cases.Forged, e spec.Event) bool {
	same := func(want *string, got string) bool { return want == nil || *want == got }
	return same(f.Event, e.Type) && same(f.Data, e.Data) && same(f.LastEventID, e.LastEventID)
}

// strayLines looks, where a value holds line breaks, for lines that are no field, or
// one that the item has already: readers ignore them or take the last one, and it is by
// luck that what stood there had no colon or came first. A break at the end of an event
// type shows by the block that it ends, which has no data then.
func strayLines(c *cases.Case, r *reading) string {
	if !breaks(c) {
		return ""
	}
	for _, f := range r.findings {
		switch {
		case f.Kind == spec.UnknownField || f.Kind == spec.NoColon:
			return fmt.Sprintf("a line break in a value begins a line of its own: line %d, at byte %d, is %s, which is no field of the item",
				f.Line, f.Offset, around(f.Text, 0))
		case f.Kind == spec.RepeatedField:
			return fmt.Sprintf("a line break in a value begins a field of its own: line %d, at byte %d, is the second %s of one block, and an item has one at most",
				f.Line, f.Offset, f.Text)
		case f.Kind == spec.EventWithoutData && !typesAlone(c):
			return fmt.Sprintf("a line break in a value ends the block: line %d, at byte %d, is the event type %s of a block without data, and every item with a type has data",
				f.Line, f.Offset, around(f.Text, 0))
		}
	}
	return ""
}

// typesAlone says that an item has an event type and no data.
func typesAlone(c *cases.Case) bool {
	return slices.ContainsFunc(c.Emit, func(i cases.EmitItem) bool { return i.Event != nil && i.Data == nil })
}

// breaks says that a value holds a line break.
func breaks(c *cases.Case) bool {
	return slices.ContainsFunc(c.Emit, func(i cases.EmitItem) bool {
		for _, text := range []*string{i.Comment, i.Event, i.ID, i.Data} {
			if text != nil && strings.ContainsAny(*text, "\r\n") {
				return true
			}
		}
		return strings.Contains(string(i.Retry), `\u000`)
	})
}
