package hostile

import (
	"context"
	"sync"
	"time"
)

// A pulse beats as long as a run, and notes when it was late: then the machine was busy
// with something else, and what was late meanwhile is nobody's fault.
type pulse struct {
	stop context.CancelFunc
	work sync.WaitGroup

	mu   sync.Mutex
	late []span
}

// A span is a time in which the pulse stood still.
type span struct{ from, to time.Time }

const (
	beat = 10 * time.Millisecond
	// lateness is what is no wonder on any machine.
	lateness = 20 * time.Millisecond
	// maxLate bounds what is remembered.
	maxLate = 256
)

func newPulse() *pulse {
	ctx, stop := context.WithCancel(context.Background())
	p := &pulse{stop: stop}
	p.work.Go(func() { p.run(ctx) })
	return p
}

func (p *pulse) run(ctx context.Context) {
	for last := time.Now(); ctx.Err() == nil; {
		pause(ctx, beat)
		now := time.Now()
		p.beaten(last, now)
		last = now
	}
}

// beaten notes the time between two beats if it was long.
func (p *pulse) beaten(last, now time.Time) {
	if now.Sub(last) < beat+lateness {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late = append(p.late[max(0, len(p.late)-maxLate+1):], span{last.Add(beat), now})
}

// lost is how much of a time the machine was busy.
func (p *pulse) lost(from, to time.Time) (sum time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.late {
		begin, end := s.from, s.to
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		sum += max(0, end.Sub(begin))
	}
	return sum
}

// end stops the pulse and waits for it.
func (p *pulse) end() {
	p.stop()
	p.work.Wait()
}
