package server

import (
	"fmt"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
)

// waysOf is how many connections a step opens for each one that it names.
func (s *Server) waysOf(step cases.Step) int {
	switch {
	case step.Opens() == "":
		return 0
	case step.Via:
		return len(s.hops)
	}
	return 1
}

// connections counts those that the case opens.
func (s *Server) connections(c *cases.Case) int {
	n := 0
	for _, step := range c.Probe {
		n += s.waysOf(step) * max(1, step.Together)
		if step.Crowd != nil {
			n += 1 + step.Crowd.Size(s.opts.crowd())
		}
	}
	return n
}

// singles counts those that the case opens but for its crowds: it cannot do with
// fewer.
func (s *Server) singles(c *cases.Case) int {
	n := 0
	for _, step := range c.Probe {
		if step.Together == 0 {
			n += s.waysOf(step)
		}
		if step.Crowd != nil {
			n += 2 // its reference, and one that is compared with it
		}
	}
	return n
}

// crowd is how many connections a step opens, each way, so that with the case's
// single ones there are never more than the run may have.
func (s *Server) crowd(c *cases.Case, step cases.Step) int {
	if step.Together == 0 {
		return 1
	}
	free := min(s.connections(c), int(s.places())) - s.singles(c)
	return max(1, min(step.Together, free/max(1, s.waysOf(step))))
}

// tooMany says why a case is not played that needs more connections than the run
// may have open.
func (s *Server) tooMany(c *cases.Case) runner.Skip {
	need := s.singles(c)
	for _, step := range c.Probe {
		if step.Together > 0 {
			need = max(need, s.singles(c)+s.waysOf(step))
		}
	}
	if need <= int(s.places()) {
		return runner.Skip{}
	}
	return runner.Skip{Kind: reports.SkipUnused, Reason: fmt.Sprintf(
		"the case opens %d connections, and the run may have %d at the same time; --connections %d plays it", need, s.places(), need)}
}
