package nginxproxy_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/adapters/nginx"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// patience is how long something that must come is waited for.
const patience = 20 * time.Second

// An upstream is an event stream whose events the test sends.
type upstream struct {
	events chan string // closed to end the stream
	read   *httptest.Server
}

// newUpstream serves a stream to one client.
func newUpstream(fields http.Header) *upstream {
	u := &upstream{events: make(chan string)}
	u.read = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for name, values := range fields {
			w.Header()[name] = values
		}
		w.(http.Flusher).Flush()
		for {
			select {
			case e, more := <-u.events:
				if !more {
					return
				}
				_, _ = io.WriteString(w, e)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	}))
	return u
}

// A reader keeps the bytes of a body as they come.
type reader struct {
	mu       sync.Mutex
	kept     bytes.Buffer
	encoding string
	done     chan struct{}
}

// get reads a URL until its end or that of ctx. The client takes gzip, as net/http
// does by itself, and decodes what has come.
func get(ctx context.Context, url string) *reader {
	r := &reader{done: make(chan struct{})}
	go func() {
		defer close(r.done)
		request, _ := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		transport := &http.Transport{}
		defer transport.CloseIdleConnections()
		response, err := (&http.Client{Transport: transport}).Do(request)
		if err != nil {
			return
		}
		defer response.Body.Close()
		r.mu.Lock()
		if response.Uncompressed {
			r.encoding = "gzip"
		}
		r.mu.Unlock()
		_, _ = io.Copy(r, response.Body)
	}()
	return r
}

// Write keeps.
func (r *reader) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept.Write(b)
}

func (r *reader) has() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept.String()
}

func (r *reader) compressed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.encoding == "gzip"
}

// ports are the names of the ports in the template.
var ports = []string{"Buffered", "Chunked", "Unbuffered", "Gzipped"}

var _ = Describe("nginx in front of an event stream", func() {
	// through starts an upstream and nginx, and reads the stream at the port of that
	// name.
	through := func(ctx SpecContext, port string, fields http.Header) (*upstream, *reader) {
		GinkgoHelper()
		path := nginxOrSkip()
		u := newUpstream(fields)
		DeferCleanup(u.read.Close)
		n, err := nginx.Start(ctx, path, GinkgoT().TempDir(), ports, map[string]any{"Upstream": u.read.URL})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(n.Stop)
		reading, leave := context.WithCancel(context.Background())
		r := get(reading, n.URL(port)+"/events")
		DeferCleanup(func() {
			leave()
			<-r.done
		})
		return u, r
	}
	event := func(n int) string { return fmt.Sprintf("id: %d\ndata: a small event\n\n", n) }

	passesOn := func(ctx SpecContext, u *upstream, r *reader) {
		GinkgoHelper()
		var sent strings.Builder
		for n := range 20 {
			sent.WriteString(event(n))
			Eventually(ctx, u.events).Within(patience).Should(BeSent(event(n)))
			Eventually(ctx, r.has).Within(patience).Should(Equal(sent.String()), "before the next one is sent")
		}
	}

	It("holds small events back as it comes, until the stream ends", func(ctx SpecContext) {
		u, r := through(ctx, "Buffered", nil)
		var sent strings.Builder
		for n := range 20 {
			sent.WriteString(event(n))
			Eventually(ctx, u.events).Within(patience).Should(BeSent(event(n)))
			// A stream has its time between events; in less than that of one the proxy
			// without buffering has it at the client.
			Consistently(ctx, r.has).WithTimeout(50 * time.Millisecond).Should(BeEmpty())
		}
		close(u.events)
		Eventually(ctx, r.done).Within(patience).Should(BeClosed())
		Expect(r.has()).To(Equal(sent.String()), "no byte is lost or changed")
	}, NodeTimeout(time.Minute))

	It("passes on each event at once with HTTP/1.1 to the upstream: it waits for no more than a chunk", func(ctx SpecContext) {
		u, r := through(ctx, "Chunked", nil)
		passesOn(ctx, u, r)
	}, NodeTimeout(time.Minute))

	It("passes on each event at once with proxy_buffering off", func(ctx SpecContext) {
		u, r := through(ctx, "Unbuffered", nil)
		passesOn(ctx, u, r)
	}, NodeTimeout(time.Minute))

	It("passes on each event at once as it comes, where the stream has X-Accel-Buffering: no", func(ctx SpecContext) {
		u, r := through(ctx, "Buffered", http.Header{"X-Accel-Buffering": {"no"}})
		passesOn(ctx, u, r)
	}, NodeTimeout(time.Minute))

	It("passes on each event at once, compressed, with proxy_buffering off and gzip on", func(ctx SpecContext) {
		u, r := through(ctx, "Gzipped", nil)
		passesOn(ctx, u, r)
		Expect(r.compressed()).To(BeTrue())
	}, NodeTimeout(time.Minute))
})
