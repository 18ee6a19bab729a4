package wire_test

import (
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
)

var _ = Describe("A script", func() {
	It("meets the n-th request with its n-th connection, and refuses what is past it", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil, "data: a\n\n"), connection(nil, "data: b\n\n", drop("fin")))
		c := client(s)
		Expect(first(get(c, p.URL()))).To(Equal("data: a\n\n"))
		Expect(first(get(c, p.URL()+"/below?x=1#y"))).To(Equal("data: b\n\n"))
		for range 2 {
			_, r, err := get(c, p.Elsewhere())
			Expect(err).NotTo(HaveOccurred())
			Expect(r.StatusCode).To(Equal(http.StatusServiceUnavailable))
			Expect(r.Close).To(BeTrue())
		}
		reaches(p, "four requests", func(s wire.State) bool { return s.Requests == 4 && s.Open == 0 })
		Expect(p.State().Begun).To(Equal(2))
		Expect(p.State().Ended).To(Equal(2))

		all := exchanges(p)
		Expect(all).To(HaveLen(4))
		Expect([]bool{all[0].Beyond, all[1].Beyond, all[2].Beyond, all[3].Beyond}).To(Equal([]bool{false, false, true, true}))
		Expect([]bool{all[1].Elsewhere, all[2].Elsewhere}).To(Equal([]bool{false, true}))
		Expect([]string{all[0].Path, all[1].Path}).To(Equal([]string{"/", "/below"}))
		Expect(all[1].Target).To(HaveSuffix("/below?x=1"))
	})

	It("keeps as many requests as it may, and answers and counts the others", func() {
		s := start(wire.Options{})
		p := play(s)
		c := client(s)
		for range transcript.MaxRequests + 10 {
			_, r, err := get(c, p.URL())
			Expect(err).NotTo(HaveOccurred())
			Expect(r.StatusCode).To(Equal(http.StatusServiceUnavailable))
		}
		Expect(exchanges(p)).To(HaveLen(transcript.MaxRequests))
		Expect(p.State().Requests).To(Equal(transcript.MaxRequests + 10))
	})

	It("begins anew where it repeats", func() {
		s := start(wire.Options{})
		p := begin(s, wire.Script{Repeat: true, Connections: []cases.Connection{
			connection(nil, "data: a\n\n"), connection(nil, "data: b\n\n", drop("fin"))}})
		c := client(s)
		for _, want := range []string{"a", "b", "a", "b", "a"} {
			Expect(first(get(c, p.URL()))).To(Equal("data: " + want + "\n\n"))
		}
		Expect(exchanges(p)).To(HaveEach(HaveField("Beyond", false)))
	})

	It("records a request byte for byte", func() {
		p := play(start(wire.Options{}), connection(nil, drop("fin")))
		c := dial(p.URL())
		head := "POST /c/1?q HTTP/1.1\r\nhOST: x\r\nLast-Event-ID: \xe2\x82\xac \t\nX-Odd:a:b\r\nX-Odd:  \r\nContent-Length: 5\r\n\r\n"
		_, err := c.Write([]byte(head + "hello"))
		Expect(err).NotTo(HaveOccurred())
		c.until("0\r\n\r\n")
		x := exchanges(p)[0]
		Expect(string(x.Head)).To(Equal(head))
		Expect(x.Body).To(BeEquivalentTo("hello"))
		Expect([]string{x.Method, x.Target, x.Proto, x.Path}).To(Equal([]string{"POST", "/c/1?q", "HTTP/1.1", "/"}))
		Expect(x.Header).To(Equal([]transcript.Field{{Name: "hOST", Value: "x"}, {Name: "Last-Event-ID", Value: "\xe2\x82\xac"},
			{Name: "X-Odd", Value: "a:b"}, {Name: "X-Odd", Value: ""}, {Name: "Content-Length", Value: "5"}}))
		Expect(x.At).To(BeNumerically(">", 0))
	})

	It("takes a chunked body, and one that waits for 100", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil), connection(nil, drop("fin")))
		c := dial(p.URL())
		c.ask("POST", p.URL(), "Transfer-Encoding: chunked", "Expect: 100-continue")
		Expect(c.next()).To(Equal("HTTP/1.1 100 Continue\r\n\r\n"))
		_, err := c.Write([]byte("3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: z\r\n\r\n"))
		Expect(err).NotTo(HaveOccurred())
		c.until("0\r\n\r\n")
		c.reads = nil
		c.ask("GET", p.URL())
		c.until("0\r\n\r\n")
		Expect(exchanges(p)[0].Body).To(BeEquivalentTo("abcde"))
		Expect(exchanges(p)[1].Body).To(BeEmpty())
	})

	It("measures the time since the end of the connection before", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil), connection(nil), connection(nil, drop("fin")))
		c := client(s)
		Expect(first(get(c, p.URL()))).To(BeEmpty())
		time.Sleep(20 * time.Millisecond) // what a client waits
		Expect(first(get(c, p.URL()))).To(BeEmpty())
		x := exchanges(p)
		Expect(x[0].After).To(BeZero())
		Expect(x[1].After).To(BeNumerically(">=", 20*time.Millisecond))
		Expect(x[1].After).To(Equal(x[1].At - x[0].Ended))
		Expect(p.State().LastWait).To(Equal(x[1].After))
	})

	It("says that the connection before has not ended", func() {
		s := start(wire.Options{})
		p := play(s, connection(nil, await(cases.Until{Events: 1})), connection(nil, drop("fin")))
		request(p.URL())
		reaches(p, "the first request", func(s wire.State) bool { return s.Begun == 1 })
		Expect(request(p.URL(), "Connection: close").rest()).To(HaveSuffix("0\r\n\r\n"))
		Expect(exchanges(p)[1].After).To(BeNumerically("<", 0))
	})

	It("waits for what the client reports", func() {
		p := play(start(wire.Options{}), connection(&cases.Respond{Await: &cases.Until{Opens: 1}},
			await(cases.Until{Events: 2}), "a", await(cases.Until{Errors: 1}), "b", await(cases.Until{Closed: true}), "c"))
		c := request(p.URL())
		for _, step := range []struct {
			seen wire.Seen
			want string
		}{
			{wire.Seen{Opens: 1}, "text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"},
			{wire.Seen{Opens: 1, Events: 2}, "1\r\na\r\n"},
			{wire.Seen{Opens: 1, Events: 3, Errors: 1}, "1\r\nb\r\n"},
			{wire.Seen{Opens: 1, Events: 3, Errors: 1, Closed: true}, "1\r\nc\r\n"},
		} {
			Expect(c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))).To(Succeed())
			_, err := c.next()
			Expect(err).To(MatchError(ContainSubstring("timeout")))
			Expect(c.SetReadDeadline(time.Now().Add(generous))).To(Succeed())
			p.Tell(step.seen)
			c.until(step.want)
		}
	})

	It("waits until the client is ready", func() {
		ready := make(chan struct{})
		p := begin(start(wire.Options{}), wire.Script{Ready: ready, Connections: []cases.Connection{
			connection(&cases.Respond{Before: []int{103}}, "a", drop("fin"))}})
		c := request(p.URL())
		Expect(c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))).To(Succeed())
		_, err := c.next()
		Expect(err).To(MatchError(ContainSubstring("timeout")))
		Expect(exchanges(p)).To(HaveLen(1))
		Expect(c.SetReadDeadline(time.Now().Add(generous))).To(Succeed())
		close(ready)
		c.until("0\r\n\r\n")
	})

	It("says what it waited for in vain", func() {
		p := play(start(wire.Options{}), connection(nil, await(cases.Until{Events: 2}), "no"))
		c := request(p.URL())
		c.until("\r\n\r\n")
		p.Tell(wire.Seen{Opens: 1, Events: 1})
		Consistently(func() string { return exchanges(p)[0].Problem }, "20ms").Should(BeEmpty())
		p.Close()
		Expect(exchanges(p)[0].Problem).To(Equal("the case waited in vain for events: 2; the client had reported opens: 1, events: 1, errors: 0"))
	})

	It("pauses before the answer, and between items", func() {
		s := start(wire.Options{})
		p := play(s, connection(&cases.Respond{Before: []int{103}, Pause: "20ms"}, "a", pause("20ms"), drop("fin")))
		Expect(first(get(client(s), p.URL()))).To(Equal("a"))
		x := exchanges(p)[0]
		Expect(x.HeadAt - x.At).To(BeNumerically(">=", 20*time.Millisecond))
		Expect(x.Ended - x.HeadAt).To(BeNumerically(">=", 20*time.Millisecond))
	})

	It("writes header fields as the case has them", func() {
		p := begin(start(wire.Options{}), wire.Script{CORS: true, Connections: []cases.Connection{connection(&cases.Respond{
			Status: 299,
			Header: cases.HeaderLines{{Name: "x-B", Value: "2"}, {Name: "Content-Type", Absent: true}, {Name: "X-A", Value: ""},
				{Name: "x-B", Value: "1"}, {Name: "Transfer-Encoding", Absent: true}},
		}, "a", drop("fin"))}})
		Expect(request(p.URL(), "Origin: http://page.test", "Connection: close").rest()).To(Equal(
			"HTTP/1.1 299 \r\nx-B: 2\r\nX-A: \r\nx-B: 1\r\nAccess-Control-Allow-Origin: http://page.test\r\nConnection: close\r\n\r\n" +
				"1\r\na\r\n0\r\n\r\n"))
	})

	It("fills placeholders", func() {
		s := start(wire.Options{})
		lines := cases.HeaderLines{{Name: "Location", Value: "{{here}}/a"}, {Name: "Elsewhere", Value: "{{elsewhere}}"},
			{Name: "Path", Value: "{{path}}?id={{id}}&from={{page}}"}, {Name: "Other", Value: "{{other-host}}"}}
		script := wire.Script{Path: "/x/y/17", Connections: []cases.Connection{
			connection(&cases.Respond{Status: 307, Header: lines}), connection(&cases.Respond{Status: 307, Header: lines}),
			connection(&cases.Respond{Raw: "HTTP/1.1 301 Moved\r\nLocation: {{elsewhere}}\r\n\r\n"}, drop("fin"))}}
		p := begin(s, script)
		text, err := request(p.URL(), "Origin: http://page.test", "Connection: close").rest()
		Expect(err).NotTo(HaveOccurred())
		Expect(text).To(ContainSubstring("Location: " + p.URL() + "/a\r\n"))
		Expect(text).To(ContainSubstring("Elsewhere: " + p.Elsewhere() + "\r\n"))
		Expect(text).To(ContainSubstring("Path: /x/y/17?id=17&from=http://page.test\r\n"))
		Expect(text).To(ContainSubstring("Other: " + strings.Replace(p.Elsewhere(), "127.0.0.1", "localhost", 1) + "\r\n"))

		text, err = request(p.Elsewhere(), "Connection: close").rest()
		Expect(err).NotTo(HaveOccurred())
		Expect(text).To(ContainSubstring("Location: " + p.Elsewhere() + "/a\r\n"))
		Expect(text).To(ContainSubstring("Elsewhere: " + p.URL() + "\r\n"))

		Expect(request(p.URL()).rest()).To(Equal("HTTP/1.1 301 Moved\r\nLocation: " + p.Elsewhere() + "\r\n\r\n"))
	})

	It("stays at the name by which the client knows the host", func() {
		p := play(start(wire.Options{}), connection(&cases.Respond{Status: 302, Header: cases.HeaderLines{
			{Name: "Location", Value: "{{here}} {{elsewhere}} {{other-host}}"}}}))
		c := dial(p.URL())
		localhost := strings.NewReplacer("127.0.0.1", "localhost")
		c.ask("GET", localhost.Replace(p.URL()))
		Expect(c.until("\r\n\r\n")).To(ContainSubstring("Location: " + localhost.Replace(p.URL()+" "+p.Elsewhere()) + " " + p.Elsewhere() + "\r\n"))
	})

	It("is followed over redirects by the standard library's client", func() {
		s := start(wire.Options{})
		to := func(status int, where string) cases.Connection {
			return connection(&cases.Respond{Status: status, Header: cases.HeaderLines{{Name: "Location", Value: where}}})
		}
		p := play(s, to(301, "{{id}}/one"), to(302, "{{elsewhere}}"), to(307, "{{path}}/two?x"), to(308, "{{elsewhere}}/three"),
			connection(nil, "data: a\n\n", drop("fin")))
		Expect(first(get(client(s), p.URL()))).To(Equal("data: a\n\n"))
		var paths []string
		for _, x := range exchanges(p) {
			paths = append(paths, x.Path+map[bool]string{true: " elsewhere"}[x.Elsewhere])
		}
		Expect(paths).To(Equal([]string{"/", "/one", "/ elsewhere", "/two elsewhere", "/three"}))
	})

	It("is written down", func() {
		log := transcript.NewLog()
		s := start(wire.Options{})
		p, err := s.Begin(wire.Script{Connections: []cases.Connection{connection(nil, "data: a\n\n", drop("reset"))}}, log)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(p.Close)
		_, err = request(p.URL()).rest()
		Expect(err).To(HaveOccurred())
		Expect(request(p.URL()).rest()).To(ContainSubstring("503"))
		p.Close()
		type line struct{ end, kind, text string }
		var lines []line
		for _, e := range log.Entries() {
			start, _, _ := strings.Cut(string(e.Bytes)+e.Text, "\r\n")
			lines = append(lines, line{e.End, e.Kind, start})
			Expect(e.Conn).To(BeNumerically(">", 0))
		}
		Expect(lines).To(Equal([]line{
			{"subject", "request", "GET /c/1 HTTP/1.1"}, {"runner", "response", "HTTP/1.1 200 OK"},
			{"runner", "send", "data: a\n\n"}, {"runner", "close", "reset"},
			{"subject", "request", "GET /c/1 HTTP/1.1"}, {"runner", "response", "HTTP/1.1 503 Service Unavailable"},
			{"runner", "close", "clean"},
		}))
	})

	It("leaves room in the log for what follows a long stream", func() {
		log := transcript.NewLog()
		s := start(wire.Options{})
		var items []any
		for range 300 {
			items = append(items, "x")
		}
		large := cases.Item{Repeat: &cases.Repeat{Repeat: "y", Times: 1 << 20}}
		p, err := s.Begin(wire.Script{Connections: []cases.Connection{connection(nil, large), connection(nil, append(items, drop("fin"))...)}}, log)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(p.Close)
		c := client(s)
		Expect(first(get(c, p.URL()))).To(HaveLen(1 << 20))
		Expect(first(get(c, p.URL()))).To(HaveLen(300))
		entries := log.Entries()
		Expect(entries).To(ContainElement(And(HaveField("Kind", "send"), HaveField("Text", ContainSubstring("1048576 bytes in all")))))
		Expect(entries).To(ContainElement(HaveField("Text", "172 more writes of 172 bytes together")))
		Expect(entries[len(entries)-1]).To(And(HaveField("Kind", "close"), HaveField("Text", "clean")))
		Expect(log.Full()).To(BeFalse())
	})

	It("is told from others by its path", func() {
		s := start(wire.Options{})
		a, b := play(s, connection(nil, drop("fin"))), play(s)
		Expect(a.URL()).NotTo(Equal(b.URL()))
		for _, path := range []string{"x", "/x/", "/", "", "/a b", "/a?b"} {
			_, err := s.Begin(wire.Script{Path: path}, nil)
			if path == "" {
				Expect(err).NotTo(HaveOccurred())
				continue
			}
			Expect(err).To(MatchError(ContainSubstring("no path of a play")), path)
		}
		_, err := s.Begin(wire.Script{Name: "n", Path: "/c/1"}, nil)
		Expect(err).To(MatchError(And(ContainSubstring("begin n"), ContainSubstring("already"))))
		_, err = s.Begin(wire.Script{HTTP: "3"}, nil)
		Expect(err).To(MatchError(ContainSubstring(`"3" is no version`)))
		a.Close()
		_, r, err := get(client(s), a.URL())
		Expect(err).NotTo(HaveOccurred())
		Expect(r.StatusCode).To(Equal(http.StatusNotFound))
	})
})
