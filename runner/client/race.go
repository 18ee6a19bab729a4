package client

import (
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// races is how often a play is repeated in which it cannot be told what came
// first.
const races = 3

// underWay is how long a request may be on its way to the server on a machine
// that is busy.
const underWay = 50 * time.Millisecond

// raced tells whether the client made a request too many between the moment when
// it was asked to close and its word that it is closed: it may have made it
// before it was told. A client that goes on in spite of being closed does so
// later too, since each case leaves it time.
func raced(t *transcript.Transcript) bool {
	k := t.Client
	if k == nil || k.ClosedByCase == 0 || len(k.Requests) <= k.Connections {
		return false
	}
	confirmed := slices.IndexFunc(k.Seen, func(o transcript.Observation) bool { return o.Kind == transcript.SawClosed })
	first := k.Requests[k.Connections].At
	return first > k.ClosedByCase && confirmed >= 0 && first < k.Seen[confirmed].At+underWay
}
