package blame

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/spec"
)

// A Kind says in what respect two readings of a stream differ first.
type Kind string

const (
	Failed      Kind = "failed"            // one of them failed
	Missing     Kind = "event missing"     // an event did not come
	Extra       Kind = "event too many"    // an event came that is none
	Order       Kind = "order"             // the same events came, in another order
	Data        Kind = "data"              // an event has other data
	Type        Kind = "event type"        // an event has the right data and another type
	LastEventID Kind = "last event ID"     // an event differs in its last event ID alone
	Retry       Kind = "reconnection time" // the events are the same
)

// A Deviation is the first difference between what was expected of an input and what was
// seen.
type Deviation struct {
	Kind Kind
	// Index is the number of the event, or of the reconnection time, from 0.
	Index         int
	expected, got stream.Seen
}

// Compare finds the first difference in what r says is told; ok is false when there is
// none. Two readers that failed do not differ.
func Compare(expected, got stream.Seen, r stream.Reports) (d Deviation, ok bool) {
	if agree(expected, got, r) {
		return Deviation{}, false
	}
	d = Deviation{expected: expected, got: got}
	d.Kind, d.Index = difference(expected, got)
	return d, true
}

// agree is Same, but that a reader which failed agrees with one that failed, too.
func agree(a, b stream.Seen, r stream.Reports) bool {
	return a.Failed != "" && b.Failed != "" || a.Same(b, r)
}

func difference(expected, got stream.Seen) (Kind, int) {
	if expected.Failed != "" || got.Failed != "" {
		return Failed, 0
	}
	e, g := expected.Events, got.Events
	n := agreement(e, g)
	if n < len(e) && sameEvents(e, g) {
		return Order, n
	}
	e, g = e[n:], g[n:]
	switch {
	case len(e) == 0 && len(g) == 0:
		return Retry, 0
	case len(e) == 0 || len(g) > len(e) && e[0] == g[1]:
		return Extra, n
	case len(g) == 0 || len(e) > len(g) && e[1] == g[0]:
		return Missing, n
	case e[0].Data != g[0].Data:
		return Data, n
	case e[0].Type != g[0].Type:
		return Type, n
	}
	return LastEventID, n
}

// sameEvents says that the events are the same, in whatever order.
func sameEvents(a, b []spec.Event) bool {
	if len(a) != len(b) {
		return false
	}
	times := map[spec.Event]int{}
	for i := range a {
		times[a[i]]++
		times[b[i]]--
	}
	for _, n := range times {
		if n != 0 {
			return false
		}
	}
	return true
}

// agreement is how many values agree from the beginning.
func agreement[T comparable](a, b []T) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// texts are the data, types or last event IDs that differ, if the deviation is in these.
func (d Deviation) texts() (expected, got string, ok bool) {
	if d.Kind != Data && d.Kind != Type && d.Kind != LastEventID {
		return "", "", false
	}
	e, g := d.expected.Events[d.Index], d.got.Events[d.Index]
	switch d.Kind {
	case Data:
		return e.Data, g.Data, true
	case Type:
		return e.Type, g.Type, true
	}
	return e.LastEventID, g.LastEventID, true
}

// Sentence says what was expected and what came, and where. Nothing that a subject hands
// out stands in it unescaped.
func (d Deviation) Sentence() string {
	switch d.Kind {
	case Failed:
		return fmt.Sprintf("expected %s, the parser failed: %q", count(len(d.expected.Events)), clipped(d.got.Failed, 200))
	case Retry:
		return fmt.Sprintf("the last reconnection time: expected %s, got %s", retryOf(d.expected), retryOf(d.got))
	}
	return judge.EqualEvents(d.expected.Events).FailureMessage(d.got.Events)
}

// Diff shows what was expected ("- ") and what came ("+ "), line by line; empty where the
// sentence says it all.
func (d Deviation) Diff() string {
	switch d.Kind {
	case Failed:
		return ""
	case Retry:
		return fmt.Sprintf("- reconnection times %d\n+ reconnection times %d", page(d.expected.Retries), page(d.got.Retries))
	}
	return judge.DiffEvents(d.expected.Events, d.got.Events)
}

func count(events int) string {
	if events == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", events)
}

func retryOf(s stream.Seen) string {
	if len(s.Retries) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d ms", s.LastRetry())
}

func page(retries []int64) []int64 {
	const shown = 20
	return slices.Clone(retries[:min(len(retries), shown)])
}

func clipped(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
