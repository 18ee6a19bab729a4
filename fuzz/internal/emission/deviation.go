package emission

import (
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A Kind says in what respect what came back differs first.
type Kind string

// The kinds of deviations.
const (
	Failed      Kind = "failed"            // there was no answer
	Refused     Kind = "refused"           // all of the list, which the format can carry
	Missing     Kind = "event missing"     // an item's event did not come
	Extra       Kind = "event too many"    // an event came that is no item's
	Data        Kind = "data"              // an event has other data
	Type        Kind = "event type"        // an event has the right data and another type
	LastEventID Kind = "last event ID"     // an event differs in its last event ID alone
	Retry       Kind = "reconnection time" // the events are the same
	Comment     Kind = "comment"           // all is the same but the comments
	Lines       Kind = "lines"             // readers get the same, and overlook what is wrong with a line
	Forgery     Kind = "forgery"           // the judge saw what is none of these
)

// A Deviation is what is wrong with what a subject made of a list.
type Deviation struct {
	Items []encoder.Item
	// Case is the list as the judge saw it.
	Case *cases.Case
	Kind Kind
	// Index is the number of the event, the reconnection time or the comment, from 0.
	Index int
	// Sentence is the judge's: what was expected, what came. Diff shows events that were
	// expected against those that came; it may be empty.
	Sentence, Diff string
	// Signature is what is coarse and stable about it: two lists with the same one most
	// likely show the same behaviour of a subject.
	Signature string
	// Expected is what a reader makes of the list by the standard, and Got what it made
	// of the subject's bytes.
	Expected, Got Reading
	// OwnIDs: the subject gives an id of its own to items without one.
	OwnIDs bool
	// Transcript is what was seen.
	Transcript *transcript.Transcript
}

// Judge judges what a subject made of a list; nil is right. A transcript that is broken
// tells nothing, and is right.
func (r Rules) Judge(list []encoder.Item, t *transcript.Transcript) *Deviation {
	c := r.Case(list)
	j := judge.Emit(c, t)
	if j.Verdict != reports.Fail {
		return nil
	}
	d := &Deviation{Items: list, Case: c, Sentence: j.Message, Diff: j.Diff, Got: Read(list, t), Transcript: t,
		OwnIDs: t.Emitted != nil && t.Emitted.OwnIDs}
	return d.Versus(Of(mutants.SoundEncoder(), list, d.OwnIDs))
}

// Versus is the deviation from another reading: from what a subject is expected to make
// of the list that is known to have faults. Whether it deviates at all, the judge says.
func (d *Deviation) Versus(expected Reading) *Deviation {
	other := *d
	other.Expected = expected
	other.Kind, other.Index = differ(other.Expected, other.Got)
	other.Signature = other.signature()
	return &other
}

// differ says in what respect two readings of a list differ first, and at which event.
func differ(expected, got Reading) (Kind, int) {
	switch {
	case got.Failed != "":
		return Failed, 0
	case got.Refused != "":
		return Refused, 0
	}
	if kind, at := differEvents(expected.Events, got.Events); kind != "" {
		return kind, at
	}
	switch {
	case expected.LastEventID != got.LastEventID:
		return LastEventID, len(expected.Events)
	case !slices.Equal(expected.Retries, got.Retries):
		return Retry, agreement(expected.Retries, got.Retries)
	case !slices.Equal(expected.Comments, got.Comments):
		return Comment, agreement(expected.Comments, got.Comments)
	case !expected.Manner(got):
		return Lines, 0
	}
	return Forgery, 0
}

func differEvents(e, g []spec.Event) (Kind, int) {
	n := agreement(e, g)
	e, g = e[n:], g[n:]
	switch {
	case len(e) == 0 && len(g) == 0:
		return "", 0
	case len(e) == 0 || len(g) > len(e):
		return Extra, n
	case len(g) < len(e):
		return Missing, n
	case e[0].Data != g[0].Data:
		return Data, n
	case e[0].Type != g[0].Type:
		return Type, n
	}
	return LastEventID, n
}

// agreement is how many values agree from the beginning.
func agreement[T comparable](a, b []T) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// ItemOf is the item whose event has this number; -1 when there is none.
func (d *Deviation) ItemOf(event int) int {
	for i, item := range d.Items {
		if item.Data == nil {
			continue
		}
		if event == 0 {
			return i
		}
		event--
	}
	return -1
}
