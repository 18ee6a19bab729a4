package emission

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A Reading is what a reader makes of what a subject emitted, and what is to be seen of
// the bytes. Two subjects with the same fault have the same reading of a list, whatever
// the manner of their writing.
type Reading struct {
	// Failed says how the subject ended without an answer, and Refused why it took
	// none of the list; both are empty when there is a stream.
	Failed, Refused string
	Events          []spec.Event
	LastEventID     string
	Retries         []int64
	Comments        []string
	// Findings are the kinds of what is wrong with lines, sorted, each once.
	Findings []spec.FindingKind
	// Marked: the stream begins with a byte order mark; Mixed: its lines are ended in
	// more than one way.
	Marked, Mixed bool
}

// Read makes a reading of what a subject made of a list. What may be anything in it is
// the same in all readings of the list: a value that the format cannot carry, and the
// id of an item that has none, where the subject gives it one.
func Read(list []encoder.Item, t *transcript.Transcript) Reading {
	switch {
	case t.Failed != "":
		return Reading{Failed: t.Failed}
	case t.Emitted == nil:
		return Reading{Failed: "there was no answer"}
	case t.Emitted.Rejected != nil:
		return Reading{Refused: "refused: " + *t.Emitted.Rejected}
	}
	r := decode(t.Emitted.Wire)
	if t.Emitted.JSONData {
		for i := range r.Events {
			readJSON(&r.Events[i].Data)
		}
	}
	r.free(list, t.Emitted.OwnIDs)
	return r
}

func decode(wire []byte) (r Reading) {
	d := spec.NewDecoder(bytes.NewReader(wire), spec.WithMaxLine(cases.MaxStream), spec.WithMaxEvent(4*cases.MaxStream),
		spec.WithComments(func(text []byte) { r.Comments = append(r.Comments, strings.TrimLeft(string(text), " ")) }),
		spec.WithRetries(func(ms int64) { r.Retries = append(r.Retries, ms) }),
		spec.WithFindings(func(f spec.Finding) {
			if f.Kind != spec.MisplacedBOM && !slices.Contains(r.Findings, f.Kind) { // such a mark may be the item's
				r.Findings = append(r.Findings, f.Kind)
			}
		}))
	for event, err := range d.Events() {
		if err != nil {
			break // a limit, which is far beyond what an item makes
		}
		r.Events = append(r.Events, event)
	}
	r.LastEventID = d.LastEventID()
	slices.Sort(r.Findings)
	r.Marked, r.Mixed = bytes.HasPrefix(wire, []byte("\uFEFF")), mixed(wire)
	return r
}

// readJSON reads data that is the JSON of a text; other data stays.
func readJSON(data *string) {
	var text string
	if json.Unmarshal([]byte(*data), &text) == nil {
		*data = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	}
}

// mixed says that lines are ended in more than one way.
func mixed(wire []byte) bool {
	crlf, cr, lf := bytes.Count(wire, []byte("\r\n")), bytes.Count(wire, []byte("\r")), bytes.Count(wire, []byte("\n"))
	ways := 0
	for _, n := range []int{crlf, cr - crlf, lf - crlf} {
		if n > 0 {
			ways++
		}
	}
	return ways > 1
}

// Outcome says that a reader gets the same of both: the same events, last event ID and
// reconnection times, or nothing. Words of failures and refusals do not count.
func (r Reading) Outcome(s Reading) bool {
	return (r.Failed == "") == (s.Failed == "") && (r.Refused == "") == (s.Refused == "") &&
		slices.Equal(r.Events, s.Events) && r.LastEventID == s.LastEventID && slices.Equal(r.Retries, s.Retries)
}

// Manner says that what readers take no notice of is the same, too: comments, lines
// that are none, and how lines are ended.
func (r Reading) Manner(s Reading) bool {
	return slices.Equal(r.Comments, s.Comments) && slices.Equal(r.Findings, s.Findings) && r.Marked == s.Marked && r.Mixed == s.Mixed
}

// Has says that one of these kinds is among the findings.
func (r Reading) Has(kinds ...spec.FindingKind) bool {
	return slices.ContainsFunc(r.Findings, func(k spec.FindingKind) bool { return slices.Contains(kinds, k) })
}
