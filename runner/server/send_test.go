package server_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/internal/casetest"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
)

// A tap is a listener that keeps what each of its connections sends, read by read.
type tap struct {
	net.Listener
	mu    sync.Mutex
	conns []*tapped
}

type tapped struct {
	net.Conn
	tap   *tap
	reads [][]byte
}

func (t *tap) Accept() (net.Conn, error) {
	conn, err := t.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &tapped{Conn: conn, tap: t}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conns = append(t.conns, c)
	return c, nil
}

func (c *tapped) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.tap.mu.Lock()
	defer c.tap.mu.Unlock()
	c.reads = append(c.reads, bytes.Clone(p[:n]))
	return n, err
}

// sent are the connections whose bytes hold a text, joined.
func (t *tap) sent(holds string) (all []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.conns {
		if whole := bytes.Join(c.reads, nil); bytes.Contains(whole, []byte(holds)) {
			all = append(all, string(whole))
		}
	}
	return all
}

var _ = Describe("A step that gives its request as it goes on the wire", func() {
	// played plays a case on the reference server behind a tap.
	played := func(ctx context.Context, yaml string, o server.Options) (reports.Result, *tap) {
		GinkgoHelper()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		t := &tap{Listener: l}
		inner := refserver.New(refserver.Options{Period: 10 * time.Millisecond})
		s := &http.Server{Handler: inner}
		go func() { _ = s.Serve(t) }()
		DeferCleanup(func() {
			Expect(inner.Close()).To(Succeed())
			Expect(s.Close()).To(Succeed())
		})
		all := casetest.Load("server/t", yaml)
		o.Observe = 2 * time.Second
		report, err := runner.Run(ctx, runner.Options{Cases: all, Timeout: 20 * time.Second,
			Subjects: []runner.Subject{server.New("http://"+l.Addr().String()+"/ticker?a=b", o)}})
		Expect(err).NotTo(HaveOccurred())
		return report.Subjects[0].Results[0], t
	}

	It("sends these bytes and no other, in these writes", func(ctx SpecContext) {
		result, t := played(ctx, `
  - id: odd
    title: An odd request is answered
    requirements: [serve.status.200]
    needs: [http-1]
    probe:
      - connect: odd
        send:
          - "GET {{target}} HTTP/1.1\r\nhOsT:{{host}}\r\n"
          - {pause: 30ms}
          - ["X: ", {repeat: "y", times: 3}, {hex: "ff"}, "\r\nAuthorization: {{field.authorization}}\r\n"]
          - "\r\n"
      - await: {conn: odd, events: 1}
    check:
      - {that: odd, status: ["200"]}
      - {that: odd, events-at-least: 1}
`, server.Options{Header: http.Header{"Authorization": {"Bearer a"}}})
		Expect(result.Message).To(BeEmpty())
		Expect(result.Verdict).To(Equal(reports.Pass))
		Expect(t.sent("hOsT")).To(ConsistOf(And(
			HavePrefix("GET /ticker?a=b HTTP/1.1\r\nhOsT:127.0.0.1:"),
			HaveSuffix("\r\nX: yyy\xff\r\nAuthorization: Bearer a\r\n\r\n"))))
	}, NodeTimeout(time.Minute))

	It("reads the response by the method that it sends", func(ctx SpecContext) {
		result, _ := played(ctx, `
  - id: odd
    title: A HEAD is answered without content
    requirements: [serve.head.no-content]
    needs: [http-1]
    probe:
      - request: odd
        send: ["HEAD {{target}} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n"]
    check:
      - {that: odd, status: ["200"]}
      - {that: odd, body-empty: true}
      - {that: odd, ends-within: 2s}
`, server.Options{})
		Expect(result.Message).To(BeEmpty())
		Expect(result.Verdict).To(Equal(reports.Pass))
	}, NodeTimeout(time.Minute))

	It("fails where nothing is answered", func(ctx SpecContext) {
		result, _ := played(ctx, `
  - id: odd
    title: Half a request is answered
    requirements: [serve.status.200]
    needs: [http-1]
    probe:
      - connect: odd
        send: ["GET {{target}} HTTP/1.1\r\nHost: {{host}}\r\n"]
      - await: {conn: odd, answer: true, within: 200ms}
    check:
      - {that: odd, status: [2xx, 4xx]}
`, server.Options{})
		Expect(result.Verdict).To(Equal(reports.Fail))
	}, NodeTimeout(time.Minute))

	It("says which field the run does not have", func(ctx SpecContext) {
		result, t := played(ctx, `
  - id: odd
    title: A request with a token is answered
    requirements: [serve.status.200]
    needs: [http-1]
    probe:
      - connect: odd
        send: ["GET {{target}} HTTP/1.1\r\nHost: {{host}}\r\nX-Odd: {{field.X-Token}}\r\n\r\n"]
    check:
      - {that: odd, status: ["200"]}
`, server.Options{})
		Expect(result.Verdict).NotTo(Equal(reports.Pass))
		Expect(result.Message + result.SkipReason).To(ContainSubstring("no field X-Token; give it with -H"))
		Expect(t.sent("X-Odd")).To(BeEmpty())
	}, NodeTimeout(time.Minute))

	It("is counted among what a run would send", func() {
		s := server.New("http://127.0.0.1:1/ticker", server.Options{})
		Expect(s.Prepare()).To(Succeed())
		text := "TRACE {{target}} HTTP/1.1\r\n\r\n"
		Expect(s.Requests(&cases.Case{Probe: []cases.Step{{Connect: "odd", Send: []cases.Item{{Text: &text}}}}})).
			To(Equal([]server.Asked{{Method: "TRACE", Path: "/ticker", Times: 1}}))
	})
})
