package hostile

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/server"
)

func guest() *server.Guest {
	GinkgoHelper()
	g, err := server.NewGuest("http://localhost:8080/events?topic=a", server.Options{}, nil)
	Expect(err).NotTo(HaveOccurred())
	return g
}

func made(seed uint64) *generator {
	GinkgoHelper()
	u, err := url.Parse("http://localhost:8080/events?topic=a")
	Expect(err).NotTo(HaveOccurred())
	return newGenerator(seed, facts{u, []string{"abc-41", "abc-52"}})
}

func texted(g *generator, n int) []string {
	var all []string
	for i := range n {
		all = append(all, g.request(i+1).String())
	}
	return all
}

var _ = Describe("The requests of a run", func() {
	const many = 3000

	It("are the same for the same seed, and others for another", func() {
		once := texted(made(1), many)
		Expect(texted(made(1), many)).To(Equal(once))
		Expect(texted(made(2), many)).NotTo(Equal(once))
	})

	It("begin with one of each kind", func() {
		var kinds []string
		for i := range Kinds() {
			kinds = append(kinds, made(1).request(i + 1)[0].Kind)
		}
		Expect(kinds).To(ConsistOf(names()))
	})

	It("hold the server's own ids, changed a little", func() {
		all := texted(made(1), many)
		Expect(all).To(ContainElements("last-event-id=abc-52", "last-event-id=abc-53", "last-event-id=abc-1048628", "last-event-id=abc-40", "last-event-id=ABC-41"))
	})

	It("hold some oddities together that mean nothing alone", func() {
		Expect(texted(made(1), many)).To(ContainElements("method=HEAD&behind=GET", "version=1.0&without=Host", "host=127.0.0.1:99999&path=/event%2573"))
	})

	It("can be written and read again", func() {
		generated := made(1)
		for i := range many {
			r := generated.request(i + 1)
			Expect(r.String()).To(MatchRegexp(`^[!-~]+$`))
			Expect(r.String()).NotTo(ContainSubstring("'"))
			again, err := ParseRequest(r.String())
			Expect(err).NotTo(HaveOccurred())
			Expect(again).To(Equal(r))
		}
	})

	It("are legal, and of bounded size", func() {
		target := regexp.MustCompile(`^(http://\S+)?/[!-~]*$`)
		line := regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\u0080-\u00ff]*$")
		generated := made(1)
		for i := range many {
			d, err := drafted(guest(), generated.request(i+1))
			Expect(err).NotTo(HaveOccurred())
			Expect(len(d.head())).To(BeNumerically("<", 64<<10))
			head := strings.Split(strings.TrimSuffix(string(d.head()), "\r\n\r\n"), "\r\n")
			words := strings.Split(head[0], " ")
			Expect(words).To(HaveLen(3))
			Expect(target.MatchString(words[1])).To(BeTrue(), "%q", words[1])
			Expect(d.target).NotTo(MatchRegexp(`%([^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)`))
			for _, l := range head[1:] {
				Expect(line.MatchString(latin1(l))).To(BeTrue(), "%q", l)
			}
		}
	})
})

// latin1 makes a character of each byte, so that a regular expression sees bytes.
func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

var _ = DescribeTable("An oddity is put into the ordinary request",
	func(text string, lines ...string) {
		r, err := ParseRequest(text)
		Expect(err).NotTo(HaveOccurred())
		d, err := drafted(guest(), r)
		Expect(err).NotTo(HaveOccurred())
		raw := d.raw(guest(), "zq1", 0)
		Expect(string(slices.Concat(raw.Parts...))).To(Equal(strings.Join(lines, "\r\n") + "\r\n\r\n"))
	},
	Entry("none", "plain", "GET /events?topic=a HTTP/1.1", "Host: localhost:8080", "Accept: text/event-stream", "Cache-Control: no-cache", "User-Agent: ssecheck"),
	Entry("many", "last-event-id=%C3%A9NONCEa&without=accept&without=User-Agent&query=b=NONCE&method=HEAD&version=1.0",
		"HEAD /events?topic=a&b=zq1 HTTP/1.0", "Host: localhost:8080", "Cache-Control: no-cache", "Last-Event-ID: \xc3\xa9zq1a"),
	Entry("about the form", "form=absolute&case=odd&spacing=tab&order=reverse&without=cache-control&accept=",
		"GET http://localhost:8080/events?topic=a HTTP/1.1", "useR-agenT:\tssecheck", "accepT:\t", "hosT:\tlocalhost:8080"),
	Entry("fields there twice", "twice=Accept&twice=Last-Event-ID&field=User-Agent:%20x&field=Range: bytes=0-0&without=Cache-Control&order=host-last",
		"GET /events?topic=a HTTP/1.1", "Accept: text/event-stream", "User-Agent: x", "Accept: text/*", "Last-Event-ID: 1", "Last-Event-ID: 2", "Range: bytes=0-0", "Host: localhost:8080"),
	Entry("no request behind the last one", "field=Connection:%20keep-alive, Close&behind=GET&without=Cache-Control&without=User-Agent",
		"GET /events?topic=a HTTP/1.1", "Host: localhost:8080", "Accept: text/event-stream", "Connection: keep-alive, Close"),
	Entry("a request behind", "te=trailers&without=Cache-Control&without=User-Agent&behind=HEAD",
		"GET /events?topic=a HTTP/1.1", "Host: localhost:8080", "Accept: text/event-stream", "Connection: TE", "TE: trailers", "",
		"HEAD /events?topic=a HTTP/1.1", "Host: localhost:8080", "Accept: text/event-stream", "Cache-Control: no-cache", "User-Agent: ssecheck"),
)

var _ = DescribeTable("A text that is no request is refused",
	func(text, why string) {
		_, err := ParseRequest(text)
		Expect(err).To(MatchError(ContainSubstring(why)))
	},
	Entry("an unknown kind", "colour=red", `has "colour" where one of last-event-id, twice, accept`),
	Entry("an escape cut off", "last-event-id=%4", `invalid URL escape`),
	Entry("a line break", "last-event-id=a%0d%0ab", "it holds CR, LF or NUL"),
	Entry("a NUL", "field=A:%00", "it holds CR, LF or NUL"),
	Entry("no field", "field=Range", "it is no field, as in Range: bytes=0-0"),
	Entry("a field that frames", "field=Transfer-Encoding: chunked", "it would change what the request is"),
	Entry("a length", "field=Content-Length: 5", "it would change what the request is"),
	Entry("a blank in a query", "query=a%20b", "a query has no blank"),
	Entry("a lone percent sign in a query", "query=a%25b", "no % but before two digits"),
	Entry("no token", "method=A%20B", "it is no method"),
	Entry("too many fields", "many=101", "it is no number from 1 to 100"),
	Entry("another way to leave", "leave=slowly", `"slowly" is none of request, head, body`),
)

var _ = Describe("A slow request", func() {
	It("is sent in small parts, for so long, and the end of a large one at once", func() {
		d, err := drafted(guest(), Request{{"slow", "1"}, {"last-event-id", strings.Repeat("a", 1000)}})
		Expect(err).NotTo(HaveOccurred())
		raw := d.raw(guest(), "", 257)
		Expect(raw.Parts).To(HaveLen(257))
		Expect(raw.Parts[255]).To(HaveLen(1))
		Expect(int(raw.Gap)).To(Equal(1))
		Expect(string(slices.Concat(raw.Parts...))).To(Equal(string(d.head())))
	})
})

var _ = Describe("A long text", func() {
	It("is cut to what matters, with few requests", func() {
		tokens := slices.Repeat([]string{"x"}, 1000)
		tokens[500], tokens[510] = "a", "b"
		asked := 0
		got := shorter(tokens, func(t []string) bool {
			asked++
			text := strings.Join(t, "")
			return strings.Contains(text, "a") && strings.Contains(text, "b")
		})
		Expect(got).To(Equal([]string{"a", "b"}))
		Expect(asked).To(BeNumerically("<", 60))
	})

	It("is made plain where only its length matters", func() {
		tokens := slices.Repeat([]string{"x"}, 1000)
		got := shorter(tokens, func(t []string) bool { return len(t) >= 300 })
		Expect(got).To(Equal(slices.Repeat([]string{"a"}, 300)))
	})
})
