package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Options are what a server is started with. The zero value serves.
type Options struct {
	// Addr is where the first host listens; default 127.0.0.1:0.
	Addr string
	// Hosts is how many origins there are for plain HTTP, each with a port of its
	// own; default 1. Browsers count their connections by origin.
	Hosts int
	// Find gives a script for a path that no play has, and is asked for a request's
	// own path first, then for those above it. The play is begun at the first
	// request and kept; it is at the script's Path, or at the one that was asked
	// for. Find may be called by many goroutines at once.
	Find func(path string) (Script, bool)
	// Fallback answers what is neither a play nor mounted; without it 404 does.
	Fallback http.Handler
	// HeadTimeout is how long a client may take for the handshake of TLS, and for
	// a request once it has begun; default 10s.
	HeadTimeout time.Duration
}

// A Server is the scripted server. Its methods may be called by many goroutines
// at once.
type Server struct {
	options Options
	ctx     context.Context // done when the server ends
	end     context.CancelCauseFunc
	ca      *authority
	readers *readWatch
	handed  *handoff
	work    sync.WaitGroup // all goroutines but those of handed
	hosts   []*origin

	mu      sync.Mutex
	closed  bool
	origins map[originKind]*origin // made when first needed
	links   map[*link]struct{}
	plays   map[string]*Play
	mounts  []mount

	numbers atomic.Int64 // of plays without a path
	settled atomic.Int64 // plays that were given their origins
}

var (
	// errClosed is why everything ends: the play or the server is closed.
	errClosed = errors.New("the play is over")
	// errServerClosed says that nothing can be begun any more.
	errServerClosed = errors.New("the server is closed")
)

// Start starts a server. It ends with ctx; Close waits for it.
func Start(ctx context.Context, o Options) (*Server, error) {
	o.Addr = cmp.Or(o.Addr, "127.0.0.1:0")
	o.Hosts = max(o.Hosts, 1)
	o.HeadTimeout = cmp.Or(o.HeadTimeout, 10*time.Second)
	s := &Server{options: o, origins: map[originKind]*origin{}, links: map[*link]struct{}{}, plays: map[string]*Play{}}
	var err error
	if s.ca, err = newAuthority(); err != nil {
		return nil, fmt.Errorf("wire: make a certificate authority: %w", err)
	}
	s.ctx, s.end = context.WithCancelCause(ctx)
	s.readers = newReadWatch()
	s.work.Go(func() { s.readers.run(s.ctx) })
	s.handed = newHandoff(s)
	err = s.listen()
	s.work.Go(func() {
		<-s.ctx.Done()
		s.shut()
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// listen opens the hosts and the origin that is elsewhere for all of them.
func (s *Server) listen() error {
	for i := range s.options.Hosts {
		addr := s.options.Addr
		if i > 0 {
			addr = s.sameHost("0")
		}
		o, err := s.newOrigin(originKind{http: cases.HTTP1}, addr)
		if err != nil {
			return err
		}
		s.hosts = append(s.hosts, o)
	}
	_, err := s.origin(originKind{http: cases.HTTP1, elsewhere: true})
	return err
}

// shut ends all that goes on; it does not wait.
func (s *Server) shut() {
	s.mu.Lock()
	s.closed = true
	plays, links, origins := s.plays, s.links, s.origins
	s.plays, s.links, s.origins = nil, nil, nil
	s.mu.Unlock()
	for _, o := range s.hosts {
		o.shut()
	}
	for _, o := range origins {
		o.shut()
	}
	for _, p := range plays {
		p.Close() // cleanly where that is possible
	}
	for l := range links {
		l.kill()
	}
	s.handed.shut()
}

// Close ends everything and waits for it.
func (s *Server) Close() error {
	s.end(errClosed)
	s.work.Wait()
	s.handed.wait()
	return s.ca.remove()
}

// Hosts are the host:port of the origins for plain HTTP.
func (s *Server) Hosts() []string {
	var hosts []string
	for _, o := range s.hosts {
		hosts = append(hosts, o.host())
	}
	return hosts
}

// nextElsewhere is the number of the origin that is elsewhere for the next play:
// as many are used in turn as there are hosts, so that plays side by side do not
// use up a browser's connections to one.
func (s *Server) nextElsewhere() int { return int(s.settled.Add(1)-1) % max(1, len(s.hosts)) }

// CACert is the path of a file with the certificate, in PEM, that signs the
// server's own. Close removes it.
func (s *Server) CACert() string { return s.ca.file }

// Begin begins a play; its requests are awaited from now on. log is written to
// until the play is closed; times are since it was begun. A nil log is a new
// one.
func (s *Server) Begin(script Script, log *transcript.Log) (*Play, error) {
	p, err := s.newPlay(script, log)
	if err != nil {
		return nil, fmt.Errorf("wire: begin %s: %w", cmp.Or(script.Name, "a play"), err)
	}
	return p, nil
}
