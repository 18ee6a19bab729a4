package server

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner"
)

// An Outlook is what a run would send to a server, so that it can be looked at
// before anything is sent.
type Outlook struct {
	// Requests are those of all cases that may be played, and of the survey; what
	// the stream does not use is left out in the run.
	Requests []Asked
	// AtOnce is the largest number of connections open at the same time.
	AtOnce int
}

// Asked is a request, and how many times it is sent at most.
type Asked struct {
	Method string
	// Path is the request's target, without the password that a URL may hold.
	Path string
	// Hop is the name of the proxy through which it goes; "" where it goes directly.
	Hop   string
	Times int
}

// String is "16 x GET /events", or "GET /events through nginx".
func (a Asked) String() string {
	text := a.Method + " " + a.Path
	if a.Hop != "" {
		text += " through " + a.Hop
	}
	if a.Times > 1 {
		text = fmt.Sprintf("%d x %s", a.Times, text)
	}
	return text
}

// Prepare checks what the user gave, and sends nothing. Start does it, too.
func (s *Server) Prepare() error {
	target, err := s.prepare()
	if err == nil && s.target == nil {
		s.target = target
	}
	return err
}

// Requests lists what a case would send, in order of its steps; the server must
// be prepared.
func (s *Server) Requests(c *cases.Case) []Asked {
	count := tally{}
	for _, step := range c.Probe {
		if step.Crowd != nil {
			count.add(Asked{s.opts.Method, s.target.RequestURI(), "", s.crowdRequests(c, step.Crowd)})
			continue
		}
		if step.Opens() == "" {
			continue
		}
		method := cmp.Or(step.Method, step.SendMethod(), s.opts.Method)
		if !step.Via {
			count.add(Asked{method, s.target.RequestURI(), "", s.crowd(c, step)})
			continue
		}
		for _, h := range s.hops {
			count.add(Asked{method, h.url.RequestURI(), h.name, s.crowd(c, step)})
		}
	}
	return count.list()
}

// crowdRequests is how many requests a crowd sends: its reference's, and those of
// the others each time they come.
func (s *Server) crowdRequests(c *cases.Case, crowd *cases.Crowd) int {
	size := min(crowd.Size(s.opts.crowd()), min(s.connections(c), int(s.places()))-1)
	return 1 + max(1, size)*(1+crowd.ComeBack)
}

// Outlook sums up what the cases that are not skipped beforehand would send.
func (s *Server) Outlook(list []*cases.Case) Outlook {
	count := tally{}
	count.add(Asked{s.opts.Method, s.target.RequestURI(), "", 1}) // the survey
	for _, c := range list {
		if s.Skip(c) != (runner.Skip{}) {
			continue
		}
		for _, a := range s.Requests(c) {
			count.add(a)
		}
	}
	return Outlook{Requests: count.list(), AtOnce: int(s.places())}
}

// Total is the number of all requests.
func (o Outlook) Total() int {
	n := 0
	for _, a := range o.Requests {
		n += a.Times
	}
	return n
}

// A tally counts requests of one kind together.
type tally map[Asked]int

func (t tally) add(a Asked) {
	n := a.Times
	a.Times = 0
	t[a] += n
}

// list has the most frequent ones first.
func (t tally) list() []Asked {
	var all []Asked
	for a, n := range t {
		a.Times = n
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b Asked) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), strings.Compare(a.Hop, b.Hop), strings.Compare(a.Method, b.Method))
	})
	return all
}

// mayHTTP2 tells whether the run may come to speak HTTP/2, before it has begun.
func (s *Server) mayHTTP2() bool {
	if s.survey != nil {
		return s.http2
	}
	return s.opts.HTTP == "2" || s.opts.HTTP == "h2c" || s.opts.HTTP == "" && strings.HasPrefix(s.address, "https:")
}
