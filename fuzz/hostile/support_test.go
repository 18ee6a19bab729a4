package hostile_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/hostile"
	"github.com/ssecheck/ssecheck/runner/refserver"
)

// served serves a handler for the time of the spec.
func served(ctx context.Context, h http.Handler) (url string) {
	GinkgoHelper()
	l, err := refserver.Serve(ctx, "127.0.0.1:0", h, nil)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.Close)
	return l.URL + "/ticker"
}

// ticker is the reference server; broken, when not nil, breaks it.
func ticker(broken func(http.Handler) http.Handler) http.Handler {
	s := refserver.New(refserver.Options{Period: 5 * time.Millisecond})
	DeferCleanup(s.Close)
	if broken == nil {
		return s
	}
	return broken(s)
}

// when answers some requests of its own, and leaves the others to the reference server.
func when(odd func(*http.Request) bool, answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if odd(r) {
				answer(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

func fails(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "oops", http.StatusInternalServerError)
}

func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// quick is a run that need not be polite, since the server is the spec's own.
func quick(runs int) hostile.Options {
	return hostile.Options{Seed: 7, Runs: runs, Rate: 10_000, Connections: 32, Timeout: time.Second}
}

// run demands that a run can begin, and that it ends in time.
func run(ctx context.Context, url string, o hostile.Options) hostile.Summary {
	GinkgoHelper()
	s, err := hostile.Run(ctx, url, o)
	Expect(err).NotTo(HaveOccurred())
	return s
}

// said are the findings in words, for messages.
func said(s hostile.Summary) string {
	text := fmt.Sprintf("%d requests, %d plays, unconfirmed %q, notes %q, stopped %q", s.Requests, s.Plays, s.Unconfirmed, s.Notes, s.Stopped)
	for _, f := range s.Findings {
		text += fmt.Sprintf("\n%s (%d): %s; %s", f.Requirement.ID, f.Hits, f.What, f.Reproduce)
	}
	return text
}

// raw writes a response by hand, on the connection itself.
func raw(write func(conn net.Conn, r *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		write(conn, r)
	}
}

// A room is a server in which each subscriber can be reached. Each gets an event every
// few milliseconds, without an id.
type room struct {
	// came is called with the request of each who comes, before it is served.
	came func(*room, *http.Request)

	mu  sync.Mutex
	all map[chan string]bool
}

// What else than a block a room can tell: the end, and to wait for a while.
const (
	theEnd  = ""
	aWhile  = "wait"
	howLong = 600 * time.Millisecond
)

func newRoom(came func(*room, *http.Request)) *room {
	return &room{came: came, all: map[chan string]bool{}}
}

// tell hands all who are there a block.
func (r *room) tell(block string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for one := range r.all {
		select {
		case one <- block:
		default:
		}
	}
}

func (r *room) enter() chan string {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := make(chan string, 100)
	r.all[one] = true
	return one
}

func (r *room) leave(one chan string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, one)
}

func (r *room) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	if request.Method == http.MethodHead {
		return
	}
	r.came(r, request)
	one := r.enter()
	defer r.leave(one)
	out := http.NewResponseController(w)
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for {
		block := "data: tick\n\n"
		select {
		case block = <-one:
		case <-ticks.C:
		case <-request.Context().Done():
			return
		}
		if block == aWhile {
			time.Sleep(howLong)
			continue
		}
		if _, err := fmt.Fprint(w, block); err != nil || block == theEnd || out.Flush() != nil {
			return
		}
	}
}
