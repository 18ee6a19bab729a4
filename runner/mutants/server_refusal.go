package mutants

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
)

// refusalMutants say no in a wrong way.
func refusalMutants() []ServerMutant {
	refuse := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "event: error\ndata: too many clients\n\n")
	}
	asStream := onResponseTo(method("PROPFIND"), func(h http.Header) { h.Set("Content-Type", "text/event-stream") })
	return []ServerMutant{
		{Name: "200-for-want-of-a-place", Requirement: "serve.capacity", Sentence: "The ninth client gets 200, an event about the error and an end.", Wrap: instead(8, refuse)},
		{Name: "403-for-want-of-a-place", Requirement: "serve.capacity", Sentence: "The ninth client gets 403.", Wrap: instead(8, func(w http.ResponseWriter) { w.WriteHeader(403) })},
		{Name: "503-without-retry-after", Requirement: "serve.retry-after", Sentence: "The ninth client gets 503, and no word when to come back.", Wrap: atOnce(8)},
		{Name: "405-as-a-stream", Requirement: "serve.error.media-type", Sentence: "405 has the media type of an event stream.", Wrap: asStream},
		{Name: "405-without-date", Requirement: "serve.date", Sentence: "405 has no Date.",
			Wrap: onResponseTo(method("PROPFIND"), func(h http.Header) { h["Date"] = nil })},
		{Name: "head-of-length-0", Requirement: "serve.head.length", Sentence: "The response to HEAD promises the length 0.",
			Wrap: onResponseTo(method(http.MethodHead), func(h http.Header) { h.Set("Content-Length", "0") })},
		{Name: "accept-in-lower-case-only", Requirement: "serve.accept.syntax", Sentence: "Accept is compared as a text.",
			Wrap: on(func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Accept"), "TEXT") }, code(http.StatusNotAcceptable))},
		{Name: "accept-without-parameters-only", Requirement: "serve.accept.syntax", Sentence: "A parameter in Accept gets 406.",
			Wrap: on(func(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), ";") }, code(http.StatusNotAcceptable))},
	}
}

// instead answers in another way who comes when n clients are there.
func instead(n int64, refuse func(http.ResponseWriter)) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var now atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer now.Add(-1)
			if now.Add(1) > n {
				refuse(w)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}
