package wire_test

import (
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("Refusing connections", func() {
	refused := func(d string, c cases.Connection) cases.Connection {
		c.Refuse = d
		return c
	}
	// attempt connects once and hangs up.
	attempt := func(p *wire.Play) error {
		u, err := url.Parse(p.URL())
		Expect(err).NotTo(HaveOccurred())
		conn, err := net.Dial("tcp", u.Host)
		if err != nil {
			return err
		}
		return conn.Close()
	}

	It("lasts as long as it is said, from the end of the connection before", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil, "a"), refused("100ms", connection(nil, "b", drop("fin"))))
		Expect(p.URL()).NotTo(ContainSubstring(s.Hosts()[0]), "it has a port of its own")
		c := client(s)
		Expect(first(get(c, p.URL()))).To(Equal("a"))
		Eventually(func() error { return attempt(p) }, generous, "5ms").Should(Succeed())
		Expect(first(get(c, p.URL()))).To(Equal("b"))
		x := exchanges(p)
		Expect(x).To(HaveLen(2))
		Expect(x[1].After).To(BeNumerically(">=", 100*time.Millisecond))
	})

	It("lasts as long as it is said, from the start", func() {
		s := start(wire.Options{})
		begun := time.Now()
		p := play(s, refused("100ms", connection(nil, "a", drop("fin"))))
		Eventually(func() error { return attempt(p) }, generous, "5ms").Should(Succeed())
		Expect(time.Since(begun)).To(BeNumerically(">=", 100*time.Millisecond))
		Expect(first(get(client(s), p.URL()))).To(Equal("a"))
	})

	It("is there from the start", func() {
		Expect(attempt(play(start(wire.Options{}), refused("1h", connection(nil))))).To(MatchError(syscall.ECONNREFUSED))
	})

	DescribeTable("is there after every way to end, also for a client that keeps connections",
		func(http string, items ...any) {
			s := start(wire.Options{})
			p := begin(s, wire.Script{HTTP: http, Connections: []cases.Connection{connection(nil, items...), refused("1h", connection(nil))}})
			c := client(s)
			_, _, _ = get(c, p.URL())
			_, _, err := get(c, p.URL())
			Expect(err).To(MatchError(syscall.ECONNREFUSED))
			Expect(attempt(p)).To(MatchError(syscall.ECONNREFUSED))
			Expect(exchanges(p)).To(HaveLen(1))
		},
		Entry("clean", cases.HTTP1, "a", drop("fin")),
		Entry("reset", cases.HTTP1, "a", drop("reset")),
		Entry("truncated", cases.HTTP1, "a", drop("truncate")),
		Entry("over TLS", cases.HTTPS1, "a"),
		Entry("over HTTP/2", cases.HTTP2, "a"),
	)

	It("is there after a client that left", func() {
		p := play(start(wire.Options{}), connection(nil, "a", await(cases.Until{Events: 1})), refused("1h", connection(nil)))
		c := request(p.URL())
		c.until("a\r\n")
		Expect(c.Close()).To(Succeed())
		reaches(p, "the departure", done(1))
		Expect(attempt(p)).To(MatchError(syscall.ECONNREFUSED))
	})

	It("closes connections that were opened ahead", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil, "a"), refused("1h", connection(nil)))
		ahead := dial(p.URL())
		Expect(first(get(client(s), p.URL()))).To(Equal("a"))
		_, err := ahead.next()
		Expect(err).To(HaveOccurred(), "it must not wait for a request on it")
		Expect(exchanges(p)).To(HaveLen(1))
	})

	It("leaves nothing listening when the play is closed meanwhile", func() {
		s := start(wire.Options{})
		p := play(s, refused("50ms", connection(nil)))
		p.Close()
		Consistently(func() error { return attempt(p) }, "100ms").Should(MatchError(syscall.ECONNREFUSED))
	})

	It("does not touch other plays", func() {
		s := start(wire.Options{})
		other := play(s, connection(nil, "x"))
		r, err := client(s).Get(other.URL())
		Expect(err).NotTo(HaveOccurred())
		p := play(s, refused("1h", connection(nil)))
		Expect(attempt(p)).To(MatchError(syscall.ECONNREFUSED))
		Expect(attempt(other)).To(Succeed())
		Expect(read(r.Body, 1)).To(Equal("x"))
		Expect(r.StatusCode).To(Equal(http.StatusOK))
		Expect(r.Body.Close()).To(Succeed())
	})
})
