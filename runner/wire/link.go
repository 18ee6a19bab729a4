package wire

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/net/http2"

	"github.com/ssecheck/ssecheck/runner/peer"
)

// idleTimeout is how long a connection is kept between two requests. It is long,
// since a client that sends one just when the server closes sees a failure that
// no case asked for.
const idleTimeout = 5 * time.Minute

const (
	// grace is how long a write at the end of a play may take.
	grace = 250 * time.Millisecond
	// blindReset is how long a client may take to read what a reset would take
	// away, where it cannot be seen whether it has.
	blindReset = 50 * time.Millisecond
	// lingerTime is how long a client may take to close after the server did.
	lingerTime = 5 * time.Second
	// maxDrained bounds what it may send meanwhile.
	maxDrained = 16 << 20
)

// past is a deadline that ends reads and writes at once.
var past = time.Unix(1, 0)

// A link is one connection of a client.
type link struct {
	origin *origin
	server *Server
	tcp    *counted
	conn   net.Conn // tcp, or TLS over it
	in     []byte   // read and not yet used
	served int      // requests
	torn   bool     // a write failed midway: nothing can follow
	idle   atomic.Bool
}

// counted is a TCP connection that counts what was written to it.
type counted struct {
	*net.TCPConn
	written atomic.Int64
	peer    peer.Socket
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.TCPConn.Write(p)
	c.written.Add(int64(n))
	return n, err
}

func newLink(o *origin, conn *net.TCPConn) *link {
	tcp := &counted{TCPConn: conn}
	l := &link{origin: o, server: o.server, tcp: tcp, conn: tcp}
	l.idle.Store(true)
	if o.tls != nil {
		l.conn = tls.Server(tcp, o.tls)
	}
	return l
}

// serve serves the connection to its end.
func (l *link) serve() {
	l.tcp.peer = l.server.readers.peers.Of(l.tcp.TCPConn)
	_ = l.conn.SetDeadline(time.Now().Add(l.server.options.HeadTimeout))
	if t, ok := l.conn.(*tls.Conn); ok && t.HandshakeContext(l.server.ctx) != nil {
		l.kill()
		return
	}
	two, err := l.speaksHTTP2()
	switch {
	case err != nil:
		l.kill()
	case two:
		serveHTTP2(l)
	default:
		l.serveHTTP1()
	}
}

// speaksHTTP2 tells by the first bytes whether the client speaks HTTP/2.
func (l *link) speaksHTTP2() (bool, error) {
	for {
		n := min(len(l.in), len(http2.ClientPreface))
		switch {
		case string(l.in[:n]) != http2.ClientPreface[:n]:
			return false, nil
		case n == len(http2.ClientPreface):
			l.in = l.in[n:]
			return true, nil
		}
		if err := l.fill(); err != nil {
			return false, err
		}
	}
}

// fill reads more; io.EOF is the client's end of sending.
func (l *link) fill() error {
	var buffer [4096]byte
	n, err := l.conn.Read(buffer[:])
	l.in = append(l.in, buffer[:n]...)
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// write writes to the connection until ctx is done.
func (l *link) write(ctx context.Context, p []byte) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	_ = l.conn.SetWriteDeadline(time.Time{})
	return interruptible(ctx, func() { _ = l.conn.SetWriteDeadline(past) }, func() error {
		n, err := l.conn.Write(p)
		_, secure := l.conn.(*tls.Conn)
		l.torn = l.torn || err != nil && (n > 0 || secure)
		return err
	})
}

// taken waits until the client has read all that was written, though not for
// ever: some leave the body of a response unread that they have no use for.
func (l *link) taken(ctx context.Context) error {
	return l.server.readers.await(ctx, l.tcp, l.tcp.written.Load(), patience)
}

// read waits until the client has read all that was written, for as long as that
// takes. Where the kernel does not know, it is given a while.
func (l *link) read(ctx context.Context) error {
	if err := l.server.readers.await(ctx, l.tcp, l.tcp.written.Load(), forever); err != nil {
		return err
	}
	if _, err := l.server.readers.peers.Ask(l.tcp.peer); err != nil {
		return pause(ctx, blindReset)
	}
	return nil
}

// peerGone tells whether the client has closed its socket, as far as is known.
func (l *link) peerGone() bool {
	state, err := l.server.readers.peers.Ask(l.tcp.peer)
	return err == nil && state.Gone
}

// closeWrite sends FIN; clean says goodbye in TLS before.
func (l *link) closeWrite(clean bool) {
	if t, ok := l.conn.(*tls.Conn); ok && clean {
		_ = t.CloseWrite()
	}
	_ = l.tcp.CloseWrite()
}

// farewell closes the connection once the client has closed it, or has had its
// time: to close before all is read that it sent would be a reset.
func (l *link) farewell() {
	_ = l.tcp.CloseWrite()
	_ = l.tcp.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.CopyN(io.Discard, l.tcp, maxDrained)
	l.kill()
}

// kill closes the connection at once.
func (l *link) kill() {
	_ = l.tcp.SetDeadline(past) // wakes whoever reads or writes
	_ = l.tcp.Close()
}

// reset closes the connection with a TCP reset.
func (l *link) reset() {
	_ = l.tcp.SetLinger(0)
	l.kill()
}

// interruptible runs f; interrupt is called if ctx is done meanwhile.
func interruptible(ctx context.Context, interrupt func(), f func() error) error {
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		interrupt()
	})
	err := f()
	if !stop() {
		<-interrupted
	}
	return err
}

// pause waits, or returns why ctx is done.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
