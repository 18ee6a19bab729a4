package server

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A subscriber is one of a crowd. Its goroutine alone reads its connections;
// what others look at is guarded by the crowd's lock.
type subscriber struct {
	crowd  *crowd
	number int // from 0; -1 is the reference
	random *rand.Rand

	// Guarded by crowd.mu.
	transcript.Subscriber
	follower
	wire    exchange
	left    bool // the probe has left
	over    bool
	returns int // how often it has come back
}

func newSubscriber(c *crowd, number int) *subscriber {
	return &subscriber{crowd: c, number: number, follower: newFollower(),
		random: rand.New(rand.NewPCG(c.seed, uint64(number))), Subscriber: transcript.Subscriber{End: transcript.EndOpen}} //nolint:gosec // not for secrets
}

func (s *subscriber) isReference() bool { return s.number < 0 }

// run has one connection after the other, as often as the subscriber comes back.
func (s *subscriber) run(ctx context.Context) {
	c := s.crowd
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		s.over = true
	}()
	lastEventID := ""
	for {
		leaves := !s.isReference() && s.returns < c.want.ComeBack
		away := s.connect(ctx, &lastEventID, leaves)
		if !away || ctx.Err() != nil {
			return
		}
		c.mu.Lock()
		s.returns++
		c.mu.Unlock()
	}
}

// connect has one connection. It tells whether the subscriber left of its own
// accord, and is to come back.
func (s *subscriber) connect(ctx context.Context, lastEventID *string, leaves bool) (away bool) {
	wire, err := s.dial(ctx)
	if err != nil {
		s.failed(dialError(ctx, err))
		return false
	}
	// A context that ends is our leaving, not the server's.
	stop := context.AfterFunc(ctx, func() { s.leave(false) })
	defer stop()
	defer wire.leave(false)
	h, ok := s.begin(wire, *lastEventID)
	if !ok {
		return false
	}
	if s.crowd.want.Idle {
		wire.idle()
		s.ended(errEnough)
		return false
	}
	gone := make(chan struct{})
	if leaves {
		moment := time.Duration(s.random.Int64N(int64(s.crowd.want.Moments()) + 1))
		timer := time.AfterFunc(moment, func() {
			close(gone)
			wire.leave(true)
		})
		defer timer.Stop()
	}
	err = s.read(wire, h, lastEventID)
	select {
	case <-gone:
		return !s.hasLeft()
	default:
		s.ended(err)
		return false
	}
}

// dial opens a connection when there is a place for that.
func (s *subscriber) dial(ctx context.Context) (exchange, error) {
	c := s.crowd
	select {
	case c.dials <- struct{}{}:
		defer func() { <-c.dials }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return c.server.dialer.dial(ctx, dialing{url: c.server.target, small: c.want.Idle, frugal: true})
}

// begin sends the request and reads the head of the response.
func (s *subscriber) begin(wire exchange, lastEventID string) (head, bool) {
	r := s.crowd.server.base()
	if lastEventID != "" {
		r.fields = set(r.fields, "Last-Event-ID", lastEventID)
	}
	if !s.dialled(wire, lastEventID) {
		s.ended(errEnough)
		return head{}, false
	}
	sent := wire.send(r)
	h, err := wire.head()
	if err == nil {
		err = sent
	}
	if err != nil {
		s.failed("no response: " + err.Error())
		return h, false
	}
	c := s.crowd
	at := time.Since(c.began)
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.Status == 0 || s.Status == 200 {
		s.Status = h.status
	}
	if s.HeadAt == 0 {
		s.HeadAt, s.LastAt = at, at
	}
	return h, true
}

// dialled hands the connection to those who may close it; false says that the
// probe has left meanwhile.
func (s *subscriber) dialled(wire exchange, lastEventID string) bool {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	s.wire = wire
	s.Connections++
	s.connection, s.lastEventID = s.Connections, lastEventID
	return !s.left
}

// read decodes the stream to its end.
func (s *subscriber) read(wire exchange, h head, lastEventID *string) error {
	if h.status != 200 || len(h.values("Content-Encoding")) > 0 {
		return &errNoHTTP{"it is no event stream that was asked for"}
	}
	decoder := spec.NewPushDecoder(spec.WithMaxLine(maxText), spec.WithMaxEvent(maxText))
	var ids idScan
	buffer := make([]byte, 512)
	for {
		n, err := wire.Read(buffer)
		decoder.Push(buffer[:n])
		ids.push(buffer[:n])
		at := time.Since(s.crowd.began)
		for {
			view, ok, broken := decoder.Next()
			if broken != nil {
				return broken
			}
			if !ok {
				break
			}
			id := ids.take().id
			if id != nil {
				*lastEventID = *id
			}
			s.got(view, id, at)
		}
		if err != nil {
			return err
		}
	}
}

// got takes in one event.
func (s *subscriber) got(view spec.View, id *string, at time.Duration) {
	c := s.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed > 0 && !s.isReference() {
		return
	}
	s.Longest, s.LastAt = max(s.Longest, at-s.LastAt), at
	if c.order.byID && (id == nil || *id == "") {
		return
	}
	if !c.order.byID {
		id = nil
	}
	if s.isReference() {
		c.order.add(&s.follower, seen(view, id, at))
		return
	}
	c.order.follow(&s.follower, seen(view, id, at))
}

// failed notes that no response came.
func (s *subscriber) failed(why string) {
	c := s.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.left || c.closed > 0 {
		s.endedLocked(transcript.EndDropped, "")
		return
	}
	s.Err = why
	s.endedLocked(transcript.EndReset, why)
}

// ended notes how the response ended, unless the probe left first.
func (s *subscriber) ended(err error) {
	c := s.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed > 0: // the record says how it was then
	case s.left:
		s.endedLocked(transcript.EndDropped, "")
	default:
		end, detail := endOf(err)
		s.endedLocked(end, detail)
	}
}

func (s *subscriber) endedLocked(end transcript.End, detail string) {
	if s.crowd.closed == 0 {
		s.End, s.EndDetail, s.EndAt = end, detail, time.Since(s.crowd.began)
	}
}

// leave ends the subscriber from outside.
func (s *subscriber) leave(reset bool) {
	s.crowd.mu.Lock()
	wire, first := s.wire, !s.left
	s.left = true
	s.crowd.mu.Unlock()
	if wire != nil && first {
		wire.leave(reset)
	}
}

func (s *subscriber) hasLeft() bool {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	return s.left
}

// endOr is when it ended, or else when the record was closed.
func (s *subscriber) endOr(closed time.Duration) time.Duration {
	if s.EndAt > 0 {
		return s.EndAt
	}
	return closed
}

// digestLocked is the record of the subscriber.
func (s *subscriber) digestLocked() transcript.Subscriber {
	d := s.Subscriber
	closed := s.crowd.closed
	d.EndAt = s.endOr(closed)
	d.Longest = max(d.Longest, d.EndAt-d.LastAt)
	d.Events, d.Own, d.First, d.Last = s.count, s.own, s.first, s.last
	d.Fault, d.Faults = s.fault, s.faults
	d.Due, d.Missing = s.crowd.order.due(s, closed)
	return d
}
