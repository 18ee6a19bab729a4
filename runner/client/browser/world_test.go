package browser_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/process/leaktest"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// generous is longer than anything here takes on a busy machine.
const generous = 60 * time.Second

// A world is what a run offers to a driver: hosts, and event streams on them.
type world struct {
	env client.Environment

	mu      sync.Mutex
	mounted map[string]http.Handler
}

// newWorld listens on some hosts. Goroutines must be gone at the end of the
// specification.
func newWorld(hosts int) *world {
	GinkgoHelper()
	leaktest.Check()
	w := &world{mounted: map[string]http.Handler{}}
	w.env.Mount = w.serve
	for range hosts {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		server := &http.Server{Handler: w}
		server.SetKeepAlivesEnabled(false)
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(listener) })
		DeferCleanup(func() {
			Expect(server.Close()).To(Succeed())
			serving.Wait()
		})
		w.env.Hosts = append(w.env.Hosts, listener.Addr().String())
	}
	return w
}

// serve mounts a handler at a prefix.
func (w *world) serve(prefix string, h http.Handler) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mounted[prefix] = h
}

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	handler := http.NotFoundHandler()
	for prefix, h := range w.mounted {
		if strings.HasPrefix(r.URL.Path, prefix) {
			handler = h
		}
	}
	w.mu.Unlock()
	handler.ServeHTTP(rw, r)
}

// url is a path's URL at the first host.
func (w *world) url(path string) string { return "http://" + w.env.Hosts[0] + path }

// stream serves an event stream that is written at once and stays open until the
// client leaves; what ends with "." ends.
func (w *world) stream(path string, body string) string {
	w.serve(path, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		begin(rw)
		text, ends := strings.CutSuffix(body, ".")
		_, _ = fmt.Fprint(rw, text)
		_ = http.NewResponseController(rw).Flush()
		if !ends {
			<-r.Context().Done()
		}
	}))
	return w.url(path)
}

// begin sends the head and a comment: Firefox opens with the first byte after
// the head.
func begin(rw http.ResponseWriter) {
	rw.Header().Set("Content-Type", "text/event-stream")
	_, _ = fmt.Fprint(rw, ":\n\n")
	_ = http.NewResponseController(rw).Flush()
}

// A journal is what was seen of an event source.
type journal struct {
	mu   sync.Mutex
	seen []transcript.Observation
}

func (j *journal) see(o transcript.Observation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, o)
}

func (j *journal) all() []transcript.Observation {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]transcript.Observation{}, j.seen...)
}

func (j *journal) last() transcript.Observation {
	all := j.all()
	return all[len(all)-1]
}

// lines are the observations in short: what was seen, but for the facts.
func (j *journal) lines() []string {
	var lines []string
	for _, o := range j.all() {
		switch o.Kind {
		case transcript.SawFacts:
		case transcript.SawEvent:
			lines = append(lines, fmt.Sprintf("%s %q id %q", o.Event.Type, o.Event.Data, o.Event.LastEventID))
		case transcript.SawError:
			lines = append(lines, "error "+going(o.Reconnecting))
		default:
			lines = append(lines, string(o.Kind))
		}
	}
	return lines
}

func going(reconnecting *bool) string {
	switch {
	case reconnecting == nil:
		return "in no known state"
	case *reconnecting:
		return "reconnecting"
	}
	return "for good"
}

// facts are all that were told, the last of each.
func (j *journal) facts() map[string]string {
	facts := map[string]string{}
	for _, o := range j.all() {
		for name, value := range o.Facts {
			facts[name] = value
		}
	}
	return facts
}
