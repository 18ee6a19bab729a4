package refclient_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// A server answers the n-th request with its n-th answer, and holds requests
// beyond.
type server struct {
	url      string
	listener net.Listener
	wait     sync.WaitGroup
	answers  []answer
	rest     answer // of all requests beyond; nil holds them

	mu       sync.Mutex
	requests []request
	conns    []net.Conn
	gone     int // connections that the client has left
}

// An answer is what is done on one connection.
type answer func(c net.Conn)

type request struct {
	*http.Request
	head string // as it came
	body string
	at   time.Time
}

const (
	ok       = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	toTheEnd = ok + "Connection: close\r\n\r\n" // the body ends with the connection
)

// says writes and ends cleanly.
func says(text string) answer {
	return func(c net.Conn) { _, _ = io.WriteString(c, text); half(c) }
}

// holds writes and stays.
func holds(text string) answer { return func(c net.Conn) { _, _ = io.WriteString(c, text) } }

// resets writes, lets that arrive, and resets.
func resets(text string, arrived <-chan struct{}) answer {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, text)
		<-arrived
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	}
}

func half(c net.Conn) { _ = c.(*net.TCPConn).CloseWrite() }

func serve(answers ...answer) *server {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	s := &server{url: "http://" + l.Addr().String() + "/stream", listener: l, answers: answers}
	s.wait.Go(s.accept)
	DeferCleanup(func() {
		_ = l.Close()
		s.mu.Lock()
		for _, c := range s.conns {
			_ = c.Close()
		}
		s.mu.Unlock()
		s.wait.Wait()
	})
	return s
}

func (s *server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		s.wait.Go(func() { s.serveConn(c) })
	}
}

// serveConn answers one request, and then waits for the client to leave.
func (s *server) serveConn(c net.Conn) {
	defer c.Close()
	var head bytes.Buffer
	r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &head)))
	if err != nil {
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	n := len(s.requests)
	s.requests = append(s.requests, request{r, head.String(), string(body), time.Now()})
	s.mu.Unlock()
	switch {
	case n < len(s.answers):
		s.answers[n](c)
	case s.rest != nil:
		s.rest(c)
	}
	_, _ = io.Copy(io.Discard, c)
	s.mu.Lock()
	s.gone++
	s.mu.Unlock()
}

func (s *server) got() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *server) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone
}

// A client is a source and what it reports.
type client struct {
	*refclient.Source
	mu    sync.Mutex
	log   []string
	waits []time.Duration
	on    func(report string) // called in the handler, after the report was noted
}

// connect opens a source that does not wait: it notes how long it would have.
func connect(o refclient.Options) *client {
	GinkgoHelper()
	c := &client{}
	c.connect(o)
	return c
}

func (c *client) connect(o refclient.Options) {
	GinkgoHelper()
	if o.Rules == nil {
		rules := refclient.Sound()
		rules.Wait = func(_ context.Context, _ *refclient.Machine, d time.Duration) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.waits = append(c.waits, d)
		}
		o.Rules = &rules
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.Source = refclient.Connect(ctx, o, refclient.Handlers{
		Open:    func() { c.note("open") },
		Event:   func(e spec.Event) { c.note(e.Type + " " + e.Data + " " + e.LastEventID) },
		Comment: func(text string) { c.note(": " + text) },
		Error: func(err error, reconnecting bool) {
			if reconnecting {
				c.note("error")
				return
			}
			c.note("failed: " + err.Error())
		},
	})
	DeferCleanup(func() {
		cancel()
		Eventually(c.Done(), generous).Should(BeClosed())
	})
}

func (c *client) note(report string) {
	c.mu.Lock()
	c.log = append(c.log, strings.TrimRight(report, " "))
	on := c.on
	c.mu.Unlock()
	if on != nil {
		on(report)
	}
}

func (c *client) reports() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.log)
}

func (c *client) waited() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.waits)
}

// reports waits for these reports, and no others before them.
func (c *client) expect(reports ...string) {
	GinkgoHelper()
	Eventually(c.reports, generous).Should(HaveLen(len(reports)))
	Expect(c.reports()).To(Equal(reports))
}

// end is the sentinel: it is on the last connection, which is held.
const end = toTheEnd + "data: END\n\n"
