package hostile_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/hostile"
	"github.com/ssecheck/ssecheck/runner/server"
)

func beyondASCII(r *http.Request) bool {
	return strings.ContainsFunc(r.Header.Get("Last-Event-ID"), func(c rune) bool { return c > '~' })
}

var _ = Describe("A run", func() {
	It("plays again what a finding names, and finds it again", func(ctx SpecContext) {
		url := served(ctx, ticker(when(beyondASCII, fails)))
		first := run(ctx, url, quick(60))
		Expect(first.Findings).To(HaveLen(1), "%s", said(first))
		o := quick(0)
		o.Requests = append([]hostile.Request{nil}, first.Findings[0].Requests...)
		again := run(ctx, url, o)
		Expect(again.Requests).To(Equal(2))
		Expect(again.Findings).To(HaveLen(1), "%s", said(again))
		Expect(again.Findings[0].Requests).To(Equal(first.Findings[0].Requests))
		Expect(again.Findings[0].Number).To(Equal(2))
	}, NodeTimeout(time.Minute))

	It("gives a command line of curl's that shows it again", func(ctx SpecContext) {
		if _, err := exec.LookPath("curl"); err != nil {
			Skip("there is no curl")
		}
		url := served(ctx, ticker(when(func(r *http.Request) bool {
			return beyondASCII(r) || r.Header["Accept"] == nil || r.URL.Query().Has("a") || r.Method == "G"
		}, fails)))
		o := quick(0)
		for _, text := range []string{"last-event-id=caf%C3%A9'%25\\", "without=Accept", "query=a", "method=G", "twice=Cookie&query=a&host=localhost:1"} {
			r, err := hostile.ParseRequest(strings.ReplaceAll(text, "'", "%27"))
			Expect(err).NotTo(HaveOccurred())
			o.Requests = []hostile.Request{r}
			s := run(ctx, url, o)
			Expect(s.Findings).To(HaveLen(1), "%s", said(s))
			command := s.Findings[0].Reproduce
			Expect(command).To(ContainSubstring("curl "))
			out, err := exec.CommandContext(ctx, "sh", "-c", command).CombinedOutput()
			Expect(err).NotTo(HaveOccurred(), "%s: %s", command, out)
			Expect(string(out)).To(HavePrefix("HTTP/1.1 500 "), "%s", command)
		}
	}, NodeTimeout(time.Minute))

	It("shows no secret in a command line", func(ctx SpecContext) {
		o := quick(0)
		o.Requests = []hostile.Request{{{Kind: "without", Value: "Accept"}}}
		o.Target = server.Options{Header: http.Header{"Authorization": {"Bearer hush"}, "X-Team": {"a"}}}
		s := run(ctx, served(ctx, ticker(when(func(r *http.Request) bool { return r.Header["Accept"] == nil }, fails))), o)
		Expect(s.Findings).To(HaveLen(1), "%s", said(s))
		Expect(s.Findings[0].Reproduce).To(ContainSubstring("-H 'X-Team: a'"))
		Expect(s.Findings[0].Reproduce).To(ContainSubstring("-H 'Authorization: ...'"))
		Expect(said(s)).NotTo(ContainSubstring("hush"))
	}, NodeTimeout(time.Minute))

	It("tells how far it is, and of each finding", func(ctx SpecContext) {
		var progress []hostile.Progress
		var findings []hostile.Finding
		o := quick(270)
		o.OnProgress = func(p hostile.Progress) { progress = append(progress, p) }
		o.OnFinding = func(f hostile.Finding) { findings = append(findings, f) }
		s := run(ctx, served(ctx, ticker(when(beyondASCII, fails))), o)
		Expect(findings).To(HaveLen(1))
		Expect(progress).To(HaveLen(3))
		Expect(progress[2].Requests).To(Equal(270))
		Expect(progress[2].Findings).To(Equal(1))
		Expect(progress[2].Plays).To(Equal(s.Plays))
	}, NodeTimeout(time.Minute))

	It("ends when it is told to, with what it has", func(ctx SpecContext) {
		bounded, cancel := context.WithCancel(ctx)
		defer cancel()
		o := quick(1_000_000)
		o.OnProgress = func(hostile.Progress) { cancel() }
		s := run(bounded, served(ctx, ticker(nil)), o)
		Expect(s.Ended).To(Equal(hostile.Interrupted))
		Expect(s.Requests).To(Equal(4 * 31))
	}, NodeTimeout(time.Minute))

	It("ends when its time is up", func(ctx SpecContext) {
		o := quick(0)
		o.For = 300 * time.Millisecond
		s := run(ctx, served(ctx, ticker(nil)), o)
		Expect(s.Ended).To(Equal(hostile.Time))
		Expect(s.Findings).To(BeEmpty(), "%s", said(s))
		Expect(s.Elapsed).To(BeNumerically(">=", o.For))
	}, NodeTimeout(time.Minute))
})

// A counter counts connections.
type counter struct {
	net.Listener
	open, most, all atomic.Int64
}

func (c *counter) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.all.Add(1)
		if n := c.open.Add(1); n > c.most.Load() {
			c.most.Store(n)
		}
	}
	return conn, err
}

// counted serves a handler on a listener that counts.
func counted(ctx context.Context, h http.Handler) (c *counter, url string) {
	GinkgoHelper()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	c = &counter{Listener: l}
	s := &http.Server{Handler: h, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
			c.open.Add(-1)
		}
	}}
	go s.Serve(c)
	DeferCleanup(s.Close)
	return c, "http://" + l.Addr().String() + "/ticker"
}

var _ = Describe("A polite run", func() {
	It("has no more connections open at once than it may, and closes each", func(ctx SpecContext) {
		stream := ticker(nil)
		c, url := counted(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(30 * time.Millisecond) // so that more would be open at once
			stream.ServeHTTP(w, r)
		}))
		o := quick(60)
		o.Connections, o.Timeout = 4, 5*time.Second
		s := run(ctx, url, o)
		// A connection that we have closed may count for a moment more.
		Expect(c.most.Load()).To(BeNumerically("<=", 4+4), "%s", said(s))
		Eventually(c.open.Load).WithTimeout(10 * time.Second).Should(BeZero())
		Expect(c.all.Load()).To(BeNumerically("~", s.Plays, 3), "and the first look, and the control")
	}, NodeTimeout(time.Minute))

	It("opens connections no faster than it may", func(ctx SpecContext) {
		_, url := counted(ctx, ticker(nil))
		o := quick(40)
		o.Rate = 80
		Expect(run(ctx, url, o).Elapsed).To(BeNumerically(">=", 490*time.Millisecond))
	}, NodeTimeout(time.Minute))

	It("does not begin against another host", func(ctx SpecContext) {
		_, err := hostile.Run(ctx, "http://192.0.2.1/events", hostile.Options{})
		var refused *hostile.HostError
		Expect(errors.As(err, &refused)).To(BeTrue())
		Expect(err).To(MatchError("fuzzing sends hostile requests, so it visits nobody but servers on this machine's own loopback addresses: " +
			"192.0.2.1 is 192.0.2.1; give --i-own-this-host if the server there is yours"))
	})

	It("takes a name that stands for a loopback address", func(ctx SpecContext) {
		url := strings.Replace(served(ctx, ticker(nil)), "127.0.0.1", "localhost", 1)
		Expect(run(ctx, url, quick(20)).Findings).To(BeEmpty())
	}, NodeTimeout(time.Minute))

	It("follows no redirect", func(ctx SpecContext) {
		_, err := hostile.Run(ctx, served(ctx, http.RedirectHandler("/elsewhere", http.StatusFound)), quick(20))
		var target *server.TargetError
		Expect(errors.As(err, &target)).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring("and no redirect is followed here")))
	}, NodeTimeout(time.Minute))
})

var _ = DescribeTable("A run does not begin",
	func(ctx SpecContext, url string, o hostile.Options, why string) {
		_, err := hostile.Run(ctx, url, o)
		Expect(err).To(MatchError(ContainSubstring(why)))
	},
	Entry("without a URL", "127.0.0.1", hostile.Options{}, "this is no URL of a server"),
	Entry("where nobody listens", "http://127.0.0.1:1/", hostile.Options{}, "no connection"),
	Entry("with one connection", "http://127.0.0.1:1/", hostile.Options{Connections: 1}, "2 connections are the least"),
	Entry("with a negative rate", "http://127.0.0.1:1/", hostile.Options{Rate: -1}, "is negative"),
	Entry("with a request of no kind", "http://127.0.0.1:1/", hostile.Options{Requests: []hostile.Request{{{Kind: "x"}}}}, `request 1: the request "x=" has "x" where one of`),
	Entry("with a name that nobody knows", "http://host.invalid/", hostile.Options{}, "the addresses of host.invalid cannot be looked up"),
)
