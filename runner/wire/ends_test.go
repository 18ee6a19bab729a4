package wire_test

import (
	"io"
	"net/http"
	"syscall"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("The end of a connection", func() {
	const event = "data: a\n\n"
	chunked := &cases.Respond{}
	length := &cases.Respond{Body: cases.BodyLength}
	closed := &cases.Respond{Body: cases.BodyClose}
	old := &cases.Respond{HTTP: "1.0"}

	DescribeTable("as the standard library's client sees it",
		func(respond *cases.Respond, how string, want error) {
			s := start(wire.Options{})
			p := play(s, connection(respond, event, drop(how)))
			body, _, err := get(client(s), p.URL())
			Expect(body).To(Equal(event), "what was written before the end arrives")
			if want == nil {
				Expect(err).NotTo(HaveOccurred())
			} else {
				Expect(err).To(MatchError(want))
			}
			reaches(p, "the end", func(s wire.State) bool { return s.Done == 1 && s.Ended == 1 && s.Open == 0 })
			x := exchanges(p)[0]
			Expect(x.EndedBy).To(Equal(transcript.Runner))
			Expect(x.Ended).To(BeNumerically(">=", x.HeadAt))
			Expect(x.HeadAt).To(BeNumerically(">=", x.At))
		},
		Entry("chunked, clean", chunked, cases.DropFin, nil),
		Entry("length, clean", length, cases.DropFin, nil),
		Entry("close, clean", closed, cases.DropFin, nil),
		Entry("HTTP/1.0, clean", old, cases.DropFin, nil),
		Entry("chunked, reset", chunked, cases.DropReset, syscall.ECONNRESET),
		Entry("length, reset", length, cases.DropReset, syscall.ECONNRESET),
		Entry("close, reset", closed, cases.DropReset, syscall.ECONNRESET),
		Entry("HTTP/1.0, reset", old, cases.DropReset, syscall.ECONNRESET),
		Entry("chunked, truncated", chunked, cases.DropTruncate, io.ErrUnexpectedEOF),
		Entry("length, truncated", length, cases.DropTruncate, io.ErrUnexpectedEOF),
		Entry("close, truncated, which is clean", closed, cases.DropTruncate, nil),
		Entry("gzip, clean", &cases.Respond{Encoding: cases.EncodingGzip}, cases.DropFin, nil),
		Entry("gzip, truncated", &cases.Respond{Encoding: cases.EncodingGzip}, cases.DropTruncate, io.ErrUnexpectedEOF),
	)

	DescribeTable("byte for byte",
		func(respond *cases.Respond, how, body string, want error) {
			p := play(start(wire.Options{}), connection(respond, event, drop(how)))
			c := request(p.URL(), "Connection: close")
			_, err := c.rest()
			if want == nil {
				Expect(err).NotTo(HaveOccurred())
			} else {
				Expect(err).To(MatchError(want))
			}
			Expect(c.text()).To(HaveSuffix("\r\n\r\n" + body))
		},
		Entry("a chunk that never comes", chunked, cases.DropTruncate, "9\r\ndata: a\n\n\r\n10\r\n", nil),
		Entry("a reset without a last chunk", chunked, cases.DropReset, "9\r\ndata: a\n\n\r\n", syscall.ECONNRESET),
		Entry("a length that is not reached", length, cases.DropTruncate, event, nil),
		Entry("FIN alone", closed, cases.DropFin, event, nil),
	)

	It("is no reset though the client sent what nobody read", func() {
		p := play(start(wire.Options{}), connection(closed, event, drop(cases.DropFin)))
		c := request(p.URL())
		for range 8 { // more than is read ahead
			_, err := c.Write(make([]byte, 32<<10))
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(c.rest()).To(HaveSuffix(event))
		_, err := c.Write(make([]byte, 1<<10))
		Expect(err).NotTo(HaveOccurred(), "the server still takes what comes")
	})

	It("is short of a length that is larger than the writes, and leaves a rest after one that is smaller", func() {
		s := start(wire.Options{})
		long, short := len(event)+5, 5
		p := play(s, connection(&cases.Respond{Body: cases.BodyLength, Length: &long}, event),
			connection(&cases.Respond{Body: cases.BodyLength, Length: &short}, event))
		_, _, err := get(client(s), p.URL())
		Expect(err).To(MatchError(io.ErrUnexpectedEOF))
		c := request(p.URL())
		Expect(c.rest()).To(HaveSuffix("Content-Length: 5\r\n\r\n" + event))
	})

	It("is none on the last connection until the play is closed, then a clean one", func() {
		s := start(wire.Options{})
		for _, respond := range []*cases.Respond{chunked, closed, old} {
			p := play(s, connection(respond, event))
			r, err := client(s).Get(p.URL())
			Expect(err).NotTo(HaveOccurred())
			Expect(read(r.Body, len(event))).To(Equal(event))
			reaches(p, "the hold", done(1))
			Expect(p.State()).To(Equal(wire.State{Requests: 1, Begun: 1, Done: 1, Open: 1, Writes: 1}))
			before := exchanges(p)[0]
			Expect(before.Ended).To(BeZero())
			p.Close()
			Expect(io.ReadAll(r.Body)).To(BeEmpty())
			Expect(exchanges(p)[0].EndedBy).To(BeEmpty(), "it was open to the last")
			Expect(p.State().Open).To(BeZero())
			Expect(r.Body.Close()).To(Succeed())
		}
	})

	It("is one on the last connection where the body has a length", func() {
		s := start(wire.Options{})
		p := play(s, connection(length, event, pause("1h")))
		Expect(first(get(client(s), p.URL()))).To(Equal(event))
		reaches(p, "the end", done(1))
		Expect(p.State().Ended).To(Equal(1))
	})

	It("comes after a stall, and on the last connection not at all", func() {
		s := start(wire.Options{})
		p := play(s, connection(chunked, event, stall("10ms")), connection(chunked, event, stall("10ms")))
		c := client(s)
		Expect(first(get(c, p.URL()))).To(Equal(event))
		Expect(exchanges(p)[0].Ended - exchanges(p)[0].HeadAt).To(BeNumerically(">=", 10_000_000))
		r, err := c.Get(p.URL())
		Expect(err).NotTo(HaveOccurred())
		Expect(read(r.Body, len(event))).To(Equal(event))
		reaches(p, "the end of the stall", done(2))
		Expect(p.State().Open).To(Equal(1))
		Expect(r.Body.Close()).To(Succeed())
	})

	It("keeps the connection for the next request where HTTP lets it", func() {
		s := start(wire.Options{})
		p := play(s, connection(chunked, event), connection(length, event, drop(cases.DropFin)),
			connection(&cases.Respond{Status: 204}), connection(&cases.Respond{Status: 503}),
			connection(&cases.Respond{Status: 301, Header: cases.HeaderLines{{Name: "Location", Value: "{{path}}/next"}}}),
			connection(closed, event, drop(cases.DropFin)))
		other := play(s, connection(chunked, event))
		c := dial(p.URL())
		for _, end := range []string{"0\r\n\r\n", event, "\r\n\r\n", "Content-Length: 0\r\n\r\n", "Content-Length: 0\r\n\r\n"} {
			c.reads = nil
			c.ask("GET", p.URL())
			c.until(end)
		}
		c.reads = nil
		c.ask("GET", other.URL())
		c.until(event + "\r\n")
		other.Close()
		c.until("0\r\n\r\n")
		c.ask("GET", p.URL())
		Expect(c.rest()).To(HaveSuffix(event))
		Expect(exchanges(p)).To(HaveLen(6))
	})

	It("ends the connection where the request or the response says so", func() {
		s := start(wire.Options{})
		says := &cases.Respond{Header: cases.HeaderLines{{Name: "connection", Value: "Keep-Alive, CLOSE"}}}
		p := play(s, connection(chunked, event), connection(says, event), connection(nil))
		Expect(request(p.URL(), "connection: x, Close").rest()).To(ContainSubstring("Connection: close\r\n"))
		text, err := request(p.URL()).rest()
		Expect(err).NotTo(HaveOccurred())
		Expect(text).To(ContainSubstring("connection: Keep-Alive, CLOSE\r\n"))
		Expect(text).NotTo(ContainSubstring("Connection: close\r\n"))
	})

	It("never comes chunked to a client of HTTP/1.0", func() {
		p := play(start(wire.Options{}), connection(chunked, event, drop(cases.DropFin)))
		c := dial(p.URL())
		_, err := io.WriteString(c, "GET /c/1 HTTP/1.0\r\n\r\n")
		Expect(err).NotTo(HaveOccurred())
		Expect(c.rest()).To(Equal(head("Content-Type: text/event-stream", "Connection: close") + event))
	})

	It("has no body after HEAD", func() {
		p := play(start(wire.Options{}), connection(chunked, event), connection(chunked, event))
		c := dial(p.URL())
		c.ask("HEAD", p.URL())
		c.until("Transfer-Encoding: chunked\r\n\r\n")
		c.reads = nil
		c.ask("GET", p.URL())
		c.until("9\r\n" + event + "\r\n")
		Expect(exchanges(p)[0].Method).To(Equal(http.MethodHead))
	})
})

// first is the body of a response that is right.
func first(body string, _ *http.Response, err error) string {
	GinkgoHelper()
	Expect(err).NotTo(HaveOccurred())
	return body
}

var _ = Describe("A connection that carries several requests", func() {
	It("tells the later ones from the first, and a head that was cut from a whole one", func() {
		p := play(start(wire.Options{}),
			connection(&cases.Respond{Body: cases.BodyLength}, "a"),
			connection(&cases.Respond{Raw: "HTTP/1.1 200 OK\r\nContent-Ty"}, drop("reset")))
		c := dial(p.URL())
		c.ask("GET", p.URL())
		Expect(c.until("\r\n\r\na")).To(HavePrefix("HTTP/1.1 200 OK\r\n"))
		c.ask("GET", p.URL())
		_, err := c.rest()
		Expect(err).To(MatchError(syscall.ECONNRESET))
		x := exchanges(p)
		Expect([]bool{x[0].Reused, x[0].Cut, x[1].Reused, x[1].Cut}).To(Equal([]bool{false, false, true, true}))
	})
})
