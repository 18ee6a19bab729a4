package hostile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A lab plays requests, and writes down what comes.
type lab struct {
	guest  *server.Guest
	opts   Options
	base   *baseline
	nonces nonces
	pulse  *pulse
	plays  int
	next   time.Time // when the next connection may be opened
	// hangs tells whether a request is known to get no answer; nil knows of none.
	hangs func(Request) bool
}

// turn waits until another connection may be opened.
func (l *lab) turn(ctx context.Context) {
	now := time.Now()
	if l.next.Before(now) {
		l.next = now
	}
	wait := l.next.Sub(now)
	l.next = l.next.Add(time.Second / time.Duration(l.opts.Rate))
	pause(ctx, wait)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// playAll begins requests in their order, and has as many under way at once as there may
// be connections beside the control's.
func (l *lab) playAll(ctx context.Context, requests []Request) []*outcome {
	outcomes := make([]*outcome, len(requests))
	places := make(chan struct{}, l.opts.Connections-1)
	var work sync.WaitGroup
	for i, r := range requests {
		l.plays++
		o := &outcome{request: r, play: l.plays, nonce: l.nonces.of(l.plays)}
		outcomes[i] = o
		places <- struct{}{}
		l.turn(ctx)
		work.Go(func() {
			l.play(ctx, o)
			<-places
		})
	}
	work.Wait()
	return outcomes
}

// play sends one request and waits for what belongs to it.
func (l *lab) play(ctx context.Context, o *outcome) {
	var err error
	if o.draft, err = drafted(l.guest, o.request); err != nil {
		o.draft, o.refused = &draft{}, err.Error()
		return
	}
	v := l.guest.Visit(ctx, "odd", o.draft.raw(l.guest, o.nonce, l.long()))
	defer v.Close()
	o.stayed = l.attend(ctx, v, o.draft, l.patience(o.request))
	o.records = v.Records()
	if c := o.records[0]; c.End == transcript.EndOpen && c.Err != "" {
		o.refused, o.records = c.Err, nil
	}
}

// long is how long a slow request takes.
func (l *lab) long() time.Duration { return min(500*time.Millisecond, l.opts.Timeout/10) }

func over(c *transcript.Conn) bool { return c.Err != "" || c.End != transcript.EndOpen }

// patience is how long an answer is waited for: what is known to get none costs less time
// then.
func (l *lab) patience(r Request) time.Duration {
	if l.hangs != nil && l.hangs(r) {
		return l.opts.Timeout / 10
	}
	return l.opts.Timeout
}

// attend stays as long as the request asks for, and tells how long it has read the body.
func (l *lab) attend(ctx context.Context, v *server.Visit, d *draft, patience time.Duration) time.Duration {
	within := func(t time.Duration, shows func(*transcript.Conn) bool) {
		ctx, cancel := context.WithTimeout(ctx, t)
		defer cancel()
		v.Wait(ctx, func(c *transcript.Conn) bool { return shows(c) || over(c) })
	}
	within(l.opts.Timeout+l.long(), func(c *transcript.Conn) bool { return c.Request.At > 0 })
	if d.leave == "request" {
		v.Leave(true)
		return 0
	}
	within(patience, (*transcript.Conn).Answered)
	switch d.leave {
	case "head":
		v.Leave(true)
		return 0
	case "body":
		v.LeaveInside()
	}
	stay, shows := l.stay(d)
	ctx, cancel := context.WithTimeout(ctx, stay)
	defer cancel()
	began := time.Now()
	v.Wait(ctx, shows)
	if d.leave != "" {
		v.Leave(true)
	}
	return time.Since(began) - l.pulse.lost(began, time.Now())
}

// stay is how long the body of a response is read: until the first event, for as long as
// one may take, and until the second where the first may be no more than a greeting and
// the request holds a text that would be known again. A response that is complete, and
// a connection that is closed, are not waited for.
func (l *lab) stay(d *draft) (time.Duration, func(*transcript.Conn) bool) {
	const short, long = 100 * time.Millisecond, 2 * time.Second
	pace := l.base.pace
	if pace == 0 {
		pace = short / 2
	}
	events := func(n int) func(*transcript.Conn) bool {
		return func(c *transcript.Conn) bool { return len(c.Events) >= n }
	}
	switch hungry := l.base.hungry(); {
	case len(d.behind) > 0 || d.leave != "" || d.method == http.MethodHead:
		return min(long, 2*pace+short/5), func(*transcript.Conn) bool { return false }
	case mayShow(d):
		return min(long, 2*pace+short/5), events(2)
	case hungry > 0 && hungry < long:
		return hungry, events(1)
	}
	return short, events(1)
}

// mayShow tells whether a request holds a text that would be known again.
func mayShow(d *draft) bool {
	return slices.ContainsFunc(d.inputs(nonceWord), func(text string) bool { return strings.Contains(text, nonceWord) })
}

// errRefused says that there was no connection.
var errRefused = errors.New("an ordinary request gets no answer")

// ordinary plays an ordinary request, and says how it fared worse than the first ones:
// nil when it did not.
func (l *lab) ordinary(ctx context.Context) error {
	o := l.playAll(ctx, []Request{nil})[0]
	switch {
	case o.refused != "":
		return fmt.Errorf("%w: %s", errRefused, o.refused)
	case !o.records[0].Answered():
		return fmt.Errorf("an ordinary request is %s", unanswered(o.records[0], l.base).what)
	case o.records[0].Status != l.base.status:
		return fmt.Errorf("an ordinary request gets %s instead of %s", status(o.records[0].Status), status(l.base.status))
	}
	return nil
}

// alive waits for the server to serve ordinary requests, which it does at once unless
// something is the matter.
func (l *lab) alive(ctx context.Context) error {
	patience := time.Now().Add(l.opts.Timeout)
	for {
		err := l.ordinary(ctx)
		if err == nil || ctx.Err() != nil || time.Now().After(patience) {
			return err
		}
		pause(ctx, 20*time.Millisecond)
	}
}

// down tells whether the server is gone, though it may be back soon.
func (l *lab) down(ctx context.Context) error {
	err := l.ordinary(ctx)
	if err == nil || errors.Is(err, errRefused) {
		return err
	}
	return l.alive(ctx)
}

// revived waits for a server that is gone, after it was started again where the user
// says how. One that is back by itself is not started twice.
func (l *lab) revived(ctx context.Context) error {
	if l.opts.Revive != nil && l.ordinary(ctx) != nil {
		if err := l.opts.Revive(ctx); err != nil {
			return fmt.Errorf("it cannot be started again: %w", err)
		}
	}
	return l.alive(ctx)
}
