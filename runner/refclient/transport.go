package refclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"sync"
)

// A transport makes the connections of one source, and ends them with it.
type transport struct {
	http.Transport
	conns conns
}

// newTransport speaks the version that is asked for. On HTTP/1.1 each request
// has a connection of its own: on one that was used before, net/http would
// repeat a request that got no response without a word to us. Responses are
// compressed only as far as net/http itself can read them as they come: gzip.
func newTransport(ctx context.Context, o Options, rules Rules) *transport {
	t := &transport{conns: conns{life: ctx, wrap: rules.Conn, open: map[*conn]struct{}{}}}
	t.DialContext = t.conns.dial
	t.MaxIdleConnsPerHost = -1
	t.TLSClientConfig = &tls.Config{RootCAs: o.RootCAs}
	if o.RootCAs == nil {
		t.TLSClientConfig.RootCAs = Roots()
	}
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(o.HTTP == "" || o.HTTP == "1.1")
	t.Protocols.SetHTTP2(o.HTTP == "2")
	t.Protocols.SetUnencryptedHTTP2(o.HTTP == "h2c")
	if rules.Transport != nil {
		rules.Transport(&t.Transport)
	}
	return t
}

// close ends all connections.
func (t *transport) close() {
	t.CloseIdleConnections()
	t.conns.close()
}

// Roots are the system's certificates and those in the file that SSL_CERT_FILE
// names, on every system. nil are the system's alone.
func Roots() *x509.CertPool {
	file := os.Getenv("SSL_CERT_FILE")
	if file == "" {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if pem, err := os.ReadFile(file); err == nil {
		pool.AppendCertsFromPEM(pem)
	}
	return pool
}

// conns are connections that can be closed all at once. An HTTP/2 connection
// outlives its requests, and net/http may finish a dial that nobody waits for
// any more.
type conns struct {
	life context.Context // no connection lives longer
	wrap func(net.Conn) net.Conn

	mu     sync.Mutex
	open   map[*conn]struct{}
	closed bool
}

type conn struct {
	net.Conn
	owner *conns
}

func (c *conns) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	var dialer net.Dialer
	plain, err := dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if c.wrap != nil {
		plain = c.wrap(plain)
	}
	one := &conn{plain, c}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		_ = plain.Close()
		return nil, net.ErrClosed
	}
	c.open[one] = struct{}{}
	return one, nil
}

// Close closes the connection and forgets it.
func (c *conn) Close() error {
	c.owner.mu.Lock()
	delete(c.owner.open, c)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}

// close closes all that are open, and what is dialled later.
func (c *conns) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for one := range c.open {
		_ = one.Conn.Close()
	}
	clear(c.open)
}
