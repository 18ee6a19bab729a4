package service_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/client/service"
	"github.com/ssecheck/ssecheck/spec"
)

// short waits let what never comes be seen soon.
var short = service.Options{StartTimeout: 100 * time.Millisecond, Answer: 200 * time.Millisecond, Gap: 50 * time.Millisecond}

var _ = Describe("Start", func() {
	start := func(ctx context.Context, address string, o service.Options) (*service.Driver, error) {
		d := service.New(address, o)
		DeferCleanup(func() { Expect(d.Close()).To(Succeed()) })
		return d, d.Start(ctx, harness)
	}

	DescribeTable("reads what the service offers",
		func(ctx SpecContext, status string, want client.Hello) {
			f := newFake()
			f.status = says(200, status)
			d, err := start(ctx, f.URL, service.Options{})
			Expect(err).NotTo(HaveOccurred())
			if want.Name == "" {
				want.Name = "client service at " + f.Listener.Addr().String()
			}
			want.Address, want.Flags, want.Parallel, want.Shared = f.URL, "--client-service "+f.URL, 64, true
			Expect(d.Hello()).To(Equal(want))
		},
		Entry("nothing", `{}`, client.Hello{Capabilities: []string{"retry"}}),
		Entry("null", ` {"name": null, "capabilities": null} `, client.Hello{Capabilities: []string{"retry"}}),
		Entry("a name and what else it likes", `{"name":"x","version":"1.2","language":"go","port":8000}`,
			client.Hello{Name: "x", Version: "1.2", Language: "go", Capabilities: []string{"retry"}}),
		Entry("all that the protocol knows, and what it does not", `{"Capabilities":["bom","comments","event-type-listeners",
			"headers","last-event-id","post","read-timeout","report","restart","server-directed-shutdown-request","reconnection"]}`,
			client.Hello{Capabilities: []string{"retry", "comments", "headers", "last-event-id", "method"}, Late: true}),
		Entry("a capability twice", `{"capabilities":["comments","comments"]}`,
			client.Hello{Capabilities: []string{"retry", "comments"}}),
		Entry("report without post, which no case asks for", `{"capabilities":["report"]}`,
			client.Hello{Capabilities: []string{"retry"}}),
	)

	DescribeTable("names the service's fault",
		func(ctx SpecContext, spoil func(*fake), want string) {
			f := newFake()
			spoil(f)
			_, err := start(ctx, f.URL, short)
			Expect(err).To(MatchError(MatchRegexp(want)))
		},
		Entry("an empty body", func(f *fake) { f.status = says(200, " \n") }, `empty body; a test service answers with JSON`),
		Entry("no JSON", func(f *fake) { f.status = says(200, "<!doctype html>") }, `not answered with a status.*"<!doctype html>"`),
		Entry("JSON of another form", func(f *fake) { f.status = says(200, `{"capabilities":"all"}`) }, `not answered with a status.*capabilities`),
		Entry("another status", func(f *fake) { f.status = says(404, "not here") }, `answered with 404, "not here"; a test service answers 200`),
		Entry("a redirect", func(f *fake) {
			f.status = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/streams/1", http.StatusFound) }
		}, `answered with 302`),
		Entry("no answer to the status", func(f *fake) { f.status = hang }, `takes connections and does not answer: GET .*: no answer within 200ms`),
		Entry("a refused creation", func(f *fake) { f.create = says(400, "bad parameters") }, `answered POST .* with 400, "bad parameters"; expected 2xx`),
		Entry("no Location", func(f *fake) { f.create = says(201, "") }, `with 201 and no Location`),
		Entry("a Location that is no URL", func(f *fake) { f.create = located("ftp://x/1") }, `"ftp://x/1" is no http URL`),
		Entry("no answer to the creation", func(f *fake) { f.create = hang }, `did not answer POST .* within 200ms`),
		Entry("a client that stays away", func(f *fake) { f.deaf = true }, `its client did not ask for the stream at .*/trial within 200ms`),
		Entry("no callback", func(f *fake) { f.number = func(int) string { return silent } }, `no callback came within 200ms; the first is due at .*/1/1`),
		Entry("counters from 2", func(f *fake) { f.number = func(n int) string { return fmt.Sprint("/", n+2) } },
			`gap in the counters of its callbacks: no callback with the counter 1 \(or 0\) came first, 2 later ones from 2 on did`),
		Entry("a gap", func(f *fake) { f.number = func(n int) string { return fmt.Sprint("/", 1+2*n) } },
			`the callback with the counter 2 never came, 1 later ones from 3 on did; it was waited for 50ms`),
		Entry("no counter", func(f *fake) { f.number = func(int) string { return "" } }, `called back at .*; expected the callback URL, a slash and a decimal counter`),
		Entry("a counter that is no number", func(f *fake) { f.number = func(int) string { return "/one" } }, `called back at .*/one"`),
		Entry("malformed JSON", func(f *fake) { f.body = func(int, spec.Event) string { return `{"kind":"event",` } }, `callback 1: it is no JSON .*: "{\\"kind\\":\\"event\\",`),
		Entry("an empty callback", func(f *fake) { f.body = func(int, spec.Event) string { return "" } }, `callback 1: it has no body`),
		Entry("a deletion that is refused", func(f *fake) { f.delete = says(500, "oops") }, `answered DELETE .*/streams/1 with 500, "oops"; expected 2xx`),
	)

	It("is content with one callback, since a client may keep the last event back", func(ctx SpecContext) {
		f := newFake()
		f.number = func(n int) string { return []string{"/1", silent}[n] }
		_, err := start(ctx, f.URL, short)
		Expect(err).NotTo(HaveOccurred())
	})

	It("waits for a service that is still starting", func(ctx SpecContext) {
		f := newFake()
		address := reserve()
		late := time.AfterFunc(150*time.Millisecond, func() {
			defer GinkgoRecover()
			serveAt(address, f.Config.Handler)
		})
		defer late.Stop()
		_, err := start(ctx, "http://"+address, service.Options{StartTimeout: generous})
		Expect(err).NotTo(HaveOccurred())
	})

	It("waits no longer than it may, and says what to do", func(ctx SpecContext) {
		_, err := start(ctx, "http://"+reserve(), short)
		Expect(err).To(MatchError(And(ContainSubstring("no test service can be reached for 100ms"),
			ContainSubstring("refused"), ContainSubstring("start it first"))))
	})

	It("ends when it is called off", func(ctx SpecContext) {
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		_, err := start(short, "http://"+reserve(), service.Options{StartTimeout: generous})
		Expect(err).To(MatchError(context.DeadlineExceeded))
	})

	DescribeTable("takes no address that is none",
		func(ctx SpecContext, address string) {
			_, err := start(ctx, address, short)
			Expect(err).To(MatchError(ContainSubstring("write it as http://HOST:PORT")))
		},
		Entry("a port", ":8000"), Entry("a host", "localhost:8000"), Entry("a file", "file:///x"), Entry("no host", "http://"),
	)
})

// hang answers when the client has left, and no sooner.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func located(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(201)
	}
}

// serveAt serves at an address that is known before.
func serveAt(address string, handler http.Handler) {
	GinkgoHelper()
	l, err := net.Listen("tcp", address)
	Expect(err).NotTo(HaveOccurred())
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: handler}}
	s.Start()
	DeferCleanup(s.Close)
}

// reserve finds an address on which nobody listens.
func reserve() string {
	GinkgoHelper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	return l.Addr().String()
}
