package server

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Server is the subject at a URL.
type Server struct {
	address string
	opts    Options
	// slots bounds the connections that are open at the same time. A case takes
	// all that it will need at once, so that two cases never wait for each other.
	slots *semaphore.Weighted

	// What follows is set by Start.
	dialer *dialer
	target *url.URL // after redirects
	fields []transcript.Field
	http2  bool
	hops   []hop

	stop   context.CancelFunc // ends the survey
	survey *visit
	calm   chan struct{} // closed when other visits may disturb the survey
	enough chan struct{} // closed when the survey shows what the stream uses
	wait   sync.WaitGroup
}

var _ runner.Subject = (*Server)(nil)

// New returns the subject at a URL. Nothing is opened before Start.
func New(url string, opts Options) *Server {
	opts = opts.withDefaults(url)
	return &Server{address: url, opts: opts, slots: semaphore.NewWeighted(opts.places()), stop: func() {},
		calm: make(chan struct{}), enough: make(chan struct{})}
}

// Info says who the subject is: after Start, under the name that it gives
// itself in the Server field; its host where it gives none.
func (s *Server) Info() runner.Info {
	i := runner.Info{Role: reports.RoleServer, Name: s.address, Address: s.address, Flags: s.opts.Flags}
	if u, err := url.Parse(s.address); err == nil && u.Host != "" {
		i.Name = u.Host
	}
	if s.survey != nil {
		if name := s.survey.snapshot().Get("Server"); name != "" {
			i.Name = name
		}
	}
	return i
}

// Parallel is how many cases are played at once. Many of them wait for the
// survey and open nothing; the connections have a bound of their own.
func (s *Server) Parallel() int { return 8 * min(s.opts.Connections, DefaultConnections) }

// Skip names what is known not to apply before a case is played: another
// version of HTTP, another method. What the stream must show first is judged
// with the survey, once that is complete.
func (s *Server) Skip(c *cases.Case) runner.Skip {
	probe := &transcript.Probe{Target: s.facts()}
	if s.survey != nil {
		select {
		case <-s.survey.done:
			probe.Survey = s.survey.snapshot()
		default:
		}
	}
	if skip := missing(c, probe); skip != (runner.Skip{}) {
		return skip
	}
	return s.tooMany(c)
}

// facts are what is known of the target beforehand.
func (s *Server) facts() transcript.Target {
	return transcript.Target{
		HTTP1: s.opts.HTTP == "" || s.opts.HTTP == "1.1",
		HTTP2: s.mayHTTP2(), Loopback: s.onLoopback(),
		Method: s.opts.Method, Observe: s.opts.Observe, Hops: s.hopNames(),
		Asks:   jsonRPCID(s.opts.Body),
		Polite: !s.opts.crowds && s.opts.Method != http.MethodGet && s.opts.Method != http.MethodHead,
	}
}

// Variants is the one way to play a probe.
func (s *Server) Variants(c *cases.Case) []cases.Variant {
	return []cases.Variant{{Name: "as written"}}
}

// Close ends the survey and waits for it. Plays must have returned.
func (s *Server) Close() error {
	s.stop()
	s.wait.Wait()
	if s.survey != nil {
		<-s.survey.done
	}
	return nil
}

// Play plays a probe within the time of ctx.
func (s *Server) Play(ctx context.Context, c *cases.Case, _ cases.Variant) *transcript.Transcript {
	if s.survey == nil {
		return &transcript.Transcript{Broken: "the server was not started"}
	}
	return s.play(ctx, 0, c)
}

// PlayFor plays a probe. The time runs from when the connections that the case
// needs are free; the survey's part of it, which the server sets, is counted
// apart: limit is added to what the run observes for.
func (s *Server) PlayFor(ctx context.Context, limit time.Duration, c *cases.Case, _ cases.Variant) *transcript.Transcript {
	if s.survey == nil {
		return &transcript.Transcript{Broken: "the server was not started"}
	}
	return s.play(ctx, limit+s.opts.Observe, c)
}
