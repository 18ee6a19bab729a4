package judge

import (
	"fmt"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/ssecheck/ssecheck/spec"
)

// EqualEvents matches a []spec.Event that holds exactly these events, in this
// order. Its failure message is one sentence that names the first difference.
func EqualEvents(expected []spec.Event) types.GomegaMatcher {
	return &equalEvents{expected: expected}
}

type equalEvents struct{ expected []spec.Event }

// Match compares event by event.
func (m *equalEvents) Match(actual any) (bool, error) {
	got, ok := actual.([]spec.Event)
	if !ok {
		return false, fmt.Errorf("EqualEvents matches a []spec.Event, not a %T", actual)
	}
	return len(got) == len(m.expected) && agreement(m.expected, got) == len(got), nil
}

// FailureMessage names the first difference: the event, counted from 1, the
// field of it, and the byte within the field's value, counted from 0.
func (m *equalEvents) FailureMessage(actual any) string {
	got, _ := actual.([]spec.Event)
	first := agreement(m.expected, got)
	switch {
	case len(got) == 0 && len(m.expected) > 0:
		return fmt.Sprintf("expected %s, none came", count(len(m.expected)))
	case first == len(got):
		return fmt.Sprintf("expected %s, got %d: event %d is missing: %s",
			count(len(m.expected)), len(got), first+1, line(m.expected[first]))
	case first == len(m.expected):
		return fmt.Sprintf("expected %s, got %d: event %d is one too many: %s",
			count(len(m.expected)), len(got), first+1, line(got[first]))
	}
	message := fmt.Sprintf("event %d of %d: %s", first+1, len(m.expected), difference(m.expected[first], got[first]))
	if len(got) != len(m.expected) {
		message += fmt.Sprintf("; %s came in all", count(len(got)))
	}
	return message
}

// NegatedFailureMessage is for ShouldNot.
func (m *equalEvents) NegatedFailureMessage(any) string {
	return fmt.Sprintf("expected other events than these %d", len(m.expected))
}

func count(events int) string {
	if events == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", events)
}

// field is one field of an event under the name that the case format has for it.
type field struct {
	name string
	of   func(spec.Event) string
}

// fields are in the order in which they are compared: the data first, since
// where it differs the rest seldom matters.
var fields = []field{
	{"data", func(e spec.Event) string { return e.Data }},
	{"event type", func(e spec.Event) string { return e.Type }},
	{"lastEventId", func(e spec.Event) string { return e.LastEventID }},
}

// difference says in which field two events differ, and from which byte on.
func difference(expected, got spec.Event) string {
	for _, f := range fields {
		e, g := f.of(expected), f.of(got)
		if same, _ := gomega.Equal(e).Match(g); same {
			continue
		}
		at := commonPrefix(e, g)
		return fmt.Sprintf("expected %s %s, got %s (they differ from byte %d on)", f.name, around(e, at), around(g, at), at)
	}
	return "no difference"
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
