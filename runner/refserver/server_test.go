package refserver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/spec"
)

// subscribe opens the ticker as a client with a last event ID.
func subscribe(ctx context.Context, url, lastEventID string) (*http.Response, *spec.Decoder) {
	GinkgoHelper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/ticker", nil)
	Expect(err).NotTo(HaveOccurred())
	if lastEventID != "" {
		r.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := http.DefaultClient.Do(r)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(response.Body.Close)
	DeferCleanup(http.DefaultClient.CloseIdleConnections)
	return response, spec.NewDecoder(response.Body)
}

// take reads n events.
func take(d *spec.Decoder, n int) []spec.Event {
	GinkgoHelper()
	var events []spec.Event
	for range n {
		v, err := d.Next()
		Expect(err).NotTo(HaveOccurred())
		events = append(events, v.Event())
	}
	return events
}

func started(o refserver.Options) *refserver.Listener {
	GinkgoHelper()
	l, err := refserver.Start(context.Background(), "127.0.0.1:0", o)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.Close)
	return l
}

var _ = Describe("The ticker", func() {
	fast := refserver.Options{Period: 2 * time.Millisecond, History: 100000, Backlog: 100000}

	It("resumes exactly once, wherever it was left, while it goes on", func(ctx SpecContext) {
		l := started(fast)
		_, witness := subscribe(ctx, l.URL, "")
		all := take(witness, 150)
		var wg sync.WaitGroup
		for from := 0; from < 100; from += 5 {
			wg.Go(func() {
				defer GinkgoRecover()
				_, resumed := subscribe(ctx, l.URL, all[from].LastEventID)
				Expect(take(resumed, 150-from-1)).To(Equal(all[from+1:]))
			})
		}
		wg.Wait()
	}, NodeTimeout(time.Minute))

	It("gives all subscribers the same order", func(ctx SpecContext) {
		l := started(fast)
		_, first := subscribe(ctx, l.URL, "")
		_, second := subscribe(ctx, l.URL, "")
		a, b := take(first, 60), take(second, 60)
		start := 0
		for a[start] != b[0] {
			start++
			Expect(start).To(BeNumerically("<", len(a)), "no event in common")
		}
		Expect(b[:len(a)-start]).To(Equal(a[start:]))
	}, NodeTimeout(time.Minute))

	It("lets a subscriber go that does not keep up, and holds up nobody", func(ctx SpecContext) {
		s := refserver.New(refserver.Options{Period: time.Millisecond, Backlog: 2})
		DeferCleanup(s.Close)
		blocked := &stuck{ResponseRecorder: httptest.NewRecorder(), free: make(chan struct{})}
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			s.ServeHTTP(blocked, httptest.NewRequest(http.MethodGet, "/ticker", nil))
		}()
		l, err := refserver.Serve(ctx, "127.0.0.1:0", s, nil)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		_, other := subscribe(ctx, l.URL, "")
		take(other, 20)
		close(blocked.free)
		Eventually(gone).WithTimeout(10 * time.Second).Should(BeClosed())
	}, NodeTimeout(time.Minute))

	It("refuses subscribers beyond its number with 503", func(ctx SpecContext) {
		l := started(refserver.Options{Period: -1, Subscribers: 1})
		first, _ := subscribe(ctx, l.URL, "")
		Expect(first.StatusCode).To(Equal(200))
		second, _ := subscribe(ctx, l.URL, "")
		Expect(second.StatusCode).To(Equal(503))
		Expect(second.Header.Get("Retry-After")).NotTo(BeEmpty())
	}, NodeTimeout(time.Minute))

	It("keeps a quiet stream alive with comments", func(ctx SpecContext) {
		l := started(refserver.Options{Period: -1, KeepAlive: 10 * time.Millisecond})
		response, _ := subscribe(ctx, l.URL, "")
		text := make([]byte, 0, 200)
		for strings.Count(string(text), ": keep-alive\n\n") < 3 {
			part := make([]byte, 100)
			n, err := response.Body.Read(part)
			Expect(err).NotTo(HaveOccurred())
			text = append(text, part[:n]...)
		}
	}, NodeTimeout(time.Minute))

	It("ends every stream when it is closed", func(ctx SpecContext) {
		l, err := refserver.Start(ctx, "127.0.0.1:0", refserver.Options{Period: -1})
		Expect(err).NotTo(HaveOccurred())
		response, _ := subscribe(ctx, l.URL, "")
		Expect(l.Close()).To(Succeed())
		_, _ = io.Copy(io.Discard, response.Body)
	}, NodeTimeout(30*time.Second))

	It("shows a page at its root, and nothing elsewhere", func(ctx SpecContext) {
		s := refserver.New(refserver.Options{Period: -1})
		DeferCleanup(s.Close)
		get := func(path string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			return w
		}
		Expect(get("/").Body.String()).To(ContainSubstring("new EventSource('/ticker')"))
		Expect(get("/other").Code).To(Equal(404))
	})
})

// stuck is a client that does not read: writes wait until it is freed.
type stuck struct {
	*httptest.ResponseRecorder
	free chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	<-s.free
	return s.ResponseRecorder.Write(p)
}
