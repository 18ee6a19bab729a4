package server

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A crowd is many subscribers under way: one goroutine for each, which decodes
// its stream, compares it with the order of the reference and keeps a digest.
type crowd struct {
	server *Server
	want   *cases.Crowd
	seed   uint64
	began  time.Time     // of the case
	dials  chan struct{} // a place for each connection that is being opened
	work   sync.WaitGroup

	mu        sync.Mutex
	order     *order
	reference *subscriber
	others    []*subscriber
	closed    time.Duration // when the record was closed; 0 before
	record    *transcript.Crowd
}

// maxDials bounds the connections of a crowd that are being opened at once, so
// that no server's queue overflows.
const maxDials = 64

// newCrowd makes a crowd; survey shows whether the stream has ids.
func newCrowd(s *Server, want *cases.Crowd, name string, survey *transcript.Conn, began time.Time) *crowd {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	hasID := func(e transcript.Event) bool { return e.OwnID != nil && *e.OwnID != "" }
	return &crowd{server: s, want: want, seed: h.Sum64(), began: began, dials: make(chan struct{}, maxDials),
		order: newOrder(slices.ContainsFunc(survey.Events, hasID))}
}

// open opens the reference, which gets its first event before the others come,
// then the others, and returns when each is answered. Neither is waited for
// longer than patience.
func (c *crowd) open(ctx context.Context, patience time.Duration, size int) {
	c.reference = c.enter(ctx, -1)
	c.within(ctx, patience, func() bool {
		return c.reference.over || c.reference.Served() && (c.want.Idle || c.reference.count > 0)
	})
	for i := range size {
		s := c.enter(ctx, i)
		c.mu.Lock()
		c.others = append(c.others, s)
		c.mu.Unlock()
	}
	c.within(ctx, patience, func() bool {
		return !slices.ContainsFunc(c.others, func(s *subscriber) bool { return !s.over && s.Status == 0 })
	})
}

// enter starts one subscriber.
func (c *crowd) enter(ctx context.Context, number int) *subscriber {
	s := newSubscriber(c, number)
	c.work.Go(func() { s.run(ctx) })
	return s
}

// within is until with a time.
func (c *crowd) within(ctx context.Context, patience time.Duration, shows func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.until(ctx, shows)
}

// look is how often the digests of a crowd are looked at by those who wait.
const look = 20 * time.Millisecond

// until waits until the crowd shows something, and tells whether it did. A look
// at all costs less than news of each event of each subscriber.
func (c *crowd) until(ctx context.Context, shows func() bool) bool {
	ticks := time.NewTicker(look)
	defer ticks.Stop()
	for {
		c.mu.Lock()
		ok := shows()
		c.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return false
		}
	}
}

// await waits until each subscriber that has the stream has shown so many
// events and, where it comes back, has done so as often as it should.
func (c *crowd) await(ctx context.Context, patience time.Duration, events int) bool {
	return c.within(ctx, patience, func() bool {
		lacks := func(s *subscriber) bool {
			return !s.over && s.Status != 0 && (lacksEvents(s, events) || s.returns < c.want.ComeBack)
		}
		return !lacksEvents(c.reference, events) && !slices.ContainsFunc(c.others, lacks)
	})
}

func lacksEvents(s *subscriber, events int) bool {
	return !s.over && s.count+s.own+len(s.ahead) < events
}

// leave ends all subscribers and waits for them.
func (c *crowd) leave(reset bool) {
	for _, s := range c.all() {
		s.leave(reset)
	}
	c.work.Wait()
}

// all are the subscribers, the reference first.
func (c *crowd) all() []*subscriber {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*subscriber{c.reference}, c.others...)
}

// drain bounds the time in which the reference gets what others have already.
const drain = 3 * time.Second

// close closes the record: the others are stopped where they are, and the
// reference is read on until it has what they have.
func (c *crowd) close(ctx context.Context) {
	if c.record != nil {
		return
	}
	c.mu.Lock()
	c.closed = time.Since(c.began)
	c.mu.Unlock()
	c.within(ctx, drain, func() bool {
		ahead := false
		for _, s := range c.others {
			c.order.catchUp(&s.follower, false)
			ahead = ahead || len(s.ahead) > 0
		}
		return !ahead || c.reference.over
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.record = c.digestLocked()
}

func (c *crowd) digestLocked() *transcript.Crowd {
	r := &transcript.Crowd{Name: c.want.Conn, Wanted: len(c.others), Idle: c.want.Idle, Returns: c.want.ComeBack, Seed: c.seed,
		ByID: c.order.byID, Events: len(c.order.events), Full: c.order.full, EndAt: c.closed,
		Reference: c.reference.digestLocked(), Spread: c.order.spread(len(c.others))}
	for _, s := range c.others {
		c.order.catchUp(&s.follower, true)
		if s.fault != nil && c.order.excused(&s.follower, len(c.others)) {
			s.fault, s.faults = nil, 0
		}
		r.Subscribers = append(r.Subscribers, s.digestLocked())
	}
	return r
}

// settled is how long ago an event must have come to the reference before it is
// missed on others.
const settled = time.Second

// due counts the events that a subscriber should have, and those of them that
// come after its latest.
func (o *order) due(s *subscriber, closed time.Duration) (due, missing int) {
	for i, e := range o.events {
		if e.at > s.HeadAt && e.at < min(closed, s.endOr(closed))-settled {
			due++
			if i > s.last {
				missing++
			}
		}
	}
	return due, missing
}

// spread sums up the events that all subscribers got.
func (o *order) spread(subscribers int) transcript.Spread {
	var took []time.Duration
	for _, e := range o.events {
		if e.had >= subscribers && subscribers > 1 {
			took = append(took, e.last-e.first)
		}
	}
	if len(took) == 0 {
		return transcript.Spread{}
	}
	slices.Sort(took)
	return transcript.Spread{Events: len(took), Median: took[len(took)/2], Worst: took[len(took)-1]}
}

// summary is a crowd in one line, for the log.
func summary(c *transcript.Crowd) string {
	served, left, ended := 0, 0, 0
	for i := range c.Subscribers {
		s := &c.Subscribers[i]
		if s.Served() {
			served++
		}
		if s.End == transcript.EndDropped {
			left++
		}
		if s.Ended() {
			ended++
		}
	}
	text := fmt.Sprintf("%s: %d subscribers beside the reference; %d were served, %d left, %d were ended by the server; the reference got %d events",
		c.Name, c.Wanted, served, left, ended, c.Events)
	if c.Returns > 0 {
		text += fmt.Sprintf("; each was to leave %d times, at moments drawn from the seed %d", c.Returns, c.Seed)
	}
	return text
}
