package refserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Listener is a handler served on an address.
type Listener struct {
	// URL is the root, such as http://127.0.0.1:40123.
	URL    string
	server *http.Server
	served sync.WaitGroup
	first  io.Closer // closed before the server, so that streams end; may be nil
}

// Start serves a new reference server on addr; 127.0.0.1:0 takes a free port.
// Close ends it.
func Start(ctx context.Context, addr string, opts Options) (*Listener, error) {
	s := New(opts)
	l, err := Serve(ctx, addr, s, nil)
	if err != nil {
		s.Close()
		return nil, err
	}
	l.first = s
	return l, nil
}

// Serve serves any handler over HTTP/1.1 and HTTP/2: with TLS when config is
// given, else HTTP/2 by prior knowledge.
func Serve(ctx context.Context, addr string, h http.Handler, config *tls.Config) (*Listener, error) {
	var listen net.ListenConfig
	ln, err := listen.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the reference server cannot listen on %s: %w; choose another address", addr, err)
	}
	if config != nil {
		config = config.Clone() // net/http writes into it, and another server may have it
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(config == nil)
	l := &Listener{URL: "http://" + ln.Addr().String(), server: &http.Server{
		Handler: h, Protocols: protocols, TLSConfig: config,
		ReadHeaderTimeout: 10 * time.Second,
		// What a broken client does is no news for the one who runs us.
		ErrorLog: log.New(io.Discard, "", 0),
	}}
	serve := l.server.Serve
	if config != nil {
		l.URL = "https://" + ln.Addr().String()
		serve = func(ln net.Listener) error { return l.server.ServeTLS(ln, "", "") }
	}
	l.served.Go(func() {
		if err := serve(ln); err != nil && !errors.Is(err, http.ErrServerClosed) {
			_ = ln.Close()
		}
	})
	return l, nil
}

// Close ends all streams and connections and waits for what was started.
func (l *Listener) Close() error {
	var err error
	if l.first != nil {
		err = l.first.Close()
	}
	err = errors.Join(err, l.server.Close())
	l.served.Wait()
	return err
}
