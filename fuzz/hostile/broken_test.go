package hostile_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/hostile"
	"github.com/ssecheck/ssecheck/reports"
)

const streamHead = "HTTP/1.1 200 OK\r\nDate: Sat, 31 Jan 2026 12:00:00 GMT\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"

// ticks writes a stream that ends with the connection, until the client leaves.
func ticks(conn net.Conn) {
	for {
		if _, err := fmt.Fprint(conn, "data: tick\n\n"); err != nil {
			return
		}
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
		_, err := conn.Read(make([]byte, 1))
		if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
			return
		}
	}
}

// decoded undoes the percent escapes of a text, as far as that is UTF-8.
func decoded(s string) string {
	if text, err := url.PathUnescape(s); err == nil {
		s = text
	}
	return strings.ToValidUTF8(s, "?")
}

func hasLastEventID(r *http.Request) bool { return r.Header.Get("Last-Event-ID") != "" }

var _ = DescribeTable("A broken server is found out, once, by the smallest request",
	func(ctx SpecContext, server func() http.Handler, requirement, request string) {
		o := quick(260)
		if strings.HasPrefix(request, "without") { // each hang takes so long
			o.Timeout = 400 * time.Millisecond
		}
		s := run(ctx, served(ctx, server()), o)
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		f := s.Findings[0]
		Expect(f.Requirement.ID).To(MatchRegexp("^"+requirement+"$"), "%s", said(s))
		Expect(f.Requests).To(HaveLen(1), "%s", said(s))
		Expect(f.Requests[0].String()).To(MatchRegexp("^(?:"+request+")$"), "%s", said(s))
		Expect(f.Verified).To(BeTrue())
		Expect(f.Number).To(And(BeNumerically(">", 0), BeNumerically("<=", 260)))
		Expect(s.Ended).To(Equal(hostile.Runs))
		if !hasCase(f) {
			Expect(f.Case).To(BeNil())
			return
		}
		Expect(f.Case).NotTo(BeNil(), "%s", said(s))
		again := replayed(ctx, served(ctx, server()), f)
		Expect(again.Verdict).To(Equal(reports.Fail), "%s%s", again.Message, again.SkipReason)
		right := replayed(ctx, served(ctx, ticker(nil)), f)
		Expect(right.Verdict).To(Equal(reports.Pass), "%s%s", right.Message, right.SkipReason)
	},
	Entry("500 beyond ASCII", func() http.Handler {
		return ticker(when(func(r *http.Request) bool {
			return strings.ContainsFunc(r.Header.Get("Last-Event-ID"), func(c rune) bool { return c > '~' })
		}, fails))
	}, "serve.resume.non-ascii-id", `last-event-id=(%[0-9A-F]{2})+`, NodeTimeout(time.Minute)),
	Entry("500 for a long id", func() http.Handler {
		return ticker(when(func(r *http.Request) bool { return len(r.Header.Get("Last-Event-ID")) > 3000 }, fails))
	}, "serve.resume.long-id", `last-event-id=a+`, NodeTimeout(time.Minute)),
	Entry("500 for a field that is there twice", func() http.Handler {
		return ticker(when(func(r *http.Request) bool {
			for _, values := range r.Header {
				if len(values) > 1 {
					return true
				}
			}
			return false
		}, fails))
	}, "serve.robust.status", `twice=[A-Za-z-]+`, NodeTimeout(time.Minute)),
	Entry("a stream without events for ids of others", func() http.Handler {
		return ticker(when(func(r *http.Request) bool {
			return hasLastEventID(r) && len(r.Header["Last-Event-Id"]) == 1 && !strings.Contains(r.Header.Get("Last-Event-ID"), "-")
		}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "retry: 1000\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}))
	}, "serve.resume.(unknown|non-ascii)-id", `last-event-id=.{1,9}`, NodeTimeout(time.Minute)),
	Entry("silence without Accept", func() http.Handler {
		return ticker(when(func(r *http.Request) bool { return r.Header["Accept"] == nil }, hangs))
	}, "serve.accept.absent", `without=Accept`, NodeTimeout(time.Minute)),
	Entry("a panic at an upgrade", func() http.Handler {
		return ticker(when(func(r *http.Request) bool { return r.Header["Upgrade"] != nil }, func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}))
	}, "serve.robust.answer", `upgrade=\S*`, NodeTimeout(time.Minute)),
	Entry("an id that is decoded into the stream", func() http.Handler {
		return ticker(when(hasLastEventID, raw(func(conn net.Conn, r *http.Request) {
			text := decoded(r.Header.Get("Last-Event-ID"))
			if strings.ContainsAny(text, "\r\n") {
				fmt.Fprintf(conn, "%s\r\nid: %s\n", streamHead, text)
			} else {
				fmt.Fprint(conn, streamHead+"\r\n")
			}
			ticks(conn)
		})))
	}, "secure.server.last-event-id", `last-event-id=(%25(25)?0[adAD])+.*NONCE.*`, NodeTimeout(time.Minute)),
	Entry("a query that is decoded into the header", func() http.Handler {
		return ticker(when(func(r *http.Request) bool { return r.URL.RawQuery != "" }, raw(func(conn net.Conn, r *http.Request) {
			text := decoded(r.URL.RawQuery)
			if !strings.Contains(text, "\r\n") {
				text = "none"
			}
			fmt.Fprintf(conn, "%sX-Query: %s\r\n\r\n", streamHead, text)
			ticks(conn)
		})))
	}, "secure.server.no-injection", `query=.*%250[dD]%250[aA].*`, NodeTimeout(time.Minute)),
	Entry("chunks behind the head that HEAD gets", func() http.Handler {
		return ticker(when(func(r *http.Request) bool { return r.Method == http.MethodHead }, raw(func(conn net.Conn, _ *http.Request) {
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\ndata: x\n\n\r\n0\r\n\r\n")
		})))
	}, "serve.head.no-content", `method=HEAD`, NodeTimeout(time.Minute)),
	Entry("a second response inside the first stream", func() http.Handler {
		return ticker(when(func(r *http.Request) bool { return r.Method == http.MethodGet }, func(w http.ResponseWriter, r *http.Request) {
			conn, in, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			fmt.Fprint(conn, streamHead+"\r\ndata: first\n\n")
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
			if next, err := http.ReadRequest(bufio.NewReader(in)); err == nil && next.Method == http.MethodGet {
				fmt.Fprint(conn, streamHead+"\r\n")
			}
			ticks(conn)
		}))
	}, "serve.robust.well-formed", `behind=GET`, NodeTimeout(time.Minute)),
	Entry("ids that are shown to everybody", func() http.Handler {
		return newRoom(func(r *room, request *http.Request) {
			if id := request.Header.Get("Last-Event-ID"); id != "" && !strings.ContainsAny(id, "\r\n") {
				r.tell("event: joined\ndata: " + strings.ToValidUTF8(id, "?") + "\n\n")
			}
		})
	}, "secure.server.crosstalk", `last-event-id=NONCE[a-e]?`, NodeTimeout(time.Minute)),
	Entry("a field that ends the streams of all", func() http.Handler {
		return newRoom(func(r *room, request *http.Request) {
			if request.Header["Te"] != nil {
				r.tell(theEnd)
			}
		})
	}, "serve.robust.others", `te=.*`, NodeTimeout(time.Minute)),
)

var _ = Describe("A server that wears out", func() {
	It("is found out by what ordinary requests get by then", func(ctx SpecContext) {
		var came atomic.Int32
		h := ticker(when(func(*http.Request) bool { n := came.Add(1); return n > 60 && n%2 == 0 }, fails))
		s := run(ctx, served(ctx, h), quick(260))
		Expect(s.Findings).To(ContainElement(HaveField("Requirement.ID", "serve.life.many-connections")), "%s", said(s))
		Expect(len(s.Findings)).To(BeNumerically("<=", 2), "%s", said(s)) // one may get the bad lot each time
		Expect(said(s)).To(ContainSubstring("The request plain (an ordinary one) is answered 500 Internal Server Error by now, alone, now and then or always, and was answered 200 OK at first"))
	}, NodeTimeout(time.Minute))

	It("is gone when it serves no ordinary request any more", func(ctx SpecContext) {
		var came atomic.Int32
		h := ticker(when(func(*http.Request) bool { return came.Add(1) > 60 }, fails))
		s := run(ctx, served(ctx, h), quick(260))
		Expect(s.Ended).To(Equal(hostile.Gone), "%s", said(s))
		Expect(s.Gone).To(Equal("an ordinary request gets 500 Internal Server Error instead of 200 OK"))
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		Expect(s.Findings[0].Requirement.ID).To(Equal("serve.robust.survives"))
		Expect(s.Findings[0].Verified).To(BeFalse())
	}, NodeTimeout(time.Minute))
})

var _ = Describe("A server that one request makes hold up the others", func() {
	It("is found out", func(ctx SpecContext) {
		h := newRoom(func(r *room, request *http.Request) {
			if request.Header.Get("Upgrade") != "" {
				r.tell(aWhile)
			}
		})
		o := quick(0)
		o.Timeout = time.Second
		o.Requests = []hostile.Request{{{Kind: "upgrade", Value: "x"}}}
		s := run(ctx, served(ctx, h), o)
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		Expect(s.Findings[0].Requirement.ID).To(Equal("serve.robust.others"))
		Expect(s.Findings[0].Requests[0].String()).To(Equal("upgrade=x"))
		Expect(s.Findings[0].What).To(ContainSubstring("the stream of another subscriber is held up: nothing comes for "))
	}, NodeTimeout(time.Minute))
})
