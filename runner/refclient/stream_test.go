package refclient_test

import (
	"compress/gzip"
	"fmt"
	"net"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

var _ = Describe("A stream", func() {
	It("is announced by its head and handed out as it comes", func() {
		proceed := make(chan struct{})
		s := serve(func(c net.Conn) {
			for _, part := range []string{toTheEnd, ": hello\n\n", "event: a\nid: 1\ndata: x\n\n", "data: y\n\n"} {
				_, _ = c.Write([]byte(part))
				<-proceed
			}
		})
		c := connect(refclient.Options{URL: s.url})
		for i, report := range []string{"open", ": hello", "a x 1", "message y 1"} {
			Eventually(c.reports, generous).Should(HaveLen(i + 1))
			Expect(c.reports()[i]).To(Equal(report))
			proceed <- struct{}{}
		}
	})

	DescribeTable("ends and is opened anew",
		func(end1 func(arrived <-chan struct{}) answer) {
			arrived := make(chan struct{})
			s := serve(end1(arrived), holds(end))
			c := &client{on: func(report string) {
				if report == "message a 1" {
					close(arrived)
				}
			}}
			c.connect(refclient.Options{URL: s.url})
			c.expect("open", "message a 1", "error", "open", "message END 1")
			Expect(s.got()[1].Header.Values("Last-Event-ID")).To(Equal([]string{"1"}))
			Expect(c.waited()).To(Equal([]time.Duration{3 * time.Second}))
		},
		Entry("with the connection", func(<-chan struct{}) answer { return says(toTheEnd + "id: 1\ndata: a\n\n") }),
		Entry("on HTTP/1.0", func(<-chan struct{}) answer {
			return says("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\ndata: a\n\n")
		}),
		Entry("with its length", func(<-chan struct{}) answer {
			return holds(ok + "Content-Length: 15\r\n\r\nid: 1\ndata: a\n\n")
		}),
		Entry("with the last chunk", func(<-chan struct{}) answer {
			return holds(ok + "Transfer-Encoding: chunked\r\n\r\nf;x=\"y\"\r\nid: 1\ndata: a\n\n\r\n0\r\n\r\n")
		}),
		Entry("inside a chunk", func(<-chan struct{}) answer {
			return says(ok + "Transfer-Encoding: chunked\r\n\r\n40\r\nid: 1\ndata: a\n\ndata: lost")
		}),
		Entry("without a last chunk", func(<-chan struct{}) answer {
			return says(ok + "Transfer-Encoding: chunked\r\n\r\nf\r\nid: 1\ndata: a\n\n\r\n")
		}),
		Entry("short of its length", func(<-chan struct{}) answer {
			return says(ok + "Content-Length: 100\r\n\r\nid: 1\ndata: a\n\n")
		}),
		Entry("with a reset", func(arrived <-chan struct{}) answer {
			return resets(toTheEnd+"id: 1\ndata: a\n\ndata: lost", arrived)
		}),
	)

	It("without a byte is opened and ended like any other", func() {
		s := serve(says(toTheEnd), says(ok+"Content-Length: 0\r\n\r\n"), holds(end))
		connect(refclient.Options{URL: s.url}).expect("open", "error", "open", "error", "open", "message END")
	})

	DescribeTable("leaves nothing of an unfinished block to the next",
		func(first, second string, reports ...string) {
			s := serve(says(toTheEnd+first), says(toTheEnd+second), holds(toTheEnd))
			c := connect(refclient.Options{URL: s.url})
			want := append(append([]string{"open"}, reports[:1]...), "error", "open")
			want = append(append(want, reports[1:]...), "error", "open")
			c.expect(want...)
		},
		Entry("data", "data: x\n\ndata: lost\n", "\ndata: y\n\n", "message x", "message y"),
		Entry("half a line", "data: x\n\ndata: lo", "data: y\n\n", "message x", "message y"),
		Entry("event type", "data: x\n\nevent: lost\n", "data: y\n\n", "message x", "message y"),
		Entry("id", "id: 1\ndata: x\n\nid: 2\ndata: lost\n", "\ndata: y\n\n", "message x 1", "message y 1"),
		Entry("half a character", "data: x\n\n\xE2\x82", "data: \x82\xACy\n\n", "message x", "message \uFFFD\uFFFDy"),
		Entry("a CR", "data: x\r\rdata: lost\r", "\ndata: y\n\n", "message x", "message y"),
	)

	It("may begin with a byte order mark each time", func() {
		s := serve(says(toTheEnd+"\uFEFFdata: a\n\n"), holds(toTheEnd+"\uFEFFdata: b\n\n"))
		connect(refclient.Options{URL: s.url}).expect("open", "message a", "error", "open", "message b")
	})

	It("is decompressed as it comes", func() {
		proceed := make(chan struct{})
		s := serve(func(c net.Conn) {
			fmt.Fprint(c, ok+"Content-Encoding: gzip\r\nConnection: close\r\n\r\n")
			<-proceed
			w := gzip.NewWriter(c)
			for i := range 3 {
				fmt.Fprintf(w, "data: %d\n\n", i)
				_ = w.Flush()
				<-proceed
			}
		})
		c := connect(refclient.Options{URL: s.url})
		for i := range 4 {
			Eventually(c.reports, generous).Should(HaveLen(i + 1))
			proceed <- struct{}{}
		}
		Expect(c.reports()).To(Equal([]string{"open", "message 0", "message 1", "message 2"}))
		Expect(s.got()[0].Header.Get("Accept-Encoding")).To(Equal("gzip"))
	})

	It("that no decoder takes ends the source, with a message", func() {
		s := serve(func(c net.Conn) {
			fmt.Fprint(c, toTheEnd+"data: ")
			long := []byte(strings.Repeat("x", 1<<20))
			for range 40 {
				if _, err := c.Write(long); err != nil {
					return
				}
			}
		})
		c := connect(refclient.Options{URL: s.url})
		Eventually(c.Done(), generous).Should(BeClosed())
		Expect(c.reports()).To(HaveExactElements(Equal("open"), HavePrefix("failed: spec: line 1")))
		Expect(c.Err()).To(HaveOccurred())
	})
})

var _ = Describe("The last event ID", func() {
	DescribeTable("is sent back",
		func(stream string, want ...string) {
			s := serve(says(toTheEnd+stream), holds(toTheEnd))
			connect(refclient.Options{URL: s.url})
			Eventually(s.got, generous).Should(HaveLen(2))
			Expect(s.got()[0].Header).NotTo(HaveKey("Last-Event-Id"))
			Expect(s.got()[1].Header.Values("Last-Event-ID")).To(HaveExactElements(want))
		},
		Entry("none", "data: a\n\n"),
		Entry("one", "id: 1\ndata: a\n\n", "1"),
		Entry("the last", "id: 1\ndata: a\n\nid: 2\ndata: b\n\n", "2"),
		Entry("of a block without data", "id: 5\n\n", "5"),
		Entry("not of a block that was cut off", "id: 1\ndata: a\n\nid: 2\ndata: b\n", "1"),
		Entry("reset", "id: 1\ndata: a\n\nid\n\n"),
		Entry("NUL", "id: 1\ndata: a\n\nid: \x00\ndata: b\n\n", "1"),
		Entry("in UTF-8", "id: \u20AC\U0001F600\ndata: a\n\n", "\u20AC\U0001F600"),
		Entry("with signs that mean something elsewhere", "id: a,\"b\" <c>%20;\\\ndata: a\n\n", "a,\"b\" <c>%20;\\"),
		Entry("long", "id: "+strings.Repeat("x", 8192)+"\n\n", strings.Repeat("x", 8192)),
		Entry("with a TAB inside", "id: a\tb\n\n", "a\tb"),
		Entry("blanks at its ends are no part of a header value", "id:  a \n\n", "a"),
		Entry("nothing is left of blanks", "id:   \n\n"),
		Entry("a control character is in no header", "id: a\fb\n\n"),
		Entry("DEL is in no header", "id: a\x7Fb\n\n"),
	)

	It("survives streams that set none, and is gone once it is reset", func() {
		s := serve(says(toTheEnd+"id: 1\ndata: a\n\n"), says(toTheEnd+":\n\ndata: b\n\n"), says(toTheEnd),
			says(toTheEnd+"id\ndata: c\n\n"), holds(toTheEnd+"data: d\n\n"))
		c := connect(refclient.Options{URL: s.url})
		c.expect("open", "message a 1", "error", "open", ":", "message b 1", "error", "open", "error",
			"open", "message c", "error", "open", "message d")
		var ids []string
		for _, r := range s.got() {
			ids = append(ids, r.Header.Get("Last-Event-ID"))
		}
		Expect(ids).To(Equal([]string{"", "1", "1", "1", ""}))
		Expect(s.got()[4].Header).NotTo(HaveKey("Last-Event-Id"))
	})

	It("may be given to begin with", func() {
		s := serve(says(toTheEnd+"data: a\n\n"), holds(toTheEnd))
		c := connect(refclient.Options{URL: s.url, LastEventID: "7"})
		c.expect("open", "message a 7", "error", "open")
		Expect(s.got()[0].Header.Get("Last-Event-ID")).To(Equal("7"))
		Expect(s.got()[1].Header.Get("Last-Event-ID")).To(Equal("7"))
	})
})

var _ = Describe("The reconnection time", func() {
	DescribeTable("is what the stream has last set, at once",
		func(stream string, want time.Duration) {
			s := serve(says(toTheEnd+stream), holds(toTheEnd))
			c := connect(refclient.Options{URL: s.url, Retry: 2 * time.Second})
			Eventually(s.got, generous).Should(HaveLen(2))
			Expect(c.waited()).To(Equal([]time.Duration{want}))
		},
		Entry("none", "data: a\n\n", 2*time.Second),
		Entry("one", "retry: 10\n\n", 10*time.Millisecond),
		Entry("in a block that was cut off", "retry: 10\n", 10*time.Millisecond),
		Entry("not in half a line", "retry: 10", 2*time.Second),
		Entry("nought", "retry: 0\n", time.Duration(0)),
		Entry("the last", "retry: 10\nretry: 20\n", 20*time.Millisecond),
		Entry("a bad one", "retry: 10\nretry: -1\nretry: 1e3\nretry: 5 \n", 10*time.Millisecond),
		Entry("days", "retry: 1000000000\n", 24*time.Hour),
		Entry("as much as 64 bits hold", "retry: 9223372036854775807\n", 24*time.Hour),
		Entry("beyond", "retry: 99999999999999999999\n", 24*time.Hour),
	)

	It("holds for all later connections", func() {
		s := serve(says(toTheEnd+"retry: 10\n\n"), says(toTheEnd+"data: a\n\n"), says(toTheEnd+"retry: 20\n\n"), holds(end))
		c := connect(refclient.Options{URL: s.url})
		Eventually(s.got, generous).Should(HaveLen(4))
		Expect(c.waited()).To(Equal([]time.Duration{10 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond}))
	})

	It("is waited, from the end of the connection", func() {
		rules := refclient.Sound()
		ended := make(chan time.Time, 1)
		s := serve(func(c net.Conn) {
			_, _ = c.Write([]byte(toTheEnd + "retry: 300\n\n"))
			ended <- time.Now()
			half(c)
		}, holds(end))
		connect(refclient.Options{URL: s.url, Rules: &rules})
		Eventually(s.got, generous).Should(HaveLen(2))
		Expect(s.got()[1].at.Sub(<-ended)).To(BeNumerically(">=", 300*time.Millisecond))
	})

	It("is waited after a failed attempt too", func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		Expect(l.Close()).To(Succeed())
		c := connect(refclient.Options{URL: "http://" + l.Addr().String(), Retry: time.Second})
		Eventually(func() int { return len(c.reports()) }, generous).Should(BeNumerically(">", 3))
		Expect(c.reports()[:3]).To(Equal([]string{"error", "error", "error"}))
		Expect(c.waited()[:2]).To(Equal([]time.Duration{time.Second, time.Second}))
	})
})
