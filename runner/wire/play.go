package wire

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Play is a script that is being played, at a path of its own. Its methods
// may be called by many goroutines at once.
type Play struct {
	server          *Server
	script          Script
	log             *transcript.Log
	here, elsewhere *origin
	ctx             context.Context // done when the play is closed
	end             context.CancelCauseFunc
	work            sync.WaitGroup // turns, and what opens the port again
	hold            io.Closer      // keeps a port of the play's own; nil without one
	writes          atomic.Int64

	mu        sync.Mutex
	closed    bool
	seen      Seen
	told      chan struct{} // closed when seen changes
	state     State
	changed   chan struct{} // closed when state changes
	exchanges []*transcript.Exchange
	latest    *turn
	home      *origin // here, or the host that the client was sent to instead
}

// newPlay makes a play and puts it at its path.
func (s *Server) newPlay(script Script, log *transcript.Log) (*Play, error) {
	if log == nil {
		log = transcript.NewLog()
	}
	script.HTTP = cmp.Or(script.HTTP, cases.HTTP1)
	if err := s.check(&script); err != nil {
		return nil, err
	}
	p := &Play{server: s, script: script, log: log, told: make(chan struct{}), changed: make(chan struct{})}
	p.ctx, p.end = context.WithCancelCause(s.ctx)
	err := p.settle()
	if err == nil {
		err = s.place(p)
	}
	if err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// check refuses a script that cannot be played, and numbers one that has no path.
func (s *Server) check(script *Script) error {
	if versions[script.HTTP] == "" {
		return fmt.Errorf("%q is no version of HTTP that is spoken here; there are %s, %s, %s and %s",
			script.HTTP, cases.HTTP1, cases.HTTPS1, cases.HTTP2, cases.HTTP2C)
	}
	if script.Path == "" {
		script.Path = fmt.Sprintf("/c/%d", s.numbers.Add(1))
	}
	if !strings.HasPrefix(script.Path, "/") || strings.HasSuffix(script.Path, "/") || strings.ContainsAny(script.Path, "?# \r\n") {
		return fmt.Errorf("%q is no path of a play; one looks like /c/17", script.Path)
	}
	return nil
}

// settle gives the play its two origins.
func (p *Play) settle() error {
	kind := originKind{http: p.script.HTTP, certificate: p.script.Certificate}
	var err error
	if p.alone() {
		err = p.settleAlone(kind)
	} else {
		p.here, err = p.server.origin(kind)
	}
	if err != nil {
		return err
	}
	p.home = p.here
	p.elsewhere, err = p.server.origin(originKind{http: p.script.HTTP, elsewhere: true, number: p.server.nextElsewhere()})
	return err
}

// place begins to serve the play at its path.
func (s *Server) place(p *Play) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errServerClosed
	}
	if s.plays[p.script.Path] != nil {
		return fmt.Errorf("there is a play at %s already", p.script.Path)
	}
	s.plays[p.script.Path] = p
	return nil
}

// URL is where the play is.
func (p *Play) URL() string { return p.here.base(p.here.host()) + p.script.Path }

// Elsewhere is where the play is on another origin.
func (p *Play) Elsewhere() string { return p.elsewhere.base(p.elsewhere.host()) + p.script.Path }

// Tell says what the client has reported so far, so that the script's awaits
// can end.
func (p *Play) Tell(seen Seen) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen != seen {
		p.seen = seen
		close(p.told)
		p.told = make(chan struct{})
	}
}

// State is how far the play has come.
func (p *Play) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	state := p.state
	state.Writes = p.writes.Load()
	return state
}

// Changed returns a channel that is closed when State changes next.
func (p *Play) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

// changeLocked changes the state and says so.
func (p *Play) changeLocked(change func(*State)) {
	change(&p.state)
	close(p.changed)
	p.changed = make(chan struct{})
}

// Record is what was seen so far; it does not change any more.
func (p *Play) Record() Record {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := Record{Here: p.home.base(p.home.host()) + p.script.Path, Elsewhere: p.Elsewhere()}
	for _, x := range p.exchanges {
		kept := *x
		r.Exchanges = append(r.Exchanges, &kept)
	}
	return r
}

// Close ends the play's connections, cleanly where that is possible, and waits
// for its handlers. Later requests to its path get 404.
func (p *Play) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.server.forget(p)
	p.end(errClosed)
	p.work.Wait()
	p.leaveOrigin()
}

func (s *Server) forget(p *Play) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plays[p.script.Path] == p {
		delete(s.plays, p.script.Path)
	}
}
