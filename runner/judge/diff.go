package judge

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/ssecheck/ssecheck/spec"
)

// Bounds of what a report shows of a value and of a diff.
const (
	valueShown = 160 // bytes of a value
	linesShown = 60  // lines of a diff
	context    = 3   // equal events around a difference
)

// DiffEvents shows two lists of events, one event a line: "- " is expected and
// missing, "+ " came instead. Every byte that is no printable character is
// escaped.
//
// It looks at a window around the first difference: a stream may have very
// many events, and a page of them is all that helps.
func DiffEvents(expected, got []spec.Event) string {
	from := max(0, agreement(expected, got)-context)
	var r lineReporter
	cmp.Equal(page(expected, from), page(got, from), cmp.Reporter(&r), cmp.Comparer(func(a, b spec.Event) bool { return a == b }))
	return r.text()
}

// page is never nil: go-cmp holds a nil slice to be another kind of value.
func page(events []spec.Event, from int) []spec.Event {
	return append([]spec.Event{}, events[from:min(len(events), from+linesShown)]...)
}

// lineReporter collects what go-cmp finds of two lists of events.
type lineReporter struct {
	path  cmp.Path
	lines []string
}

// PushStep and PopStep follow go-cmp through the values.
func (r *lineReporter) PushStep(s cmp.PathStep) { r.path = append(r.path, s) }

// PopStep leaves the step that was pushed last.
func (r *lineReporter) PopStep() { r.path = r.path[:len(r.path)-1] }

// Report notes one event that both lists hold, or that only one does.
func (r *lineReporter) Report(result cmp.Result) {
	expected, got := r.path.Last().Values()
	if result.Equal() {
		r.lines = append(r.lines, "  "+line(expected.Interface().(spec.Event)))
		return
	}
	from := 0
	if expected.IsValid() && got.IsValid() {
		e, g := expected.Interface().(spec.Event), got.Interface().(spec.Event)
		from = commonPrefix(e.Data, g.Data)
	}
	if expected.IsValid() {
		r.lines = append(r.lines, "- "+lineAt(expected.Interface().(spec.Event), from))
	}
	if got.IsValid() {
		r.lines = append(r.lines, "+ "+lineAt(got.Interface().(spec.Event), from))
	}
}

// text is the diff, without the equal events that are far from a difference.
func (r *lineReporter) text() string {
	near := make([]bool, len(r.lines))
	for i, l := range r.lines {
		if strings.HasPrefix(l, "  ") {
			continue
		}
		for k := max(0, i-context); k <= min(len(r.lines)-1, i+context); k++ {
			near[k] = true
		}
	}
	var out []string
	left := 0
	for i, l := range r.lines {
		if len(out) >= linesShown {
			out = append(out, fmt.Sprintf("  ... %d more lines", len(r.lines)-i))
			left = 0
			break
		}
		if !near[i] {
			left++
			continue
		}
		if left > 0 {
			out = append(out, equalLeft(left))
			left = 0
		}
		out = append(out, l)
	}
	if left > 0 {
		out = append(out, equalLeft(left))
	}
	return strings.Join(out, "\n")
}

func equalLeft(n int) string { return fmt.Sprintf("  ... %d equal", n) }

// line is an event on one line, every unprintable byte escaped.
func line(e spec.Event) string { return lineAt(e, 0) }

// lineAt shows long data around the byte at.
func lineAt(e spec.Event, at int) string {
	return fmt.Sprintf("event %s, data %s, lastEventId %s", around(e.Type, 0), around(e.Data, at), around(e.LastEventID, 0))
}

// around quotes a value; of a long one what is near the byte at, and its
// length. Nothing that a subject hands out reaches a terminal unescaped.
func around(value string, at int) string {
	if len(value) <= valueShown {
		return strconv.Quote(value)
	}
	from := max(0, min(at-valueShown/2, len(value)-valueShown))
	to := min(len(value), from+valueShown)
	shown := strconv.Quote(value[from:to])
	if from > 0 {
		shown = "..." + shown
	}
	if to < len(value) {
		shown += "..."
	}
	return fmt.Sprintf("%s (%d bytes)", shown, len(value))
}
