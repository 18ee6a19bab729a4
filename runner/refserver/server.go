// Package refserver is the embedded reference server: a stock ticker that does
// what a good event stream server does, and that every server case must pass
// on. It keeps nothing on disk and talks to nobody but its clients.
package refserver

import (
	"context"
	_ "embed"
	"net/http"
	"sync"
	"time"
)

// Options set the ticker's pace and bounds. The zero value of each stands for
// its default.
type Options struct {
	// Period is the time between two events (default 1 s). A negative one makes
	// the ticker quiet: it never sends an event.
	Period time.Duration
	// KeepAlive is the longest silence before a comment is sent (default 15 s,
	// as https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes
	// advises). A negative one sends none.
	KeepAlive time.Duration
	// Retry is the reconnection time sent to clients (default 2 s).
	Retry time.Duration
	// History is how many events can be replayed (default 1024).
	History int
	// Backlog is how many events one subscriber may lag behind before it is
	// let go; it can come back and resume (default 256).
	Backlog int
	// Subscribers is how many may listen at once; one more gets 503 (default
	// 1024).
	Subscribers int
	// WriteTimeout ends a connection on which nothing could be written for so
	// long (default 10 s).
	WriteTimeout time.Duration
}

func (o Options) withDefaults() Options {
	or := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	orInt := func(n *int, value int) {
		if *n <= 0 {
			*n = value
		}
	}
	or(&o.Period, time.Second)
	or(&o.KeepAlive, 15*time.Second)
	or(&o.Retry, 2*time.Second)
	or(&o.WriteTimeout, 10*time.Second)
	orInt(&o.History, 1024)
	orInt(&o.Backlog, 256)
	orInt(&o.Subscribers, 1024)
	return o
}

// A Server is the reference server's handler: the ticker at /ticker, the
// scripted endpoint at /script and a page that shows the ticker at /. It owns one goroutine, which makes the events; Close ends
// it.
type Server struct {
	opts Options
	mux  *http.ServeMux
	hub  *hub
	stop context.CancelFunc
	done <-chan struct{} // closed when the server is closing

	mu      sync.Mutex
	closing bool
	wait    sync.WaitGroup // the broadcaster and every subscriber's handler
}

// New starts the ticker. The caller must Close it.
func New(opts Options) *Server {
	opts = opts.withDefaults()
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{opts: opts, mux: http.NewServeMux(), stop: stop, done: ctx.Done(),
		hub: newHub(opts, time.Now())}
	s.mux.HandleFunc("/ticker", s.serveTicker)
	s.mux.HandleFunc("/script", s.serveScript)
	s.mux.HandleFunc("/{$}", serveIndex)
	if opts.Period > 0 {
		s.wait.Go(func() { s.hub.run(ctx, opts.Period) })
	}
	return s
}

// Handle adds another endpoint, in the pattern language of [http.ServeMux]. It
// must not be called once requests are served.
func (s *Server) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// ServeHTTP serves the ticker and the page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close ends every stream and waits until all that New started is gone.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.stop()
	s.wait.Wait()
	return nil
}

// enter counts one handler in; false says that the server is closing.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.wait.Add(1)
	}
	return !s.closing
}

//go:embed index.html
var index []byte

func serveIndex(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r) {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.Write(index)
}

// allow answers every method that is not GET or HEAD, and tells whether the
// request goes on.
func allow(w http.ResponseWriter, r *http.Request) bool {
	const methods = "GET, HEAD, OPTIONS"
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return true
	case http.MethodOptions:
		// A client built on fetch asks before it sends Last-Event-ID to
		// another origin (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
		h := w.Header()
		h.Set("Allow", methods)
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Methods", methods)
		h.Set("Access-Control-Allow-Headers", "Authorization, Cache-Control, Content-Type, Last-Event-ID")
		w.WriteHeader(http.StatusNoContent)
		return false
	}
	// https://httpwg.org/specs/rfc9110.html#status.405
	w.Header().Set("Allow", methods)
	w.Header().Set("Access-Control-Allow-Origin", "*") // errors can be read, too
	http.Error(w, "this resource answers "+methods, http.StatusMethodNotAllowed)
	return false
}
