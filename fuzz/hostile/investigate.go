package hostile

import (
	"context"
	"fmt"
	"slices"
)

const (
	// maxPlays bounds the requests that are sent to shrink one finding.
	maxPlays = 250
	// maxUnconfirmed bounds a list in the summary.
	maxUnconfirmed = 20
)

// watched tells whether a deviation shows on the control.
func watched(s symptom) bool { return s == crosstalk || s == disturbance || s == gone }

// experiment plays requests while nothing else happens, and lists what deviates.
func (c *campaign) experiment(ctx context.Context, requests []Request, watch bool) []deviation {
	if watch {
		if err := c.control.ensure(ctx); err != nil {
			return c.lost(ctx, err)
		}
		c.control.look()
		c.control.take()
	}
	var all []deviation
	for _, o := range c.lab.playAll(ctx, requests) {
		if o.refused != "" && ctx.Err() == nil {
			return c.lost(ctx, fmt.Errorf("%w: %s", errRefused, o.refused))
		}
		all = append(all, judge(o, c.lab.base)...)
	}
	if watch {
		c.control.settle(ctx)
		for _, s := range c.control.take() {
			all = append(all, s.deviation)
		}
		if err := c.lab.down(ctx); err != nil {
			return c.lost(ctx, err)
		}
	}
	if ctx.Err() != nil {
		return nil // what a run shows that is being stopped counts for nothing
	}
	return all
}

// lost notes that the server is gone, and waits for it to come back. Whatever else
// deviates follows from it.
func (c *campaign) lost(ctx context.Context, err error) []deviation {
	if ctx.Err() != nil {
		return nil
	}
	d := deviation{gone, "", "the server serves nobody any more: " + err.Error()}
	if err := c.lab.revived(ctx); err != nil {
		c.stop("the server is gone: " + err.Error())
	}
	return []deviation{d}
}

// investigate looks into a deviation that one of several requests brought about, and
// makes a finding of it when it shows again.
func (c *campaign) investigate(ctx context.Context, d deviation, suspects []*outcome) {
	end := c.lab.plays + maxPlays
	shows := func(requests []Request) bool {
		if c.over(ctx) {
			return false
		}
		for _, e := range c.experiment(ctx, requests, watched(d.symptom)) {
			if d.same(e) {
				d.what = e.what
				return true
			}
		}
		return false
	}
	cheap := func(requests []Request) bool { return c.lab.plays < end && shows(requests) }
	requests := requestsOf(suspects)
	if len(requests) > 1 {
		requests = culprits(requests, cheap)
	}
	if len(requests) == 0 || !c.verified(ctx, d, requests, shows) {
		c.doubt(ctx, d)
		return
	}
	if len(requests) == 1 {
		small := []Request{shrunk(requests[0], func(r Request) bool { return cheap([]Request{r}) })}
		if slices.Equal(small[0], requests[0]) || c.verified(ctx, d, small, shows) {
			requests = small
		}
	}
	c.found(d, requests, suspects, true)
}

// culprits are the fewest requests that show it; none when all of them together do not.
func culprits(suspects []Request, shows func([]Request) bool) []Request {
	if !shows(suspects) {
		return nil
	}
	return list1(suspects, func(candidates [][]Request) []bool { return first(candidates, shows) })
}

// verified tells whether a deviation shows twice with these requests alone, and not with
// ordinary ones in their place; what others suffer from must not show without any.
func (c *campaign) verified(ctx context.Context, d deviation, requests []Request, shows func([]Request) bool) bool {
	if !shows(requests) || !shows(requests) || c.over(ctx) {
		return false
	}
	placebo := make([]Request, len(requests))
	if watched(d.symptom) {
		placebo = nil
	}
	if !shows(placebo) {
		return !c.over(ctx)
	}
	c.note("This happens without odd requests, too, so that it counts for nothing: " + d.what)
	c.ordinary = append(c.ordinary, d)
	return false
}

// doubt notes a deviation that did not show again.
func (c *campaign) doubt(ctx context.Context, d deviation) {
	if !c.over(ctx) && len(c.summary.Unconfirmed) < maxUnconfirmed {
		c.summary.Unconfirmed = append(c.summary.Unconfirmed, d.what)
	}
}
