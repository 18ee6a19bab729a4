package hostile

import (
	"fmt"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A sighting is a deviation that the control saw.
type sighting struct {
	deviation
	// play is the one whose nonce it holds, 0 where it holds none.
	play int
	// news is what was not known of the stream before, and is ordinary where no odd
	// request brings it about again; nil where there is nothing to learn.
	news func(*baseline)
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
	c.seen = append(c.seen, sighting{deviation: deviation{s, class, what, ""}, news: news})
}

// gap looks at a silence, which goes on until now. What the machine was too busy for does
// not count.
func (c *control) gap(now time.Duration) {
	limit := c.limit()
	if limit == 0 || c.last == 0 || now-c.last <= limit {
		return
	}
	silence := now - c.last
	silence -= c.lab.pulse.lost(c.began.Add(c.last), c.began.Add(now))
	if silence > limit {
		c.note(disturbance, "held-up", nil, "held up: nothing comes for %s, and before there was never a longer silence than %s",
			(now - c.last).Round(time.Millisecond), c.lab.base.pace.Round(time.Millisecond))
	}
	c.last = now
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
