package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// errLeft is why a turn ends when the client is gone.
var errLeft = errors.New("the client left")

// How a connection ends, for the log.
const clean = "clean"

// forever is longer than any play.
const forever = 1<<63 - 1

// A turn is one request of a play and what is done with it.
type turn struct {
	play    *Play
	request *request
	origin  *origin
	home    *origin // of the play
	// script is the connection of the script; nil past its end.
	script *cases.Connection
	// last: it is the script's last connection.
	last bool
	// refusal is for how long nobody listens after it; the client's connection
	// must go too.
	refusal time.Duration

	ctx context.Context // done when the play is closed or the client has left
	end context.CancelCauseFunc
	log *turnLog
	// gone looks whether the client's socket is closed; nil where that cannot be
	// seen.
	gone func() bool

	// The rest is guarded by the play's lock.
	x    *transcript.Exchange
	done bool // counted in State.Done
}

// admit begins the turn of a request. It returns nil once the play is closed.
func (p *Play) admit(r *request, at *origin, gone func() bool) *turn {
	now := p.now()
	p.mindLatest()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	if spoken := at.spoken(r); spoken != p.script.HTTP {
		r.refuse(http.StatusHTTPVersionNotSupported, fmt.Sprintf("this is played over %s at %s, and the request came over %s",
			versions[p.script.HTTP], p.URL(), versions[spoken]))
	}
	if p.state.Requests == 0 && !at.kind.elsewhere {
		p.home = at
	}
	p.work.Add(1) // turn.over
	t := &turn{play: p, request: r, origin: at, home: p.home, gone: gone}
	t.ctx, t.end = context.WithCancelCause(p.ctx)
	t.x = &transcript.Exchange{
		Number: p.state.Requests + 1, Head: r.head, Method: r.method, Target: r.target, Proto: r.proto, Header: r.header,
		Path: r.below(p.script.Path), Elsewhere: at.kind.elsewhere, At: now,
		Reused: r.reused,
	}
	t.log = &turnLog{log: p.log, conn: t.x.Number}
	t.meetLocked()
	t.afterLocked()
	p.latest = t
	if len(p.exchanges) < transcript.MaxRequests {
		p.exchanges = append(p.exchanges, t.x)
	}
	t.log.add(transcript.Subject, "request", r.head, "")
	return t
}

// mindLatest notes that the client of the request before has left, if it has:
// the news may come later than the request that follows it.
func (p *Play) mindLatest() {
	p.mu.Lock()
	before := p.latest
	open := before != nil && before.x.Ended == 0
	p.mu.Unlock()
	if open && before.gone != nil && before.gone() {
		before.left("")
	}
}

// meetLocked gives the turn its connection of the script.
func (t *turn) meetLocked() {
	p := t.play
	all := p.script.Connections
	t.script = p.script.connection(p.state.Begun)
	t.last = t.script != nil && t.script == &all[len(all)-1]
	if next := p.script.connection(p.state.Begun + 1); next != nil {
		t.refusal = next.RefuseFor()
	}
	t.x.Beyond = t.script == nil
	p.changeLocked(func(s *State) {
		s.Requests++
		s.Open++
		if t.script != nil {
			s.Begun++
		}
	})
}

// connection is the n-th connection of the script, counted from 0; nil past its
// end.
func (s *Script) connection(n int) *cases.Connection {
	if s.Repeat && len(s.Connections) > 0 {
		n %= len(s.Connections)
	}
	if n >= len(s.Connections) {
		return nil
	}
	return &s.Connections[n]
}

// afterLocked measures the time since the end of the connection before.
func (t *turn) afterLocked() {
	before := t.play.latest
	if before == nil {
		return
	}
	if before.x.Ended == 0 {
		t.x.After = -1
		return
	}
	// An end that is noted while this request comes in may bear a later time.
	t.x.After = max(t.x.At-before.x.Ended, 0)
	t.play.state.LastWait = t.x.After
}

// now is the time since the play's log was begun.
func (p *Play) now() time.Duration { return time.Since(p.log.Begun()) }

// note changes the turn's exchange.
func (t *turn) note(change func(*transcript.Exchange)) {
	t.play.mu.Lock()
	defer t.play.mu.Unlock()
	change(t.x)
}

// problem notes what kept the server from doing what the case says.
func (t *turn) problem(text string) {
	t.note(func(x *transcript.Exchange) { x.Problem = text })
	t.log.add(transcript.Runner, "error", nil, text)
}

// ending is called before the last write of a response: the client cannot know
// earlier that it ended. What ends since the play is closed was open to the
// last.
func (t *turn) ending(how string) {
	if context.Cause(t.ctx) == nil {
		t.ended(transcript.Runner, how)
	}
}

// left notes that the client has gone, and ends the turn.
func (t *turn) left(how string) {
	if context.Cause(t.ctx) == nil {
		t.ended(transcript.Subject, how)
		t.end(errLeft)
	}
}

// ended notes the end of the connection, once.
func (t *turn) ended(by, how string) {
	first := false
	t.note(func(x *transcript.Exchange) {
		if first = x.Ended == 0; first {
			x.Ended, x.EndedBy = t.play.now(), by
		}
	})
	if !first {
		return
	}
	t.log.add(by, "close", nil, how)
	if t.refusal > 0 && t.script != nil {
		t.play.refuse(t.refusal)
	}
}

// finished notes that all was done that the script says of this connection.
func (t *turn) finished() {
	t.play.mu.Lock()
	defer t.play.mu.Unlock()
	t.finishedLocked()
}

func (t *turn) finishedLocked() {
	if !t.done && t.script != nil {
		t.done = true
		t.play.changeLocked(func(s *State) { s.Done++ })
	}
}

// over ends the turn.
func (t *turn) over() {
	p := t.play
	p.mu.Lock()
	defer p.mu.Unlock()
	t.finishedLocked()
	p.changeLocked(func(s *State) {
		s.Open--
		if t.script != nil {
			s.Ended++
		}
	})
	t.end(nil)
	p.work.Done()
}
