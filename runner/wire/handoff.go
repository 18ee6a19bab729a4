package wire

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// A handoff serves mounted handlers and the fallback with a server of the
// standard library: it is given connections whose request was read already. It
// keeps none alive, so that no request of a play comes to it.
type handoff struct {
	server *http.Server
	conns  chan net.Conn
	ctx    context.Context
	work   sync.WaitGroup // its loop and its connections
}

// handedConn is a connection of which a part was read.
type handedConn struct {
	net.Conn
	handler http.Handler
	in      []byte
}

func (c *handedConn) Read(p []byte) (int, error) {
	if len(c.in) > 0 {
		n := copy(p, c.in)
		c.in = c.in[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

type handedKey struct{}

func newHandoff(s *Server) *handoff {
	h := &handoff{conns: make(chan net.Conn), ctx: s.ctx}
	h.server = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Context().Value(handedKey{}).(*handedConn).handler.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: s.options.HeadTimeout,
		ConnContext:       func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, handedKey{}, c) },
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed || state == http.StateHijacked {
				h.work.Done()
			}
		},
	}
	h.server.SetKeepAlivesEnabled(false)
	h.work.Go(func() { _ = h.server.Serve(h) })
	return h
}

// take serves the request r of a link, and whatever the handler makes of the
// connection.
func (h *handoff) take(l *link, r *request, handler http.Handler) {
	_ = l.conn.SetDeadline(time.Time{})
	conn := &handedConn{Conn: l.conn, handler: handler, in: append(r.head, l.in...)}
	h.work.Add(1)
	select {
	case h.conns <- conn:
	case <-h.ctx.Done():
		h.work.Done()
		l.kill()
	}
}

// Accept hands over the next connection.
func (h *handoff) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.ctx.Done():
		return nil, net.ErrClosed
	}
}

// Close and Addr make it a listener.
func (h *handoff) Close() error   { return nil }
func (h *handoff) Addr() net.Addr { return &net.TCPAddr{} }

// shut ends its connections, cleanly where their handlers end at once; wait
// waits for the others.
func (h *handoff) shut() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if h.server.Shutdown(ctx) != nil {
		_ = h.server.Close()
	}
}

func (h *handoff) wait() { h.work.Wait() }
