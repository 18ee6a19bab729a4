package server_test

import (
	"compress/gzip"
	"io"
	"net"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/server"
)

// trickling sends a text byte by byte, until its end or the client's.
func trickling(text string, every time.Duration) func(net.Conn) {
	return func(conn net.Conn) {
		for i := range len(text) {
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return
			}
			_ = conn.SetReadDeadline(time.Now().Add(every))
			_, _ = conn.Read(make([]byte, 4096))
		}
	}
}

// changing answers each request in another way.
func changing(answers ...func(net.Conn)) func(net.Conn) {
	var n atomic.Int32
	return func(conn net.Conn) { answers[int(n.Add(1)-1)%len(answers)](conn) }
}

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"

var _ = Describe("A server that answers out of bounds", func() {
	DescribeTable("gets a verdict with the reason, in time",
		func(ctx SpecContext, serve func(net.Conn), reason string) {
			url := listen(serve)
			began := time.Now()
			report, err := runner.Run(ctx, runner.Options{Cases: some(), Timeout: time.Second, Deadline: 30 * time.Second,
				Subjects: []runner.Subject{server.New(url, server.Options{Observe: time.Second, Connections: 8})}})
			Expect(err).NotTo(HaveOccurred())
			Expect(time.Since(began)).To(BeNumerically("<", 30*time.Second))
			Expect(report.Verdict).To(Equal(reports.NotCompliant))
			said := ""
			for _, r := range report.Subjects[0].Results {
				Expect(r.Verdict).NotTo(Equal(reports.Error), "%s: %s", r.Case, r.Message)
				said += r.Case + ": " + r.Message + "\n"
			}
			Expect(said).To(ContainSubstring(reason))
		},
		Entry("a size of a chunk that is no number", answer(streamHead+"Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\nzz\r\n"), `"zz" is no size of a chunk`, NodeTimeout(time.Minute)),
		Entry("a negative size", answer(streamHead+"Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n-5\r\n"), `"-5" is no size of a chunk`, NodeTimeout(time.Minute)),
		Entry("a size beyond all numbers", answer(streamHead+"Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\nfffffffffffffffffff\r\n"), "is no size of a chunk", NodeTimeout(time.Minute)),
		Entry("an endless extension of a chunk", answer(streamHead+"Transfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n9;"+strings.Repeat("x", 64<<10)), "a line between chunks is endless", NodeTimeout(time.Minute)),
		Entry("another answer each time", changing(
			answer(streamHead+"\r\ndata: a\n\ndata: b\n\ndata: c\n\n"),
			answer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"),
			answer("SSH-2.0-OpenSSH_9.2\r\n"),
			func(conn net.Conn) { _ = conn.(*net.TCPConn).SetLinger(0) }), "was expected", NodeTimeout(time.Minute)),
	)
})

// heapPeak samples the heap until stop is called, and returns the largest size
// beyond the one at its start.
func heapPeak() (stop func() uint64) {
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	base, peak := now.HeapAlloc, now.HeapAlloc
	done := make(chan struct{})
	var sampler sync.WaitGroup
	sampler.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			case <-done:
				return
			}
		}
	})
	return func() uint64 {
		close(done)
		sampler.Wait()
		return peak - base
	}
}

// bomb unfolds to a gigabyte.
func bomb(conn net.Conn) {
	if _, err := conn.Read(make([]byte, 64<<10)); err != nil {
		return
	}
	_, _ = io.WriteString(conn, streamHead+"Content-Encoding: gzip\r\nConnection: close\r\n\r\n")
	zip := gzip.NewWriter(conn)
	nothing := []byte(strings.Repeat(": nothing\n", 100<<10))
	for range 1 << 10 {
		if _, err := zip.Write(nothing); err != nil {
			return
		}
	}
}

// floods is HTTP/2 by prior knowledge: settings, then frames without end.
func floods(frames func(*http2.Framer) error) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		framer := http2.NewFramer(conn, nil)
		if framer.WriteSettings() != nil {
			return
		}
		for frames(framer) == nil {
		}
	}
}

// head is the start of an event stream on HTTP/2.
func head(framer *http2.Framer) error {
	var block strings.Builder
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = encoder.WriteField(hpack.HeaderField{Name: "content-type", Value: "text/event-stream"})
	return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte(block.String()), EndHeaders: true})
}

var _ = Describe("The memory of a run", Serial, func() {
	DescribeTable("is bounded whatever the server sends",
		func(ctx SpecContext, opts server.Options, serve func(net.Conn)) {
			url := listen(serve)
			limit := debug.SetMemoryLimit(256 << 20) // the collector works for it, as it would in a small container
			defer debug.SetMemoryLimit(limit)
			peak := heapPeak()
			opts.Observe, opts.Connections = time.Second, 4
			_, err := runner.Run(ctx, runner.Options{Cases: some(), Timeout: time.Second, Deadline: 20 * time.Second, Parallel: 2,
				Subjects: []runner.Subject{server.New(url, opts)}})
			if err != nil {
				Expect(err.Error()).To(ContainSubstring("no HTTP"), "the target itself is told to be wrong")
			}
			Expect(peak()).To(BeNumerically("<", 160<<20))
		},
		Entry("an endless line", server.Options{}, chunked("", []byte(strings.Repeat("x", 64<<10))), NodeTimeout(time.Minute)),
		Entry("an endless event", server.Options{}, chunked("", []byte(strings.Repeat("data: and so on\n", 4096))), NodeTimeout(time.Minute)),
		Entry("events without end", server.Options{}, chunked("", []byte(strings.Repeat("data: and so on\n\n", 4096))), NodeTimeout(time.Minute)),
		Entry("a gzip bomb", server.Options{}, bomb, NodeTimeout(time.Minute)),
		Entry("HTTP/2 data before a head", server.Options{HTTP: "h2c"}, floods(func(f *http2.Framer) error {
			return f.WriteData(1, false, make([]byte, 16<<10))
		}), NodeTimeout(time.Minute)),
		Entry("HTTP/2 header blocks without end", server.Options{HTTP: "h2c"}, func() func(net.Conn) {
			return floods(func(f *http2.Framer) error {
				if err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: []byte{0x88}}); err != nil {
					return err
				}
				for {
					if err := f.WriteContinuation(1, false, make([]byte, 16<<10)); err != nil {
						return err
					}
				}
			})
		}(), NodeTimeout(time.Minute)),
		Entry("HTTP/2 data beyond every window", server.Options{HTTP: "h2c"}, func(conn net.Conn) {
			started := false
			floods(func(f *http2.Framer) error {
				if !started {
					started = true
					return head(f)
				}
				return f.WriteData(1, false, []byte(strings.Repeat("data: and so on\n", 1024)))
			})(conn)
		}, NodeTimeout(time.Minute)),
	)
})
