package hostile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// Run sends odd requests to the server at a URL, and sums up what they brought about. The
// error says why a run could not begin: a [*HostError] where the host may not be fuzzed,
// a [*server.TargetError] where no event stream answers. A run that ends before its time
// says so in its summary.
func Run(ctx context.Context, target string, o Options) (Summary, error) {
	began := time.Now()
	c, err := begin(ctx, target, o)
	if err != nil {
		return Summary{Target: target, Seed: o.Seed}, err
	}
	defer c.lab.pulse.end()
	defer c.control.close()
	c.began = began
	bounded, cancel := ctx, func() {}
	if c.opts.For > 0 {
		bounded, cancel = context.WithDeadline(ctx, began.Add(c.opts.For))
	}
	defer cancel()
	c.rounds(bounded)
	switch {
	case c.summary.Ended != "":
	case ctx.Err() != nil:
		c.summary.Ended = Interrupted
	case bounded.Err() != nil:
		c.summary.Ended = Time
	default:
		c.summary.Ended = Runs
	}
	c.summary.Plays, c.summary.Elapsed = c.lab.plays, time.Since(began)
	return c.summary, nil
}

// A campaign is a run under way.
type campaign struct {
	opts      Options
	lab       *lab
	control   *control
	catalogue *requirements.Catalogue
	generator *generator
	began     time.Time
	summary   Summary
	// byItself are deviations that showed without odd requests as well.
	byItself []deviation
	// recent are as many as two rounds hold: what the control shows may be their doing.
	recent []*outcome
}

// begin visits the server as anybody would.
func begin(ctx context.Context, target string, o Options) (*campaign, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := atHome(ctx, target, o); err != nil {
		return nil, err
	}
	allow := onlyLoopback
	if o.Own {
		allow = nil
	}
	guest, err := server.NewGuest(target, o.Target, allow)
	if err != nil {
		return nil, err
	}
	if err := guest.Look(ctx); err != nil {
		return nil, err
	}
	catalogue, err := requirements.Default()
	if err != nil {
		return nil, err
	}
	c := &campaign{opts: o, catalogue: catalogue, lab: &lab{guest: guest, opts: o, nonces: newNonces(o.Seed)},
		summary: Summary{Target: guest.URL().Redacted(), Seed: o.Seed}}
	c.control = &control{lab: c.lab}
	c.lab.hangs = c.hangs
	c.lab.pulse = newPulse()
	if c.lab.base, err = c.control.calibrate(ctx); err != nil {
		c.control.close()
		c.lab.pulse.end()
		return nil, err
	}
	c.generator = newGenerator(o.Seed, facts{guest.URL(), c.lab.base.ids})
	c.unwatched()
	return c, nil
}

// unwatched says what of the control means nothing.
func (c *campaign) unwatched() {
	switch {
	case c.lab.base.finite:
		c.control.close()
		c.note("The stream ends by itself, so that nobody could be watched who stays while others come and go.")
	case c.lab.base.pace == 0:
		c.note("The stream is too quiet to tell whether others hold it up.")
	}
}

// rounds makes up requests and plays them, a few at a time, until there are enough.
func (c *campaign) rounds(ctx context.Context) {
	for !c.over(ctx) {
		batch := c.batch()
		if len(batch) == 0 {
			c.control.settle(ctx) // what the last ones do may not have shown so far
			c.watched(ctx)
			return
		}
		c.round(ctx, batch)
		if c.opts.OnProgress != nil {
			c.opts.OnProgress(Progress{c.summary.Requests, c.lab.plays, len(c.summary.Findings), time.Since(c.began)})
		}
	}
}

// over tells whether the run is.
func (c *campaign) over(ctx context.Context) bool { return ctx.Err() != nil || c.summary.Ended != "" }

func (c *campaign) note(text string) {
	if !slices.Contains(c.summary.Notes, text) {
		c.summary.Notes = append(c.summary.Notes, text)
	}
}

// roundSize is how many requests a round has for each connection: one that is slow holds
// up the round, and not the requests beside it.
const roundSize = 4

// batch are the requests of the next round; one of those that the user gave.
func (c *campaign) batch() []Request {
	done := c.summary.Requests
	if given := c.opts.Requests; len(given) > 0 {
		return given[min(done, len(given)):min(done+1, len(given))]
	}
	size := roundSize * (c.opts.Connections - 1)
	if c.opts.Runs > 0 {
		size = min(size, c.opts.Runs-done)
	}
	var batch []Request
	for i := range size {
		batch = append(batch, c.generator.request(done+i+1))
	}
	return batch
}

// round plays a batch and looks into what deviates: first the server as a whole, then
// the control, then the responses in the order of their requests.
func (c *campaign) round(ctx context.Context, batch []Request) {
	if err := c.control.ensure(ctx); err != nil {
		c.vanished(ctx, err)
		return
	}
	outcomes := c.lab.playAll(ctx, batch)
	for _, o := range outcomes {
		c.summary.Requests++
		o.number = c.summary.Requests
	}
	c.control.calm(ctx)
	c.recent = append(c.recent, outcomes...)
	c.recent = c.recent[max(0, len(c.recent)-2*roundSize*(c.opts.Connections-1)):]
	for _, o := range outcomes {
		if o.refused != "" && ctx.Err() == nil {
			c.vanished(ctx, fmt.Errorf("%w: %s", errRefused, o.refused))
			return
		}
	}
	if !c.watched(ctx) {
		return
	}
	for _, o := range outcomes {
		for _, d := range judge(o, c.lab.base) {
			c.deviated(ctx, d, o)
		}
	}
}

// watched looks into what the control has seen, and tells whether the server is there.
func (c *campaign) watched(ctx context.Context) bool {
	seen := c.control.take()
	if slices.ContainsFunc(seen, func(s sighting) bool { return s.class == "cut" }) {
		if err := c.lab.down(ctx); err != nil && ctx.Err() == nil {
			c.vanished(ctx, err)
			return false
		}
	}
	slices.SortStableFunc(seen, func(a, b sighting) int { return b.play - a.play }) // what names its cause comes first
	for _, s := range seen {
		c.sighted(ctx, s)
	}
	return true
}

// suspects are the requests after which something was seen: those with the nonce of a
// play, or all recent ones.
func (c *campaign) suspects(play int) []*outcome {
	for _, o := range c.recent {
		if o.play == play {
			return []*outcome{o}
		}
	}
	return c.recent
}

// vanished looks into a server that does not answer ordinary requests any more.
func (c *campaign) vanished(ctx context.Context, err error) {
	for _, d := range c.lost(ctx, err, requestsOf(c.recent)) {
		if !c.over(ctx) && !c.known(d, c.recent) && !c.investigate(ctx, d, c.recent) {
			c.doubt(ctx, d)
		}
	}
}

// sighted looks into what the control saw.
func (c *campaign) sighted(ctx context.Context, s sighting) {
	suspects := c.suspects(s.play)
	if c.over(ctx) || c.known(s.deviation, suspects) {
		return
	}
	switch {
	case c.investigate(ctx, s.deviation, suspects):
	case s.news != nil:
		s.news(c.lab.base)
	default:
		c.doubt(ctx, s.deviation)
	}
}

// deviated looks into a response.
func (c *campaign) deviated(ctx context.Context, d deviation, o *outcome) {
	if suspects := []*outcome{o}; !c.over(ctx) && !c.known(d, suspects) && !c.investigate(ctx, d, suspects) {
		c.doubt(ctx, d)
	}
}

// known tells whether one of the requests has a deviation that is a finding already, or
// none of odd requests, and counts it there.
func (c *campaign) known(d deviation, suspects []*outcome) bool {
	if c.natural(d) {
		return true
	}
	for i := range c.summary.Findings {
		f := &c.summary.Findings[i]
		if slices.ContainsFunc(suspects, func(o *outcome) bool { return f.explains(d, o.request) }) {
			f.Hits++
			return true
		}
	}
	return false
}

// hangs tells whether there is a finding that says that a request gets no answer.
func (c *campaign) hangs(r Request) bool {
	return slices.ContainsFunc(c.summary.Findings, func(f Finding) bool { return f.explains(deviation{symptom: noAnswer}, r) })
}

// found adds a finding, or counts it with the one that it belongs to.
func (c *campaign) found(d deviation, requests []Request, suspects []*outcome, verified bool) {
	f := Finding{Requirement: ruleOf(d, requests[0], c.catalogue), Requests: requests, What: sentence(d, requests, verified),
		Hits: 1, Reproduce: reproduce(c.lab.guest, c.opts, d, requests), Verified: verified, Case: c.replay(d, requests), deviation: d}
	for i := range c.summary.Findings {
		if old := &c.summary.Findings[i]; old.is(&f) {
			old.Hits++
			return
		}
	}
	for _, o := range suspects {
		if f.Number == 0 && f.explains(d, o.request) {
			f.Number = o.number
		}
	}
	f.After = time.Since(c.began)
	c.summary.Findings = append(c.summary.Findings, f)
	if c.opts.OnFinding != nil {
		c.opts.OnFinding(f)
	}
}
