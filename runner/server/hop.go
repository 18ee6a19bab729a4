package server

import (
	"context"
	"net"
	"net/url"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A hop is a way to the stream through a proxy. It speaks the version of HTTP
// that it offers, whatever the run speaks to the server itself.
type hop struct {
	name   string
	url    *url.URL
	fields []transcript.Field
}

// prepareHops checks the addresses of the hops before anything is sent. The
// user has named their hosts, so they get the run's own header fields.
func (s *Server) prepareHops() error {
	s.hops = nil
	for _, h := range s.opts.Via {
		u, err := url.Parse(h.URL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return &TargetError{h.URL, "this is no URL of a server behind a proxy", "write it as --via NAME=http://HOST:PORT/PATH"}
		}
		u.Fragment = ""
		s.hops = append(s.hops, hop{name: h.name(), url: u, fields: s.ownFields(u, true)})
	}
	return nil
}

// name is how messages call the hop.
func (h Hop) name() string {
	if h.Name != "" {
		return h.Name
	}
	if u, err := url.Parse(h.URL); err == nil {
		return u.Host
	}
	return h.URL
}

func (s *Server) hopNames() []string {
	var names []string
	for _, h := range s.opts.Via {
		names = append(names, h.name())
	}
	return names
}

// tryHops tells before the run whether somebody listens at each hop.
func (s *Server) tryHops(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	for _, h := range s.hops {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", hostPort(h.url))
		if err != nil {
			return &TargetError{h.url.Redacted(), "the hop " + h.name + " cannot be reached: " + err.Error(), "start it, or check its --via"}
		}
		_ = conn.Close()
	}
	return nil
}

// way is one way to the stream: directly, or through a hop.
type way struct {
	hop  string
	want dialing
	r    request
}

// ways are those that a step takes.
func (s *Server) ways(step cases.Step, r request) []way {
	want := dialing{url: r.url, http1: step.HTTP != "" || step.Send != nil, small: step.ReadSlowly != ""}
	if !step.Via {
		return []way{{want: want, r: r}}
	}
	var all []way
	for _, h := range s.hops {
		through := r
		through.url = h.url
		for _, f := range h.fields {
			if f.Name == "Authorization" { // those of the hop's own URL
				through.fields = set(through.fields, f.Name, f.Value)
			}
		}
		w := want
		w.url, w.hop = h.url, true
		all = append(all, way{h.name, w, through})
	}
	return all
}
