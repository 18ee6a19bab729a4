package client_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

const someCases = `
  - id: resumes
    title: A client resumes with the id of the last event
    requirements: [connect.reestablish.last-event-id]
    connections:
      - stream: ["retry: 30\nid: 1\ndata: a\n\n", "id: 2\ndata: lost", {drop: reset}]
      - request: {header: {Last-Event-ID: "1"}, after: {at-least: 30ms, at-most: 3s}}
        stream: ["data: END\n\n"]
    expect:
      - {data: a, lastEventId: "1"}
      - {data: END, lastEventId: "1"}
    finally: {state: open, requests: 2, opens: 2, errors: 1}
  - id: stops
    title: A client stops when it is told to
    requirements: [response.status.204]
    connections:
      - stream: ["retry: 10\ndata: a\n\n"]
      - respond: {status: 204}
    expect: [{data: a}]
    finally: {state: closed, requests: 2, errors: 2}
  - id: closes
    title: A client that is closed while it waits makes no request
    requirements: [connect.reestablish.closed-meanwhile]
    connections:
      - stream: ["retry: 200\ndata: a\n\n", {drop: fin}]
    close: {on: end}
    expect: [{data: a}]
    finally: {requests: 1}
  - id: opens-first
    title: open comes before any byte of the body
    requirements: [connect.announce.at-headers]
    connections:
      - stream: [{await: open}, "data: a\n\n"]
    expect: [{data: a}]
  - id: refused
    title: A client tries again when nobody listens
    requirements: [response.network-error]
    connections:
      - refuse: 100ms
        stream: ["data: a\n\n"]
    expect: [{data: a}]
  - id: library
    title: A client gives up on any answer but 200
    requirements: [response.status]
    library: info
    connections:
      - respond: {status: 500}
    finally: {state: closed, requests: 1, errors: 1}
`

// breaking wraps plain so that what it reports goes through change, which may
// drop it.
type breaking struct {
	client.Reporter
	open  func(client.Reporter)
	event func(client.Reporter, spec.Event)
}

func (b breaking) Open() {
	if b.open != nil {
		b.open(b.Reporter)
		return
	}
	b.Reporter.Open()
}

func (b breaking) Event(e spec.Event) {
	if b.event != nil {
		b.event(b.Reporter, e)
		return
	}
	b.Reporter.Event(e)
}

var _ = Describe("Subject", func() {
	DescribeTable("a right client passes", func(ctx SpecContext, id string) {
		s := started(ctx, client.Function("plain", plain, client.ProfileBrowser, plainOffers...))
		r := play(ctx, s, corpus(someCases)[id], 10*time.Second)
		Expect(r.Message).To(BeEmpty())
		Expect(r.Verdict).To(Equal(reports.Pass))
		Expect(r.Transcript).NotTo(BeEmpty())
	},
		Entry(nil, "resumes"), Entry(nil, "stops"), Entry(nil, "closes"), Entry(nil, "opens-first"), Entry(nil, "refused"), Entry(nil, "library"))

	DescribeTable("a client that does nothing passes nothing", func(ctx SpecContext, id string) {
		idle := func(ctx context.Context, _ client.Connect, _ client.Reporter) error { <-ctx.Done(); return nil }
		s := started(ctx, client.Function("idle", idle, "", plainOffers...))
		r := play(ctx, s, corpus(someCases)[id], 200*time.Millisecond)
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.Message).To(ContainSubstring("expected a request, none came"))
	},
		Entry(nil, "resumes"), Entry(nil, "stops"), Entry(nil, "closes"), Entry(nil, "opens-first"), Entry(nil, "refused"), Entry(nil, "library"))

	It("gives a case another level where it binds browsers alone", func(ctx SpecContext) {
		c := corpus(someCases)["library"]
		library := started(ctx, client.Function("plain", plain, client.ProfileLibrary, plainOffers...))
		Expect(play(ctx, library, c, 10*time.Second).Level).To(Equal(requirements.Info))
		Expect(library.Info().Profile).To(Equal("library"))
		browser := started(ctx, client.Function("plain", plain, client.ProfileBrowser, plainOffers...))
		Expect(play(ctx, browser, c, 10*time.Second).Level).To(Equal(requirements.Must))
		Expect(browser.Info().Profile).To(Equal("browser"))
	})

	It("skips what the client does not report", func(ctx SpecContext) {
		s := started(ctx, client.Function("plain", plain, ""))
		r := play(ctx, s, corpus(someCases)["opens-first"], time.Second)
		Expect(r.Verdict).To(Equal(reports.Skip))
		Expect(r.SkipKind).To(Equal(reports.SkipCapability))
		Expect(r.SkipReason).To(ContainSubstring("does not report that it is open"))
	})

	It("skips certificates where the client was told to take any", func(ctx SpecContext) {
		c := corpus(`  - id: expired
    title: A certificate that has expired is not taken
    requirements: [secure.client.certificate]
    http: https
    certificate: expired
    connections: [{stream: ["data: no\n\n"]}]
    close: {on: error}
    finally: {errors: 1, requests: 0}
`)["expired"]
		offers := append([]string{client.HTTPS}, plainOffers...)
		r := play(ctx, started(ctx, credulous{client.Function("plain", plain, "", offers...)}), c, time.Second)
		Expect(r.Verdict).To(Equal(reports.Skip))
		Expect(r.SkipReason).To(ContainSubstring("to take any certificate"))
		r = play(ctx, started(ctx, client.Function("plain", plain, "", offers...)), c, 10*time.Second)
		Expect(r.Verdict).To(Equal(reports.Pass), r.Message)
	})

	It("begins the time of a case with the first request where a program is started for it", func(ctx SpecContext) {
		slow := func(ctx context.Context, ask client.Connect, r client.Reporter) error {
			time.Sleep(300 * time.Millisecond) // as long as it takes to start
			return plain(ctx, ask, r)
		}
		d := starting{client.Function("slow", slow, "", plainOffers...), 30 * time.Second}
		r := play(ctx, started(ctx, d), corpus(someCases)["opens-first"], 100*time.Millisecond)
		Expect(r.Message).NotTo(ContainSubstring("expected a request, none came"))
		idle := func(ctx context.Context, _ client.Connect, _ client.Reporter) error { <-ctx.Done(); return nil }
		d = starting{client.Function("idle", idle, "", plainOffers...), 200 * time.Millisecond}
		r = play(ctx, started(ctx, d), corpus(someCases)["opens-first"], 100*time.Millisecond)
		Expect(r.Message).To(ContainSubstring("expected a request, none came"))
	})

	It("finds open that comes with the first event only", func(ctx SpecContext) {
		late := func(ctx context.Context, ask client.Connect, r client.Reporter) error {
			return plain(ctx, ask, breaking{Reporter: r, open: func(client.Reporter) {}, event: func(r client.Reporter, e spec.Event) {
				r.Open()
				r.Event(e)
			}})
		}
		s := started(ctx, client.Function("late", late, "", plainOffers...))
		r := play(ctx, s, corpus(someCases)["opens-first"], 300*time.Millisecond)
		Expect(r.Verdict).To(Equal(reports.Fail))
	})

	It("watches a client that waits long for as long as it would wait", func(ctx SpecContext) {
		// It takes no word from the stream, waits 700 ms, and does not stop at 204.
		slow := func(ctx context.Context, ask client.Connect, r client.Reporter) error {
			for ctx.Err() == nil {
				request, _ := http.NewRequestWithContext(ctx, http.MethodGet, ask.URL, nil)
				if response, err := http.DefaultTransport.RoundTrip(request); err == nil {
					for e := range spec.NewDecoder(response.Body).Events() {
						r.Event(e)
					}
					response.Body.Close()
				}
				select {
				case <-ctx.Done():
				case <-time.After(700 * time.Millisecond):
				}
			}
			return nil
		}
		s := started(ctx, client.Function("slow", slow, ""))
		all := corpus(someCases)
		r := play(ctx, s, all["stops"], 10*time.Second)
		Expect(r.Verdict).To(Equal(reports.Fail))
		Expect(r.Message).To(ContainSubstring("expected 2 requests in all, got 3"))
		// Where nothing was measured in the play itself, by what is known of it.
		r = play(ctx, s, all["library"], 10*time.Second)
		Expect(r.Message).To(ContainSubstring("expected 1 request in all, got "))
	}, SpecTimeout(90*time.Second))

	It("gives a client with a long minimum the time that it needs", func(ctx SpecContext) {
		patient := func(ctx context.Context, ask client.Connect, r client.Reporter) error {
			var ends atomic.Int32
			return plain(ctx, ask, sluggish{r, ctx, &ends})
		}
		s := started(ctx, client.Function("patient", patient, "", plainOffers...))
		r := play(ctx, s, corpus(someCases)["stops"], 500*time.Millisecond)
		Expect(r.Message).To(BeEmpty())
		Expect(r.Verdict).To(Equal(reports.Pass))
	}, SpecTimeout(60*time.Second))
})

// sluggish waits 800 ms before it goes on after each end.
type sluggish struct {
	client.Reporter
	ctx  context.Context
	ends *atomic.Int32
}

func (s sluggish) Error(err error, reconnecting bool) {
	s.Reporter.Error(err, reconnecting)
	select {
	case <-s.ctx.Done():
	case <-time.After(800 * time.Millisecond):
	}
}

var errTest = errors.New("a test")

// A credulous client says that it takes any certificate.
type credulous struct{ client.Driver }

func (c credulous) Hello() client.Hello {
	h := c.Driver.Hello()
	h.Credulous = true
	return h
}

// A starting client says that a program is started for each source.
type starting struct {
	client.Driver
	time time.Duration
}

func (s starting) Hello() client.Hello {
	h := s.Driver.Hello()
	h.StartTime = s.time
	return h
}
