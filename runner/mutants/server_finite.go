package mutants

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
)

// finiteMutants serve an answer that comes to its end, and do so in a wrong way.
func finiteMutants() []ServerMutant {
	const end = "data: [DONE]\n\n"
	return []ServerMutant{
		{Name: "goes-on-after-done", Requirement: "serve.finite.last", Sentence: "An event follows [DONE].",
			Wrap: answering(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, end, "data: {\"usage\":12}\n\n") })},
		{Name: "open-after-done", Requirement: "serve.finite.ends", Sentence: "The response is not ended after [DONE].",
			Wrap: answering(func(w http.ResponseWriter, r *http.Request) {
				fmt.Fprint(w, end)
				flushNow(w)
				<-r.Context().Done()
			})},
		{Name: "done-the-first-time-only", Requirement: "serve.finite.complete", Sentence: "Later answers end without [DONE].", Wrap: doneOnce(end)},
		{Name: "gzip-not-closed", Requirement: "serve.content-encoding.complete", Sentence: "The compressor is not closed at the end of the stream.", Wrap: neverClosed},
	}
}

// answering streams three events and lets the rest be written by finish.
func answering(finish http.HandlerFunc) func(http.Handler) http.Handler {
	return on(method(http.MethodGet), func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		for i := range 3 {
			fmt.Fprintf(w, "data: {\"piece\":%d}\n\n", i)
			flushNow(w)
			wait(r.Context(), ServerPeriod)
		}
		finish(w, r)
	})
}

func doneOnce(end string) func(http.Handler) http.Handler {
	var n atomic.Int32
	return answering(func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) == 1 {
			fmt.Fprint(w, end)
		}
	})
}

func neverClosed(h http.Handler) http.Handler {
	zipped := func(r *http.Request) bool {
		return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
	}
	return on(zipped, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		fmt.Fprint(zip, "data: a\n\n")
		_ = zip.Flush()
	})(answering(func(http.ResponseWriter, *http.Request) {})(h))
}
