package mutants

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ssecheck/ssecheck/runner/refserver"
)

// lifeMutants fall over the coming and going of clients.
func lifeMutants() []ServerMutant {
	return []ServerMutant{
		{Name: "dies-after-forty-clients", Requirement: "serve.life.many-connections", Sentence: "After forty requests every other gets 503.", Wrap: diesAfter(40)},
		{Name: "slots-leak", Requirement: "serve.life.many-connections", Sentence: "The place of a client that left is not given to another.", Wrap: leaks(48)},
		{Name: "leaver-takes-all", Requirement: "serve.life.many-connections", Sentence: "A client that leaves ends the streams of all.", Wrap: leaverTakesAll},
		{Name: "eight-at-once", Requirement: "serve.life.parallel", Sentence: "The ninth client at the same time gets 503.", Wrap: atOnce(8)},
		{Name: "order-differs", Requirement: "serve.deliver.same-order", Sentence: "Every second client gets pairs of events swapped.", Wrap: swapped},
		{Name: "slow-reader-blocks", Requirement: "serve.deliver.slow-reader", Sentence: "One lock is held while any client is written to.", Serve: oneLock},
		{Name: "half-close-is-a-reset", Requirement: "serve.life.half-close", Sentence: "A client that closes its sending half gets a reset.", Wrap: resetOnHalfClose},
	}
}

func diesAfter(n int64) func(http.Handler) http.Handler {
	var seen atomic.Int64
	return on(func(*http.Request) bool { return seen.Add(1) > n }, code(503))
}

// leaks gives places to clients, and takes back only those of HEAD.
func leaks(n int64) func(http.Handler) http.Handler {
	var taken atomic.Int64
	return on(func(r *http.Request) bool { return r.Method == http.MethodGet && taken.Add(1) > n }, code(503))
}

func atOnce(n int64) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var now atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer now.Add(-1)
			if now.Add(1) > n {
				w.WriteHeader(503)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

func leaverTakesAll(h http.Handler) http.Handler {
	var mu sync.Mutex
	all, end := context.WithCancel(context.Background())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		mine := all
		mu.Unlock()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(mine, cancel)()
		h.ServeHTTP(w, r.WithContext(ctx))
		if r.Method != http.MethodGet || mine.Err() != nil {
			return
		}
		mu.Lock()
		end()
		all, end = context.WithCancel(context.Background())
		mu.Unlock()
	})
}

func swapped(h http.Handler) http.Handler {
	var n atomic.Int64
	return perStream(func(*http.Request) func([]byte) []byte {
		swaps := n.Add(1)%2 == 0
		var held []byte
		return func(b []byte) []byte {
			switch {
			case !swaps:
				return b
			case held == nil:
				held = b
				return nil
			}
			b = append(b, held...)
			held = nil
			return b
		}
	})(h)
}

// oneLock holds one lock while it writes to anyone. Blocks are large and the
// system's buffers small, so that a connection that is not read is soon full.
func oneLock(ctx context.Context, l net.Listener) {
	ticker := refserver.New(refserver.Options{Period: ServerPeriod})
	defer ticker.Close()
	var mu sync.Mutex
	padding := append(append([]byte(":"), bytes.Repeat([]byte("."), 16<<10)...), '\n')
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		ticker.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
			mu.Lock()
			defer mu.Unlock()
			if isEvent(b) {
				b = append(bytes.Clone(padding), b...)
			}
			_ = control.SetWriteDeadline(time.Now().Add(5 * time.Second))
			if _, err := w.Write(b); err != nil {
				return err
			}
			return control.Flush()
		}, flush: func() error { return nil }}, r)
	})}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	_ = server.Serve(smallBuffers{l})
}

// smallBuffers gives every connection the smallest send buffer there is.
type smallBuffers struct{ net.Listener }

func (l smallBuffers) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(4096)
	}
	return conn, err
}

// resetOnHalfClose resets the connection when the client has closed its sending
// half.
func resetOnHalfClose(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"))
		writeUntilGone(conn, "data: %d\n\n")
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	})
}
