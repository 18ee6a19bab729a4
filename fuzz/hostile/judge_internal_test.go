package hostile

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = DescribeTable("A line of a response is the request's own where a line break in disguise has begun it",
	func(line, input string, forgery bool) {
		Expect(forged(line, "zq1", []string{"zq1", "other", input})).To(Equal(forgery))
	},
	Entry("decoded", "id: zq1b", "zq1a%0aid: zq1b", true),
	Entry("decoded, CR", "id: zq1b", "zq1a%0Did:%20zq1b", true),
	Entry("decoded twice", "id: zq1b", "zq1a%250aid:%20zq1b", true),
	Entry("as the last line of many", "data: zq1d", "zq1a%0aid: zq1b%0adata: zq1d", true),
	Entry("of C", "data: zq1b", `zq1a\ndata: zq1b`, true),
	Entry("of JSON", "data: zq1b", `zq1a\u000adata: zq1b`, true),
	Entry("of HTML", "data: zq1b", "zq1a&#10;data: zq1b", true),
	Entry("of old JavaScript", "data: zq1b", "zq1a%u000adata: zq1b", true),
	Entry("by low bytes", "data: zq1b", "zq1a\u010ddata: zq1b", true),
	Entry("by low bytes, decoded", "data: zq1b", "zq1a%E5%98%8Adata: zq1b", true),
	Entry("by what is a line break elsewhere", "data: zq1b", "zq1a\u2028data: zq1b", true),
	Entry("with blanks and letters changed", "X-Zq1B:v", "zq1a%0d%0aX-zq1b: v", true),
	Entry("as it was sent", "id: zq1a%0aid: zq1b", "zq1a%0aid: zq1b", false),
	Entry("split into data", "data: id: zq1b", "zq1a%0aid: zq1b", false),
	Entry("without its line break", "data: zq1a id: zq1b", "zq1a%0aid: zq1b", false),
	Entry("with the server's own name before it", "id: zq1a", "zq1a%0aid: zq1b", false),
	Entry("which is all of the input, without a line break before it", "data: zq1", "data: zq1", false),
	Entry("another request's", "id: zq2b", "zq1a%0aid: zq1b", false),
	Entry("plain text", "data: zq1", "zq1", false),
)

// stream is a response with these lines.
func responded(lines ...string) *transcript.Conn {
	body := strings.Join(lines, "\n") + "\n"
	c := &transcript.Conn{Status: 200, Proto: "HTTP/1.1", Header: []transcript.Field{{Name: "Content-Type", Value: "text/event-stream"}},
		Body: []byte(body), BodyBytes: int64(len(body)), End: transcript.EndOpen, Request: transcript.Request{At: 1}}
	d := spec.NewPushDecoder(spec.WithFindings(func(f spec.Finding) { c.Findings = append(c.Findings, f) }))
	d.Push(c.Body)
	for {
		if _, more, _ := d.Next(); !more {
			return c
		}
	}
}

func with(c *transcript.Conn, change func(*transcript.Conn)) *transcript.Conn {
	change(c)
	return c
}

var _ = DescribeTable("A response is judged",
	func(request string, c *transcript.Conn, rule, what string) {
		r, err := ParseRequest(request)
		Expect(err).NotTo(HaveOccurred())
		d, err := drafted(guest(), r)
		Expect(err).NotTo(HaveOccurred())
		base := newBaseline(responded("data: x", "retry:", ""))
		all := judge(&outcome{request: r, draft: d, nonce: "zq1", records: []*transcript.Conn{c}}, base)
		if rule == "" {
			Expect(all).To(BeEmpty())
			return
		}
		Expect(all).To(HaveLen(1))
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		Expect(ruleOf(all[0], r, catalogue).ID).To(Equal(rule))
		Expect(all[0].what + ", and " + all[0].beside).To(ContainSubstring(what))
	},
	Entry("a stream", "plain", responded("data: x", ""), "", ""),
	Entry("a 5xx", "field=Range: bytes=0-0", with(responded(), func(c *transcript.Conn) { c.Status = 502 }), "serve.robust.status", "answered 502 Bad Gateway, and an ordinary request is answered 200 OK"),
	Entry("a 4xx", "last-event-id=1", with(responded(), func(c *transcript.Conn) { c.Status = 400 }), "", ""),
	Entry("501 for HEAD", "method=HEAD", with(responded(), func(c *transcript.Conn) { c.Status = 501 }), "serve.method.get-head", "501"),
	Entry("501 for an unknown method", "method=X", with(responded(), func(c *transcript.Conn) { c.Status = 501 }), "", ""),
	Entry("500 for an unknown method", "method=X", with(responded(), func(c *transcript.Conn) { c.Status = 500 }), "serve.method.others-end", "500"),
	Entry("505 for HTTP/1.0", "version=1.0", with(responded(), func(c *transcript.Conn) { c.Status = 505 }), "", ""),
	Entry("silence", "last-event-id=", &transcript.Conn{End: transcript.EndOpen, Request: transcript.Request{At: 1}}, "serve.resume.empty-id", "not answered in the time given"),
	Entry("silence to HEAD", "method=HEAD", &transcript.Conn{End: transcript.EndOpen, Request: transcript.Request{At: 1}}, "serve.head.ends", "not answered"),
	Entry("silence to what could not be sent", "last-event-id=", &transcript.Conn{End: transcript.EndOpen}, "", ""),
	Entry("silence after a half-close", "half-close=yes", &transcript.Conn{End: transcript.EndClean, Err: "no response: EOF", Request: transcript.Request{At: 1}}, "", ""),
	Entry("silence after we left", "leave=head", &transcript.Conn{End: transcript.EndDropped, Request: transcript.Request{At: 1}}, "", ""),
	Entry("the end of the connection", "last-event-id=a", &transcript.Conn{End: transcript.EndClean, Err: "no response: EOF", Request: transcript.Request{At: 1}},
		"serve.resume.unknown-id", "not answered: the server closed the connection (EOF)"),
	Entry("no HTTP", "plain", &transcript.Conn{End: transcript.EndBroken, Err: "no response: X", EndDetail: "X", Request: transcript.Request{At: 1}}, "serve.robust.well-formed", "no HTTP: X"),
	Entry("a stream that is no HTTP from somewhere on", "behind=GET", with(responded("data: x", ""), func(c *transcript.Conn) { c.End, c.EndDetail = transcript.EndBroken, "Y" }),
		"serve.robust.well-formed", "no HTTP: Y"),
	Entry("a stream that breaks off", "accept=", with(responded("data: x", ""), func(c *transcript.Conn) { c.End = transcript.EndTruncated }), "serve.end.complete", "breaks off"),
	Entry("content for HEAD", "method=HEAD", responded("data: x"), "serve.head.no-content", `"data: x\n"`),
	Entry("content with 304", "field=If-None-Match: *", with(responded("x"), func(c *transcript.Conn) { c.Status = 304 }), "serve.robust.well-formed", "304 Not Modified with content"),
	Entry("content with 204", "method=OPTIONS", with(responded("x"), func(c *transcript.Conn) { c.Status = 204 }), "serve.204.no-content", "204 No Content with content"),
	Entry("chunks for HTTP/1.0", "version=1.0", with(responded(), func(c *transcript.Conn) {
		c.Header = append(c.Header, transcript.Field{Name: "Transfer-Encoding", Value: "chunked"})
	}), "serve.chunked.once", "Transfer-Encoding: chunked"),
	Entry("two lengths", "plain", with(responded(), func(c *transcript.Conn) {
		c.Header = append(c.Header, transcript.Field{Name: "Transfer-Encoding", Value: "chunked"}, transcript.Field{Name: "Content-Length", Value: "5"})
	}), "serve.length.or-chunked", "both"),
	Entry("a control character in the header", "plain", with(responded(), func(c *transcript.Conn) {
		c.Header = append(c.Header, transcript.Field{Name: "X", Value: "a\rb"})
	}), "serve.fields.values", `"X: a\rb"`),
	Entry("a line that is no field", "plain", responded("data: x", "oops", ""), "serve.robust.well-formed", `the line "oops" has no colon`),
	Entry("a fault that ordinary streams have, too", "plain", responded("data: x", "retry:", ""), "", ""),
	Entry("a stream that is no UTF-8", "plain", responded("data: \xff", ""), "format.utf8", "byte"),
	Entry("an error page that is no stream", "plain", with(responded("oops", ""), func(c *transcript.Conn) { c.Header[0].Value = "text/html" }), "", ""),
	Entry("a forged line", "last-event-id=NONCEa%250aid: NONCEb", responded("id: zq1a", "id: zq1b", "data: x", ""), "secure.server.last-event-id", `"id: zq1b"`),
	Entry("a forged line in the header", "query=a=NONCEa%250aX-NONCEb:%25201", with(responded(), func(c *transcript.Conn) {
		c.Header = append(c.Header, transcript.Field{Name: "X-zq1b", Value: "1"})
	}), "secure.server.no-injection", `line of the header that is the request's own: "X-zq1b: 1"`),
	Entry("its text in the data", "last-event-id=NONCEa", responded("data: {zq1a}", ""), "secure.server.reflection", `"data: {zq1a}"`),
	Entry("its text in a redirect", "query=NONCEa", with(responded(), func(c *transcript.Conn) {
		c.Status = 301
		c.Header = append(c.Header, transcript.Field{Name: "Location", Value: "/a?zq1a"})
	}), "", ""),
	Entry("its text in the answer to a CORS request", "field=Origin:%20NONCEa", with(responded(), func(c *transcript.Conn) {
		c.Header = append(c.Header, transcript.Field{Name: "access-control-allow-origin", Value: "zq1a"})
	}), "", ""),
	Entry("its text in another field", "query=NONCEa", with(responded(), func(c *transcript.Conn) {
		c.Header = append(c.Header, transcript.Field{Name: "X-Topic", Value: "zq1a"})
	}), "secure.server.reflection", `"X-Topic: zq1a"`),
	Entry("its text in an error page", "last-event-id=NONCEa", with(responded("zq1a"), func(c *transcript.Conn) { c.Header[0].Value = "text/html" }), "", ""),
)

// every10ms is a stream with an event each 10 ms.
func every10ms() *transcript.Conn {
	c := sequence(1, 2, 3)
	c.HeadAt = 0
	for i := range c.Events {
		c.Events[i].At = c.Chunks[i].At
	}
	return c
}

var _ = DescribeTable("A stream without events is judged",
	func(request string, stayed time.Duration, c *transcript.Conn, is bool) {
		r, err := ParseRequest(request)
		Expect(err).NotTo(HaveOccurred())
		d, err := drafted(guest(), r)
		Expect(err).NotTo(HaveOccurred())
		all := judge(&outcome{request: r, draft: d, nonce: "zq1", stayed: stayed, records: []*transcript.Conn{c}}, newBaseline(every10ms()))
		if !is {
			Expect(all).To(BeEmpty())
			return
		}
		Expect(all).To(HaveLen(1))
		Expect(all[0].what + ", and " + all[0].beside).To(Equal("answered with a stream in which no event comes within 80ms, and an ordinary request gets one within 10ms"))
	},
	Entry("where it is silent for long", "last-event-id=9", 80*time.Millisecond, responded("retry: 1"), true),
	Entry("not where nobody has waited", "last-event-id=9", 79*time.Millisecond, responded("retry: 1"), false),
	Entry("not where it is over", "last-event-id=9", 80*time.Millisecond, with(responded("retry: 1"), func(c *transcript.Conn) { c.End = transcript.EndClean }), false),
	Entry("not where another stream may have been asked for", "last-event-id=9&query=a", 80*time.Millisecond, responded("retry: 1"), false),
	Entry("not where it is another type", "last-event-id=9", 80*time.Millisecond, with(responded("x"), func(c *transcript.Conn) { c.Header[0].Value = "text/html" }), false),
)

var _ = Describe("What is not to be judged for the first response", func() {
	It("is judged for the one to the request behind", func() {
		r := Request{{"method", "HEAD"}, {"behind", "GET"}}
		d, err := drafted(guest(), r)
		Expect(err).NotTo(HaveOccurred())
		head := responded()
		second := with(responded(), func(c *transcript.Conn) { c.Status = 500 })
		base := newBaseline(responded("data: x", ""))
		Expect(judge(&outcome{request: r, draft: d, nonce: "zq1", records: []*transcript.Conn{head, second}}, base)).To(HaveLen(1))
		none := &transcript.Conn{End: transcript.EndClean, Err: "no response: EOF"}
		Expect(judge(&outcome{request: r, draft: d, nonce: "zq1", records: []*transcript.Conn{head, none}}, base)).To(BeEmpty())
	})
})
