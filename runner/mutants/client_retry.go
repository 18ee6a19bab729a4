package mutants

import (
	"math"
	"time"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// retryInForceFaults: what becomes of a reconnection time that a stream has
// set. How its value is read is a matter of the parser (reaching).
func retryInForceFaults() []clientFault {
	return []clientFault{
		{"time-of-the-last-connection", "parse.retry.set", "waits as long as the connection before the last has set", lateTime},
		{"time-forgotten", "connect.reestablish.retry-kept", "forgets the reconnection time with each new connection", forgetTime},
		{"time-kept-for-one-return", "connect.reestablish.retry-kept", "uses a reconnection time once", timeOnce},
		{"time-forgotten-without-a-response", "connect.reestablish.retry-kept", "waits its own time when there was no response",
			forgetTimeWithoutResponse},
		{"time-only-grows", "parse.retry.set", "ignores a reconnection time that is shorter than the last",
			timed(func(m *refclient.Machine, ms int64) { m.ReconnectionTime = max(m.ReconnectionTime, inForce(ms)) })},
		{"time-only-shrinks", "parse.retry.set", "ignores a reconnection time that is longer than the last",
			timed(func(m *refclient.Machine, ms int64) { m.ReconnectionTime = min(m.ReconnectionTime, inForce(ms)) })},
		{"time-added-up", "parse.retry.set", "adds one reconnection time to the other",
			timed(func(m *refclient.Machine, ms int64) { m.ReconnectionTime += inForce(ms) })},
		{"time-of-the-first-connection", "connect.reestablish.retry-kept", "ignores reconnection times on later connections",
			timed(func(m *refclient.Machine, ms int64) {
				if m.Attempt == 1 {
					m.ReconnectionTime = inForce(ms)
				}
			})},
		{"time-overflows-in-nanoseconds", "parse.retry.huge", "lets a huge reconnection time overflow when it counts nanoseconds",
			timed(func(m *refclient.Machine, ms int64) { m.ReconnectionTime = time.Duration(ms) * time.Millisecond })},
		{"time-overflows-in-microseconds", "parse.retry.huge", "lets a huge reconnection time overflow when it counts microseconds",
			timed(func(m *refclient.Machine, ms int64) { m.ReconnectionTime = inForce(ms * 1000 / 1000) })},
		{"time-of-32-bits-with-a-sign", "parse.retry.huge", "keeps 32 bits of a reconnection time, with a sign",
			timed(func(m *refclient.Machine, ms int64) { m.ReconnectionTime = inForce(int64(int32(ms))) })},
		{"huge-time-is-nought", "parse.retry.huge", "takes a reconnection time beyond 64 bits for nought",
			timed(func(m *refclient.Machine, ms int64) {
				if ms == math.MaxInt64 {
					ms = 0
				}
				m.ReconnectionTime = inForce(ms)
			})},
		{"long-time-is-a-millisecond", "parse.retry.huge", "waits a millisecond where its timers cannot wait so long",
			timed(func(m *refclient.Machine, ms int64) {
				if ms > math.MaxInt32 { // as JavaScript's timers do
					ms = 1
				}
				m.ReconnectionTime = inForce(ms)
			})},
	}
}

// inForce is a reconnection time as the sound client has it.
func inForce(ms int64) time.Duration {
	return time.Duration(min(ms, refclient.MaxRetry.Milliseconds())) * time.Millisecond
}

func timed(set func(m *refclient.Machine, ms int64)) func(*refclient.Rules) {
	return func(r *refclient.Rules) { r.Retry = set }
}

func lateTime(r *refclient.Rules) {
	var before time.Duration
	mayConnect := r.MayConnect
	r.MayConnect = func(m *refclient.Machine) bool { before = m.ReconnectionTime; return mayConnect(m) }
	r.Delay = func(*refclient.Machine) time.Duration { return before }
}

func forgetTime(r *refclient.Rules) {
	var first time.Duration
	atTheStart(func(m *refclient.Machine) { first = m.ReconnectionTime })(r)
	announce := r.Announce
	r.Announce = func(m *refclient.Machine) { m.ReconnectionTime = first; announce(m) }
}

func forgetTimeWithoutResponse(r *refclient.Rules) {
	var first time.Duration
	atTheStart(func(m *refclient.Machine) { first = m.ReconnectionTime })(r)
	c := follow(r)
	delay := r.Delay
	r.Delay = func(m *refclient.Machine) time.Duration {
		if !c.open {
			return first
		}
		return delay(m)
	}
}

func timeOnce(r *refclient.Rules) {
	var first time.Duration
	atTheStart(func(m *refclient.Machine) { first = m.ReconnectionTime })(r)
	r.Delay = func(m *refclient.Machine) time.Duration {
		d := m.ReconnectionTime
		m.ReconnectionTime = first
		return d
	}
}
