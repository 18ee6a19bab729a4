package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// A play is one variant of one case under way on one event source.
type play struct {
	subject *Subject
	of      *cases.Case
	variant cases.Variant
	limit   time.Duration
	log     *transcript.Log

	script  wire.Script
	wire    *wire.Play
	reports *collector
	source  Stream

	closedAt time.Duration // when the case asked the client to close
	closing  error         // what came of that
	// overtaken: the moment to close came, but was heard of only when the play was over
	overtaken bool
	watched   time.Duration
	unmet     []string
	open      int // connections that the client kept after it was closed
}

// The states of a client, as cases name them.
const (
	stateOpen         = cases.StateOpen
	stateReconnecting = cases.StateReconnecting
	stateClosed       = cases.StateClosed
)

// run plays to the end. The error is a [SubjectError] when the implementation
// ended on the way; any other says that nothing is known of it.
func (p *play) run(ctx context.Context, alone bool) error {
	p.script = scriptOf(p.of, p.variant)
	p.script.CORS = p.subject.hello.Claims(CORS) && hasOwnOrigin(p.of)
	p.reports = newCollector(p.log, p.of.Expect)
	p.reports.prospects.any = p.of.Found != ""
	ready := make(chan struct{})
	if p.subject.hello.Late {
		p.script.Ready = ready
	}
	var err error
	if p.wire, err = p.subject.wire.Begin(p.script, p.log); err != nil {
		return fmt.Errorf("the scripted server cannot serve the case: %w", err)
	}
	defer p.wire.Close()
	p.reports.requests = func() int { return p.wire.State().Requests }
	p.reports.tell = p.wire.Tell
	p.reports.stir = p.subject.stir

	ask := connectOf(p.of, p.variant, p.wire.URL(), p.wire.Elsewhere(), p.subject.hello)
	ask.Alone = alone
	if p.source, err = p.connect(ctx, ask); err != nil {
		return err
	}
	close(ready)
	lost := p.untilOver(ctx)
	if lost == nil && len(p.unmet) == 0 && ctx.Err() == nil {
		lost = p.watch(ctx)
	}
	p.end(ctx)
	return lost
}

// connect asks the implementation within the time of the case.
func (p *play) connect(ctx context.Context, ask Connect) (Stream, error) {
	limit := p.limit + p.planned()
	if slow, ok := p.subject.driver.(Slow); ok {
		limit += slow.ConnectTime()
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errNotTaken)
	defer cancel()
	source, err := p.subject.driver.Connect(ctx, ask, p.reports.see)
	if err != nil && errors.Is(context.Cause(ctx), errNotTaken) {
		return nil, &SubjectError{What: fmt.Sprintf("the client did not take the request to connect within %v: %v", limit, err)}
	}
	return source, err
}

var errNotTaken = errors.New("not taken")

// untilOver waits until everything that the case demands has happened, the
// implementation has ended, or the time is over; then unmet says what is
// missing.
func (p *play) untilOver(ctx context.Context) error {
	timer := time.NewTimer(p.limit + p.planned())
	defer timer.Stop()
	atLast := time.Now().Add(busyLimits * (p.limit + p.planned()))
	starting := time.Now().Add(p.subject.hello.StartTime)
	asked := p.subject.hello.StartTime == 0
	extended, resigned, progress := false, false, int64(0)
	for {
		wireChanged := p.wire.Changed()
		state := p.wire.State()
		now, reported := p.reports.look()
		if now.flooded || now.wrong || state.Requests > p.requests() {
			return nil // the verdict is known, whatever may come
		}
		if !asked && state.Requests > 0 {
			asked = true
			timer.Reset(p.limit + p.planned())
		}
		p.closeIfDue(ctx, state, now)
		if p.over(state, now) {
			return nil
		}
		if now.state == stateClosed && !resigned && p.closedAt == 0 {
			// It says that it has given up: what was to come would be here soon.
			resigned, extended = true, true
			timer.Reset(min(resignation, p.limit))
		}
		select {
		case <-wireChanged:
		case <-reported:
		case <-p.source.Lost():
			return p.source.Err()
		case <-ctx.Done():
			return nil
		case <-timer.C:
			if resigned {
				p.unmet = p.missing(state, now)
				return nil
			}
			if !asked && time.Now().Before(starting) {
				timer.Reset(time.Until(starting))
				continue
			}
			told, _ := p.reports.look()
			if moved := p.wire.State().Writes + int64(told.Events); moved > progress {
				// It reads what it is given, one write after the other, and tells of
				// it, one event after the other.
				progress = moved
				timer.Reset(p.limit)
				continue
			}
			if idle := p.subject.idle(); p.subject.gate.shared && idle < p.limit && time.Now().Before(atLast) {
				timer.Reset(p.limit - idle)
				continue
			}
			if more := p.extension(ctx, state); more > 0 && !extended {
				extended = true
				timer.Reset(more)
				continue
			}
			p.unmet = p.missing(state, now)
			return nil
		}
	}
}

// busyLimits is how many times its limit a play may last because the client, one
// process for all, is at work on other event sources: on a machine that is busy it
// comes to this one later.
const busyLimits = 3

// resignation is how long is waited for what a client that has given up has
// still under way.
const resignation = 2 * time.Second

// perEvent is what a client may take for each event that it must report: it may
// have to send a request of its own for it.
const perEvent = 2 * time.Millisecond

// planned is the time that the case itself takes.
func (p *play) planned() time.Duration {
	sum := time.Duration(fewest(p.of.Expect)) * perEvent
	for i := range p.of.Connections {
		conn := &p.of.Connections[i]
		sum += conn.RefuseFor()
		if conn.Respond != nil {
			sum += conn.Respond.PauseFor()
		}
		for j := range conn.Stream {
			sum += conn.Stream[j].Wait()
		}
		if conn.Request != nil && conn.Request.After != nil {
			least, _ := conn.Request.After.Bounds()
			sum += least
		}
	}
	return sum
}

// extension is the time that the client may need beyond that because it waits
// long before it reconnects by nature. It is 0 for one that never does.
func (p *play) extension(ctx context.Context, state wire.State) time.Duration {
	left := len(p.script.Connections) - state.Begun
	refused := p.script.Connections[0].RefuseFor() > 0
	if state.Requests == 0 && !refused || left <= 0 {
		return 0
	}
	return time.Duration(left) * slack(p.pace(ctx).longest())
}

func (p *play) pace(ctx context.Context) waits {
	return p.subject.pace.get(ctx, p.subject.life, &p.subject.beside, p.limit)
}

// slack is a wait that is surely longer than d, which was measured once.
func slack(d time.Duration) time.Duration {
	if d == 0 {
		return 0
	}
	return d + d/2 + 50*time.Millisecond
}

// requests is how many requests must come.
func (p *play) requests() int {
	if f := p.of.Finally; f != nil && f.Requests != nil {
		return *f.Requests
	}
	return len(p.script.Connections)
}

// over tells whether all that must happen has happened.
func (p *play) over(state wire.State, now glance) bool {
	if p.of.Kind() == cases.KindStream {
		return now.ended
	}
	return len(p.missing(state, now)) == 0
}

// missing says what must still happen.
func (p *play) missing(state wire.State, now glance) []string {
	var all []string
	lack := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if p.of.Kind() == cases.KindStream {
		if !now.ended {
			lack("the event that the runner sends after the case, to see its end")
		}
		return all
	}
	if want := p.requests(); state.Requests < want {
		lack("request %d of %d", state.Requests+1, want)
	} else if state.Done < len(p.script.Connections) && state.Begun == len(p.script.Connections) {
		lack("the end of what the server does on connection %d", state.Done+1)
	}
	if n := fewest(p.of.Expect); now.Events < n {
		lack("event %d of %d", now.Events+1, n)
	}
	if p.of.Close != nil && p.closedAt == 0 {
		lack("the moment to close the client (%s)", p.of.Close.On)
	}
	f := p.of.Finally
	if f == nil {
		return all
	}
	if f.Opens != nil && p.subject.hello.Claims(Opens) && now.Opens < *f.Opens {
		lack("report %d of %d that it is open", now.Opens+1, *f.Opens)
	}
	if p.subject.hello.Claims(Errors) {
		if f.Errors != nil && now.Errors < *f.Errors {
			lack("error %d of %d", now.Errors+1, *f.Errors)
		}
		if f.State == stateClosed && p.of.Close == nil && now.state != stateClosed {
			lack("the report that it has given up")
		}
	}
	return all
}

// closeIfDue closes the client when the moment has come.
func (p *play) closeIfDue(ctx context.Context, state wire.State, now glance) {
	if p.closedAt > 0 || !p.closeIsDue(state, now) {
		return
	}
	p.closedAt = p.log.Now()
	p.closing = closeWithin(ctx, p.source)
}

// closeIsDue tells whether the moment has come to close the client.
func (p *play) closeIsDue(state wire.State, now glance) bool {
	c := p.of.Close
	if c == nil {
		return false
	}
	nth := max(1, c.Nth)
	switch c.On {
	case cases.OnOpen:
		return now.Opens >= nth
	case cases.OnEvent:
		return now.Events >= nth
	case cases.OnError:
		return now.Errors >= nth
	case cases.OnRequest:
		return state.Requests >= nth
	case cases.OnEnd:
		return state.Ended >= nth
	}
	return false
}

// closeTime is how long a client may take to confirm that it is closed.
const closeTime = 15 * time.Second

// closeWithin closes a source, also when ctx is over.
func closeWithin(ctx context.Context, source Stream) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	return source.Close(ctx)
}
