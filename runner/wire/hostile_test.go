package wire_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("A client that", func() {
	var s *wire.Server
	var good *wire.Play
	// Every spec ends with a client that gets what it should: others are not
	// disturbed.
	BeforeEach(func() {
		s = start(wire.Options{HeadTimeout: 200 * time.Millisecond})
		good = begin(s, wire.Script{Path: "/good", Repeat: true, Connections: []cases.Connection{connection(nil, "data: a\n\n", drop("fin"))}})
	})
	JustAfterEach(func() { Expect(first(get(client(s), good.URL()))).To(Equal("data: a\n\n")) })

	It("never sends a head is let go", func() {
		c := dial(good.URL())
		Expect(c.rest()).To(BeEmpty())
	})

	It("sends half a head is told so and let go", func() {
		c := dial(good.URL())
		_, err := io.WriteString(c, "GET /good HTTP/1.1\r\nHost: x\r\nX")
		Expect(err).NotTo(HaveOccurred())
		Expect(c.rest()).To(HavePrefix("HTTP/1.1 408 "))
	})

	It("never finishes the handshake of TLS is let go", func() {
		p := begin(s, wire.Script{HTTP: cases.HTTPS1})
		c := dial(p.URL())
		_, err := c.Write([]byte{0x16, 3, 1, 0, 200})
		Expect(err).NotTo(HaveOccurred())
		_, err = c.rest()
		Expect(err).To(Or(BeNil(), MatchError(ContainSubstring("reset"))))
	})

	It("never sends its body is answered with 408", func() {
		p := play(s, connection(nil, "a"))
		c := dial(p.URL())
		c.ask("POST", p.URL(), "Content-Length: 10")
		Expect(c.rest()).To(HavePrefix("HTTP/1.1 408 "))
		Expect(exchanges(p)[0].Problem).To(ContainSubstring("its body did not come"))
	})

	It("never sends its body does not keep the play from being closed", func() {
		patient := start(wire.Options{HeadTimeout: time.Hour})
		for _, http := range []string{cases.HTTP1, cases.HTTP2C} {
			p := begin(patient, wire.Script{HTTP: http, Connections: []cases.Connection{connection(nil, "a")}})
			if http == cases.HTTP1 {
				dial(p.URL()).ask("POST", p.URL(), "Content-Length: 10")
			} else {
				dialHTTP2(p.URL()).ask(1, "/c/2", false)
			}
			reaches(p, "the request", func(s wire.State) bool { return s.Requests == 1 })
			p.Close()
			Expect(p.State().Open).To(BeZero())
		}
	})

	It("sends a megabyte of header gets 431, and the play has it recorded", func() {
		p := play(s, connection(nil, "a"), connection(nil, "b", drop("fin")))
		c := dial(p.URL())
		c.ask("GET", p.URL(), "X: "+strings.Repeat("x", 1<<20))
		Expect(c.rest()).To(HavePrefix("HTTP/1.1 431 "))
		x := exchanges(p)[0]
		Expect(x.Head).To(HaveLen(transcript.MaxHead))
		Expect(x.Path).To(Equal("/"))
		Expect(x.Problem).To(ContainSubstring("answered with 431: its head is larger than 65536 bytes"))
		Expect(first(get(client(s), p.URL()))).To(Equal("b"), "it met the first connection all the same")
	})

	DescribeTable("is no client of HTTP gets 400 or is let go",
		func(bytes string) {
			c := dial(good.URL())
			_, err := io.WriteString(c, bytes)
			Expect(err).NotTo(HaveOccurred())
			text, _ := c.rest()
			Expect(text).To(Or(HavePrefix("HTTP/1.1 400 "), HavePrefix("HTTP/1.1 505 "), HavePrefix("HTTP/1.1 408 "), HavePrefix("HTTP/1.1 431 ")))
		},
		Entry("words", "hello there\r\n"),
		Entry("a line without end", strings.Repeat("x", 100<<10)),
		Entry("zeros", strings.Repeat("\x00", 100)),
		Entry("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
		Entry("a version from the future", "GET / HTTP/4.0\r\n\r\n"),
		Entry("the preface of HTTP/2 with another end", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
		Entry("blank lines", strings.Repeat("\r\n", 10)+"x\r\n"),
	)

	DescribeTable("sends a bad request gets an answer, and the play has it recorded",
		func(rest, status, problem string) {
			p := play(s, connection(nil, "a"))
			c := dial(p.URL())
			_, err := io.WriteString(c, "GET /c/1 "+rest)
			Expect(err).NotTo(HaveOccurred())
			Expect(c.rest()).To(HavePrefix("HTTP/1.1 " + status + " "))
			Expect(exchanges(p)[0].Problem).To(ContainSubstring(problem))
			reaches(p, "the end", func(s wire.State) bool { return s.Done == 1 && s.Ended == 1 && s.Open == 0 })
		},
		Entry("a line that is no field", "HTTP/1.1\r\nHost x\r\n\r\n", "400", `"Host x" is no header field`),
		Entry("a version that is none", "HTTP/1.2\r\n\r\n", "505", "HTTP/1.2"),
		Entry("a length that is none", "HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400", `"-1" is no Content-Length`),
		Entry("a body that is too large", "HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", "413", "larger than 1048576 bytes"),
		Entry("a chunk that is none", "HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400", `"xyz" is no size`),
		Entry("chunks that are too large together", "HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n100000\r\n", "413", "larger"),
		Entry("a chunk that is longer than it says", "HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "400", "longer than its size"),
		Entry("a size without end", "HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"+strings.Repeat("1", 5000), "400", "too long"),
		Entry("a coding that is not known", "HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n", "501", "coding"),
	)

	It("opens a hundred connections and is idle does not keep others from theirs", func() {
		for range 100 {
			dial(good.URL())
		}
		Expect(first(get(client(s), good.URL()))).To(Equal("data: a\n\n"))
	})

	It("never reads does not keep the play from being closed", func() {
		large := cases.Item{Repeat: &cases.Repeat{Repeat: strings.Repeat("x", 1<<10), Times: 32 << 10}}
		for _, http := range []string{cases.HTTP1, cases.HTTPS1} {
			p := begin(s, wire.Script{HTTP: http, Connections: []cases.Connection{connection(nil, large, drop("fin"))}})
			c := dial(p.URL())
			if http == cases.HTTPS1 {
				c.Conn = secure(s, c.Conn)
			}
			c.ask("GET", p.URL())
			reaches(p, "the request", func(s wire.State) bool { return s.Begun == 1 })
			Consistently(func() int { return p.State().Done }, "20ms").Should(BeZero())
			begun := time.Now()
			p.Close()
			Expect(time.Since(begun)).To(BeNumerically("<", generous/2))
			Expect(c.Close()).To(Succeed())
		}
	})

	It("closes one half gets the rest, and its connection is closed then", func() {
		p := play(s, connection(nil, "a", await(cases.Until{Events: 1}), "b"), connection(nil))
		c := request(p.URL())
		c.until("1\r\na\r\n")
		Expect(c.Conn.(*net.TCPConn).CloseWrite()).To(Succeed())
		Consistently(func() int { return p.State().Open }, "50ms").Should(Equal(1))
		p.Tell(wire.Seen{Events: 1})
		Expect(c.rest()).To(HaveSuffix("1\r\na\r\n1\r\nb\r\n0\r\n\r\n"))
		Expect(exchanges(p)[0].EndedBy).To(Equal(transcript.Runner))
	})

	DescribeTable("leaves is noticed while the server is silent",
		func(http string, leave func(net.Conn)) {
			p := begin(s, wire.Script{HTTP: http, Connections: []cases.Connection{connection(nil, "a"), connection(nil)}})
			q := begin(s, wire.Script{HTTP: http, Connections: []cases.Connection{connection(nil, "a", await(cases.Until{Events: 1}))}})
			for _, one := range []*wire.Play{p, q} {
				c := dial(one.URL())
				conn := c.Conn
				if http == cases.HTTPS1 {
					c.Conn = secure(s, conn)
				}
				if one == p {
					c.ask("GET", one.URL())
					c.until("0\r\n\r\n")
				}
				c.ask("GET", one.URL())
				c.until(map[bool]string{true: "chunked\r\n\r\n", false: "1\r\na\r\n"}[one == p])
				reaches(one, "the silence", func(s wire.State) bool { return s.Open == 1 })
				leave(conn)
				reaches(one, "the departure", func(s wire.State) bool { return s.Open == 0 && s.Ended == s.Begun && s.Done == s.Begun })
				all := exchanges(one)
				last := all[len(all)-1]
				Expect(last.EndedBy).To(Equal(transcript.Subject))
				Expect(last.Ended).To(BeNumerically(">", last.At))
				Expect(last.Problem).To(BeEmpty())
			}
		},
		Entry("with FIN", cases.HTTP1, func(c net.Conn) { _ = c.Close() }),
		Entry("with a reset", cases.HTTP1, func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0); _ = c.Close() }),
		Entry("first one half, then the other", cases.HTTP1, func(c net.Conn) {
			_ = c.(*net.TCPConn).CloseWrite()
			time.Sleep(10 * time.Millisecond)
			_ = c.Close()
		}),
		Entry("with FIN, under TLS", cases.HTTPS1, func(c net.Conn) { _ = c.Close() }),
	)

	It("leaves before the answer is noticed, and the next connection is for the next request", func() {
		p := play(s, connection(&cases.Respond{Await: &cases.Until{Opens: 1}}), connection(nil, "b", drop("fin")))
		c := request(p.URL())
		reaches(p, "the request", func(s wire.State) bool { return s.Begun == 1 })
		Expect(c.Close()).To(Succeed())
		Expect(first(get(client(s), p.URL()))).To(Equal("b"))
		x := exchanges(p)
		Expect(x[0].EndedBy).To(Equal(transcript.Subject))
		Expect(x[0].HeadAt).To(BeZero())
		Expect(x[1].After).To(BeNumerically(">=", 0), "the departure is known when the next request comes")
	})

	It("floods during its response is not kept in memory, and its connection serves nothing more", func() {
		p := play(s, connection(nil, await(cases.Until{Events: 1}), "a"), connection(nil))
		c := request(p.URL())
		for range 64 {
			_, err := c.Write(make([]byte, 64<<10))
			Expect(err).NotTo(HaveOccurred())
		}
		p.Tell(wire.Seen{Events: 1})
		Expect(c.rest()).To(HaveSuffix("1\r\na\r\n0\r\n\r\n"))
		Expect(exchanges(p)).To(HaveLen(1))
	})
})

var _ = Describe("Two hundred clients", func() {
	It("that ask for one play at once get an answer each", func() {
		p := play(start(wire.Options{}), connection(nil, "a"), connection(nil, "b"))
		var all sync.WaitGroup
		answers := make(chan string, 200)
		for range 200 {
			all.Go(func() {
				defer GinkgoRecover()
				c := request(p.URL(), "Connection: close")
				text, err := c.next()
				Expect(err).NotTo(HaveOccurred())
				answers <- text[:len("HTTP/1.1 200")]
			})
		}
		all.Wait()
		close(answers)
		count := map[string]int{}
		for a := range answers {
			count[a]++
		}
		Expect(count).To(Equal(map[string]int{"HTTP/1.1 200": 2, "HTTP/1.1 503": 198}), fmt.Sprint(count))
	})
})
