package refclient

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"

	"golang.org/x/net/http/httpguts"
)

// An http1 speaks HTTP/1.1, one request a connection. The transport of
// net/http will not do, although its parts are used here: it gives nothing of a
// chunk before all of it has come, while a stream is interpreted as it comes;
// and on a connection that was used before it repeats, without a word to us, a
// request that got no response.
type http1 struct {
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
	tls  *tls.Config
}

// maxHead bounds the heads of a response, interim ones among them.
const maxHead = 1 << 20

// RoundTrip sends the request and reads the head of its response, those of 1xx
// passed over. The end of the request's context ends the connection.
func (h *http1) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := sendable(r.Header); err != nil {
		return nil, err
	}
	conn, err := h.connect(r.Context(), r.URL)
	if err != nil {
		return nil, err
	}
	b := &http1Body{ctx: r.Context(), conn: conn, stop: context.AfterFunc(r.Context(), func() { _ = conn.Close() })}
	response, err := b.exchange(r)
	if err != nil {
		_ = b.Close()
		return nil, b.explain(err)
	}
	return response, nil
}

func sendable(h http.Header) error {
	for name, values := range h {
		for _, value := range values {
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("no request can have the header field %q: %q", name, value)
			}
		}
	}
	return nil
}

// connect makes the connection, with TLS where the URL says so.
func (h *http1) connect(ctx context.Context, u *url.URL) (net.Conn, error) {
	port := u.Port()
	if port == "" {
		port = u.Scheme // a name that the system knows
	}
	addr, err := httpguts.PunycodeHostPort(net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, err
	}
	plain, err := h.dial(ctx, "tcp", addr)
	if err != nil || u.Scheme != "https" {
		return plain, err
	}
	config := h.tls.Clone()
	config.ServerName, config.NextProtos = u.Hostname(), []string{"http/1.1"}
	secure := tls.Client(plain, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = plain.Close()
		return nil, err
	}
	return secure, nil
}

// An http1Body is a response's body and its connection.
type http1Body struct {
	ctx  context.Context
	conn net.Conn
	stop func() bool // what ends the connection with the context
	from io.Reader
}

// exchange writes the request and reads the response's head.
func (b *http1Body) exchange(r *http.Request) (*http.Response, error) {
	if err := r.Write(b.conn); err != nil {
		return nil, err
	}
	limited := &io.LimitedReader{R: b.conn, N: maxHead}
	in := bufio.NewReader(limited)
	for {
		response, err := http.ReadResponse(in, r)
		if err != nil {
			return nil, err
		}
		if response.StatusCode/100 == 1 && response.StatusCode != http.StatusSwitchingProtocols {
			if err := interim(b.ctx, response); err != nil {
				return nil, err
			}
			continue
		}
		limited.N = math.MaxInt64
		b.from = response.Body
		if len(response.TransferEncoding) > 0 { // chunked, the only one that ReadResponse lets through
			b.from = &chunks{r: in}
		}
		response.Body = b
		return response, nil
	}
}

// interim tells who traces the request of a 1xx.
func interim(ctx context.Context, r *http.Response) error {
	trace := httptrace.ContextClientTrace(ctx)
	if trace == nil || trace.Got1xxResponse == nil {
		return nil
	}
	return trace.Got1xxResponse(r.StatusCode, textproto.MIMEHeader(r.Header))
}

func (b *http1Body) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	return n, b.explain(err)
}

// explain puts the end of the context in the place of what it has caused.
func (b *http1Body) explain(err error) error {
	if err != nil && b.ctx.Err() != nil {
		return b.ctx.Err()
	}
	return err
}

// Close ends the connection.
func (b *http1Body) Close() error {
	b.stop()
	return b.conn.Close()
}
