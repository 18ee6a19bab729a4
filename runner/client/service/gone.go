package service

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
)

// pace is how often the service is asked whether it is still there while it has
// streams. It is short, so that one that something starts anew at once is missed
// before it is back: it knows nothing of the streams from before.
const pace = 50 * time.Millisecond

// blame says whose fault it is that a call failed which was begun at a time:
// that of who called it off, or the service's. If that is gone, so are its
// streams.
func (d *Driver) blame(ctx context.Context, began time.Time, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if unreachable(err) {
		return d.loseAll(began, err)
	}
	if _, now := d.call(ctx, d.options.Answer, http.MethodGet, d.base.String(), nil); now != nil && unreachable(now) {
		return d.loseAll(began, err)
	}
	return &client.SubjectError{What: fmt.Sprintf("the service did not answer as it should: %v", err)}
}

// loseAll tells the streams that were there at a time that the service is gone.
func (d *Driver) loseAll(before time.Time, why error) *client.SubjectError {
	lost := &client.SubjectError{What: fmt.Sprintf("the service at %s is gone: %v. "+
		"It is not ssecheck's to start anew; where something else does, the other cases go on", d.address, why)}
	for _, s := range d.all() {
		s.loseIfCreated(before, lost)
	}
	return lost
}

// watch finds out that the service is gone while streams wait for it, and whether
// one that once answered nobody for a while does so again.
func (d *Driver) watch() {
	ticks := time.NewTicker(pace)
	defer ticks.Stop()
	for {
		select {
		case <-d.alive.Done():
			return
		case <-ticks.C:
		}
		if len(d.all()) == 0 && d.stalled.Load() == nil {
			continue
		}
		began := time.Now()
		d.asked.Store(&began)
		err := d.look(d.alive)
		d.asked.Store(nil)
		if now := time.Now(); now.Sub(began) > stall {
			d.stalled.Store(&now)
		}
		if err != nil && unreachable(err) && d.alive.Err() == nil {
			_ = d.loseAll(began, err)
		}
	}
}

// stall is how long a service may take to answer before it counts as one that
// answers nobody.
const stall = time.Second

// Stalled is when the service last answered nobody for a while: its one thread
// may have been at work for one stream. It is the zero time for one that always
// did.
func (d *Driver) Stalled() time.Time {
	now := time.Now()
	if began := d.asked.Load(); began != nil && now.Sub(*began) > stall {
		return now
	}
	if last := d.stalled.Load(); last != nil {
		return *last
	}
	return time.Time{}
}

// look asks the service whether it is there.
func (d *Driver) look(ctx context.Context) error {
	_, err := d.call(ctx, d.options.Answer, http.MethodGet, d.base.String(), nil)
	return err
}

// comesBack waits for a service that is gone, and reports whether it is there
// again. One that once has not come back is not waited for any more.
func (d *Driver) comesBack(ctx context.Context) bool {
	d.returning.Lock()
	defer d.returning.Unlock()
	deadline := time.Now().Add(d.options.Return)
	for !d.dead {
		if err := d.look(ctx); err == nil || !unreachable(err) {
			return err == nil
		}
		d.dead = time.Now().After(deadline)
		select {
		case <-time.After(again):
		case <-ctx.Done():
			return false
		}
	}
	return false
}
