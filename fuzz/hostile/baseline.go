package hostile

import (
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A baseline is what ordinary requests get while nothing odd is sent. It grows: what
// ordinary streams show later on is ordinary, too.
type baseline struct {
	status int
	// kinds are the findings of ordinary streams, types their events' types.
	kinds map[spec.FindingKind]bool
	types map[string]bool
	// ids are the first and the last id of those that were seen.
	ids []string
	// unique: no id came twice. counts: the ids end in numbers that count the events.
	unique, counts bool
	// pace is the longest time between two signs of life; 0 where there were too few.
	pace time.Duration
	// finite: the stream ended by itself.
	finite bool
}

// newBaseline is what the first ordinary stream shows.
func newBaseline(c *transcript.Conn) *baseline {
	b := &baseline{status: c.Status, kinds: map[spec.FindingKind]bool{}, types: map[string]bool{}, finite: over(c)}
	for _, f := range c.Findings {
		b.kinds[f.Kind] = true
	}
	seen := map[string]bool{}
	var ids []string
	b.unique, b.counts = true, true
	for _, e := range c.Events {
		b.types[e.Type] = true
		if e.OwnID == nil || *e.OwnID == "" {
			b.counts = false
			continue
		}
		if n := len(ids); n > 0 {
			b.counts = b.counts && follows(ids[n-1], *e.OwnID)
		}
		b.unique = b.unique && !seen[*e.OwnID]
		seen[*e.OwnID] = true
		ids = append(ids, *e.OwnID)
	}
	b.unique = b.unique && len(ids) > 0
	b.counts = b.counts && len(ids) > 2
	if len(ids) > 0 {
		b.ids = ids[:1]
	}
	if len(ids) > 1 {
		b.ids = []string{ids[0], ids[len(ids)-1]}
	}
	const few = 3
	if len(c.Chunks) >= few {
		last := c.HeadAt
		for _, chunk := range c.Chunks {
			b.pace = max(b.pace, chunk.At-last, time.Millisecond)
			last = chunk.At
		}
	}
	return b
}

// follows tells whether an id is another one counted up.
func follows(id, next string) bool {
	const digits = "0123456789"
	start := strings.TrimRight(id, digits)
	if start != strings.TrimRight(next, digits) {
		return false
	}
	return increment(id[len(start):]) == strings.TrimLeft(next[len(start):], "0")
}

// increment is a decimal number of any length plus 1, without leading zeros.
func increment(n string) string {
	digits := []byte("0" + n)
	for i := len(digits) - 1; ; i-- {
		if digits[i] != '9' {
			digits[i]++
			return strings.TrimLeft(string(digits), "0")
		}
		digits[i] = '0'
	}
}
