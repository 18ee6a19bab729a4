package wire_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// A rawHTTP2 is a client that shows every frame.
type rawHTTP2 struct {
	net.Conn
	framer *http2.Framer
	frames []string // what came, in a line each; SETTINGS aside
	mute   bool     // it acknowledges nothing and opens no window
}

// dialHTTP2 connects in cleartext, by prior knowledge.
func dialHTTP2(address string, settings ...http2.Setting) *rawHTTP2 {
	GinkgoHelper()
	c := &rawHTTP2{Conn: dial(address).Conn}
	c.framer = http2.NewFramer(c, c)
	c.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	_, err := io.WriteString(c, http2.ClientPreface)
	Expect(err).NotTo(HaveOccurred())
	Expect(c.framer.WriteSettings(settings...)).To(Succeed())
	return c
}

// ask opens a stream.
func (c *rawHTTP2) ask(id uint32, path string, ends bool, fields ...hpack.HeaderField) {
	GinkgoHelper()
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	for _, f := range append([]hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":scheme", Value: "http"},
		{Name: ":authority", Value: c.RemoteAddr().String()}, {Name: ":path", Value: path}}, fields...) {
		Expect(e.WriteField(f)).To(Succeed())
	}
	rest := block.Bytes()
	part := rest[:min(16384, len(rest))]
	rest = rest[len(part):]
	Expect(c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: part, EndStream: ends, EndHeaders: len(rest) == 0})).To(Succeed())
	for len(rest) > 0 {
		part, rest = rest[:min(16384, len(rest))], rest[min(16384, len(rest)):]
		if c.framer.WriteContinuation(id, len(rest) == 0, part) != nil {
			return // the server has had enough
		}
	}
}

// until reads frames until one is as wished, and returns all that came.
func (c *rawHTTP2) until(line string) []string {
	GinkgoHelper()
	for {
		f, err := c.framer.ReadFrame()
		var malformed http2.StreamError
		if errors.As(err, &malformed) {
			c.frames = append(c.frames, "malformed "+malformed.Cause.Error())
			continue
		}
		Expect(err).NotTo(HaveOccurred(), "before %q, after %q", line, c.frames)
		if text := c.text(f); text != "" {
			c.frames = append(c.frames, text)
			if text == line {
				return c.frames
			}
		}
	}
}

func (c *rawHTTP2) text(f http2.Frame) string {
	stream := strconv.Itoa(int(f.Header().StreamID))
	ends := ""
	if f.Header().Flags.Has(http2.FlagDataEndStream) && !isSettingsOrPing(f) {
		ends = " END"
	}
	switch f := f.(type) {
	case *http2.MetaHeadersFrame:
		text := stream + " HEADERS"
		for _, h := range f.Fields {
			text += " " + h.Name + "=" + h.Value
		}
		return text + ends
	case *http2.DataFrame:
		if !c.mute && f.Length > 0 {
			_ = c.framer.WriteWindowUpdate(0, f.Length)
			_ = c.framer.WriteWindowUpdate(f.StreamID, f.Length)
		}
		return stream + " DATA " + string(f.Data()) + ends
	case *http2.RSTStreamFrame:
		return stream + " RST " + f.ErrCode.String()
	case *http2.GoAwayFrame:
		return "GOAWAY " + strconv.Itoa(int(f.LastStreamID)) + " " + f.ErrCode.String()
	case *http2.PingFrame:
		if f.IsAck() {
			return "PONG"
		}
		if !c.mute {
			_ = c.framer.WritePing(true, f.Data)
		}
		return "PING"
	}
	return ""
}

func isSettingsOrPing(f http2.Frame) bool {
	return f.Header().Type == http2.FrameSettings || f.Header().Type == http2.FramePing
}

// overHTTP2C begins a play of HTTP/2 in cleartext.
func overHTTP2C(s *wire.Server, connections ...cases.Connection) *wire.Play {
	GinkgoHelper()
	return begin(s, wire.Script{HTTP: cases.HTTP2C, Connections: connections})
}

const okHead = "1 HEADERS :status=200 content-type=text/event-stream"

var _ = Describe("HTTP/2", func() {
	It("is one DATA frame a write, and END_STREAM a clean end", func() {
		p := overHTTP2C(start(wire.Options{}), connection(&cases.Respond{Before: []int{103}}, "data: a\n", "", "\n", drop("fin")))
		c := dialHTTP2(p.URL())
		c.ask(1, "/c/1", true, hpack.HeaderField{Name: "last-event-id", Value: "é"}, hpack.HeaderField{Name: "accept", Value: "x"})
		Expect(c.until("1 DATA  END")).To(Equal([]string{
			"1 HEADERS :status=103 link=</style.css>; rel=preload; as=style", okHead,
			"1 DATA data: a\n", "1 DATA ", "1 DATA \n", "1 DATA  END"}))
		x := exchanges(p)[0]
		Expect(string(x.Head)).To(Equal("GET /c/1 HTTP/2.0\r\nHost: " + strings.TrimPrefix(strings.TrimSuffix(p.URL(), "/c/1"), "http://") +
			"\r\nlast-event-id: é\r\naccept: x\r\n\r\n"))
		Expect(x.Proto).To(Equal("HTTP/2.0"))
		Expect(x.Header[1:]).To(Equal([]transcript.Field{{Name: "last-event-id", Value: "é"}, {Name: "accept", Value: "x"}}))
		reaches(p, "the end", func(s wire.State) bool { return s.Ended == 1 && s.Open == 0 })
	})

	DescribeTable("ends a stream",
		func(respond *cases.Respond, items []any, want ...string) {
			p := overHTTP2C(start(wire.Options{}), connection(respond, items...), connection(nil))
			c := dialHTTP2(p.URL())
			c.ask(1, "/c/1", true)
			Expect(c.until(want[len(want)-1])).To(Equal(want))
		},
		Entry("with a reset", nil, []any{"a", drop("reset")}, okHead, "1 DATA a", "1 RST CANCEL"),
		Entry("truncated", nil, []any{"a", drop("truncate")}, okHead, "1 DATA a", "1 RST INTERNAL_ERROR"),
		Entry("with a length", &cases.Respond{Body: cases.BodyLength}, []any{"ab", "c"},
			okHead+" content-length=3", "1 DATA ab", "1 DATA c", "1 DATA  END"),
		Entry("without a body", &cases.Respond{Status: 204}, nil, "1 HEADERS :status=204 content-type=text/event-stream END"),
		Entry("with a status and no stream", &cases.Respond{Status: 404}, nil,
			"1 HEADERS :status=404 content-type=text/event-stream content-length=0 END"),
	)

	It("writes names as the case does", func() {
		p := overHTTP2C(start(wire.Options{}), connection(&cases.Respond{Header: cases.HeaderLines{
			{Name: "x-A", Value: "1"}, {Name: "content-type", Absent: true}, {Name: "connection", Value: "close"}}}, drop("fin")))
		c := dialHTTP2(p.URL())
		c.framer.ReadMetaHeaders = nil
		c.ask(1, "/c/1", true)
		for {
			f, err := c.framer.ReadFrame()
			Expect(err).NotTo(HaveOccurred())
			h, ok := f.(*http2.HeadersFrame)
			if !ok {
				continue
			}
			fields, err := hpack.NewDecoder(4096, nil).DecodeFull(h.HeaderBlockFragment())
			Expect(err).NotTo(HaveOccurred())
			var lines []string
			for _, f := range fields {
				lines = append(lines, f.Name+": "+f.Value)
			}
			Expect(lines).To(Equal([]string{":status: 200", "x-A: 1", "connection: close"}))
			return
		}
	})

	It("carries many streams on one connection, and closes one play alone", func() {
		s := start(wire.Options{})
		one, two := overHTTP2C(s, connection(nil, "one")), overHTTP2C(s, connection(nil, "two", await(cases.Until{Events: 1}), "more", drop("fin")))
		c := dialHTTP2(one.URL())
		c.ask(1, "/c/1", true)
		c.until("1 DATA one")
		c.ask(3, "/c/2", true)
		c.until("3 DATA two")
		one.Close()
		c.until("1 DATA  END")
		two.Tell(wire.Seen{Events: 1})
		c.until("3 DATA more")
		c.until("3 DATA  END")
		c.ask(5, "/c/1", true)
		c.until("5 HEADERS :status=404 END")
	})

	It("notices a client that resets a stream, and one that goes", func() {
		s := start(wire.Options{})
		one, two := overHTTP2C(s, connection(nil, "a")), overHTTP2C(s, connection(nil, "a"))
		c := dialHTTP2(one.URL())
		c.ask(1, "/c/1", true)
		c.ask(3, "/c/2", true)
		reaches(two, "the hold", func(wire.State) bool { return true })
		Expect(c.framer.WriteRSTStream(1, http2.ErrCodeCancel)).To(Succeed())
		reaches(one, "the reset", func(s wire.State) bool { return s.Begun == 1 && s.Open == 0 })
		Expect(exchanges(one)[0].EndedBy).To(Equal(transcript.Subject))
		Expect(c.Close()).To(Succeed())
		reaches(two, "the end of the connection", func(s wire.State) bool { return s.Begun == 1 && s.Open == 0 })
	})

	It("waits for windows, of the stream and of the connection", func() {
		p := overHTTP2C(start(wire.Options{}), connection(nil, "abcde", "f", drop("fin")))
		c := dialHTTP2(p.URL(), http2.Setting{ID: http2.SettingInitialWindowSize, Val: 2})
		c.mute = true
		c.ask(1, "/c/1", true)
		c.until("1 DATA ab")
		Expect(c.framer.WriteWindowUpdate(1, 1)).To(Succeed())
		c.until("1 DATA c")
		Expect(c.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 100})).To(Succeed())
		Expect(c.until("1 DATA  END")).To(Equal([]string{okHead, "1 DATA ab", "1 DATA c", "1 DATA de", "1 DATA f", "1 DATA  END"}))
	})

	It("ends with a reset what it cannot end cleanly", func() {
		p := overHTTP2C(start(wire.Options{}), connection(nil, "abcde"))
		c := dialHTTP2(p.URL(), http2.Setting{ID: http2.SettingInitialWindowSize, Val: 2})
		c.mute = true
		c.ask(1, "/c/1", true)
		c.until("1 DATA ab")
		p.Close()
		c.until("1 RST CANCEL")
	})

	It("sends PING and counts what comes back", func() {
		p := overHTTP2C(start(wire.Options{}), connection(nil, "a", frame("ping"), "b", frame("ping"), drop("fin")))
		c := dialHTTP2(p.URL())
		c.ask(1, "/c/1", true)
		Expect(c.until("1 DATA  END")).To(Equal([]string{okHead, "1 DATA a", "PING", "1 DATA b", "PING", "1 DATA  END"}))
		Expect(exchanges(p)[0].Pongs).To(Equal(2))
	})

	It("sends GOAWAY, goes on with the stream, and takes a new connection", func() {
		s := start(wire.Options{})
		p := overHTTP2C(s, connection(nil, "a", frame("goaway"), "b", drop("fin")), connection(nil, "c", drop("fin")))
		c := dialHTTP2(p.URL())
		Expect(overHTTP2C(s).URL()).NotTo(ContainSubstring(c.RemoteAddr().String()), "no other play is asked to go")
		c.ask(1, "/c/1", true)
		Expect(c.until("1 DATA  END")).To(Equal([]string{okHead, "1 DATA a", "GOAWAY 1 NO_ERROR", "1 DATA b", "1 DATA  END"}))
		_, err := c.framer.ReadFrame()
		Expect(err).To(MatchError(io.EOF))
		again := dialHTTP2(p.URL())
		again.ask(1, "/c/1", true)
		again.until("1 DATA c")
	})

	It("answers a client's PING, and takes a body", func() {
		p := overHTTP2C(start(wire.Options{}), connection(nil, drop("fin")))
		c := dialHTTP2(p.URL())
		Expect(c.framer.WritePing(false, [8]byte{1})).To(Succeed())
		c.until("PONG")
		c.ask(1, "/c/1", false)
		Expect(c.framer.WriteData(1, false, []byte("he"))).To(Succeed())
		Expect(c.framer.WriteData(1, true, []byte("llo"))).To(Succeed())
		c.until("1 DATA  END")
		Expect(exchanges(p)[0].Body).To(BeEquivalentTo("hello"))
	})

	It("is spoken over TLS with the standard library's client", func() {
		s := start(wire.Options{})
		p := begin(s, wire.Script{HTTP: cases.HTTP2, Connections: []cases.Connection{
			connection(&cases.Respond{Encoding: cases.EncodingGzip}, "data: a\n\n", "data: b\n\n"),
			connection(&cases.Respond{Status: 307, Header: cases.HeaderLines{{Name: "location", Value: "{{elsewhere}}/x"}}}),
			connection(nil, cases.Item{Repeat: &cases.Repeat{Repeat: "x", Times: 1 << 20}}, drop("fin")),
			connection(nil, "data: a\n\n", drop("truncate")), connection(nil, "data: a\n\n", drop("reset"))}})
		c := client(s)
		body, r, err := get(c, p.URL())
		Expect(err).NotTo(HaveOccurred())
		Expect(body).To(Equal("data: a\n\ndata: b\n\n"))
		Expect(r.Proto).To(Equal("HTTP/2.0"))
		body, r, err = get(c, p.URL())
		Expect(err).NotTo(HaveOccurred())
		Expect(body).To(HaveLen(1 << 20))
		Expect(r.Request.URL.String()).To(Equal(p.Elsewhere() + "/x"))
		for _, code := range []string{"INTERNAL_ERROR", "CANCEL"} {
			body, _, err = get(c, p.URL())
			Expect(body).To(Equal("data: a\n\n"))
			Expect(err).To(MatchError(ContainSubstring(code)))
		}
	})

	It("is spoken in cleartext with a client that knows", func() {
		s := start(wire.Options{})
		p := overHTTP2C(s, connection(nil, "data: a\n\n", drop("fin")))
		transport := &http.Transport{Protocols: new(http.Protocols)}
		transport.Protocols.SetUnencryptedHTTP2(true)
		DeferCleanup(transport.CloseIdleConnections)
		Expect(first(get(&http.Client{Transport: transport, Timeout: generous}, p.URL()))).To(Equal("data: a\n\n"))
	})

	It("is refused to who asks in HTTP/1.1, and the request is recorded", func() {
		s := start(wire.Options{})
		p := overHTTP2C(s, connection(nil, "a"), connection(nil))
		Expect(request(p.URL()).rest()).To(HavePrefix("HTTP/1.1 505 "))
		x := exchanges(p)[0]
		Expect(x.Problem).To(ContainSubstring("505: this is played over HTTP/2 without TLS at " + p.URL()))
		Expect(x.Beyond).To(BeFalse())
		reaches(p, "the end", done(1))
	})

	DescribeTable("lets a client go that breaks its rules",
		func(break_ func(c *rawHTTP2), code string) {
			p := overHTTP2C(start(wire.Options{}), connection(nil, "a"))
			c := dialHTTP2(p.URL())
			c.framer.AllowIllegalWrites = true
			c.ask(1, "/c/1", true)
			c.until("1 DATA a")
			break_(c)
			c.until("GOAWAY 1 " + code)
			_, err := c.framer.ReadFrame()
			Expect(err).To(HaveOccurred())
			reaches(p, "its end", func(s wire.State) bool { return s.Open == 0 })
		},
		Entry("with a window that is too large", func(c *rawHTTP2) { _ = c.framer.WriteWindowUpdate(1, 1<<31-1) }, "FLOW_CONTROL_ERROR"),
		Entry("with a header block that is no such thing", func(c *rawHTTP2) {
			_ = c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, EndHeaders: true})
		}, "COMPRESSION_ERROR"),
		Entry("with a header block that is not continued", func(c *rawHTTP2) {
			_ = c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, BlockFragment: []byte{0x82}})
			_ = c.framer.WritePing(false, [8]byte{})
		}, "PROTOCOL_ERROR"),
		Entry("with a frame that is too large", func(c *rawHTTP2) { _ = c.framer.WriteData(1, false, make([]byte, 20000)) }, "FRAME_SIZE_ERROR"),
	)

	It("answers 431 to a head that is too large, and goes on", func() {
		p := overHTTP2C(start(wire.Options{}), connection(nil), connection(nil, "a", drop("fin")))
		c := dialHTTP2(p.URL())
		c.ask(1, "/c/1", true, hpack.HeaderField{Name: "x", Value: strings.Repeat("é", 40<<10)})
		c.until("1 HEADERS :status=431 END")
		c.ask(3, "/c/1", true)
		c.until("3 DATA a")
		x := exchanges(p)
		Expect(x[0].Problem).To(ContainSubstring("431"))
		Expect(x[1].Problem).To(BeEmpty())
	})

	It("closes a connection with a megabyte of header", func() {
		p := overHTTP2C(start(wire.Options{}))
		c := dialHTTP2(p.URL())
		c.ask(1, "/c/1", true, hpack.HeaderField{Name: "x", Value: strings.Repeat("é", 1<<20)})
		Eventually(func() error { _, err := c.framer.ReadFrame(); return err }, generous).Should(HaveOccurred())
		Expect(p.State().Requests).To(BeZero())
	})

	It("refuses streams past its bound", func() {
		p := overHTTP2C(start(wire.Options{}), connection(nil, await(cases.Until{Events: 1})))
		c := dialHTTP2(p.URL())
		for i := range uint32(300) {
			c.ask(2*i+1, "/c/1", false)
		}
		c.until("599 RST REFUSED_STREAM")
		c.mute = true
		Expect(p.State().Requests).To(BeNumerically("<=", 256))
	})

	It("is not held up by a client that never reads", func() {
		s := start(wire.Options{})
		large := cases.Item{Repeat: &cases.Repeat{Repeat: "x", Times: 32 << 20}}
		p := overHTTP2C(s, connection(nil, large))
		c := dialHTTP2(p.URL(), http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})
		Expect(c.framer.WriteWindowUpdate(0, 1<<30)).To(Succeed())
		c.ask(1, "/c/1", true)
		reaches(p, "the request", func(s wire.State) bool { return s.Begun == 1 })
		begun := time.Now()
		p.Close()
		Expect(time.Since(begun)).To(BeNumerically("<", generous/2))
	})
})
