package hostile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
)

const (
	// maxTries bounds the experiments that shrink one finding, and searchTime the time
	// that they take, to which four times the time for an answer is added.
	maxTries   = 200
	searchTime = 10 * time.Second
	// maxCulprits bounds the requests that show a deviation together: what needs more of
	// them is load, and no oddity.
	maxCulprits = 3
	// maxUnconfirmed bounds a list in the summary.
	maxUnconfirmed = 20
)

// watched tells whether a deviation shows on the control.
func watched(s symptom) bool { return s == crosstalk || s == disturbance || s == gone }

// experiment plays requests while nothing else happens, and lists what deviates.
func (c *campaign) experiment(ctx context.Context, requests []Request, watch bool) []deviation {
	if watch {
		if err := c.control.rest(ctx); err != nil {
			return c.lost(ctx, err, requests)
		}
	}
	var all []deviation
	for _, o := range c.lab.playAll(ctx, requests) {
		if o.refused != "" && ctx.Err() == nil {
			return c.lost(ctx, fmt.Errorf("%w: %s", errRefused, o.refused), requests)
		}
		all = append(all, judge(o, c.lab.base)...)
	}
	if watch {
		c.control.settle(ctx)
		for _, s := range c.control.take() {
			all = append(all, s.deviation)
		}
		if err := c.lab.down(ctx); err != nil {
			return c.lost(ctx, err, requests)
		}
	}
	if ctx.Err() != nil {
		return nil // what a run shows that is being stopped counts for nothing
	}
	return all
}

// lost waits for a server that is gone to come back. Whatever else deviates follows from
// it. Where it does not come back, the requests that it was last seen before are all that
// can be said.
func (c *campaign) lost(ctx context.Context, err error, last []Request) []deviation {
	if c.over(ctx) {
		return nil
	}
	d := deviation{gone, "", "the server serves nobody any more: " + err.Error(), ""}
	if err := c.lab.revived(ctx); err != nil && ctx.Err() == nil {
		c.summary.Ended, c.summary.Gone = Gone, err.Error()
		c.found(d, last, c.recent, false)
	}
	return []deviation{d}
}

// investigate looks into a deviation that one of several requests brought about, and
// makes a finding of it when it shows again. It tells whether it did.
func (c *campaign) investigate(ctx context.Context, d deviation, suspects []*outcome) bool {
	tries, end := 0, time.Now().Add(searchTime+4*c.opts.Timeout)
	shows := func(requests []Request) bool {
		if c.over(ctx) {
			return false
		}
		for _, e := range c.experiment(ctx, requests, watched(d.symptom)) {
			if d.same(e) {
				d.what, d.beside = e.what, e.beside
				return true
			}
		}
		return false
	}
	cheap := func(requests []Request) bool {
		tries++
		return tries <= maxTries && time.Now().Before(end) && shows(requests)
	}
	requests := requestsOf(suspects)
	if len(requests) > 1 {
		requests = culprits(requests, cheap)
	}
	if len(requests) == 0 || len(requests) > maxCulprits || !c.verified(ctx, d, requests, shows) {
		return false
	}
	if len(requests) == 1 {
		small := []Request{shrunk(requests[0], func(r Request) bool { return cheap([]Request{r}) })}
		if slices.Equal(small[0], requests[0]) || c.verified(ctx, d, small, shows) {
			requests = small
		}
	}
	c.found(d, requests, suspects, true)
	return true
}

// culprits are the fewest requests that show it; none when all of them together do not.
// One is enough if there is one: what shows not each time may have kept some beside it.
func culprits(suspects []Request, shows func([]Request) bool) []Request {
	if !shows(suspects) {
		return nil
	}
	few := shrink.List(suspects, func(candidates [][]Request) []bool { return first(candidates, shows) })
	for _, r := range few {
		if one := []Request{r}; len(few) > 1 && shows(one) {
			return one
		}
	}
	return few
}

// verified tells whether a deviation shows twice with these requests alone, and neither
// time with ordinary ones in their place; what others suffer from must not show without
// any, and may fail to show once. What has shown by itself before must do so more often.
func (c *campaign) verified(ctx context.Context, d deviation, requests []Request, shows func([]Request) bool) bool {
	placebo, misses := make([]Request, len(requests)), 0
	if watched(d.symptom) {
		placebo, misses = nil, 1
	}
	// By twos, since taking turns would agree with a server that fails every second time.
	for pairs := 1 + c.alone(d); pairs > 0; pairs-- {
		for hits := 0; hits < 2; {
			switch {
			case shows(requests):
				hits++
			case misses == 0 || c.over(ctx):
				return false
			default:
				misses--
			}
		}
		if slices.ContainsFunc([][]Request{placebo, placebo}, shows) {
			c.byItself = append(c.byItself, d)
			if err := c.lab.down(ctx); err != nil {
				c.lost(ctx, err, requestsOf(c.recent))
			}
			return false
		}
	}
	return !c.over(ctx)
}

// often is how often something must show by itself, when it is looked into, before it is
// looked into no more.
const often = 3

// natural tells whether a deviation is nothing that odd requests bring about.
func (c *campaign) natural(d deviation) bool { return c.alone(d) >= often }

// alone is how often a deviation has shown without odd requests.
func (c *campaign) alone(d deviation) (times int) {
	for _, e := range c.byItself {
		if d.same(e) {
			times++
		}
	}
	return times
}

// doubt notes a deviation that did not show again.
func (c *campaign) doubt(ctx context.Context, d deviation) {
	switch {
	case c.over(ctx):
	case c.wears(ctx, d):
		c.found(deviation{worn, "", d.what + " by now, alone, now and then or always", "was answered " + status(c.lab.base.status) + " at first"},
			[]Request{nil}, c.recent, true)
		c.byItself = append(c.byItself, slices.Repeat([]deviation{d}, often)...)
	case c.natural(d):
		c.note("This happens without odd requests, too, so that it counts for nothing: " + d.what)
	case len(c.summary.Unconfirmed) < maxUnconfirmed:
		c.summary.Unconfirmed = append(c.summary.Unconfirmed, d.what)
	}
}

// wears tells whether ordinary requests deviate by now, which none did at first: twice
// among a few that nothing else is beside.
func (c *campaign) wears(ctx context.Context, d deviation) bool {
	if d.symptom != serverError && d.symptom != noAnswer {
		return false
	}
	const few = 8
	hits := 0
	for try := 0; try < few && hits < 2 && !c.over(ctx); try++ {
		if slices.ContainsFunc(c.experiment(ctx, []Request{nil}, false), d.same) {
			hits++
		}
	}
	return hits == 2
}
