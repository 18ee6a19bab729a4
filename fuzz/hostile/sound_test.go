package hostile_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/hostile"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
)

// sound demands that a run finds nothing. What a busy machine does, such as a silence of
// half a second, does not show again, and is no finding.
func sound(s hostile.Summary, requests int) {
	GinkgoHelper()
	Expect(s.Findings).To(BeEmpty(), "%s", said(s))
	Expect(s.Ended).To(Equal(hostile.Runs))
	Expect(s.Requests).To(Equal(requests))
}

var _ = Describe("The reference server", func() {
	It("gives no cause for a finding", func(ctx SpecContext) {
		s := run(ctx, served(ctx, ticker(nil)), quick(500))
		sound(s, 500)
		Expect(s.Notes).To(BeEmpty())
	}, NodeTimeout(time.Minute))

	It("gives none over TLS, and on a Unix socket", func(ctx SpecContext) {
		h := ticker(nil)
		secure := httptest.NewUnstartedServer(nil) // for its certificate
		secure.StartTLS()
		DeferCleanup(secure.Close)
		l, err := refserver.Serve(ctx, "127.0.0.1:0", h, &tls.Config{Certificates: secure.TLS.Certificates})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		o := quick(60)
		o.Target = server.Options{Insecure: true, Header: http.Header{"Authorization": {"Bearer secret"}}}
		sound(run(ctx, l.URL+"/ticker", o), 60)

		socket := filepath.Join(GinkgoT().TempDir(), "s")
		unix, err := (&net.ListenConfig{}).Listen(ctx, "unix", socket)
		Expect(err).NotTo(HaveOccurred())
		s := &http.Server{Handler: h}
		go s.Serve(unix)
		DeferCleanup(s.Close)
		o.Target = server.Options{UnixSocket: socket}
		sound(run(ctx, "http://not.here.example/ticker", o), 60)
	}, NodeTimeout(time.Minute))
})

// streams serves a stream that says hello, and then what next says until it says "".
func streams(next func(context.Context, *http.Request) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: hello\n\n")
		for {
			if http.NewResponseController(w).Flush() != nil {
				return
			}
			block := next(r.Context(), r)
			if _, err := fmt.Fprint(w, block); err != nil || block == "" {
				return
			}
		}
	}
}

// soon waits a little, and then says a block, or nothing where the client has left.
func soon(ctx context.Context, block string) string {
	select {
	case <-time.After(5 * time.Millisecond):
		return block
	case <-ctx.Done():
		return ""
	}
}

var _ = DescribeTable("An ordinary handler gives no cause for a finding",
	func(ctx SpecContext, h http.Handler, note string) {
		s := run(ctx, served(ctx, h), quick(260))
		sound(s, 260)
		Expect(s.Notes).To(HaveExactElements(note))
	},
	Entry("that is quiet", streams(func(ctx context.Context, _ *http.Request) string {
		<-ctx.Done()
		return ""
	}), "The stream is too quiet to tell whether others hold it up.", NodeTimeout(time.Minute)),
	Entry("whose stream is soon over", streams(func(context.Context, *http.Request) string { return "" }),
		"The stream ends by itself, so that nobody could be watched who stays while others come and go.", NodeTimeout(time.Minute)),
)

var _ = DescribeTable("A handler that refuses gives no cause for a finding",
	func(ctx SpecContext, refuses func(*http.Request) bool, code int) {
		h := ticker(when(refuses, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", code) }))
		sound(run(ctx, served(ctx, h), quick(260)), 260)
	},
	Entry("ids that are no numbers", func(r *http.Request) bool {
		_, err := strconv.Atoi(r.Header.Get("Last-Event-ID"))
		return hasLastEventID(r) && err != nil
	}, 400, NodeTimeout(time.Minute)),
	Entry("what does not accept a stream", func(r *http.Request) bool {
		return !strings.Contains(strings.Join(r.Header["Accept"], ""), "text/event-stream")
	}, 406, NodeTimeout(time.Minute)),
	Entry("other methods, as not implemented", func(r *http.Request) bool {
		return r.Method != http.MethodGet && r.Method != http.MethodHead
	}, 501, NodeTimeout(time.Minute)),
	Entry("long heads", func(r *http.Request) bool {
		return len(fmt.Sprint(r.Header)) > 1000
	}, 431, NodeTimeout(time.Minute)),
	Entry("other hosts", func(r *http.Request) bool { return !strings.HasPrefix(r.Host, "127.0.0.1:") }, 421, NodeTimeout(time.Minute)),
)

var _ = Describe("Text of a request in its own stream", func() {
	It("is shown as what it is, and no fault", func(ctx SpecContext) {
		h := streams(func(ctx context.Context, r *http.Request) string {
			text, _ := json.Marshal(r.URL.Query().Get("a"))
			return soon(ctx, "data: "+string(text)+"\n\n")
		})
		s := run(ctx, served(ctx, h), quick(260))
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		Expect(s.Findings[0].Requirement.ID).To(Equal("secure.server.reflection"))
		Expect(string(s.Findings[0].Requirement.Level)).To(Equal("info"))
		Expect(s.Findings[0].Requests[0].String()).To(MatchRegexp(`^query=a=NONCE.?$`))
	}, NodeTimeout(time.Minute))
})

var _ = Describe("A server for which many requests at once are too much", func() {
	It("is not said to stumble over the oddities of one", func(ctx SpecContext) {
		var here atomic.Int32
		h := newRoom(func(r *room, request *http.Request) {
			if n := here.Add(1); n > 8 {
				r.tell(theEnd)
			}
			context.AfterFunc(request.Context(), func() { here.Add(-1) })
		})
		s := run(ctx, served(ctx, h), quick(124))
		Expect(s.Findings).To(BeEmpty(), "%s", said(s))
		Expect(s.Unconfirmed).To(ContainElement(ContainSubstring("cut off")))
	}, NodeTimeout(time.Minute))
})
