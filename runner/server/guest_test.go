package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/server"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// guestOf is a guest of a handler.
func guestOf(ctx context.Context, h http.Handler) *server.Guest {
	GinkgoHelper()
	l, err := refserver.Serve(ctx, "127.0.0.1:0", h, nil)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.Close)
	g, err := server.NewGuest(l.URL+"/ticker", server.Options{}, nil)
	Expect(err).NotTo(HaveOccurred())
	return g
}

func quickTicker() *refserver.Server {
	s := refserver.New(refserver.Options{Period: 5 * time.Millisecond})
	DeferCleanup(s.Close)
	return s
}

// asked is a plain request.
func asked(g *server.Guest, method string) string {
	return method + " " + g.URL().RequestURI() + " HTTP/1.1\r\nHost: " + g.URL().Host + "\r\n\r\n"
}

var _ = Describe("A guest", func() {
	never := func(*transcript.Conn) bool { return false }

	It("sends a request in parts as they are given", func(ctx SpecContext) {
		var got atomic.Value
		g := guestOf(ctx, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got.Store(r.Header.Get("X-Odd")) }))
		text := strings.Replace(asked(g, "GET"), "\r\n\r\n", "\r\nx-ODD:a\xffb\r\n\r\n", 1)
		var parts [][]byte
		for i := range len(text) {
			parts = append(parts, []byte(text[i:i+1]))
		}
		v := g.Visit(ctx, "slow", server.Raw{Parts: parts, Gap: time.Millisecond, Method: "GET"})
		defer v.Close()
		Expect(v.Wait(ctx, (*transcript.Conn).Answered)).To(BeTrue())
		Expect(got.Load()).To(Equal("a\xffb"))
		r := v.Records()
		Expect(r).To(HaveLen(1))
		Expect(r[0].Status).To(Equal(200))
		Expect(r[0].Request.At).To(BeNumerically(">=", time.Duration(len(text)-1)*time.Millisecond))
	}, NodeTimeout(time.Minute))

	It("gives up a request that is being sent when it leaves", func(ctx SpecContext) {
		g := guestOf(ctx, quickTicker())
		v := g.Visit(ctx, "slow", server.Raw{Parts: [][]byte{[]byte("GET "), []byte("/")}, Gap: time.Hour, Method: "GET"})
		v.Close()
		Eventually(v.Done()).Should(BeClosed())
		Expect(v.Records()[0].Answered()).To(BeFalse())
	}, NodeTimeout(time.Minute))

	It("reads the response to a pipelined request behind the one that ends", func(ctx SpecContext) {
		g := guestOf(ctx, quickTicker())
		v := g.Visit(ctx, "two", server.Raw{Parts: [][]byte{[]byte(asked(g, "HEAD") + asked(g, "GET"))}, Method: "HEAD", Behind: []string{"GET"}})
		defer v.Close()
		Expect(v.Wait(ctx, func(c *transcript.Conn) bool { return len(c.Events) > 2 })).To(BeTrue())
		r := v.Records()
		Expect(r).To(HaveLen(2))
		Expect(r[0].End).To(Equal(transcript.EndClean))
		Expect(r[0].BodyBytes).To(BeZero())
		Expect(r[1].End).To(Equal(transcript.EndOpen))
		Expect(r[1].MediaType()).To(Equal("text/event-stream"))
	}, NodeTimeout(time.Minute))

	It("reads on in the stream that a pipelined request does not end", func(ctx SpecContext) {
		g := guestOf(ctx, quickTicker())
		v := g.Visit(ctx, "two", server.Raw{Parts: [][]byte{[]byte(asked(g, "GET") + asked(g, "HEAD"))}, Method: "GET", Behind: []string{"HEAD"}})
		defer v.Close()
		Expect(v.Wait(ctx, func(c *transcript.Conn) bool { return len(c.Events) > 2 })).To(BeTrue())
		Expect(v.Records()).To(HaveLen(1))
	}, NodeTimeout(time.Minute))

	It("says that nothing follows where the server closes the connection after the first response", func(ctx SpecContext) {
		g := guestOf(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }))
		v := g.Visit(ctx, "two", server.Raw{Parts: [][]byte{[]byte(asked(g, "GET") + asked(g, "GET"))}, Method: "GET", Behind: []string{"GET"}})
		defer v.Close()
		Eventually(v.Done()).Should(BeClosed())
		r := v.Records()
		Expect(r).To(HaveLen(2))
		Expect(r[0].Status).To(Equal(200))
		Expect(r[1].Answered()).To(BeFalse())
		Expect(r[1].Err).To(HavePrefix("no response: "))
	}, NodeTimeout(time.Minute))

	It("closes its sending half", func(ctx SpecContext) {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		defer l.Close()
		heard := make(chan error, 1)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				heard <- err
				return
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			if _, err = http.ReadRequest(in); err == nil {
				_, err = in.ReadByte()
			}
			_, _ = fmt.Fprint(conn, "HTTP/1.1 204 No Content\r\n\r\n")
			heard <- err
		}()
		g, err := server.NewGuest("http://"+l.Addr().String(), server.Options{}, nil)
		Expect(err).NotTo(HaveOccurred())
		v := g.Visit(ctx, "half", server.Raw{Parts: [][]byte{[]byte(asked(g, "GET"))}, Method: "GET", HalfClose: true})
		defer v.Close()
		v.Wait(ctx, never)
		Expect(v.Records()[0].Status).To(Equal(204))
		Eventually(heard).Should(Receive(Equal(io.EOF)))
	}, NodeTimeout(time.Minute))

	It("opens no connection to an address that is not allowed", func(ctx SpecContext) {
		var came atomic.Int32
		g := guestOf(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
		var addresses []string
		g, err := server.NewGuest(g.URL().String(), server.Options{}, func(address string) error {
			addresses = append(addresses, address)
			return errors.New("not that one")
		})
		Expect(err).NotTo(HaveOccurred())
		v := g.Visit(ctx, "no", server.Raw{Parts: [][]byte{[]byte(asked(g, "GET"))}, Method: "GET"})
		defer v.Close()
		v.Wait(ctx, never)
		Expect(v.Records()[0].Err).To(MatchRegexp("^no connection: .*not that one"))
		Expect(addresses).To(Equal([]string{g.URL().Host}))
		Expect(came.Load()).To(BeZero())
	}, NodeTimeout(time.Minute))

	It("looks at an event stream, and at nothing else", func(ctx SpecContext) {
		Expect(guestOf(ctx, quickTicker()).Look(ctx)).To(Succeed())
		var target *server.TargetError
		err := guestOf(ctx, http.NotFoundHandler()).Look(ctx)
		Expect(errors.As(err, &target)).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring("404 Not Found")))
		err = guestOf(ctx, http.RedirectHandler("/elsewhere", http.StatusSeeOther)).Look(ctx)
		Expect(errors.As(err, &target)).To(BeTrue())
		Expect(err).To(MatchError(ContainSubstring("/elsewhere, and no redirect is followed here; give that URL")))
	}, NodeTimeout(time.Minute))

	It("is what an ordinary client would be, but for HTTP/2", func() {
		g, err := server.NewGuest("https://me:secret@127.0.0.1/a#b", server.Options{Header: http.Header{"Accept": {""}, "X": {"y"}}, Body: []byte("{}")}, nil)
		Expect(err).NotTo(HaveOccurred())
		Expect(g.Method()).To(Equal("POST"))
		Expect(g.Body()).To(Equal([]byte("{}")))
		Expect(g.URL().String()).To(Equal("https://me:secret@127.0.0.1/a"))
		Expect(g.Fields()).To(ConsistOf(
			transcript.Field{Name: "Cache-Control", Value: "no-cache"}, transcript.Field{Name: "User-Agent", Value: "ssecheck"},
			transcript.Field{Name: "Content-Type", Value: "application/json"}, transcript.Field{Name: "Authorization", Value: "Basic bWU6c2VjcmV0"},
			transcript.Field{Name: "X", Value: "y"}))
		_, err = server.NewGuest("127.0.0.1", server.Options{}, nil)
		Expect(err).To(MatchError(ContainSubstring("this is no URL of a server")))
	})
})
