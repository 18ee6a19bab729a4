package refclient_test

import (
	"io"
	"net"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

const chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"

var _ = Describe("A chunked body", func() {
	It("is handed on as it comes, inside a chunk too", func() {
		proceed := make(chan struct{})
		s := serve(func(c net.Conn) {
			for _, part := range []string{chunked + "1", "4\r", "\ndata: a\n\nd", "ata: bc\n\n\r", "\n9\r\ndata: d\n\n"} {
				_, _ = io.WriteString(c, part)
				<-proceed
			}
		})
		c := connect(refclient.Options{URL: s.url})
		for i, after := range [][]string{{"open"}, {"open"}, {"open", "message a"}, {"open", "message a", "message bc"},
			{"open", "message a", "message bc", "message d"}} {
			Eventually(c.reports, generous).Should(Equal(after), "part %d", i)
			proceed <- struct{}{}
		}
	})

	DescribeTable("is read with any size of chunk",
		func(body string) {
			s := serve(says(chunked+body), holds(end))
			connect(refclient.Options{URL: s.url}).expect("open", "message a", "error", "open", "message END")
		},
		Entry("one", "9\r\ndata: a\n\n\r\n0\r\n\r\n"),
		Entry("many", "1\r\nd\r\n4\r\nata:\r\n4\r\n a\n\n\r\n0\r\n\r\n"),
		Entry("zeros and capitals", "0000000F\r\nid\ndata: a\n\n\n\n\r\n000\r\n\r\n"),
		Entry("extensions", "9;a;b=c;d=\"e;f\"\r\ndata: a\n\n\r\n0;last\r\n\r\n"),
		Entry("a trailer", "9\r\ndata: a\n\n\r\n0\r\nX-Sum: 1\r\ndata: no\r\n\r\n"),
		Entry("blanks about the size", "9 \r\ndata: a\n\n\r\n 0\r\n\r\n"),
	)

	DescribeTable("that is malformed breaks off",
		func(body string) {
			s := serve(says(chunked+"9\r\ndata: a\n\n\r\n"+body), holds(end))
			connect(refclient.Options{URL: s.url}).expect("open", "message a", "error", "open", "message END")
		},
		Entry("no size", "\r\n9\r\ndata: b\n\n\r\n"),
		Entry("no number", "x\r\ndata: b\n\n\r\n"),
		Entry("negative", "-9\r\ndata: b\n\n\r\n"),
		Entry("too large", "fffffffffffffffff\r\ndata: b\n\n\r\n"),
		Entry("endless", strings.Repeat("0", 10000)+"9\r\ndata: b\n\n\r\n"),
		Entry("data longer than its size", "4\r\ndata: b\n\n\r\n0\r\n\r\n"),
		Entry("an endless trailer", "0\r\nX: "+strings.Repeat("x", 10000)+"\r\n\r\n"),
		Entry("cut off in the size", "1"),
		Entry("cut off in the data", "9\r\ndata:"),
		Entry("cut off in the trailer", "0\r\nX: 1\r\n"),
	)
})

var _ = Describe("A head", func() {
	It("without an end is a network error", func() {
		s := serve(func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for range 1 << 20 {
				if _, err := io.WriteString(c, "X-Filler: 0123456789\r\n"); err != nil {
					return
				}
			}
		}, holds(end))
		connect(refclient.Options{URL: s.url}).expect("error", "open", "message END")
	})

	It("of interim responses without an end is a network error", func() {
		s := serve(func(c net.Conn) {
			for range 1 << 20 {
				if _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n\r\n"); err != nil {
					return
				}
			}
		}, holds(end))
		connect(refclient.Options{URL: s.url}).expect("error", "open", "message END")
	})

	It("with a field that no request can have is not sent", func() {
		rules := refclient.Sound()
		rules.IDField = func(string) (string, bool) { return "a\r\nX-Forged: 1", true }
		s := serve()
		c := connect(refclient.Options{URL: s.url, Rules: &rules})
		c.expect("error")
		Expect(s.got()).To(BeEmpty())
	})
})
