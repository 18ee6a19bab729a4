package hostile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
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

// A sighting is a deviation that the control saw.
type sighting struct {
	deviation
	// play is the one whose nonce it holds, 0 where it holds none.
	play int
	// news is what was not known of the stream before, and is ordinary where no odd
	// request brings it about again; nil where there is nothing to learn.
	news func(*baseline)
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

// look takes in what has come since the last look.
func (c *control) look() {
	if c.visit == nil {
		return
	}
	c.takeIn(c.record(), time.Since(c.began))
}

// takeIn looks at a record as it stands now, which is when the control began plus so much.
func (c *control) takeIn(r *transcript.Conn, now time.Duration) {
	if c.last == 0 {
		c.last = r.HeadAt
	}
	for _, e := range r.Events[c.events:] {
		c.event(e)
	}
	for _, text := range r.Comments[c.comments:] {
		c.text("comment", text)
	}
	for _, f := range r.Findings[c.findings:] {
		c.finding(f)
	}
	for _, chunk := range r.Chunks[c.chunks:] {
		c.gap(chunk.At)
		c.last = chunk.At
	}
	c.events, c.comments, c.findings, c.chunks = len(r.Events), len(r.Comments), len(r.Findings), len(r.Chunks)
	switch {
	case r.End == transcript.EndDropped: // it is full
		c.close()
	case over(r):
		c.note(disturbance, "cut", nil, "cut off: %s", ending(r))
		c.close()
	default:
		c.gap(now)
	}
}

// take hands out what was seen since the last time, one of each class.
func (c *control) take() []sighting {
	var all []sighting
	for _, s := range c.seen {
		if !slices.ContainsFunc(all, func(t sighting) bool { return t.same(s.deviation) && t.play == s.play }) {
			all = append(all, s)
		}
	}
	c.seen = nil
	return all
}

func ending(r *transcript.Conn) string {
	if r.End == transcript.EndClean {
		return "the server ended it in order"
	}
	return r.EndDetail
}

func (c *control) note(s symptom, class string, news func(*baseline), format string, args ...any) {
	what := "the stream of another subscriber is " + fmt.Sprintf(format, args...)
	c.seen = append(c.seen, sighting{deviation: deviation{s, class, what}, news: news})
}

// gap looks at a silence, which goes on until now.
func (c *control) gap(now time.Duration) {
	if limit := c.limit(); limit > 0 && c.last > 0 && now-c.last > limit {
		c.note(disturbance, "held-up", nil, "held up: nothing comes for %s, and before there was never a longer silence than %s",
			(now - c.last).Round(time.Millisecond), c.lab.base.pace.Round(time.Millisecond))
		c.last = now
	}
}

// limit is the silence that is too long, 0 where the stream has no pace.
func (c *control) limit() time.Duration {
	if c.lab.base.pace == 0 {
		return 0
	}
	return 5*c.lab.base.pace + min(500*time.Millisecond, c.lab.opts.Timeout)
}

func (c *control) event(e transcript.Event) {
	base := c.lab.base
	for _, text := range []string{e.Type, e.Data, e.LastEventID} {
		if c.text("event", text) {
			return
		}
	}
	if !base.types[e.Type] {
		c.note(disturbance, "other "+e.Type, func(b *baseline) { b.types[e.Type] = true }, "given an event of the type %q, which it never had before", shorten(e.Type))
	}
	if e.OwnID == nil || *e.OwnID == "" {
		return
	}
	switch id := *e.OwnID; {
	case base.unique && c.ids[id]:
		c.note(disturbance, "twice", nil, "given the event with the id %q a second time", shorten(id))
	case base.counts && c.lastID != "" && !follows(c.lastID, id):
		c.note(disturbance, "order", nil, "given the event with the id %q after the one with %q", shorten(id), shorten(c.lastID))
	}
	c.lastID = *e.OwnID
	c.ids[*e.OwnID] = true
}

// text looks for a nonce.
func (c *control) text(where, text string) bool {
	play, ok := c.lab.nonces.in(text)
	if ok {
		c.note(crosstalk, "", nil, "given its text in an %s: %q", where, shorten(text))
		c.seen[len(c.seen)-1].play = play
	}
	return ok
}

func (c *control) finding(f spec.Finding) {
	if c.text("unknown field", f.Text) || c.lab.base.kinds[f.Kind] {
		return
	}
	c.note(disturbance, "bad "+string(f.Kind), func(b *baseline) { b.kinds[f.Kind] = true }, "given what is no valid stream: %s", f)
}

// calm looks, and where the control has been silent for a while waits whether it goes on.
func (c *control) calm(ctx context.Context) { c.patient(ctx, c.limit()/2) }

// rest waits until the control goes on as ever, so that what was before is over, and
// forgets what it saw.
func (c *control) rest(ctx context.Context) {
	c.look()
	if limit := c.limit(); c.visit != nil && limit > 0 {
		c.await(ctx, max(2*limit, c.lab.opts.Timeout), 2)
	}
	c.take()
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
