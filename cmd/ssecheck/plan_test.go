package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// counting is a reference server that counts its requests by method, and the
// largest number of connections open at the same time.
type counting struct {
	url       string
	now, most atomic.Int64

	mu     sync.Mutex
	method map[string]int
}

func newCounting() *counting {
	GinkgoHelper()
	c := &counting{method: map[string]int{}}
	inner := ticker()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := c.now.Add(1)
		defer c.now.Add(-1)
		for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
		}
		c.mu.Lock()
		c.method[r.Method]++
		c.mu.Unlock()
		inner.ServeHTTP(w, r)
	}))
	DeferCleanup(s.CloseClientConnections)
	c.url = s.URL + "/ticker"
	return c
}

func (c *counting) requests() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := map[string]int{}
	for method, n := range c.method {
		all[method] = n
	}
	return all
}

var _ = Describe("A dry run with a target", func() {
	It("sends nothing, and lists what would be sent", func() {
		target := newCounting()
		r := ssecheck("run", "--dry-run", "--target", target.url, "--via", "edge="+target.url+"?through=edge",
			"--run", "server/life/parallel", "--run", "server/methods/head-ends", "--run", "server/http/http-2-ping", "--run", "server/via/no-transform")
		Expect(r.status).To(BeZero(), r.errOut)
		Expect(target.requests()).To(BeEmpty())
		Expect(r.out).To(MatchRegexp(`(?m)^  play  server/life/parallel +should, 16 x GET /ticker$`))
		Expect(r.out).To(MatchRegexp(`(?m)^  play  server/methods/head-ends +must, GET /ticker, HEAD /ticker$`))
		Expect(r.out).To(MatchRegexp(`(?m)^  play  server/via/no-transform +must, GET /ticker, GET /ticker\?through=edge through edge$`))
		Expect(r.out).To(MatchRegexp(`(?m)^  skip  server/http/http-2-ping +unused: `))
		Expect(r.out).To(ContainSubstring("3 cases to play, 1 to skip"))
		Expect(r.out).To(ContainSubstring("21 requests at most, on at most 40 connections at the same time; for this plan none was sent"))
		Expect(r.out).To(ContainSubstring("  19 x GET /ticker\n"))
	})

	It("needs no server at all, and keeps secrets", func() {
		r := ssecheckWith(context.Background(), []string{"TOKEN=hunter2-and-more"}, "run", "--dry-run",
			"--target", "http://127.0.0.1:1/events?token=${TOKEN}", "--connections", "4", "--run", "server/resume/*")
		Expect(r.status).To(BeZero(), r.errOut)
		Expect(r.out).To(ContainSubstring("GET /events?token=[redacted]"))
		Expect(r.out).NotTo(ContainSubstring("hunter2"))
		Expect(r.out).To(MatchRegexp(`(?m)^  skip  server/resume/hostile-text +unused: the case opens 5 connections, and the run may have 4 at the same time; --connections 5 plays it$`))
	})

	It("plays crowds only where they are asked for when each request may cost something", func() {
		plan := func(flags ...string) string {
			return ssecheck(append([]string{"run", "--dry-run", "--target", "http://127.0.0.1:1/", "--run", "server/life/parallel"}, flags...)...).out
		}
		Expect(ssecheck("run", "--dry-run", "--target", "http://127.0.0.1:1/", "--body", "{}", "--run", "server/crowd/all-are-served").out).
			To(ContainSubstring("the case sends 8 requests at once, and a POST may do or cost something"))
		Expect(plan("--body", "{}")).To(ContainSubstring("a POST may do or cost something; --connections 16 plays it"))
		Expect(plan("--body", "{}", "--connections", "16")).To(ContainSubstring("x POST /"))
	})
})

var _ = Describe("A run against a target", func() {
	It("sends no more than the plan says, on no more connections, and leaves none open", func() {
		target := newCounting()
		flags := []string{"--target", target.url, "--connections", "6", "--observe", "2s", "--run", "server/life/*", "--run", "server/methods/*",
			"--run", "server/crowd/all-are-served", "--skip", "**/slow-reader"}
		planned := ssecheck(append([]string{"run", "--dry-run"}, flags...)...).out
		r := ssecheck(append([]string{"run"}, flags...)...)
		Expect(r.status).To(BeZero(), r.out+r.errOut)
		for method, n := range target.requests() {
			Expect(planned).To(MatchRegexp(`(?m)^  (\d+ x )?`+method+` /ticker$`), planned)
			Expect(n).To(BeNumerically("<=", plannedTimes(planned, method)), method)
		}
		// A connection that was just closed may still be counted at the server.
		Expect(target.most.Load()).To(BeNumerically("<=", 6+6))
		Eventually(target.now.Load).WithTimeout(10 * time.Second).Should(BeZero())
	})

	It("says on a terminal what it will do before it begins", func() {
		var out, errOut bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &errOut, terminal: func(any) (int, bool) { return 100, true }}
		target := newCounting()
		Expect(a.run(GinkgoT().Context(), []string{"run", "--target", target.url, "--run", "server/http/status-200"})).To(BeZero())
		Expect(errOut.String()).To(HavePrefix("ssecheck: 2 requests at most to " + target.url + ", on at most 40 connections at the same time (--dry-run lists them)\n"))
		Expect(ssecheck("run", "--target", target.url, "--run", "server/http/status-200").errOut).To(BeEmpty(), "there is no terminal")
	})
})

// plannedTimes is how many requests of a method a plan's sums have.
func plannedTimes(plan, method string) int {
	n := 0
	for line := range strings.Lines(plan) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 4 && fields[1] == "x" && fields[2] == method:
			times, _ := strconv.Atoi(fields[0])
			n += times
		case len(fields) == 2 && fields[0] == method:
			n++
		}
	}
	return n
}
