package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

func onSurveyAlone(steps []cases.Step) bool {
	return len(steps) == 1 && steps[0].Await != nil && steps[0].Await.Conn == cases.Survey
}

var _ = Describe("A target that cannot be judged", func() {
	start := func(ctx context.Context, url string, opts server.Options) error {
		s := server.New(url, opts)
		defer s.Close()
		return s.Start(ctx)
	}
	served := func(h http.HandlerFunc) string {
		s := httptest.NewServer(h)
		DeferCleanup(s.Close)
		return s.URL
	}

	DescribeTable("is named with the cause and the remedy",
		func(ctx SpecContext, url func() string, opts server.Options, parts ...string) {
			target := url()
			err := start(ctx, target, opts)
			Expect(err).To(HaveOccurred())
			for _, part := range append(parts, strings.TrimSuffix(target, "/")) {
				Expect(err.Error()).To(ContainSubstring(part))
			}
			var named *server.TargetError
			Expect(errors.As(err, &named)).To(BeTrue())
			Expect(named.Remedy).NotTo(BeEmpty())
		},
		Entry("no URL", func() string { return "localhost:8080/events" }, server.Options{}, "no URL", "http://HOST"),
		Entry("another scheme", func() string { return "ftp://127.0.0.1/x" }, server.Options{}, "no URL"),
		Entry("nobody listens", func() string {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			Expect(err).NotTo(HaveOccurred())
			defer l.Close()
			return "http://" + l.Addr().String()
		}, server.Options{}, "refused", "start the server"),
		Entry("no Unix socket", func() string { return "http://app/events" }, server.Options{UnixSocket: "/nonexistent/socket"}, "/nonexistent/socket"),
		Entry("HTML", func() string {
			return served(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, "<!doctype html><title>Welcome</title>\ndata of mine\n\n")
			})
		}, server.Options{}, "200 OK", "text/html", "event stream"),
		Entry("nothing there", func() string { return served(http.NotFound) }, server.Options{}, "404 Not Found", "check the path"),
		Entry("no access", func() string {
			return served(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) })
		}, server.Options{}, "401 Unauthorized", "-H"),
		Entry("an error that says why", func() string {
			return served(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(400)
				fmt.Fprint(w, "{\"error\":\n  \"model is missing\"}")
			})
		}, server.Options{Method: "POST"}, "400 Bad Request", `and says "{\"error\": \"model is missing\"}"`, "--body"),
		Entry("nothing that is acceptable", func() string {
			return served(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(406) })
		}, server.Options{}, "406 Not Acceptable", "-H 'Accept:"),
		Entry("no content", func() string {
			return served(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
		}, server.Options{}, "204 No Content"),
		Entry("a redirect to itself", func() string {
			return served(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
		}, server.Options{}, "circle"),
		Entry("a redirect without end", func() string {
			return served(func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, r.URL.Path+"a", http.StatusFound)
			})
		}, server.Options{}, "more than 10 times"),
		Entry("a redirect to another scheme", func() string {
			return served(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "file:///etc/passwd")
				w.WriteHeader(302)
			})
		}, server.Options{}, "file:///etc/passwd"),
		Entry("no HTTP", func() string { return listen(answer("SSH-2.0-OpenSSH_9.2\r\n")) }, server.Options{}, "no HTTP", "SSH-2.0"),
		Entry("an endless header", func() string {
			return listen(func(conn net.Conn) {
				_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nX-Endless: "))
				for {
					if _, err := conn.Write(bytes.Repeat([]byte("x"), 64<<10)); err != nil {
						return
					}
				}
			})
		}, server.Options{}, "larger than 256 KiB"),
		Entry("header lines without end", func() string {
			return listen(func(conn net.Conn) {
				_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\n"))
				for {
					if _, err := conn.Write([]byte("X-Again: 1\r\n")); err != nil {
						return
					}
				}
			})
		}, server.Options{}, "larger than 256 KiB"),
		Entry("interim responses without end", func() string {
			return listen(func(conn net.Conn) {
				for {
					if _, err := conn.Write([]byte("HTTP/1.1 103 Early Hints\r\n\r\n")); err != nil {
						return
					}
				}
			})
		}, server.Options{}, "interim"),
		Entry("an answer that closes at once", func() string { return listen(func(net.Conn) {}) }, server.Options{}, "no response"),
		Entry("no HTTP/2", func() string { return served(http.NotFound) }, server.Options{HTTP: "2"}, "https"),
	)

	It("is named when it sends nothing, however long the run would watch", func(ctx SpecContext) {
		err := start(ctx, listen(swallow), server.Options{Observe: 200 * time.Millisecond})
		Expect(err).To(MatchError(ContainSubstring("sends no response within 200ms")))
	})

	It("is named when it sends its head byte by byte, without an end in sight", func(ctx SpecContext) {
		err := start(ctx, listen(trickling("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", 100*time.Millisecond)), server.Options{Observe: 500 * time.Millisecond})
		Expect(err).To(MatchError(ContainSubstring("sends no response within 500ms")))
	})

	It("is named when it resets at once", func(ctx SpecContext) {
		url := listen(func(conn net.Conn) {
			_, _ = conn.Read(make([]byte, 1))
			_ = conn.(*net.TCPConn).SetLinger(0)
		})
		Expect(start(ctx, url, server.Options{})).To(MatchError(And(ContainSubstring("reset by peer"), ContainSubstring("start the server"))))
	})

	It("is given up as soon as the run is", func(ctx SpecContext) {
		url := listen(swallow)
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		Expect(start(short, url, server.Options{})).To(MatchError(context.DeadlineExceeded))
		Expect(time.Since(began)).To(BeNumerically("<", 5*time.Second))
	})
})

// chunked writes a response of one endless body.
func chunked(head string, chunk []byte) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := conn.Read(make([]byte, 64<<10)); err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"+head+"Transfer-Encoding: chunked\r\n\r\n")
		for {
			if _, err := fmt.Fprintf(conn, "%x\r\n%s\r\n", len(chunk), chunk); err != nil {
				return
			}
		}
	}
}

// some are a few cases of all kinds.
func some() []*cases.Case {
	var list []*cases.Case
	for _, c := range probes() {
		switch c.ID {
		case "media-type", "utf-8", "gzip-is-declared", "apart-when-gzip-is-offered", "ends-cleanly", "parallel", "same-order", "unknown-id":
			list = append(list, c)
		}
	}
	return list
}

var _ = Describe("A server without bounds", func() {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(bytes.Repeat([]byte(": nothing at all\n"), 64<<20/17))
	_ = z.Close()

	DescribeTable("costs a bounded amount of memory, and its run ends",
		func(ctx SpecContext, serve func(net.Conn)) {
			url := listen(serve)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			report, err := runner.Run(ctx, runner.Options{Cases: some(), Timeout: time.Second, Parallel: 2,
				Subjects: []runner.Subject{server.New(url, server.Options{Observe: time.Second, Connections: 4})}})
			runtime.ReadMemStats(&after)
			Expect(err).NotTo(HaveOccurred())
			Expect(report.Verdict).NotTo(Equal(reports.Compliant))
			for _, r := range report.Subjects[0].Results {
				Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
			}
			Expect(after.Sys - before.Sys).To(BeNumerically("<", 1<<30))
		},
		Entry("that sends an endless line", chunked("", bytes.Repeat([]byte("x"), 64<<10)), NodeTimeout(time.Minute)),
		Entry("that sends an endless event", chunked("", []byte(strings.Repeat("data: and so on\n", 4096))), NodeTimeout(time.Minute)),
		Entry("that sends comments without end", chunked("", []byte(strings.Repeat(":\n", 30000))), NodeTimeout(time.Minute)),
		Entry("that sends fields nobody knows without end", chunked("", []byte(strings.Repeat("x\n", 30000))), NodeTimeout(time.Minute)),
		Entry("that sends a gzip bomb", func(conn net.Conn) {
			if _, err := conn.Read(make([]byte, 64<<10)); err != nil {
				return
			}
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n", zipped.Len())
			_, _ = conn.Write(zipped.Bytes())
			swallow(conn)
		}, NodeTimeout(time.Minute)),
		Entry("that sends a byte now and then", func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
			for {
				if _, err := io.WriteString(conn, "d"); err != nil {
					return
				}
				_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
				if _, err := conn.Read(make([]byte, 4096)); errors.Is(err, io.EOF) {
					return
				}
			}
		}, NodeTimeout(time.Minute)),
	)
})

var _ = Describe("A server with the wrong Content-Type that sends events", func() {
	It("is judged, and fails", func(ctx SpecContext) {
		url := listen(answer("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\ndata: a\n\ndata: b\n\ndata: c\n\n"))
		report, err := runner.Run(ctx, runner.Options{Cases: some(), Timeout: time.Second,
			Subjects: []runner.Subject{server.New(url, server.Options{Observe: time.Second})}})
		Expect(err).NotTo(HaveOccurred())
		Expect(report.Verdict).To(Equal(reports.NotCompliant))
	}, NodeTimeout(time.Minute))
})
