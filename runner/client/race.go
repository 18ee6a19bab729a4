package client

import (
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// races is how often a play is repeated in which it cannot be told what came
// first.
const races = 3

// underWay is how long a request may be on its way to the server on a machine
// that is busy.
const underWay = 50 * time.Millisecond

// raced tells whether the client made a request too many before the case had closed
// it: it may have come to that before its own word did, for which the case closes it.
// Then the play is repeated. A client that goes on in spite of being closed does so
// later too, since each case leaves it time.
func raced(t *transcript.Transcript) bool {
	k := t.Client
	if k == nil || len(k.Requests) <= k.Connections {
		return false
	}
	return k.Overtaken || k.ClosedByCase > 0 && tooMany(k) < confirmed(k)+underWay
}

// unsure tells whether that was between the moment when it was asked to close and its
// word that it is closed, so that nobody can know what came first.
func unsure(t *transcript.Transcript) bool {
	return raced(t) && !t.Client.Overtaken && tooMany(t.Client) > t.Client.ClosedByCase
}

// tooMany is when the first request came for which the case has no connection.
func tooMany(k *transcript.Client) time.Duration { return k.Requests[k.Connections].At }

// confirmed is when the client said that it is closed; long ago where it never did.
func confirmed(k *transcript.Client) time.Duration {
	for _, o := range k.Seen {
		if o.Kind == transcript.SawClosed {
			return o.At
		}
	}
	return -underWay
}
