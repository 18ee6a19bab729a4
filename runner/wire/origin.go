package wire

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/cases"
)

// maxLinks bounds the connections that a server holds at once; one more is
// closed at once.
const maxLinks = 4096

// An originKind tells apart the origins that all plays share.
type originKind struct {
	http string // one of the versions of cases.Case.HTTP
	// certificate is what is wrong with that of the origin, as in cases.Case.
	certificate string
	elsewhere   bool
	// number tells the origins elsewhere apart: there are as many as hosts.
	number int
}

// An origin is a port and what is spoken there.
type origin struct {
	server *Server
	kind   originKind
	own    *Play // the one play that is served here; nil: all that share it
	tls    *tls.Config
	addr   *net.TCPAddr

	mu        sync.Mutex
	listener  net.Listener
	accepting chan struct{} // closed when the listener's loop has ended
}

// newOrigin makes an origin and opens it.
func (s *Server) newOrigin(kind originKind, addr string) (*origin, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	o := &origin{server: s, kind: kind, addr: tcp}
	if o.tls, err = s.ca.config(kind); err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	if err := o.open(); err != nil {
		return nil, fmt.Errorf("wire: %w", err)
	}
	return o, nil
}

// origin returns the shared origin of a kind.
func (s *Server) origin(kind originKind) (*origin, error) {
	if kind == (originKind{http: cases.HTTP1}) && len(s.hosts) > 0 {
		return s.hosts[0], nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errServerClosed
	}
	if o, ok := s.origins[kind]; ok {
		return o, nil
	}
	o := &origin{server: s, kind: kind}
	var err error
	if o.tls, err = s.ca.config(kind); err != nil {
		return nil, err
	}
	if o.addr, err = net.ResolveTCPAddr("tcp", s.sameHost("0")); err != nil {
		return nil, err
	}
	if err := o.openLocked(); err != nil {
		return nil, err
	}
	s.origins[kind] = o
	return o, nil
}

// sameHost is another port of the host where the first origin listens.
func (s *Server) sameHost(port string) string {
	host, _, err := net.SplitHostPort(s.options.Addr)
	if err != nil {
		host = ""
	}
	return net.JoinHostPort(host, port)
}

// open begins to listen; the first time this settles the port.
func (o *origin) open() error {
	o.server.mu.Lock()
	defer o.server.mu.Unlock()
	return o.openLocked()
}

// openLocked is open with the server's lock held, so that no listener is opened
// once the server has shut all of them.
func (o *origin) openLocked() error {
	if o.server.closed {
		return errServerClosed
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.listener != nil {
		return nil
	}
	listener, err := net.ListenTCP("tcp", o.addr)
	if err != nil {
		return err
	}
	if o.addr.Port == 0 {
		o.addr = listener.Addr().(*net.TCPAddr)
	}
	o.listener, o.accepting = listener, make(chan struct{})
	accepting := o.accepting
	o.server.work.Go(func() {
		defer close(accepting)
		o.accept(listener)
	})
	return nil
}

// shut ends listening: from its return on attempts to connect are refused.
func (o *origin) shut() {
	o.mu.Lock()
	listener, accepting := o.listener, o.accepting
	o.listener = nil
	o.mu.Unlock()
	if listener != nil {
		_ = listener.Close()
		<-accepting
	}
}

func (o *origin) accept(listener *net.TCPListener) {
	for {
		conn, err := listener.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // no more files, as a rule: wait until some are closed
			if o.server.wait(5*time.Millisecond) != nil {
				return
			}
			continue
		}
		o.server.adopt(newLink(o, conn))
	}
}

// adopt serves a connection, unless the server has ended or holds too many.
func (s *Server) adopt(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.links) >= maxLinks {
		l.kill()
		return
	}
	s.links[l] = struct{}{}
	s.work.Go(func() {
		defer s.disown(l)
		l.serve()
	})
}

// disown forgets a connection that is over or was handed on.
func (s *Server) disown(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.links, l)
}

// wait waits, or returns why the server ended.
func (s *Server) wait(d time.Duration) error { return pause(s.ctx, d) }

// host is the origin's host:port.
func (o *origin) host() string { return o.hostAs("") }

// hostAs is the origin's host:port with another name of the same machine.
func (o *origin) hostAs(name string) string {
	if name == "" {
		name = o.addr.IP.String()
		if o.addr.IP.IsUnspecified() {
			name = "127.0.0.1"
		}
	}
	return net.JoinHostPort(name, strconv.Itoa(o.addr.Port))
}

// base is the origin as it stands in URLs.
func (o *origin) base(host string) string {
	if o.tls != nil {
		return "https://" + host
	}
	return "http://" + host
}

// versions are the versions of HTTP as people know them.
var versions = map[string]string{
	cases.HTTP1:  "HTTP/1.1",
	cases.HTTPS1: "HTTP/1.1 with TLS",
	cases.HTTP2:  "HTTP/2 with TLS",
	cases.HTTP2C: "HTTP/2 without TLS",
}

// spoken is the version of HTTP in which a request came to the origin.
func (o *origin) spoken(r *request) string {
	two := r.proto == "HTTP/2.0"
	switch {
	case two && o.tls != nil:
		return cases.HTTP2
	case two:
		return cases.HTTP2C
	case o.tls != nil:
		return cases.HTTPS1
	}
	return cases.HTTP1
}
