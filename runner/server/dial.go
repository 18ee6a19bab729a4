package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
)

// A dialer opens the connections of a run.
type dialer struct {
	unixSocket string
	// version is "1.1", "2", "h2c" or "" as in [Options].
	version string
	tls     *tls.Config
	// allow, when not nil, is asked about each address of the network before a
	// connection to it is opened.
	allow func(address string) error
}

func newDialer(o Options) (*dialer, error) {
	config, err := tlsConfig(o)
	return &dialer{unixSocket: o.UnixSocket, version: o.HTTP, tls: config}, err
}

// tlsConfig reads the certificates that the options name.
func tlsConfig(o Options) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: o.Insecure} //nolint:gosec // asked for with --insecure
	if o.CACert != "" {
		pem, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, fmt.Errorf("the CA certificates cannot be read: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", o.CACert)
		}
	}
	if o.Cert != "" || o.Key != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, fmt.Errorf("the client's certificate %q and key %q cannot be read: %w", o.Cert, o.Key, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// A dialing is how one connection is opened.
type dialing struct {
	url *url.URL
	// http1 wants HTTP/1.x whatever the run speaks.
	http1 bool
	// small wants the smallest receive buffer there is.
	small bool
	// frugal wants little memory of our own, since it is one of many.
	frugal bool
	// hop goes through a proxy: with its own version, and never to the socket.
	hop bool
}

// Sizes of the buffer that HTTP/1 is read through, in bytes.
const (
	readBuffer   = 32 << 10
	frugalBuffer = 1 << 10
)

// dial opens a connection and agrees on the version of HTTP.
func (d *dialer) dial(ctx context.Context, want dialing) (exchange, error) {
	network, address := "tcp", hostPort(want.url)
	version := d.version
	if want.hop {
		version = ""
	} else if d.unixSocket != "" {
		network, address = "unix", d.unixSocket
	}
	conn, err := d.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	two := version == "h2c" && !want.http1
	if want.url.Scheme == "https" {
		secured := tls.Client(conn, d.configFor(want))
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("the TLS handshake failed: %w", err)
		}
		two = secured.ConnectionState().NegotiatedProtocol == "h2"
		conn = secured
	}
	if version == "2" && !two && !want.http1 {
		_ = conn.Close()
		return nil, fmt.Errorf("the server does not offer HTTP/2 (ALPN h2) at %s", want.url.Redacted())
	}
	if two {
		return newHTTP2(conn), nil // its own flow control makes it slow
	}
	if c, ok := underlying(conn).(interface{ SetReadBuffer(int) error }); ok && want.small {
		_ = c.SetReadBuffer(1024) // the system's minimum, in fact
	}
	if want.frugal {
		return newHTTP1(conn, frugalBuffer), nil
	}
	return newHTTP1(conn, readBuffer), nil
}

// connect opens a connection. When the ports of one address of the loopback
// network are used up, there are the other addresses.
func (d *dialer) connect(ctx context.Context, network, address string) (net.Conn, error) {
	from := net.Dialer{Control: d.control}
	conn, err := from.DialContext(ctx, network, address)
	for last := byte(2); errors.Is(err, errNoPort) && isLoopback(address) && last < 10; last++ {
		from.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, last)}
		conn, err = from.DialContext(ctx, network, address)
	}
	return conn, err
}

// control is asked by the net package with the address that a name stands for.
func (d *dialer) control(network, address string, _ syscall.RawConn) error {
	if d.allow == nil || network == "unix" {
		return nil
	}
	return d.allow(address)
}

func isLoopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return ip.To4() != nil && ip.IsLoopback()
}

// onLoopback tells whether the server is on this machine and reached by no network. A name
// other than localhost is not looked up: whoever uses one may mean another machine.
func (s *Server) onLoopback() bool {
	host := s.target.Hostname()
	ip := net.ParseIP(host)
	return s.opts.UnixSocket != "" || strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func (d *dialer) configFor(want dialing) *tls.Config {
	config := d.tls.Clone()
	config.ServerName = want.url.Hostname()
	config.NextProtos = []string{"h2", "http/1.1"}
	if want.http1 || d.version == "1.1" && !want.hop {
		config.NextProtos = []string{"http/1.1"}
	}
	return config
}

// hostPort is the address of a URL.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
