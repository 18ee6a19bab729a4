package mutants

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/ssecheck/ssecheck/runner/refserver"
)

// A HopMutant is a proxy in front of the reference server that is broken in one
// way.
type HopMutant struct {
	Name string
	// Requirement is the one that it breaks.
	Requirement string
	// Sentence says how.
	Sentence string
	// Proxy is the hop in front of the origin.
	Proxy func(origin *url.URL) http.Handler
	// Subscribers is how many clients the origin takes; 0 is as many as come.
	Subscribers int
}

// Hops lists the mutants of a proxy.
func Hops() []HopMutant {
	var all []HopMutant
	for _, list := range [][]HopMutant{hopHeadMutants(), hopDelayMutants(), hopStreamMutants(), hopLifeMutants()} {
		all = append(all, list...)
	}
	return all
}

// SoundHop is a proxy that does it right.
func SoundHop() HopMutant {
	return HopMutant{Name: "sound", Proxy: func(origin *url.URL) http.Handler { return passing(origin) }}
}

// passing passes on what comes, as it comes.
func passing(origin *url.URL) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{FlushInterval: -1,
		ErrorLog: log.New(io.Discard, "", 0), // clients that leave are no news
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(origin) }}
}

// hopPeriod is the time between two events of the origin.
const hopPeriod = 50 * time.Millisecond

// Start serves the reference server, and the mutant in front of it. Each third
// event of the origin has a comment before it. closer ends both.
func (m HopMutant) Start(ctx context.Context) (origin, through string, closer func(), err error) {
	ticker := refserver.New(refserver.Options{Period: hopPeriod, Subscribers: m.Subscribers, WriteTimeout: 2 * time.Second})
	direct, err := refserver.Serve(ctx, "127.0.0.1:0", commenting(ticker), nil)
	if err != nil {
		_ = ticker.Close()
		return "", "", nil, err
	}
	end := func() {
		_ = ticker.Close()
		_ = direct.Close()
	}
	through, closeHop, err := m.Before(ctx, direct.URL)
	if err != nil {
		end()
		return "", "", nil, err
	}
	return direct.URL + ServerPath, through, func() {
		end() // streams end first, so that whatever reads them does
		closeHop()
	}, nil
}

// Before serves the mutant alone, in front of a server.
func (m HopMutant) Before(ctx context.Context, origin string) (through string, closer func(), err error) {
	target, err := url.Parse(origin)
	if err != nil {
		return "", nil, err
	}
	target.Path = ""
	hop, err := refserver.Serve(ctx, "127.0.0.1:0", m.Proxy(target), nil)
	if err != nil {
		return "", nil, err
	}
	return hop.URL + ServerPath, func() { _ = hop.Close() }, nil
}

// commenting writes a comment before each third event.
func commenting(h http.Handler) http.Handler {
	return perStream(func(*http.Request) func([]byte) []byte {
		n := 0
		return func(b []byte) []byte {
			if n++; n%3 == 0 {
				return append([]byte(": still here\n\n"), b...)
			}
			return b
		}
	})(h)
}

// onResponse changes the head of each response that passes.
func onResponse(change func(*http.Response)) func(*url.URL) http.Handler {
	return func(origin *url.URL) http.Handler {
		p := passing(origin)
		p.ModifyResponse = func(r *http.Response) error {
			change(r)
			return nil
		}
		return p
	}
}

// onRequest changes each request that passes.
func onRequest(change func(*http.Request)) func(*url.URL) http.Handler {
	return func(origin *url.URL) http.Handler {
		p := passing(origin)
		p.Rewrite = func(r *httputil.ProxyRequest) {
			r.SetURL(origin)
			change(r.Out)
		}
		return p
	}
}

// hopHeadMutants break the head.
func hopHeadMutants() []HopMutant {
	set := func(name, value string) func(*url.URL) http.Handler {
		return onResponse(func(r *http.Response) { r.Header.Set(name, value) })
	}
	return []HopMutant{
		{Name: "changes-the-type", Requirement: "serve.proxy.fields", Sentence: "The media type becomes text/plain.", Proxy: set("Content-Type", "text/plain")},
		{Name: "drops-the-origin", Requirement: "serve.proxy.fields", Sentence: "The field for other origins is dropped.",
			Proxy: onResponse(func(r *http.Response) { r.Header.Del("Access-Control-Allow-Origin") })},
		{Name: "makes-it-cacheable", Requirement: "serve.proxy.fields", Sentence: "A caching directive takes the place of the server's.", Proxy: set("Cache-Control", "max-age=60")},
		{Name: "adds-a-length", Requirement: "serve.proxy.no-length", Sentence: "A length is promised.", Proxy: set("Content-Length", "1000000")},
		{Name: "strips-last-event-id", Requirement: "serve.proxy.last-event-id", Sentence: "Last-Event-ID is not passed on.",
			Proxy: onRequest(func(r *http.Request) { r.Header.Del("Last-Event-ID") })},
		{Name: "compresses-all-the-same", Requirement: "serve.proxy.no-transform", Sentence: "The stream is compressed although it says no-transform.", Proxy: zippingHop(true)},
		{Name: "head-late", Requirement: "serve.proxy.head-at-once", Sentence: "The head waits for a second.",
			Proxy: onResponse(func(r *http.Response) { wait(r.Request.Context(), time.Second) })},
	}
}

// wait waits, or until ctx is done.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// hopStreamMutants change the stream on its way.
func hopStreamMutants() []HopMutant {
	each := func(change func(n int, block []byte) []byte) func(*url.URL) http.Handler {
		return perResponse(func() func([]byte) []byte {
			n := 0
			return func(block []byte) []byte {
				if isEvent(block) {
					n++
				}
				return change(n, block)
			}
		})
	}
	comment := func(b []byte) bool { return bytes.HasPrefix(b, []byte(":")) }
	return []HopMutant{
		{Name: "drops-events", Requirement: "serve.proxy.same-events", Sentence: "Each fifth event is dropped.",
			Proxy: each(func(n int, b []byte) []byte {
				if isEvent(b) && n%5 == 0 {
					return nil
				}
				return b
			})},
		{Name: "repeats-events", Requirement: "serve.proxy.same-events", Sentence: "Each fifth event comes twice.",
			Proxy: each(func(n int, b []byte) []byte {
				if isEvent(b) && n%5 == 0 {
					return append(bytes.Clone(b), b...)
				}
				return b
			})},
		{Name: "changes-data", Requirement: "serve.proxy.same-events", Sentence: "A word in the data is replaced.",
			Proxy: each(func(_ int, b []byte) []byte { return bytes.ReplaceAll(b, []byte("price"), []byte("cost")) })},
		{Name: "drops-types", Requirement: "serve.proxy.same-events", Sentence: "The field event is dropped.",
			Proxy: each(func(_ int, b []byte) []byte { return bytes.ReplaceAll(b, []byte("event: "), []byte("x-event: ")) })},
		{Name: "adds-events", Requirement: "serve.proxy.same-events", Sentence: "The proxy adds a heartbeat of its own, as an event.",
			Proxy: each(func(n int, b []byte) []byte {
				if n%4 == 0 {
					return append([]byte("data: heartbeat\n\n"), b...)
				}
				return b
			})},
		{Name: "swaps-events", Requirement: "serve.proxy.same-events", Sentence: "Each fourth event comes after the one that follows it.", Proxy: perResponse(swapping)},
		{Name: "drops-retry", Requirement: "serve.proxy.same-events", Sentence: "The reconnection time is dropped.",
			Proxy: each(func(_ int, b []byte) []byte {
				if bytes.HasPrefix(b, []byte("retry:")) {
					return nil
				}
				return b
			})},
		{Name: "drops-comments", Requirement: "serve.proxy.comments", Sentence: "Comments are dropped.",
			Proxy: each(func(_ int, b []byte) []byte {
				if comment(b) {
					return nil
				}
				return b
			})},
		{Name: "comments-become-events", Requirement: "serve.proxy.comments", Sentence: "A comment becomes the data of an event.",
			Proxy: each(func(_ int, b []byte) []byte {
				if comment(b) {
					return append([]byte("data: "), b...)
				}
				return b
			})},
	}
}

func swapping() func([]byte) []byte {
	n, held := 0, []byte(nil)
	return func(b []byte) []byte {
		if !isEvent(b) {
			return b
		}
		if n++; n%4 == 0 {
			held = bytes.Clone(b)
			return nil
		}
		b = append(bytes.Clone(b), held...)
		held = nil
		return b
	}
}
