package goserver

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// Period is the time between two events of the live stream.
const Period = 100 * time.Millisecond

// first is the id of the first tick. For as long as a test takes all ids have six
// digits, so that their order as texts, which some repositories go by, is that of
// the numbers.
const first = 100001

// A Tick is an event of the live stream. Event is "" for most of them.
type Tick struct{ ID, Event, Data string }

// A Clock makes the ticks: the same for all who ask at the same time.
type Clock struct{ start time.Time }

// Ticks are those to come, each at its time, until ctx is done. One that is late
// comes at once.
func (c Clock) Ticks(ctx context.Context) iter.Seq[Tick] {
	return func(yield func(Tick) bool) {
		timer := time.NewTimer(0)
		defer timer.Stop()
		for n := int(time.Since(c.start)/Period) + 1; ; n++ {
			timer.Reset(time.Until(c.start.Add(time.Duration(n) * Period)))
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
			if !yield(tick(n)) {
				return
			}
		}
	}
}

// tick is the n-th: of two lines, and each third with a type.
func tick(n int) Tick {
	t := Tick{ID: strconv.Itoa(first + n), Data: fmt.Sprintf("tick %d\nof a steady stream", n)}
	if n%3 == 0 {
		t.Event = "tick"
	}
	return t
}
