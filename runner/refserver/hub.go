package refserver

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A hub makes the events, keeps the latest of them, and hands each to every
// subscriber in the same order.
type hub struct {
	// epoch starts every id, so that an id of an earlier process is never
	// taken for one of this.
	epoch string
	opts  Options

	mu          sync.Mutex
	sequence    int64     // of the last event
	history     []message // the latest, oldest first, at most opts.History
	subscribers map[*subscriber]struct{}
}

// A message is one encoded event and its place in the order.
type message struct {
	sequence int64
	block    []byte
}

// A subscriber is one client of the live stream.
type subscriber struct {
	// live is closed when the client lags too far behind.
	live chan message
}

var errFull = errors.New("too many subscribers")

func newHub(opts Options, now time.Time) *hub {
	return &hub{
		epoch:       strconv.FormatInt(now.UnixMilli(), 36),
		opts:        opts,
		subscribers: map[*subscriber]struct{}{},
	}
}

// run is the broadcaster: it publishes one event in each period until ctx is
// done.
func (h *hub) run(ctx context.Context, period time.Duration) {
	ticks := time.NewTicker(period)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticks.C:
			h.publish(now)
		}
	}
}

// publish makes the next event and hands it to all. It never waits: a
// subscriber without room is let go, and resumes when it comes back.
func (h *hub) publish(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sequence++
	m := message{sequence: h.sequence, block: tick(h.sequence, h.id(h.sequence), now)}
	if len(h.history) == h.opts.History {
		h.history = h.history[1:]
	}
	h.history = append(h.history, m)
	for s := range h.subscribers {
		select {
		case s.live <- m:
		default:
			delete(h.subscribers, s)
			close(s.live)
		}
	}
}

// subscribe registers a client and returns what it has missed since the event
// with the given id. Both happen under one lock, so that no event falls between
// the replay and the live stream, and none is in both.
func (h *hub) subscribe(lastEventID string) (*subscriber, []message, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.subscribers) >= h.opts.Subscribers {
		return nil, nil, errFull
	}
	s := &subscriber{live: make(chan message, h.opts.Backlog)}
	h.subscribers[s] = struct{}{}
	return s, h.since(lastEventID), nil
}

// since copies the held messages after the given id; none after an id that was
// never given out.
func (h *hub) since(lastEventID string) []message {
	n, ok := h.parseID(lastEventID)
	if !ok || n > h.sequence {
		return nil
	}
	missed := min(h.sequence-n, int64(len(h.history)))
	return append([]message(nil), h.history[int64(len(h.history))-missed:]...)
}

func (h *hub) unsubscribe(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subscribers, s)
}

func (h *hub) id(sequence int64) string {
	return h.epoch + "-" + strconv.FormatInt(sequence, 10)
}

// parseID reads an id that id made. Whatever else a client sends is no id of
// ours, which is no fault: the header is untrusted text.
func (h *hub) parseID(id string) (sequence int64, ok bool) {
	rest, found := strings.CutPrefix(id, h.epoch+"-")
	if !found {
		return 0, false
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	return n, err == nil && n > 0 && h.id(n) == id
}
