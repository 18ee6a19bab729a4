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
	http.RoundTripper
	http2 http.Transport
	conns conns
}

// newTransport speaks the version that is asked for.
func newTransport(ctx context.Context, o Options, rules Rules) *transport {
	t := &transport{conns: conns{life: ctx, wrap: rules.Conn, open: map[*conn]struct{}{}}}
	config := &tls.Config{RootCAs: o.RootCAs}
	if o.RootCAs == nil {
		config.RootCAs = Roots()
	}
	if rules.TLS != nil {
		rules.TLS(config)
	}
	if o.HTTP != "2" && o.HTTP != "h2c" {
		t.RoundTripper = &http1{dial: t.conns.dial, tls: config}
		return t
	}
	t.http2.DialContext = t.conns.dial
	t.http2.TLSClientConfig = config
	t.http2.DisableCompression = true // that is done by [decode]
	t.http2.Protocols = new(http.Protocols)
	t.http2.Protocols.SetHTTP2(o.HTTP == "2")
	t.http2.Protocols.SetUnencryptedHTTP2(o.HTTP == "h2c")
	t.RoundTripper = &t.http2
	return t
}

// close ends all connections.
func (t *transport) close() {
	t.http2.CloseIdleConnections()
	t.conns.close()
}

// Roots are the system's certificates and those in the file that SSL_CERT_FILE
// names, on every system. nil are the system's alone. They are read once, since
// that takes longer than most cases.
var Roots = sync.OnceValue(readRoots)

func readRoots() *x509.CertPool {
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
