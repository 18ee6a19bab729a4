package hostile

import (
	"context"
	"fmt"
	"time"

	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A control is an ordinary subscriber that stays while odd requests come and go. What
// happens to it is their doing, or else happens without them, too.
type control struct {
	lab   *lab
	visit *server.Visit // nil while there is none
	began time.Time

	// What has been looked at of the record.
	events, comments, findings, chunks int
	last                               time.Duration // the latest sign of life
	lastID                             string
	ids                                map[string]bool

	// seen are the deviations so far, in their order.
	seen []sighting
}

// A control is replaced before its record is full.
const (
	manyEvents = transcript.MaxEvents / 2
	manyBytes  = transcript.MaxBody / 2
)

// open begins to watch, and returns when the stream shows itself as it did at first.
func (c *control) open(ctx context.Context) error {
	d := ordinary(c.lab.guest)
	c.lab.turn(ctx)
	seen := c.seen
	*c = control{lab: c.lab, began: time.Now(), ids: map[string]bool{}, seen: seen,
		visit: c.lab.guest.Visit(context.WithoutCancel(ctx), "control", d.raw(c.lab.guest, "", 0))}
	ctx, cancel := context.WithTimeout(ctx, c.lab.opts.Timeout)
	defer cancel()
	c.visit.Wait(ctx, func(r *transcript.Conn) bool { return r.Answered() || over(r) })
	r := c.record()
	switch {
	case r.Err != "":
		return fmt.Errorf("an ordinary request gets %s", r.Err)
	case !r.Answered():
		return fmt.Errorf("an ordinary request gets no answer within %s", c.lab.opts.Timeout)
	case c.lab.base != nil && r.Status != c.lab.base.status:
		return fmt.Errorf("an ordinary request gets %s instead of %s", status(r.Status), status(c.lab.base.status))
	case c.lab.base != nil && c.lab.base.pace > 0:
		c.visit.Wait(ctx, func(r *transcript.Conn) bool { return len(r.Chunks) > 0 || over(r) })
	}
	return nil
}

func (c *control) record() *transcript.Conn { return c.visit.Records()[0] }

// close ends the watching.
func (c *control) close() {
	if c.visit != nil {
		c.visit.Close()
		c.visit = nil
	}
}

// calibrate shows what a stream is that nobody disturbs.
func (c *control) calibrate(ctx context.Context) (*baseline, error) {
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	const enough, patience = 12, 3 * time.Second
	ctx, cancel := context.WithTimeout(ctx, min(patience, c.lab.opts.Timeout))
	defer cancel()
	c.visit.Wait(ctx, func(r *transcript.Conn) bool { return len(r.Events) >= enough || over(r) })
	return newBaseline(c.record()), nil
}

// ensure has a control that is open and has room.
func (c *control) ensure(ctx context.Context) error {
	if c.lab.base.finite {
		return nil
	}
	if c.visit != nil {
		r := c.record()
		if !over(r) && len(r.Events) < manyEvents && len(r.Chunks) < manyEvents && r.BodyBytes < manyBytes {
			return nil
		}
		c.look()
		c.close()
	}
	return c.within(ctx)
}

// within opens a control as soon as the server has a place for it, which those who have
// just left may still take.
func (c *control) within(ctx context.Context) error {
	patience := time.Now().Add(c.lab.opts.Timeout)
	for {
		err := c.open(ctx)
		if err == nil || ctx.Err() != nil || time.Now().After(patience) {
			return err
		}
		c.close()
		pause(ctx, 20*time.Millisecond)
	}
}

// calm looks, and where the control has been silent for a while waits whether it goes on.
func (c *control) calm(ctx context.Context) { c.patient(ctx, c.limit()/2) }

// rest has a control that goes on as ever, so that what was before is over, and forgets
// what it saw.
func (c *control) rest(ctx context.Context) error {
	patience := time.Now().Add(c.lab.opts.Timeout)
	for {
		if err := c.ensure(ctx); err != nil {
			return err
		}
		c.look()
		if limit := c.limit(); c.visit != nil && limit > 0 {
			c.await(ctx, max(2*limit, c.lab.opts.Timeout), 2)
		}
		c.take()
		if c.visit != nil || c.lab.base.finite || ctx.Err() != nil || time.Now().After(patience) {
			return nil
		}
	}
}

// settle waits until the control has shown two signs of life more, and for a moment at
// least, or has been silent for too long.
func (c *control) settle(ctx context.Context) {
	c.look()
	if c.visit == nil {
		return
	}
	const moment, quiet = 40 * time.Millisecond, 200 * time.Millisecond
	enough := time.Now().Add(moment)
	limit := c.limit()
	if limit == 0 {
		limit = quiet
	}
	c.await(ctx, 2*limit, 2)
	pause(ctx, time.Until(enough))
	c.patient(ctx, 2*c.lab.base.pace)
}

// patient looks, and waits for a sign of life where there was none for that long.
func (c *control) patient(ctx context.Context, silence time.Duration) {
	c.look()
	if limit := c.limit(); c.visit != nil && limit > 0 && time.Since(c.began)-c.last > silence {
		c.await(ctx, limit, 1)
	}
}

func (c *control) await(ctx context.Context, limit time.Duration, signs int) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c.visit.Wait(ctx, func(r *transcript.Conn) bool { return len(r.Chunks) >= c.chunks+signs || over(r) })
	c.look()
}
