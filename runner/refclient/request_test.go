package refclient_test

import (
	"context"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// header is the request's header in the client's own words.
func header(r request) http.Header {
	h := r.Header.Clone()
	h.Del("User-Agent")
	return h
}

var _ = Describe("The request", func() {
	standard := http.Header{"Accept": {"text/event-stream"}, "Cache-Control": {"no-cache"}, "Pragma": {"no-cache"},
		"Accept-Encoding": {"gzip"}}

	It("is a GET with the standard's fields, and each later one is the same", func() {
		s := serve(says(toTheEnd), says(toTheEnd), holds(toTheEnd))
		connect(refclient.Options{URL: s.url + "?a=b%20c#fragment"})
		Eventually(s.got, generous).Should(HaveLen(3))
		for _, r := range s.got() {
			Expect(r.Method).To(Equal("GET"))
			Expect(r.RequestURI).To(Equal("/stream?a=b%20c"))
			Expect(header(r)).To(Equal(standard))
			Expect(r.body).To(BeEmpty())
			Expect(r.ContentLength).To(BeZero())
		}
	})

	It("has the caller's fields, method and body each time", func() {
		s := serve(says(toTheEnd), says(ok+"\r\n"), holds(toTheEnd))
		connect(refclient.Options{URL: s.url, Method: "REPORT", Body: "what?",
			Header: http.Header{"X-Mine": {"a", "b"}, "Accept": {"text/event-stream, text/plain"}, "Last-Event-ID": {"no"}}})
		Eventually(s.got, generous).Should(HaveLen(3))
		for _, r := range s.got() {
			Expect(r.Method).To(Equal("REPORT"))
			Expect(r.body).To(Equal("what?"))
			Expect(r.Header.Values("X-Mine")).To(Equal([]string{"a", "b"}))
			Expect(r.Header.Values("Accept")).To(Equal([]string{"text/event-stream, text/plain"}))
			Expect(r.Header).NotTo(HaveKey("Last-Event-Id"))
		}
	})

	It("carries the credentials of the URL", func() {
		s := serve(holds(toTheEnd))
		connect(refclient.Options{URL: strings.Replace(s.url, "//", "//user:pass@", 1)}).expect("open")
		user, password, _ := s.got()[0].BasicAuth()
		Expect([]string{user, password}).To(Equal([]string{"user", "pass"}))
	})

	DescribeTable("cannot be made of everything: the source fails at once",
		func(o refclient.Options, message string) {
			c := connect(o)
			Eventually(c.Done(), generous).Should(BeClosed())
			c.expect("failed: " + message)
			Expect(c.Err()).To(MatchError(message))
		},
		Entry("no URL", refclient.Options{URL: "http://a b/"}, `parse "http://a b/": invalid character " " in host name`),
		Entry("no scheme", refclient.Options{URL: "/stream"}, `the URL "/stream" is not one of http: or https: with a host`),
		Entry("another scheme", refclient.Options{URL: "ftp://host/"}, `the URL "ftp://host/" is not one of http: or https: with a host`),
		Entry("a field name", refclient.Options{URL: "http://127.0.0.1/", Header: http.Header{"A b": {"c"}}}, `no header field can have the name "A b"`),
		Entry("a field value", refclient.Options{URL: "http://127.0.0.1/", Header: http.Header{"A": {"b\r\nc: d"}}},
			`the header field A cannot have the value "b\r\nc: d"`),
		Entry("a version", refclient.Options{URL: "http://127.0.0.1/", HTTP: "3"}, `no HTTP version "3"; there are "1.1", "2" and "h2c"`),
		Entry("h2c over TLS", refclient.Options{URL: "https://127.0.0.1/", HTTP: "h2c"}, `HTTP version "h2c" is not spoken at a URL of https`),
	)
})

var _ = Describe("The response", func() {
	DescribeTable("of another status fails the source for good",
		func(head string) {
			s := serve(says(head+"Content-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: a\n\n"), holds(toTheEnd))
			c := connect(refclient.Options{URL: s.url})
			Eventually(c.Done(), generous).Should(BeClosed())
			Expect(c.reports()).To(HaveExactElements(HavePrefix("failed: the server answered " + strings.Fields(head)[1])))
			Expect(s.got()).To(HaveLen(1))
		},
		Entry(nil, "HTTP/1.1 101 Switching Protocols\r\n"),
		Entry(nil, "HTTP/1.1 201 Created\r\n"),
		Entry(nil, "HTTP/1.1 204 No Content\r\n"),
		Entry(nil, "HTTP/1.1 205 Reset Content\r\n"),
		Entry(nil, "HTTP/1.1 206 Partial Content\r\n"),
		Entry(nil, "HTTP/1.1 300 Multiple Choices\r\nLocation: /other\r\n"),
		Entry(nil, "HTTP/1.1 302 Found\r\n"),
		Entry(nil, "HTTP/1.1 304 Not Modified\r\n"),
		Entry(nil, "HTTP/1.1 305 Use Proxy\r\nLocation: /other\r\n"),
		Entry(nil, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"),
		Entry(nil, "HTTP/1.1 404 Not Found\r\n"),
		Entry(nil, "HTTP/1.1 500 Internal Server Error\r\n"),
		Entry(nil, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\n"),
	)

	It("fails the source on a later connection too", func() {
		s := serve(says(toTheEnd+"data: a\n\n"), says("HTTP/1.1 204 No Content\r\n\r\n"))
		c := connect(refclient.Options{URL: s.url})
		Eventually(c.Done(), generous).Should(BeClosed())
		c.expect("open", "message a", "error", "failed: the server answered 204 No Content; an event stream needs 200")
	})

	It("comes after those of 1xx", func() {
		s := serve(holds("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + end))
		connect(refclient.Options{URL: s.url}).expect("open", "message END")
	})

	It("that does not come, or is none, is a network error", func() {
		s := serve(says(""), says("nonsense\r\n\r\n"), says("HTTP/1.1 200 O"), holds(end))
		connect(refclient.Options{URL: s.url}).expect("error", "error", "error", "open", "message END")
	})

	DescribeTable("of an event stream says so in its Content-Type",
		func(essence string, values ...string) {
			Expect(refclient.Essence(values)).To(Equal(essence))
		},
		Entry(nil, "text/event-stream", "text/event-stream"),
		Entry(nil, "text/event-stream", "Text/Event-STREAM"),
		Entry(nil, "text/event-stream", "text/event-stream;"),
		Entry(nil, "text/event-stream", "text/event-stream ; charset=utf-8"),
		Entry(nil, "text/event-stream", "text/event-stream;charset=windows-1252"),
		Entry(nil, "text/event-stream", "\ttext/event-stream;=;;garbage\" , more"),
		Entry(nil, "text/event-stream", "text/event-stream;x=\"a, text/html\""),
		Entry(nil, "text/event-stream", "text/event-stream;x=\"a\\\", text/html\""),
		Entry(nil, "text/event-stream", "text/html, text/event-stream"),
		Entry(nil, "text/event-stream", "text/html", "text/event-stream"),
		Entry(nil, "text/html", "text/event-stream", "text/html"),
		Entry(nil, "text/html", "text/event-stream, text/html"),
		Entry(nil, "text/event-stream", "text/event-stream", "*/*"),
		Entry(nil, "text/event-stream", "text/event-stream,"),
		Entry(nil, "text/event-stream", "text/event-stream, nonsense, text/, /html, a b/c"),
		Entry(nil, "text/event-streamx", "text/event-streamx"),
		Entry(nil, "", "text /event-stream"),
		Entry(nil, "", "text/ event-stream"),
		Entry(nil, "", "text/event stream"),
		Entry(nil, "", "text"),
		Entry(nil, "", ""),
		Entry(nil, ""),
	)

	DescribeTable("of another type fails the source for good",
		func(fields, message string) {
			s := serve(says("HTTP/1.1 200 OK\r\n" + fields + "Connection: close\r\n\r\ndata: a\n\n"))
			c := connect(refclient.Options{URL: s.url})
			Eventually(c.Done(), generous).Should(BeClosed())
			c.expect("failed: the server answered with the Content-Type " + message + "; an event stream is text/event-stream")
		},
		Entry("none", "", `""`),
		Entry("other", "Content-Type: text/plain\r\n", `"text/plain"`),
		Entry("several", "Content-Type: text/event-stream\r\nContent-Type: text/plain\r\n", `"text/event-stream, text/plain"`),
	)
})

var _ = Describe("A redirect", func() {
	to := func(status, location string) answer {
		return says("HTTP/1.1 " + status + " Moved\r\n" + location + "Content-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: no\n\n")
	}
	paths := func(s *server) (paths []string) {
		for _, r := range s.got() {
			paths = append(paths, r.RequestURI)
		}
		return paths
	}

	DescribeTable("is followed, and where it leads the next connection begins",
		func(status string) {
			s := serve(to(status, "Location: deeper/a?b#c\r\n"), says(toTheEnd+"id: 1\ndata: a\n\n"),
				to(status, "Location: b\r\n"), holds(end))
			c := connect(refclient.Options{URL: s.url, Header: http.Header{"Authorization": {"mine"}, "Cookie": {"a=b"}}})
			c.expect("open", "message a 1", "error", "open", "message END 1")
			Expect(paths(s)).To(Equal([]string{"/stream", "/deeper/a?b", "/deeper/a?b", "/deeper/b"}))
			for i, r := range s.got() {
				Expect(r.Method).To(Equal("GET"))
				Expect(r.Header.Get("Accept")).To(Equal("text/event-stream"))
				Expect(r.Header.Get("Authorization")).To(Equal("mine"))
				Expect(r.Header.Get("Cookie")).To(Equal("a=b"))
				Expect(r.Header.Get("Last-Event-ID")).To(Equal([]string{"", "", "1", "1"}[i]))
			}
		},
		Entry(nil, "301"), Entry(nil, "302"), Entry(nil, "303"), Entry(nil, "307"), Entry(nil, "308"),
	)

	It("to another origin carries no credentials there, and the ID", func() {
		there := serve(holds(toTheEnd))
		here := serve(says(toTheEnd+"id: 1\ndata: a\n\n"), to("307", "Location: "+there.url+"\r\n"))
		c := connect(refclient.Options{URL: here.url,
			Header: http.Header{"Authorization": {"mine"}, "Cookie": {"a=b"}, "X-Mine": {"c"}}})
		c.expect("open", "message a 1", "error", "open")
		Expect(there.got()).To(HaveLen(1))
		r := there.got()[0]
		Expect(r.Header).NotTo(HaveKey("Authorization"))
		Expect(r.Header).NotTo(HaveKey("Cookie"))
		Expect(r.Header.Get("X-Mine")).To(Equal("c"))
		Expect(r.Header.Get("Last-Event-ID")).To(Equal("1"))
	})

	DescribeTable("of another method",
		func(status, method, want, body string) {
			s := serve(to(status, "Location: /b\r\n"), holds(toTheEnd))
			c := connect(refclient.Options{URL: s.url, Method: method, Body: "text", Header: http.Header{"Content-Type": {"a/b"}}})
			c.expect("open")
			Expect(s.got()[1].Method).To(Equal(want))
			Expect(s.got()[1].body).To(Equal(body))
			Expect(s.got()[1].Header.Get("Content-Type") == "").To(Equal(body == ""))
		},
		Entry(nil, "301", "POST", "GET", ""),
		Entry(nil, "302", "POST", "GET", ""),
		Entry(nil, "303", "POST", "GET", ""),
		Entry(nil, "303", "REPORT", "GET", ""),
		Entry(nil, "302", "REPORT", "REPORT", "text"),
		Entry(nil, "307", "POST", "POST", "text"),
		Entry(nil, "308", "POST", "POST", "text"),
	)

	DescribeTable("that leads nowhere is a network error",
		func(location string) {
			s := serve(to("302", location), holds(end))
			connect(refclient.Options{URL: s.url}).expect("error", "open", "message END")
			Expect(paths(s)).To(Equal([]string{"/stream", "/stream"}))
		},
		Entry("another scheme", "Location: ftp://host/\r\n"),
		Entry("no URL", "Location: http://a b/\r\n"),
		Entry("two places", "Location: /a\r\nLocation: /b\r\n"),
		Entry("no host", "Location: http:///b\r\n"),
	)

	It("is followed twenty times and no more", func() {
		var answers []answer
		for range 20 {
			answers = append(answers, to("302", "Location:\r\n"))
		}
		answers = append(answers, says(toTheEnd))
		for range 21 {
			answers = append(answers, to("302", "Location: /loop\r\n"))
		}
		s := serve(append(answers, holds(end))...)
		connect(refclient.Options{URL: s.url}).expect("open", "error", "error", "open", "message END")
		Expect(s.got()).To(HaveLen(20 + 1 + 21 + 1))
	})
})

var _ = Describe("Closing", func() {
	// held is a source whose last report was this; the server holds on.
	closed := func(s *server, c *client, requests int, reports ...string) {
		GinkgoHelper()
		Eventually(c.Done(), generous).Should(BeClosed())
		Expect(c.Err()).NotTo(HaveOccurred())
		Expect(c.reports()).To(HaveExactElements(reports))
		Expect(s.got()).To(HaveLen(requests))
		Eventually(s.left, generous).Should(Equal(requests), "every connection is gone")
	}

	It("before the response reports nothing and aborts the request", func() {
		s := serve(holds(""))
		c := connect(refclient.Options{URL: s.url})
		Eventually(s.got, generous).Should(HaveLen(1))
		c.Close()
		closed(s, c, 1)
	})

	It("of an open stream reports nothing and leaves the connection", func() {
		s := serve(holds(toTheEnd + "data: a\n\ndata: half"))
		c := connect(refclient.Options{URL: s.url})
		c.expect("open", "message a")
		c.Close()
		closed(s, c, 1, "open", "message a")
	})

	It("during a redirect", func() {
		s := serve(says("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"), holds(""))
		c := connect(refclient.Options{URL: s.url})
		Eventually(s.got, generous).Should(HaveLen(2))
		c.Close()
		closed(s, c, 2)
	})

	It("while it waits makes no request", func() {
		s := serve(says(toTheEnd))
		rules := refclient.Sound()
		c := connect(refclient.Options{URL: s.url, Retry: time.Hour, Rules: &rules})
		c.expect("open", "error")
		c.Close()
		closed(s, c, 1, "open", "error")
	})

	DescribeTable("inside a handler lets nothing more through",
		func(last string, reports ...string) {
			s := serve(says(toTheEnd+":\n\ndata: a\n\ndata: b\n\n"), holds(end))
			opened := make(chan struct{})
			c := &client{}
			c.on = func(report string) {
				<-opened
				if strings.TrimRight(report, " ") == last {
					c.Close()
				}
			}
			c.connect(refclient.Options{URL: s.url})
			close(opened)
			closed(s, c, 1, reports...)
		},
		Entry(nil, "open", "open"),
		Entry(nil, ":", "open", ":"),
		Entry(nil, "message a", "open", ":", "message a"),
		Entry(nil, "error", "open", ":", "message a", "message b", "error"),
	)

	It("is what the end of the context does, too", func() {
		s := serve(holds(toTheEnd))
		ctx, cancel := context.WithCancel(context.Background())
		source := refclient.Connect(ctx, refclient.Options{URL: s.url}, refclient.Handlers{})
		Eventually(s.got, generous).Should(HaveLen(1))
		cancel()
		Eventually(source.Done(), generous).Should(BeClosed())
		Expect(source.Err()).NotTo(HaveOccurred())
	})

	It("at any moment, again and again", func() {
		s := serve()
		s.rest = says(toTheEnd + "retry: 0\n\ndata: a\n\n")
		for i := range 60 {
			c := connect(refclient.Options{URL: s.url})
			time.Sleep(time.Duration(i) * 60 * time.Microsecond)
			c.Close()
			c.Close()
			Eventually(c.Done(), generous).Should(BeClosed())
			count := len(c.reports())
			Consistently(c.reports, 100*time.Microsecond, 50*time.Microsecond).Should(HaveLen(count))
		}
	})
})
