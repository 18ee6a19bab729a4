package service

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// trialPath is where the stream of the preflight is served.
const trialPath = "trial"

// trialEvents is how many events it has: two show how the service counts.
const trialEvents = 2

// trialGap is how long the first of so few callbacks may be missing.
const trialGap = time.Second

// A trial serves the stream of the preflight.
type trial struct {
	once   sync.Once
	opened chan struct{} // closed at the first request
	over   chan struct{}
}

func newTrial() *trial {
	return &trial{opened: make(chan struct{}), over: make(chan struct{})}
}

// ServeHTTP sends the events and stays open until the preflight is over. After
// that there is nothing here: a client that comes back is told to stop.
func (t *trial) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isClosed(t.over) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for n := range trialEvents {
		_, _ = fmt.Fprintf(w, "data: trial %d\n\n", n+1)
	}
	_ = http.NewResponseController(w).Flush()
	t.once.Do(func() { close(t.opened) })
	select {
	case <-r.Context().Done():
	case <-t.over:
	}
}

// preflight has the service open one small stream, and says what is wrong when
// it does not play its part. It learns how the service counts.
func (d *Driver) preflight(ctx context.Context) error {
	d.firstCounter, d.gap = 1, min(d.options.Gap, trialGap)
	seen := make(chan struct{}, trialEvents)
	s := d.open(client.Connect{Name: "preflight", URL: d.callbacks.base + trialPath, Listen: []string{"message"}},
		func(transcript.Observation) {
			select {
			case seen <- struct{}{}:
			default: // more than was asked for is as good
			}
		})
	err := d.await(ctx, s, seen)
	if err == nil {
		err = closeWithin(ctx, s, d.options.Answer)
	} else {
		_ = closeWithin(ctx, s, grace)
	}
	s.Release()
	close(d.callbacks.trial.over)
	if err != nil {
		return fmt.Errorf("the test service was tried with a stream of %d events: %w", trialEvents, err)
	}
	d.gap = d.options.Gap
	if s.countsFromZero() {
		d.firstCounter = 0
	}
	return nil
}

// await waits for the answer and for a callback for each event. A client that
// keeps the last event back is no fault of the service: one callback will do.
func (d *Driver) await(ctx context.Context, s *stream, seen <-chan struct{}) error {
	limit, cancel := context.WithTimeout(ctx, d.options.Answer)
	defer cancel()
	created := s.created
	for came := 0; came < trialEvents || created != nil; {
		select {
		case <-created:
			created = nil
		case <-seen:
			came++
		case <-s.lost:
			return s.Err()
		case <-limit.Done():
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return d.missed(s, came)
		}
	}
	return nil
}

// missed says what did not come in time.
func (d *Driver) missed(s *stream, came int) error {
	wait := d.options.Answer
	switch {
	case !isClosed(s.created):
		return fmt.Errorf("it did not answer POST %s within %v", d.base, wait)
	case came > 0:
		return nil
	case !isClosed(d.callbacks.trial.opened):
		return fmt.Errorf("it answered POST %s, and its client did not ask for the stream at %s%s within %v",
			d.base, d.callbacks.base, trialPath, wait)
	}
	return fmt.Errorf("its client opened the stream, and no callback came within %v; the first is due at %s/1",
		wait, d.callbacks.of(s.number))
}

func closeWithin(ctx context.Context, s *stream, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return s.Close(ctx)
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
