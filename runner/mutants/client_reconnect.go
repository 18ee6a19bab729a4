package mutants

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// endFaults: after which ends a client comes back.
func endFaults() []clientFault {
	wasOpen := func(c *course) bool { return c.open }
	neverOpen := func(c *course) bool { return !c.open }
	ended := func(_ *refclient.Machine, err error) bool { return errors.Is(err, refclient.ErrEnded) }
	truncated := func(_ *refclient.Machine, err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }
	reset := func(_ *refclient.Machine, err error) bool { return errors.Is(err, syscall.ECONNRESET) }
	return []clientFault{
		{"never-returns", "response.end", "makes one connection", givesUp(func(*refclient.Machine, error) bool { return true })},
		{"returns-once", "response.end", "makes two connections", givesUp(func(m *refclient.Machine, _ error) bool { return m.Attempt > 1 })},
		{"not-after-the-end", "response.end", "gives up when a stream has ended in good order", givesUp(ended)},
		{"not-after-nothing", "response.end", "gives up when a stream had no event", givesUpIf(func(c *course) bool { return c.open && !c.fed }, ended)},
		{"not-after-a-break", "response.broken-body", "gives up when a stream breaks off", givesUpIf(wasOpen, func(m *refclient.Machine, err error) bool {
			return !ended(m, err)
		})},
		{"not-after-a-reset", "response.broken-body", "gives up when a connection is reset in the body", givesUpIf(wasOpen, reset)},
		{"not-after-a-truncation", "response.incomplete", "gives up when a body is incomplete", givesUpIf(wasOpen, truncated)},
		{"not-when-refused", "response.network-error", "gives up when no connection can be made", givesUp(dialFailed)},
		{"not-without-a-response", "response.network-error", "gives up when a connection ends before the response has come",
			givesUpIf(neverOpen, func(m *refclient.Machine, err error) bool { return !dialFailed(m, err) })},
		{"not-before-it-was-open", "response.network-error", "gives up when the first attempt fails",
			givesUpIf(neverOpen, func(m *refclient.Machine, _ error) bool { return m.Attempt == 1 })},
	}
}

// errorFaults: what is told when a connection has ended.
func errorFaults() []clientFault {
	return []clientFault{
		{"returns-silently", "connect.reestablish.error-first", "does not tell that a connection has ended",
			func(r *refclient.Rules) { r.Lost = func(*refclient.Machine, error) {} }},
		{"tells-breaks-alone", "connect.reestablish.error-first", "does not tell that a stream has ended in good order", func(r *refclient.Rules) {
			r.Lost = func(m *refclient.Machine, err error) {
				if !errors.Is(err, refclient.ErrEnded) {
					m.ReportError(err, true)
				}
			}
		}},
		{"tells-each-end-twice", "connect.reestablish.error-first", "tells twice that a connection has ended", func(r *refclient.Rules) {
			r.Lost = func(m *refclient.Machine, err error) { m.ReportError(err, true); m.ReportError(err, true) }
		}},
		{"tells-after-the-wait", "connect.reestablish.connecting-first", "tells that a connection has ended when it has waited", func(r *refclient.Rules) {
			r.Reestablish = func(m *refclient.Machine, err error) { m.Wait(m.Open, m, m.Delay(m)); m.Lost(m, err) }
		}},
		{"tells-with-the-answer", "connect.reestablish.error-first", "tells that a connection has ended when the next is answered", tellWithTheAnswer},
		{"tells-that-it-is-closed", "connect.reestablish.connecting-first", "says at each end that it has given up, and comes back", func(r *refclient.Rules) {
			r.Lost = func(m *refclient.Machine, err error) { m.ReportError(err, false) }
		}},
		{"last-event-after-the-error", "connect.queue-order", "hands out the last event after it told that the stream has ended", lastEventAfterError},
	}
}

// waitFaults: how long it waits.
func waitFaults() []clientFault {
	return []clientFault{
		{"waits-half", "connect.reestablish.wait", "waits half of the reconnection time",
			delay(func(_ *refclient.Machine, d time.Duration) time.Duration { return d / 2 })},
		{"waits-for-nothing", "connect.reestablish.wait", "comes back at once",
			delay(func(*refclient.Machine, time.Duration) time.Duration { return 0 })},
		{"waits-by-chance", "connect.reestablish.wait", "waits any part of the reconnection time up to three quarters",
			delay(func(_ *refclient.Machine, d time.Duration) time.Duration {
				return time.Duration(rand.Float64() * 0.75 * float64(d))
			})},
		{"waits-from-the-beginning", "connect.reestablish.wait", "counts the reconnection time from the beginning of a connection", func(r *refclient.Rules) {
			wait := r.Wait
			r.Wait = func(ctx context.Context, m *refclient.Machine, d time.Duration) {
				wait(ctx, m, m.Began.Add(d).Sub(m.Ended))
			}
		}},
		{"waits-from-the-last-event", "connect.reestablish.wait", "counts the reconnection time from the last event", waitFromLastEvent},
		{"waits-at-most-50-ms", "connect.reestablish.never-shorter", "never waits longer than 50 ms",
			delay(func(_ *refclient.Machine, d time.Duration) time.Duration { return min(d, 50*time.Millisecond) })},
		{"waits-at-most-3-seconds", "connect.reestablish.never-shorter", "never waits longer than three seconds",
			delay(func(_ *refclient.Machine, d time.Duration) time.Duration { return min(d, 3*time.Second) })},
		{"waits-once", "connect.reestablish.never-shorter", "waits before its first return alone", delay(func(m *refclient.Machine, d time.Duration) time.Duration {
			if m.Attempt > 1 {
				return 0
			}
			return d
		})},
		{"waits-ever-shorter", "connect.reestablish.never-shorter", "waits half as long each time",
			delay(func(m *refclient.Machine, d time.Duration) time.Duration { return d >> (m.Attempt - 1) })},
		{"no-wait-after-a-break", "connect.reestablish.never-shorter", "comes back at once when a stream breaks off", noWait(func(c *course, err error) bool {
			return c.open && !errors.Is(err, refclient.ErrEnded)
		})},
		{"no-wait-after-nothing", "connect.reestablish.never-shorter", "comes back at once when a stream had no event",
			noWait(func(c *course, _ error) bool { return c.open && !c.fed })},
		{"no-wait-without-a-response", "connect.reestablish.wait", "comes back at once when there was no response",
			noWait(func(c *course, _ error) bool { return !c.open })},
		{"waits-a-minute", "parse.retry.set", "waits a minute at least",
			delay(func(_ *refclient.Machine, d time.Duration) time.Duration { return max(d, time.Minute) })},
	}
}

// givesUp fails for good at some ends.
func givesUp(at func(m *refclient.Machine, err error) bool) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		reestablish, mayConnect := r.Reestablish, r.MayConnect
		given := false
		r.Reestablish = func(m *refclient.Machine, err error) {
			if given = at(m, err); given {
				m.ReportError(err, false)
				return
			}
			reestablish(m, err)
		}
		r.MayConnect = func(m *refclient.Machine) bool { return !given && mayConnect(m) }
	}
}

// A course is what the connection has seen so far, or the last one.
type course struct {
	open, fed bool // there was a response; there was an event
	lastEvent time.Time
}

// follow keeps the course of each connection.
func follow(r *refclient.Rules) *course {
	c := &course{}
	mayConnect, announce, dispatch := r.MayConnect, r.Announce, r.Dispatch
	r.MayConnect = func(m *refclient.Machine) bool { *c = course{}; return mayConnect(m) }
	r.Announce = func(m *refclient.Machine) { c.open, c.lastEvent = true, time.Now(); announce(m) }
	r.Dispatch = func(m *refclient.Machine, e spec.Event) { c.fed, c.lastEvent = true, time.Now(); dispatch(m, e) }
	return c
}

// givesUpIf is givesUp for connections of a course.
func givesUpIf(suits func(c *course) bool, at func(m *refclient.Machine, err error) bool) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		c := follow(r)
		givesUp(func(m *refclient.Machine, err error) bool { return suits(c) && at(m, err) })(r)
	}
}

func noWait(when func(c *course, err error) bool) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		c := follow(r)
		lost, atOnce := r.Lost, false
		r.Lost = func(m *refclient.Machine, err error) { atOnce = when(c, err); lost(m, err) }
		r.Delay = func(m *refclient.Machine) time.Duration {
			if atOnce {
				return 0
			}
			return m.ReconnectionTime
		}
	}
}

func waitFromLastEvent(r *refclient.Rules) {
	c := follow(r)
	wait := r.Wait
	r.Wait = func(ctx context.Context, m *refclient.Machine, d time.Duration) {
		if c.fed {
			d = c.lastEvent.Add(d).Sub(m.Ended)
		}
		wait(ctx, m, d)
	}
}

func tellWithTheAnswer(r *refclient.Rules) {
	var owed error
	check := r.Check
	r.Lost = func(_ *refclient.Machine, err error) { owed = err }
	r.Check = func(m *refclient.Machine, response *http.Response) error {
		if owed != nil {
			m.ReportError(owed, true)
		}
		owed = nil
		return check(m, response)
	}
}

func lastEventAfterError(r *refclient.Rules) {
	var held []spec.Event
	lost := r.Lost
	hand := func(m *refclient.Machine) {
		for _, e := range held {
			m.ReportEvent(e)
		}
		held = nil
	}
	r.Dispatch = func(m *refclient.Machine, e spec.Event) { hand(m); held = append(held, e) }
	r.Lost = func(m *refclient.Machine, err error) { lost(m, err); hand(m) }
}

func delay(of func(m *refclient.Machine, d time.Duration) time.Duration) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.Delay = func(m *refclient.Machine) time.Duration { return of(m, m.ReconnectionTime) }
	}
}

func dialFailed(_ *refclient.Machine, err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}
