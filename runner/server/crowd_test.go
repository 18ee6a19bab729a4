package server_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
)

// crowds are the cases with a crowd; of names, where some are given.
func crowds(names ...string) []*cases.Case {
	GinkgoHelper()
	list := slices.DeleteFunc(probes(), func(c *cases.Case) bool {
		return !slices.Contains(c.Labels, "crowd") || len(names) > 0 && !slices.Contains(names, c.ID)
	})
	Expect(len(list)).To(BeNumerically(">=", max(1, len(names))))
	return list
}

// judged plays cases with so many connections.
func judged(ctx context.Context, url string, connections int, list []*cases.Case) []reports.Result {
	GinkgoHelper()
	return judgedWith(ctx, url, server.Options{Observe: 6 * time.Second, Connections: connections}, list)
}

func judgedWith(ctx context.Context, url string, options server.Options, list []*cases.Case) []reports.Result {
	GinkgoHelper()
	report, err := runner.Run(ctx, runner.Options{Cases: list, KeepTranscripts: true,
		Subjects: []runner.Subject{server.New(url, options)}})
	Expect(err).NotTo(HaveOccurred())
	return report.Subjects[0].Results
}

var _ = Describe("Load", func() {
	It("is as many subscribers as are asked for, and the reference server bears it", func(ctx SpecContext) {
		const many = 200
		l, err := refserver.Start(ctx, "127.0.0.1:0", refserver.Options{Period: 50 * time.Millisecond})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		results := judged(ctx, l.URL+"/ticker", many, crowds("same-events", "resets"))
		for _, r := range results {
			Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s%s", r.Case, r.Message, r.SkipReason)
		}
		Expect(results[0].Case).To(Equal("server/crowd/same-events"))
		Expect(results[0].Message).To(ContainSubstring("from the first of 200 subscribers to the last an event took"))
	}, NodeTimeout(2*time.Minute))

	It("goes over HTTP/2, too", func(ctx SpecContext) {
		ticker := refserver.New(refserver.Options{Period: 50 * time.Millisecond})
		DeferCleanup(ticker.Close)
		l, err := refserver.Serve(ctx, "127.0.0.1:0", ticker, nil)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		list := crowds("same-events", "in-quick-succession")
		for _, r := range judgedWith(ctx, l.URL+"/ticker", server.Options{Observe: 6 * time.Second, Connections: 100, HTTP: "h2c"}, list) {
			Expect(r.Verdict).To(Equal(reports.Pass), "%s: %s%s", r.Case, r.Message, r.SkipReason)
		}
	}, NodeTimeout(2*time.Minute))

	It("is a few subscribers where no more connections are asked for than is polite", func(ctx SpecContext) {
		l, err := refserver.Start(ctx, "127.0.0.1:0", refserver.Options{Period: 20 * time.Millisecond, Subscribers: 14})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		results := judged(ctx, l.URL+"/ticker", server.DefaultConnections, crowds("all-are-served"))
		Expect(results[0].Verdict).To(Equal(reports.Pass), results[0].Message)
	}, NodeTimeout(time.Minute))

	DescribeTable("that is more than the server takes", func(ctx SpecContext, name string, want reports.Verdict, pattern string) {
		l, err := refserver.Start(ctx, "127.0.0.1:0", refserver.Options{Period: 20 * time.Millisecond, Subscribers: 50})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		r := judged(ctx, l.URL+"/ticker", 120, crowds(name))[0]
		Expect(r.Verdict).To(Equal(want), r.Message+r.SkipReason)
		Expect(r.Message).To(MatchRegexp(pattern))
		Expect(r.Transcript).NotTo(BeEmpty())
	},
		Entry("shows who is refused, and the number of the first", "all-are-served", reports.Fail, `all 120 subscribers at once; 7\d did not get it, .*503`, NodeTimeout(time.Minute)),
		Entry("costs those that are served no event", "same-events", reports.Pass, `^$`, NodeTimeout(time.Minute)),
	)

	It("leaves at the same moments in each run, and names their seed", func(ctx SpecContext) {
		l, err := refserver.Start(ctx, "127.0.0.1:0", refserver.Options{Period: 20 * time.Millisecond})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(l.Close)
		seed := func() string {
			r := judged(ctx, l.URL+"/ticker", server.DefaultConnections, crowds("in-quick-succession"))[0]
			Expect(r.Verdict).To(Equal(reports.Pass), r.Message)
			for _, e := range r.Transcript {
				if e.Kind == "crowd" {
					_, seed, _ := strings.Cut(e.Text, "the seed ")
					return seed
				}
			}
			return ""
		}
		first := seed()
		Expect(first).To(MatchRegexp(`^\d+$`))
		Expect(seed()).To(Equal(first))
	}, NodeTimeout(time.Minute))

	It("that this process may not have is refused in words before anything is opened", func(ctx SpecContext) {
		var visited atomic.Int64
		url := listen(func(net.Conn) { visited.Add(1) })
		s := server.New(url, server.Options{Connections: 1 << 40})
		DeferCleanup(s.Close)
		Expect(s.Start(ctx)).To(MatchError(And(ContainSubstring("open files"), ContainSubstring("ask for"), ContainSubstring("ulimit -Hn"))))
		Expect(visited.Load()).To(BeZero())
	}, NodeTimeout(30*time.Second))
})

const crowdHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

// ticking sends events until the connection ends.
func ticking(conn net.Conn) {
	events := "retry: 1000\n\n"
	for range 200 {
		if _, err := conn.Write([]byte(events)); err != nil {
			return
		}
		events = "data: a\n\ndata: b\n\n"
		time.Sleep(20 * time.Millisecond)
	}
	swallow(conn)
}

var _ = Describe("A server that cannot bear load", func() {
	// The first hundred get a stream; what the others get is the fault.
	DescribeTable("gets a verdict in time, and leaves nothing behind",
		func(ctx SpecContext, beyond func(net.Conn), part string) {
			var n atomic.Int64
			url := listen(func(conn net.Conn) {
				if n.Add(1) > 100 {
					beyond(conn)
					return
				}
				if _, err := conn.Read(make([]byte, 4096)); err != nil {
					return
				}
				_, _ = conn.Write([]byte(crowdHead))
				ticking(conn)
			})
			began := time.Now()
			for _, r := range judgedWith(ctx, url, server.Options{Observe: time.Second, Connections: 200}, crowds("all-are-served")) {
				Expect(r.Verdict).To(Equal(reports.Fail), "%s: %s%s", r.Case, r.Message, r.SkipReason)
				Expect(r.Message).To(ContainSubstring(part), r.Case)
			}
			Expect(time.Since(began)).To(BeNumerically("<", time.Minute))
		},
		Entry("that accepts and never answers", swallow, "no response", NodeTimeout(2*time.Minute)),
		Entry("that closes at once", func(net.Conn) {}, "no response", NodeTimeout(2*time.Minute)),
		Entry("that answers 503", answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), "503", NodeTimeout(2*time.Minute)),
		Entry("that speaks no HTTP", answer("SSH-2.0-x\r\n"), "no HTTP", NodeTimeout(2*time.Minute)),
	)
})
