package wire

import (
	"fmt"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// alone tells whether the play needs a port of its own: where connections are
// refused for a while, or asked to go, no other play may be hurt.
func (p *Play) alone() bool {
	for i := range p.script.Connections {
		c := &p.script.Connections[i]
		if c.RefuseFor() > 0 {
			return true
		}
		for j := range c.Stream {
			if c.Stream[j].Frame == cases.FrameGoAway {
				return true
			}
		}
	}
	return false
}

// settleAlone gives the play its own origin, which listens at once unless the
// first connection is refused for a while.
func (p *Play) settleAlone(kind originKind) error {
	hold, addr, err := reserve(p.server.sameHost("0"))
	if err != nil {
		return fmt.Errorf("take a port: %w", err)
	}
	p.hold = hold
	p.here = &origin{server: p.server, kind: kind, own: p, addr: addr}
	if p.here.tls, err = p.server.ca.config(kind); err != nil {
		return err
	}
	if first := p.script.Connections[0].RefuseFor(); first > 0 {
		p.refuse(first)
		return nil
	}
	return p.here.open()
}

// refuse has nobody listen at the play's port for a while.
func (p *Play) refuse(d time.Duration) {
	p.here.shut()
	p.server.killIdle(p.here)
	p.log.Add(reports.Entry{End: transcript.Runner, Kind: "refuse", Text: fmt.Sprintf("nobody listens for %s", d)})
	p.work.Go(func() {
		for err := pause(p.ctx, d); err == nil; err = pause(p.ctx, retryOpen) {
			if p.here.open() == nil {
				p.log.Add(reports.Entry{End: transcript.Runner, Kind: "listen"})
				return
			}
		}
	})
}

// retryOpen is the time between two attempts to listen again, where another
// program took the port meanwhile.
const retryOpen = 10 * time.Millisecond

// leaveOrigin gives back what the play had to itself.
func (p *Play) leaveOrigin() {
	if p.here != nil && p.here.own == p {
		p.here.shut()
		p.server.killIdle(p.here)
	}
	if p.hold != nil {
		_ = p.hold.Close()
	}
}

// killIdle closes the connections of an origin on which no request is served.
func (s *Server) killIdle(o *origin) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.links {
		if l.origin == o && l.idle.Load() {
			l.kill()
		}
	}
}
