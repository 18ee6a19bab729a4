package hostile

import (
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Finding is one fault of the server: all requests that break the same requirement by
// the same oddities are one.
type Finding struct {
	// Requirement is the one that is broken: ID, level, title and link.
	Requirement requirements.Requirement
	// Requests are the smallest that show it, one after the other: mostly one. Where
	// the server is gone for good, they are those that came last, and one of them did it.
	Requests []Request
	// What is a sentence: what was sent, what came, and what an ordinary request gets.
	What string
	// Reproduce is a command line that shows it again.
	Reproduce string
	// Number is that of the first request that showed it, from 1; Hits counts the requests
	// that did, this one included.
	Number, Hits int
	// Verified: it was seen again twice with these requests alone, and not with ordinary
	// ones in their place.
	Verified bool
	// Case plays it again, as a probe without its names: nil where no case can say it.
	Case *cases.Case
	// After is the time from the start of the run until it was complete.
	After time.Duration

	deviation deviation
}

// A Summary is what a run found.
type Summary struct {
	Target string
	Seed   uint64
	// Requests were made up, Plays were sent.
	Requests, Plays int
	Elapsed         time.Duration
	Findings        []Finding
	// Unconfirmed are deviations that did not show again, the first ones of them.
	Unconfirmed []string
	// Notes say what could not be watched, and why.
	Notes []string
	// Ended says why the run ended: [Runs], [Time], [Interrupted] or [Gone]. Gone says how
	// it is known that the server is.
	Ended, Gone string
}

// Why a run ended.
const (
	Runs        = "runs"        // all requests were played
	Time        = "time"        // there was no more
	Interrupted = "interrupted" // the context ended
	Gone        = "gone"        // the server serves nobody any more, and does not come back
)

// consequences are symptoms that another one brings with it.
var consequences = map[symptom][]symptom{
	injection: {badStream, malformed, reflection},
	crosstalk: {disturbance},
}

// brings tells whether a deviation has another one as a consequence.
func (d deviation) brings(e deviation) bool {
	garbled := d.symptom == malformed && e.symptom == malformed && e.class == "broken"
	return garbled || slices.Contains(consequences[d.symptom], e.symptom)
}

// explains tells whether a deviation that a request shows is one that is known.
func (f *Finding) explains(d deviation, r Request) bool {
	if !f.deviation.same(d) && !f.deviation.brings(d) {
		return false
	}
	keys := r.keys()
	for _, known := range f.Requests {
		if !slices.ContainsFunc(known.keys(), func(k string) bool { return !slices.Contains(keys, k) }) {
			return true
		}
	}
	return false
}

// is tells whether two findings are one.
func (f *Finding) is(g *Finding) bool {
	return f.Requirement.ID == g.Requirement.ID &&
		slices.EqualFunc(f.Requests, g.Requests, func(a, b Request) bool { return slices.Equal(a.keys(), b.keys()) })
}

// sentence puts the requests before what came of them.
func sentence(d deviation, requests []Request, verified bool) string {
	what := d.what
	if d.beside != "" {
		what += ", and " + d.beside
	}
	texts := make([]string, len(requests))
	for i, r := range requests {
		texts[i] = shorten(r.String())
		if len(r) == 0 {
			texts[i] += " (an ordinary one)"
		}
	}
	list := "request " + texts[0]
	if len(texts) > 1 {
		list = "requests " + strings.Join(texts, ", ")
	}
	switch {
	case !verified:
		return "After one of the " + list + " " + what
	case watched(d.symptom):
		return "By the " + list + " " + what
	}
	return "The " + list + " is " + what
}
