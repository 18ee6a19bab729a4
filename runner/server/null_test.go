package server_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

// listen serves every connection with a function, until the spec is over.
func listen(serve func(net.Conn)) (url string) {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	var wg sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				defer context.AfterFunc(ctx, func() { conn.Close() })()
				serve(conn)
			})
		}
	})
	DeferCleanup(func() {
		stop()
		l.Close()
		wg.Wait()
	})
	return "http://" + l.Addr().String() + "/events"
}

// swallow reads a connection until its end.
func swallow(conn net.Conn) {
	buffer := make([]byte, 4096)
	for {
		if _, err := conn.Read(buffer); err != nil {
			return
		}
	}
}

// answer reads one request and writes bytes.
func answer(text string) func(net.Conn) {
	return func(conn net.Conn) {
		buffer := make([]byte, 64<<10)
		if _, err := conn.Read(buffer); err != nil {
			return
		}
		conn.Write([]byte(text))
		swallow(conn)
	}
}

var _ = Describe("A null server", func() {
	// The driver refuses to begin with one of them. So that the cases are put to
	// the test and not only the start, each serves a sound survey first.
	DescribeTable("passes no case",
		func(ctx SpecContext, null func(net.Conn)) {
			var mu sync.Mutex
			first := true
			url := listen(func(conn net.Conn) {
				mu.Lock()
				mine := first
				first = false
				mu.Unlock()
				if mine {
					answer("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n" +
						"id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n")(conn)
					return
				}
				null(conn)
			})
			list := probes()
			report, err := runner.Run(ctx, runner.Options{Cases: list, Timeout: 300 * time.Millisecond,
				Subjects: []runner.Subject{server.New(url, server.Options{Observe: 300 * time.Millisecond, Connections: 64})}})
			Expect(err).NotTo(HaveOccurred())
			for i, r := range report.Subjects[0].Results {
				if onSurveyAlone(list[i].Probe) {
					continue // it is judged on the sound survey
				}
				Expect(r.Verdict).NotTo(Equal(reports.Pass), "%s passes on a server that does nothing", r.Case)
				Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
			}
		},
		Entry("that accepts and says nothing", swallow, NodeTimeout(3*time.Minute)),
		Entry("that accepts and closes", func(net.Conn) {}, NodeTimeout(3*time.Minute)),
		Entry("that says 404 to all", answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), NodeTimeout(3*time.Minute)),
	)

	It("that streams nothing passes no case that is about events", func(ctx SpecContext) {
		url := listen(answer("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"))
		list := probes()
		report, err := runner.Run(ctx, runner.Options{Cases: list, Timeout: 300 * time.Millisecond,
			Subjects: []runner.Subject{server.New(url, server.Options{Observe: 300 * time.Millisecond, Connections: 64})}})
		Expect(err).NotTo(HaveOccurred())
		for _, r := range report.Subjects[0].Results {
			if r.Verdict == reports.Pass {
				Expect(r.Case).To(MatchRegexp(`^server/(http|caching|methods|negotiation)/|^server/odd/(host-|trace$)|/(stays-open|head-comes-at-once|odd-numbers|all-are-served)$`))
			}
		}
		Expect(report.Verdict).NotTo(Equal(reports.Compliant))
	}, NodeTimeout(2*time.Minute))

	It("that is not an event stream ends the run before it began", func(ctx SpecContext) {
		url := listen(answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
		s := server.New(url, server.Options{})
		DeferCleanup(s.Close)
		Expect(s.Start(ctx)).To(MatchError(ContainSubstring("404 " + http.StatusText(404))))
	}, NodeTimeout(30*time.Second))
})
