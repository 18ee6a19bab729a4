package adapter

import (
	"slices"
	"sync"
)

// An incident is the end of a worker before its time.
type incident struct {
	what   string // one sentence, without its full stop
	hang   bool
	memory bool // it had taken too much
	stderr string
	// suspects are the streams that the worker had, in the order of the plays.
	// Each is played again alone.
	suspects []*exchange
	// left counts the suspects that are not through with that.
	left int
	// explained: one of them did it again, or was given up on the way, so that
	// its case is not green either.
	explained bool
}

// turns let the suspects of incidents play alone, one after the other, the one
// that was played first before the others: so the smallest variant of a case
// comes first, and when it fails the larger ones are given up.
type turns struct {
	mu      sync.Mutex
	waiting []*exchange
	busy    bool
}

// add queues suspects; their turn channels are closed when it is their turn. One that
// has left already is not waited for: its turn would never end.
func (t *turns) add(all []*exchange) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range all {
		if !e.left {
			t.waiting = append(t.waiting, e)
		}
	}
	slices.SortFunc(t.waiting, func(a, b *exchange) int { return int(a.number - b.number) })
	t.next()
}

// leave ends the turn of a suspect, or takes it out of the queue, where it may not
// stand yet.
func (t *turns) leave(e *exchange) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e.left = true
	if i := slices.Index(t.waiting, e); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
		return
	}
	select {
	case <-e.turn:
		t.busy = false
		t.next()
	default: // it never had a turn
	}
}

func (t *turns) next() {
	if t.busy || len(t.waiting) == 0 {
		return
	}
	t.busy = true
	close(t.waiting[0].turn)
	t.waiting = slices.Delete(t.waiting, 0, 1)
}
