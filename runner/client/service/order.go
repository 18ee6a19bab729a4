package service

import (
	"fmt"
	"slices"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Bounds of what is kept of callbacks that came too early.
const (
	maxHeld      = 1 << 16
	maxHeldBytes = 64 << 20
)

// An order puts the callbacks of one stream in the order of their counters. It
// is as lenient as services need: counters may begin at 0, and one that came
// before is passed on at once, so that a service whose counter stands still is
// played in the order of arrival.
type order struct {
	next  uint64 // the counter that is awaited
	held  []numbered
	bytes int
}

// numbered is a callback that came before its turn.
type numbered struct {
	counter uint64
	what    transcript.Observation
	size    int
}

// put takes a callback and passes on what has its turn. The error is that too
// many are held.
func (o *order) put(n numbered, see func(transcript.Observation)) error {
	if n.counter > o.next {
		return o.hold(n)
	}
	o.pass(n, see)
	for len(o.held) > 0 && o.held[0].counter <= o.next {
		first := o.held[0]
		o.held, o.bytes = o.held[1:], o.bytes-first.size
		o.pass(first, see)
	}
	if len(o.held) == 0 {
		o.held = nil
	}
	return nil
}

func (o *order) pass(n numbered, see func(transcript.Observation)) {
	if n.counter == o.next {
		o.next++
	}
	see(n.what)
}

func (o *order) hold(n numbered) error {
	if len(o.held) >= maxHeld || o.bytes+n.size > maxHeldBytes {
		return fmt.Errorf("%s, and more than %d callbacks or %d bytes with later counters came", o.missing(), maxHeld, maxHeldBytes)
	}
	i := len(o.held)
	for i > 0 && o.held[i-1].counter > n.counter {
		i--
	}
	o.held, o.bytes = slices.Insert(o.held, i, n), o.bytes+n.size
	return nil
}

// missing names the gap. Something must be held.
func (o *order) missing() string {
	what := fmt.Sprintf("the callback with the counter %d never came", o.next)
	if o.next == 1 {
		what = "no callback with the counter 1 (or 0) came first"
	}
	return fmt.Sprintf("there is a gap in the counters of its callbacks: %s, %d later ones from %d on did", what, len(o.held), o.held[0].counter)
}
