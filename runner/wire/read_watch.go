package wire

import (
	"context"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/peer"
)

// A readWatch waits until clients have read what was written to them, so that
// each write of a script reaches the client as one read. No event tells of
// that, hence it looks again and again: one goroutine for all connections, so
// that hundreds of streams byte by byte cost little.
type readWatch struct {
	peers *peer.Table
	asks  chan *readWait
}

// A readWait is one wait for one client.
type readWait struct {
	ctx    context.Context
	conn   *counted
	offset int64 // what must have been read, in bytes since the connection began
	begun  time.Time
	due    time.Time
	atMost time.Duration
	over   chan error
}

const (
	// firstStep is the time between the first looks: a client that reads does so
	// within microseconds. Later ones are a quarter of the wait apart, so that
	// clients that do not read cost next to nothing; lastStep bounds that.
	firstStep = 20 * time.Microsecond
	lastStep  = 10 * time.Millisecond
	// blindWait stands in for a look where the kernel does not know the client's
	// socket.
	blindWait = 2 * time.Millisecond
	// patience is how long a script waits for a client to read before it goes on.
	patience = 3 * time.Second
	// shortNap is what the system's timers of this process are too coarse for.
	shortNap = 800 * time.Microsecond
)

func newReadWatch() *readWatch {
	return &readWatch{peers: peer.Open(), asks: make(chan *readWait)}
}

// await returns when the client has read the first offset bytes of the
// connection, or has not for so long. The error is errLeft when it never will,
// or the reason why ctx is done.
func (w *readWatch) await(ctx context.Context, conn *counted, offset int64, atMost time.Duration) error {
	now := time.Now()
	it := &readWait{ctx: ctx, conn: conn, offset: offset, begun: now, due: now.Add(firstStep), atMost: atMost, over: make(chan error, 1)}
	select {
	case w.asks <- it:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case err := <-it.over:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// run looks until ctx is done, which ends the waits too.
func (w *readWatch) run(ctx context.Context) {
	defer w.peers.Close()
	var waiting []*readWait
	for ctx.Err() == nil {
		waiting = w.collect(waiting, w.rest(ctx, waiting))
		waiting = slices.DeleteFunc(waiting, w.look)
	}
}

// rest lets time go by until a look is due or a wait is added, which it returns.
func (w *readWatch) rest(ctx context.Context, waiting []*readWait) *readWait {
	next := idleTimeout
	for _, it := range waiting {
		next = min(next, time.Until(it.due))
	}
	if next < shortNap {
		nap(next)
		return nil
	}
	timer := time.NewTimer(next)
	defer timer.Stop()
	select {
	case it := <-w.asks:
		return it
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil
}

// collect adds the waits that were asked for meanwhile.
func (w *readWatch) collect(waiting []*readWait, first *readWait) []*readWait {
	if first != nil {
		waiting = append(waiting, first)
	}
	for {
		select {
		case it := <-w.asks:
			waiting = append(waiting, it)
		default:
			return waiting
		}
	}
}

// look tells whether a wait is over.
func (w *readWatch) look(it *readWait) bool {
	now := time.Now()
	switch {
	case it.ctx.Err() != nil:
		return true
	case now.Before(it.due):
		return false
	}
	waited := now.Sub(it.begun)
	state, err := w.peers.Ask(it.conn.peer)
	switch {
	case err == nil && state.Taken >= it.offset, waited > it.atMost,
		err != nil && waited >= blindWait && unsent(it.conn.TCPConn) == 0:
		it.over <- nil
		return true
	case err == nil && state.Gone:
		it.over <- errLeft
		return true
	}
	it.due = now.Add(min(max(firstStep, waited/4), lastStep))
	return false
}
