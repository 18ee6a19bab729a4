package browser

import (
	"context"
	"fmt"
	"sync"

	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A stream is one event source of a page.
type stream struct {
	session   *session
	number    int
	seat      *seat
	made      chan struct{} // closed when the page has made the source, or failed to
	tellMade  func()
	confirmed chan struct{} // closed when the source was closed
	confirm   func()

	mu       sync.Mutex
	see      func(transcript.Observation)
	released bool // see is not called any more
	asked    bool // the page was asked to close it
}

func newStream(s *session, number int, seat *seat, see func(transcript.Observation)) *stream {
	st := &stream{session: s, number: number, seat: seat, see: see, made: make(chan struct{}), confirmed: make(chan struct{})}
	st.tellMade = sync.OnceFunc(func() { close(st.made) })
	st.confirm = sync.OnceFunc(func() { close(st.confirmed) })
	return st
}

// A report is what the page tells of one of its event sources.
type report struct {
	Stream int `json:"stream"`
	// On is facts (the source was made), refused (the constructor threw), open,
	// event, error, or closed.
	On          string            `json:"on"`
	Event       protocol.Text     `json:"event"`
	Data        protocol.Text     `json:"data"`
	LastEventID protocol.Text     `json:"lastEventId"`
	Message     string            `json:"message"`
	ReadyState  *int              `json:"readyState"`
	Facts       map[string]string `json:"facts"`
}

// The values of readyState.
const (
	connecting = 0
	closed     = 2
)

// observation is what the report says.
func (r *report) observation() (transcript.Observation, error) {
	o := transcript.Observation{Facts: r.Facts, Message: r.Message}
	switch r.On {
	case "facts":
		o.Kind = transcript.SawFacts
	case "refused":
		o.Kind, o.Reconnecting = transcript.SawError, new(bool)
	case "open":
		o.Kind = transcript.SawOpen
	case "event":
		o.Kind = transcript.SawEvent
		o.Event = spec.Event{Type: string(r.Event), Data: string(r.Data), LastEventID: string(r.LastEventID)}
	case "error":
		o.Kind = transcript.SawError
		if r.ReadyState != nil && (*r.ReadyState == connecting || *r.ReadyState == closed) {
			o.Reconnecting = new(*r.ReadyState == connecting)
		}
	case "closed":
		o.Kind = transcript.SawClosed
	default:
		return o, fmt.Errorf("the page reported %.40q", r.On)
	}
	return o, nil
}

// take takes a report.
func (s *stream) take(r *report) error {
	o, err := r.observation()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.released {
		s.see(o)
	}
	s.tellMade()
	if o.Kind == transcript.SawClosed {
		s.confirm()
	}
	return nil
}

// untilMade waits until the page has made the event source. One that is lost
// meanwhile says so itself.
func (s *stream) untilMade(ctx context.Context) error {
	select {
	case <-s.made:
		return nil
	case <-s.session.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("browser: the page did not make an event source: %w", ctx.Err())
	}
}

// Close closes the event source and returns when that was confirmed. What is
// reported for it later is still told.
func (s *stream) Close(ctx context.Context) error {
	s.mu.Lock()
	if !s.asked {
		s.asked = true
		s.session.send(command{Op: "close", Stream: s.number, Frame: s.seat.frame})
	}
	s.mu.Unlock()
	select {
	case <-s.confirmed:
		return nil
	case <-s.session.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("browser: the page did not confirm that an event source was closed: %w", ctx.Err())
	}
}

// Release ends the telling and gives the place back; one that is under way is
// waited for.
func (s *stream) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.released {
		return
	}
	s.released = true
	s.session.send(command{Op: "release", Stream: s.number, Frame: s.seat.frame})
	s.session.forget(s)
}

// Lost is closed when the page is gone.
func (s *stream) Lost() <-chan struct{} { return s.session.done }

// Err says how the page went.
func (s *stream) Err() error {
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	return s.session.err
}
