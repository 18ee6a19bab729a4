package client

import (
	"context"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// A pace is how long a client waits by nature before it reconnects: some have a
// long minimum, and none of them fails for a time-out that is ours; nor is a
// silence believed before it has lasted longer than the client would have waited.
// It is measured once, when a play first needs to know it.
type pace struct {
	measure func(ctx context.Context, stream string, limit time.Duration) time.Duration

	once  sync.Once
	done  chan struct{}
	waits waits
}

// waits are the times between the end of a connection and the next request, as
// the server measured them; 0 where the client did not come back in time.
type waits struct {
	// byDefault is without a word from the stream, afterRetry after it asked for
	// a short reconnection time.
	byDefault, afterRetry time.Duration
}

// longest is the longer of the two.
func (w waits) longest() time.Duration { return max(w.byDefault, w.afterRetry) }

func newPace(measure func(context.Context, string, time.Duration) time.Duration) *pace {
	return &pace{measure: measure, done: make(chan struct{})}
}

// patience is how many times the time of a case the measurement may take.
const patience = 2

// get returns the waits, measured at the first call; ctx bounds how long it is
// waited for, life the measurement itself.
func (p *pace) get(ctx, life context.Context, wg *sync.WaitGroup, limit time.Duration) waits {
	p.once.Do(func() {
		wg.Go(func() {
			defer close(p.done)
			var both sync.WaitGroup
			both.Go(func() { p.waits.byDefault = p.measure(life, "data: a\n\n", patience*limit) })
			both.Go(func() { p.waits.afterRetry = p.measure(life, "retry: 10\ndata: a\n\n", patience*limit) })
			both.Wait()
		})
	})
	select {
	case <-p.done:
		return p.waits
	case <-ctx.Done():
		return waits{}
	}
}

// measureWait serves a stream that ends, and takes the time until the client is
// back.
func (s *Subject) measureWait(ctx context.Context, stream string, limit time.Duration) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	log := transcript.NewLog()
	w, err := s.wire.Begin(wire.Script{Name: "how long the client waits", Connections: []cases.Connection{
		{Stream: []cases.Item{{Text: &stream}}}, {},
	}}, log)
	if err != nil {
		return 0
	}
	defer w.Close()
	ask := Connect{Name: "how long the client waits", URL: w.URL(), Listen: []string{"message"}}
	if s.hello.Claims(Retry) {
		ask.Retry = shortRetry
	}
	ctx, resign := context.WithCancel(ctx)
	defer resign()
	source, err := s.driver.Connect(ctx, ask, func(o transcript.Observation) {
		if o.Kind == transcript.SawClosed || o.Reconnecting != nil && !*o.Reconnecting {
			resign() // it does not come back at all
		}
	})
	if err != nil {
		return 0
	}
	defer source.Release()
	defer closeWithin(ctx, source)
	for {
		changed := w.Changed()
		if state := w.State(); state.Begun == 2 {
			return state.LastWait
		}
		select {
		case <-changed:
		case <-source.Lost():
			return 0
		case <-ctx.Done():
			return 0
		}
	}
}
