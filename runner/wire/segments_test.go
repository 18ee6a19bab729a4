package wire_test

import (
	"io"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("Each write is one read of the client's", func() {
	DescribeTable("in every framing",
		func(respond *cases.Respond, want ...string) {
			p := play(start(wire.Options{}), connection(respond, "da", "", "ta: a\n", "\n"), connection(nil))
			c := request(p.URL(), "Connection: close")
			_, err := c.rest()
			Expect(err).NotTo(HaveOccurred())
			Expect(c.each()).To(HaveExactElements(want))
		},
		Entry("chunked", nil,
			head("Content-Type: text/event-stream", "Transfer-Encoding: chunked", "Connection: close"),
			"2\r\nda\r\n", "6\r\nta: a\n\r\n", "1\r\n\n\r\n", "0\r\n\r\n"),
		Entry("length", &cases.Respond{Body: cases.BodyLength},
			head("Content-Type: text/event-stream", "Content-Length: 9", "Connection: close"),
			"da", "ta: a\n", "\n"),
		Entry("close", &cases.Respond{Body: cases.BodyClose},
			head("Content-Type: text/event-stream", "Connection: close"),
			"da", "ta: a\n", "\n"),
		Entry("HTTP/1.0", &cases.Respond{HTTP: "1.0"},
			"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
			"da", "ta: a\n", "\n"),
		Entry("raw, which is all", &cases.Respond{Before: []int{103}, Encoding: cases.EncodingGzip, Raw: "HTTP/1.1 200\r\ncontent-TYPE:text/event-stream\n\n"},
			"HTTP/1.1 200\r\ncontent-TYPE:text/event-stream\n\n",
			"da", "ta: a\n", "\n"),
		Entry("with responses before", &cases.Respond{Before: []int{102, 103}, Body: cases.BodyClose},
			"HTTP/1.1 102 Processing\r\n\r\n",
			"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n",
			head("Content-Type: text/event-stream", "Connection: close"),
			"da", "ta: a\n", "\n"),
	)

	It("byte by byte", func() {
		text := strings.Repeat("data: abc\n\n", 50)
		var items []any
		for _, b := range []byte(text) {
			items = append(items, string(b))
		}
		p := play(start(wire.Options{}), connection(&cases.Respond{Body: cases.BodyClose}, append(items, drop("fin"))...))
		c := request(p.URL())
		_, err := c.rest()
		Expect(err).NotTo(HaveOccurred())
		Expect(strings.Join(c.each()[1:], "")).To(Equal(text))
		Expect(c.reads).To(HaveLen(1 + len(text)))
	})

	It("for a client that is slow to read", func() {
		p := play(start(wire.Options{}), connection(&cases.Respond{Body: cases.BodyClose}, "a", "b", "c", drop("fin")))
		c := request(p.URL())
		c.until("\r\n\r\n")
		for _, want := range []string{"a", "b", "c"} {
			// Nothing is written before the last write was read, so that this settles.
			Consistently(func() int { return p.State().Done }, "20ms").Should(BeZero())
			Expect(c.next()).To(Equal(want))
		}
		Expect(c.rest()).To(HaveSuffix("abc"))
	})

	It("over TLS, one record a write", func() {
		s := start(wire.Options{})
		p := begin(s, wire.Script{HTTP: cases.HTTPS1, Connections: []cases.Connection{
			connection(&cases.Respond{Body: cases.BodyClose}, "a", "b", "c", drop("fin"))}})
		Expect(p.URL()).To(HavePrefix("https://127.0.0.1:"))
		c := &raw{Conn: secure(s, dial(p.URL()))}
		c.ask("GET", p.URL())
		Expect(c.rest()).To(HaveSuffix("\r\n\r\nabc"))
		Expect(c.each()[1:]).To(HaveExactElements("a", "b", "c"))
	})

	DescribeTable("and a large one is written in pieces that wait for the client",
		func(body string, size int) {
			item := cases.Item{Repeat: &cases.Repeat{Repeat: strings.Repeat("x", 1<<10), Times: size >> 10}}
			s := start(wire.Options{})
			p := play(s, connection(&cases.Respond{Body: body}, "data: ", item, "\n\n", drop("fin")))
			text := first(get(client(s), p.URL()))
			Expect(len(text)).To(Equal(size + 8))
			Expect(strings.Count(text, "x")).To(Equal(size))
		},
		Entry("chunked", cases.BodyChunked, 16<<20),
		Entry("length", cases.BodyLength, 1<<20),
		Entry("close", cases.BodyClose, 1<<20),
	)

	It("compressed, flushed after every item", func() {
		s := start(wire.Options{})
		for _, body := range []string{cases.BodyChunked, cases.BodyLength, cases.BodyClose} {
			p := play(s, connection(&cases.Respond{Encoding: cases.EncodingGzip, Body: body},
				"data: a\n\n", await(cases.Until{Events: 1}), "data: b\n\n", drop("fin")))
			r, err := client(s).Get(p.URL())
			Expect(err).NotTo(HaveOccurred())
			Expect(r.Uncompressed).To(BeTrue())
			Expect(read(r.Body, 9)).To(Equal("data: a\n\n"), "it must be there before the second is sent")
			p.Tell(wire.Seen{Events: 1})
			Expect(io.ReadAll(r.Body)).To(BeEquivalentTo("data: b\n\n"))
		}
	})
})
