package mutants

import (
	"net/http"
	"strings"
)

// headMutants break the head of the response.
func headMutants() []ServerMutant {
	set := func(name, value string) func(http.Handler) http.Handler {
		return onHead(func(h http.Header) { h.Set(name, value) })
	}
	drop := func(name string) func(http.Handler) http.Handler {
		// A nil value keeps net/http from adding the field by itself.
		return onHead(func(h http.Header) { h[name] = nil })
	}
	return []ServerMutant{
		{Name: "status-201", Requirement: "serve.status.200", Sentence: "The stream is answered with 201.", Wrap: status201},
		{Name: "no-content-type", Requirement: "serve.content-type.present", Sentence: "There is no Content-Type.", Wrap: drop("Content-Type")},
		{Name: "text-plain", Requirement: "serve.content-type", Sentence: "The stream is text/plain.", Wrap: set("Content-Type", "text/plain; charset=utf-8")},
		{Name: "json", Requirement: "serve.content-type", Sentence: "The stream is application/json.", Wrap: set("Content-Type", "application/json")},
		{Name: "charset-latin1", Requirement: "serve.content-type.charset", Sentence: "The charset is iso-8859-1.", Wrap: set("Content-Type", "text/event-stream; charset=iso-8859-1")},
		{Name: "broken-parameter", Requirement: "serve.content-type.syntax", Sentence: "A parameter of the media type has no name.", Wrap: set("Content-Type", "text/event-stream; =utf-8")},
		{Name: "two-content-types", Requirement: "serve.content-type.single", Sentence: "There are two Content-Type fields.",
			Wrap: onHead(func(h http.Header) { h.Add("Content-Type", "text/plain") })},
		{Name: "content-length", Requirement: "serve.length.none", Sentence: "The stream promises a length.", Wrap: set("Content-Length", "1000000")},
		{Name: "no-cache-control", Requirement: "serve.cache.explicit", Sentence: "There is no caching directive.", Wrap: drop("Cache-Control")},
		{Name: "public", Requirement: "serve.cache.no-store", Sentence: "Caches may keep the stream for a minute.", Wrap: set("Cache-Control", "public, max-age=60")},
		{Name: "transformable", Requirement: "serve.cache.no-transform", Sentence: "Proxies may transform the stream.", Wrap: set("Cache-Control", "no-store")},
		{Name: "nginx-may-buffer", Requirement: "serve.buffering.accel", Sentence: "There is no X-Accel-Buffering.", Wrap: drop("X-Accel-Buffering")},
		{Name: "no-date", Requirement: "serve.date", Sentence: "There is no Date.", Wrap: drop("Date")},
		{Name: "cacheable-when-resumed", Requirement: "serve.cache.no-store", Sentence: "A resumed stream may be stored.", Wrap: cacheableWhenResumed},
	}
}

func status201(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			h.ServeHTTP(w, r)
			return
		}
		h.ServeHTTP(&tap{ResponseWriter: w, head: func(http.Header) { w.WriteHeader(http.StatusCreated) }}, r)
	})
}

func cacheableWhenResumed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(&tap{ResponseWriter: w, head: func(h http.Header) {
			if r.Header.Get("Last-Event-ID") != "" {
				h.Set("Cache-Control", "max-age=60")
			}
		}}, r)
	})
}

// methodMutants break what is not GET.
func methodMutants() []ServerMutant {
	asGet := func(name string) func(http.Handler) http.Handler {
		return func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == name {
					r = r.Clone(r.Context())
					r.Method = http.MethodGet
				}
				h.ServeHTTP(w, r)
			})
		}
	}
	return []ServerMutant{
		{Name: "head-hangs", Requirement: "serve.head.ends", Sentence: "HEAD runs the handler of the stream, which never ends.", Wrap: asGet(http.MethodHead)},
		{Name: "head-with-body", Requirement: "serve.head.no-content", Sentence: "HEAD gets an event.",
			Wrap: on(method("HEAD"), answerRaw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: a\n\n", true))},
		{Name: "head-405", Requirement: "serve.method.get-head", Sentence: "HEAD is refused.",
			Wrap: on(method("HEAD"), func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Allow", "GET, OPTIONS")
				w.WriteHeader(http.StatusMethodNotAllowed)
			})},
		{Name: "head-bare", Requirement: "serve.head.same-fields", Sentence: "HEAD has none of the fields of GET.", Wrap: on(method("HEAD"), code(200))},
		{Name: "405-without-allow", Requirement: "serve.405.allow", Sentence: "405 does not say which methods there are.", Wrap: withoutAllow},
		{Name: "405-allows-others", Requirement: "serve.405.allow", Sentence: "405 lists methods, and GET is not among them.",
			Wrap: onHead(func(h http.Header) {
				if h.Get("Allow") != "" {
					h.Set("Allow", "HEAD, OPTIONS")
				}
			})},
		{Name: "any-method-streams", Requirement: "serve.method.others-end", Sentence: "An invented method gets the stream.", Wrap: asGet("SSECHECK")},
		{Name: "204-with-length", Requirement: "serve.204.no-content", Sentence: "A 204 has a Content-Length.",
			Wrap: on(method("OPTIONS"), answerRaw("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", true))},
		{Name: "204-with-content", Requirement: "serve.204.no-content", Sentence: "A 204 has content.",
			Wrap: on(method("OPTIONS"), answerRaw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\nnothing", true))},
	}
}

func withoutAllow(h http.Handler) http.Handler {
	return onHead(func(h http.Header) { h.Del("Allow") })(h)
}

// negotiationMutants break what a request may ask for.
func negotiationMutants() []ServerMutant {
	accepts := func(matches func([]string) bool) func(*http.Request) bool {
		return func(r *http.Request) bool { return matches(r.Header.Values("Accept")) }
	}
	page := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=60")
	}
	html := accepts(func(v []string) bool { return len(v) == 1 && v[0] == "text/html" })
	return []ServerMutant{
		{Name: "406-without-accept", Requirement: "serve.accept.absent", Sentence: "A request without Accept gets 406.",
			Wrap: on(accepts(func(v []string) bool { return len(v) == 0 }), code(406))},
		{Name: "406-for-anything", Requirement: "serve.accept.any", Sentence: "A request that accepts anything gets 406.",
			Wrap: on(accepts(func(v []string) bool { return len(v) == 1 && v[0] == "*/*" }), code(406))},
		{Name: "accept-compared-whole", Requirement: "serve.accept.any", Sentence: "Accept must be text/event-stream and no more.",
			Wrap: on(accepts(func(v []string) bool { return len(v) == 1 && strings.Contains(v[0], ",") }), code(406))},
		{Name: "500-for-html", Requirement: "serve.accept.excluded", Sentence: "A request for HTML gets 500.", Wrap: on(html, code(500))},
		{Name: "html-without-vary", Requirement: "serve.vary", Sentence: "The same URL is a page or a stream, and does not say by what.", Wrap: on(html, page)},
		{Name: "origin-without-vary", Requirement: "serve.vary", Sentence: "The origin is echoed without Vary, on a response that may be stored.", Wrap: originEcho},
		{Name: "cors-star-with-credentials", Requirement: "serve.cors", Sentence: "Any origin is allowed, with credentials.",
			Wrap: onHead(func(h http.Header) { h.Set("Access-Control-Allow-Credentials", "true") })},
		{Name: "two-origins", Requirement: "serve.cors", Sentence: "Two origins are allowed at once.",
			Wrap: onHead(func(h http.Header) {
				h.Set("Access-Control-Allow-Origin", "https://one.example, https://two.example")
			})},
		{Name: "preflight-refused", Requirement: "serve.cors.last-event-id", Sentence: "Other origins are allowed, but their preflight is not.", Wrap: on(method("OPTIONS"), code(405))},
	}
}

func originEcho(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(&tap{ResponseWriter: w, head: func(h http.Header) {
			if origin := r.Header.Get("Origin"); origin != "" {
				h.Set("Access-Control-Allow-Origin", origin)
			}
			h.Set("Cache-Control", "no-cache")
		}}, r)
	})
}
