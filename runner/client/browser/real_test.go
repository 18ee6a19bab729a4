package browser_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/browser"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// The browsers that these specifications need. CI has them; WebKit is judged
// where it is.
var needed = map[string]bool{browser.Chromium: true, browser.Firefox: true}

func init() {
	for _, name := range []string{browser.Chromium, browser.Firefox, browser.WebKit} {
		Describe("A real browser: "+name, Ordered, func() { realBrowser(name) })
	}
}

func realBrowser(name string) {
	var (
		w        *world
		d        *browser.Driver
		scripted *wire.Server // for what needs TLS
	)
	BeforeAll(func(ctx SpecContext) {
		if _, _, err := browser.Identify(name); err != nil {
			if needed[name] && os.Getenv("CI") == "true" {
				Fail(err.Error())
			}
			Skip(err.Error())
		}
		d = browser.New(name, browser.Options{Frames: 2})
		w = newWorld(d.Hosts() + 1)
		elsewhere := w.env.Hosts[d.Hosts()]
		w.env.Hosts = w.env.Hosts[:d.Hosts()]
		w.serve("/elsewhere", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { fmt.Fprint(rw, elsewhere) }))
		var err error
		scripted, err = wire.Start(context.Background(), wire.Options{})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func() { Expect(scripted.Close()).To(Succeed()) })
		w.env.CACert = scripted.CACert()
		Expect(d.Start(ctx, w.env)).To(Succeed())
		DeferCleanup(func() { Expect(d.Close()).To(Succeed()) })
	}, NodeTimeout(generous))

	connect := func(ctx SpecContext, c client.Connect) (client.Stream, *journal) {
		GinkgoHelper()
		j := &journal{}
		s, err := d.Connect(ctx, c, j.see)
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(func(ctx SpecContext) {
			Expect(s.Close(ctx)).To(Succeed())
			s.(releaser).Release()
		}, NodeTimeout(generous))
		return s, j
	}

	It("says who it is", func() {
		hello := d.Hello()
		Expect(hello.Version).To(MatchRegexp(`^\d+\.\d`))
		Expect(hello.Name).NotTo(BeEmpty())
		Expect(hello.Browser).To(BeTrue())
		Expect(hello.Parallel).To(Equal(10))
		Expect(hello.Flags).To(Equal("--browser " + name))
	})

	It("reports open, every event, and errors, in order", func(ctx SpecContext) {
		url := w.stream("/order", "retry: 60000\nid: 1\ndata: a\ndata: \n\nevent: login\ndata: b\n\nevent: error\ndata: c\n\nevent: open\nid: \u20ac\ndata: d\n\n.")
		_, j := connect(ctx, client.Connect{Name: "order", URL: url, Listen: []string{"message", "login", "error", "open"}})
		Eventually(j.lines, generous).Should(Equal([]string{
			"open", `message "a\n" id "1"`, `login "b" id "1"`, `error "c" id "1"`, `open "d" id "€"`, "error reconnecting",
		}))
	})

	It("reports the facts of the object and of each kind of event", func(ctx SpecContext) {
		url := w.stream("/facts", "retry: 60000\ndata: a\n\n.")
		s, j := connect(ctx, client.Connect{Name: "facts", URL: url})
		Eventually(j.lines, generous).Should(ContainElement("error reconnecting"))
		Expect(s.Close(ctx)).To(Succeed())
		facts := j.facts()
		Expect(facts["construction.url"]).To(HaveSuffix("/facts"))
		origin := strings.TrimSuffix(facts["construction.url"], "/facts")
		Expect(facts).To(Equal(map[string]string{
			"construction.url": origin + "/facts", "construction.withCredentials": "false", "construction.readyState": "0",
			"construction.CONNECTING": "0", "construction.OPEN": "1", "construction.CLOSED": "2",
			"construction.onopen": "null", "construction.onmessage": "null", "construction.onerror": "null",
			"open.constructor": "Event", "open.isTrusted": "true", "open.bubbles": "false", "open.cancelable": "false",
			"open.readyState": "1", "open.onopen": "called",
			"event.constructor": "MessageEvent", "event.isTrusted": "true", "event.bubbles": "false", "event.cancelable": "false",
			"event.readyState": "1", "event.onmessage": "called", "event.origin": origin,
			"error.constructor": "Event", "error.isTrusted": "true", "error.bubbles": "false", "error.cancelable": "false",
			"error.readyState": "0", "error.onerror": "called",
			"closed.readyState": "2",
		}))
		Expect(w.env.Hosts[1:]).To(ContainElement(strings.TrimPrefix(origin, "http://")), "the source is at the frame's own origin")
	})

	It("closes inside the handler of an event, and reports no more", func(ctx SpecContext) {
		url := w.stream("/inside", "data: a\n\ndata: b\n\ndata: c\n\n")
		s, j := connect(ctx, client.Connect{Name: "inside", URL: url, CloseAfter: 2})
		Eventually(j.lines, generous).Should(ContainElement("closed"))
		Expect(s.Close(ctx)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{"open", `message "a" id ""`, `message "b" id ""`, "closed"}))
	})

	It("closes when it is asked to, and confirms it once", func(ctx SpecContext) {
		left := make(chan struct{})
		w.serve("/asked", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			begin(rw)
			<-r.Context().Done()
			close(left)
		}))
		s, j := connect(ctx, client.Connect{Name: "asked", URL: w.url("/asked")})
		Eventually(j.lines, generous).Should(Equal([]string{"open"}))
		Expect(s.Close(ctx)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{"open", "closed"}))
		Eventually(left, generous).Should(BeClosed(), "the connection is gone")
		Expect(s.Close(ctx)).To(Succeed())
		Expect(j.lines()).To(Equal([]string{"open", "closed"}))
	})

	It("reports that the browser gave up", func(ctx SpecContext) {
		w.serve("/none", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { rw.WriteHeader(http.StatusNoContent) }))
		_, j := connect(ctx, client.Connect{Name: "none", URL: w.url("/none")})
		Eventually(j.lines, generous).Should(Equal([]string{"error for good"}))
		Expect(j.facts()["error.readyState"]).To(Equal("2"))
	})

	It("leaves URLs at other hosts alone, and sends credentials when it is asked to", func(ctx SpecContext) {
		response, err := http.Get(w.url("/elsewhere"))
		Expect(err).NotTo(HaveOccurred())
		defer response.Body.Close()
		var elsewhere string
		_, err = fmt.Fscan(response.Body, &elsewhere)
		Expect(err).NotTo(HaveOccurred())
		w.serve("/cors", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
			rw.Header().Set("Access-Control-Allow-Credentials", "true")
			rw.Header().Set("Set-Cookie", "c=1")
			begin(rw)
			fmt.Fprintf(rw, "data: %s %q\n\n", r.Host, r.Header.Get("Cookie"))
			_ = http.NewResponseController(rw).Flush()
			<-r.Context().Done()
		}))
		cors := client.Connect{Name: "cors", URL: "http://" + elsewhere + "/cors", WithCredentials: true}
		_, j := connect(ctx, cors)
		Eventually(j.lines, generous).Should(HaveExactElements("open", HavePrefix(`message "%s \"\"" id`, elsewhere)))
		_, j = connect(ctx, cors)
		Eventually(j.lines, generous).Should(HaveExactElements("open", HavePrefix(`message "%s \"c=1\"" id`, elsewhere)))
		Expect(j.facts()).To(HaveKeyWithValue("construction.withCredentials", "true"))
		Expect(j.facts()).To(HaveKeyWithValue("event.origin", "http://"+elsewhere))
	})

	DescribeTable("speaks TLS to a server whose authority it was told",
		func(ctx SpecContext, capability, version string) {
			if !d.Hello().Claims(capability) {
				Skip(name + " cannot be made to trust a certificate here: apt-get install libnss3-tools")
			}
			text := "data: a\n\n"
			play, err := scripted.Begin(wire.Script{
				HTTP: version, CORS: true, Connections: []cases.Connection{{Stream: []cases.Item{{Text: &text}}}},
			}, nil)
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(play.Close)
			_, j := connect(ctx, client.Connect{Name: version, URL: play.URL()})
			Eventually(j.lines, generous).Should(Equal([]string{"open", `message "a" id ""`}))
			Expect(play.Record().Exchanges).To(HaveLen(1))
		},
		Entry("HTTP/1.1", client.HTTPS, cases.HTTPS1),
		Entry("HTTP/2", client.HTTP2, cases.HTTP2),
	)

	It("opens as many as it says at once, and none more", func(ctx SpecContext) {
		var mu sync.Mutex
		open, most := 0, 0
		w.serve("/many", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			mu.Lock()
			open++
			most = max(most, open)
			mu.Unlock()
			begin(rw)
			<-r.Context().Done()
			mu.Lock()
			open--
			mu.Unlock()
		}))
		var all sync.WaitGroup
		parallel := d.Hello().Parallel
		held := make(chan struct{})
		for i := range 3 * parallel {
			all.Go(func() {
				defer GinkgoRecover()
				j := &journal{}
				s, err := d.Connect(ctx, client.Connect{Name: fmt.Sprint("many ", i), URL: w.url("/many")}, j.see)
				Expect(err).NotTo(HaveOccurred())
				Eventually(j.lines, generous).Should(Equal([]string{"open"}))
				if mu.Lock(); most == parallel && open == parallel {
					select {
					case <-held:
					default:
						close(held)
					}
				}
				mu.Unlock()
				Eventually(held, generous).Should(BeClosed())
				Expect(s.Close(ctx)).To(Succeed())
				s.(releaser).Release()
			})
		}
		all.Wait()
		Expect(most).To(Equal(parallel))
	}, NodeTimeout(generous))

	It("carries long events and many", func(ctx SpecContext) {
		long := strings.Repeat("0123456789abcdef", 1<<18) // 4 MiB
		body := "data: " + long + "\n\n" + strings.Repeat("data: x\n\n", 20_000) + "data: END\n\n"
		_, j := connect(ctx, client.Connect{Name: "long", URL: w.stream("/long", body)})
		Eventually(func() int { return len(j.all()) }, generous).Should(Equal(1 + 1 + 1 + 20_000 + 1))
		all := j.all()
		Expect(all[2].Event.Data == long).To(BeTrue())
		Expect(all[len(all)-1].Event.Data).To(Equal("END"))
	}, NodeTimeout(generous))
}

type releaser interface{ Release() }
