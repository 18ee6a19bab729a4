package mutants

import (
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// oddMutants get odd requests wrong.
func oddMutants() []ServerMutant {
	return []ServerMutant{
		{Name: "port-unanswered", Requirement: "serve.robust.answer", Sentence: "A Host with a port beyond 65535 is never answered.", Wrap: on(portTooLarge, unanswered)},
		{Name: "address-500", Requirement: "serve.robust.status", Sentence: "A Host that ends in a number and is no address gets a 500.", Wrap: on(noAddress, code(http.StatusInternalServerError))},
		{Name: "trace-unanswered", Requirement: "serve.robust.answer", Sentence: "TRACE is never answered.", Wrap: on(method(http.MethodTrace), unanswered)},
		{Name: "trace-500", Requirement: "serve.robust.status", Sentence: "TRACE gets a 500.", Wrap: on(method(http.MethodTrace), code(http.StatusInternalServerError))},
		{Name: "trace-ends-it", Requirement: "serve.robust.survives", Sentence: "After a TRACE nobody is served.", Wrap: diesOf(method(http.MethodTrace))},
		{Name: "port-ends-it", Requirement: "serve.robust.survives", Sentence: "After a Host with a port beyond 65535 nobody is served.", Wrap: diesOf(portTooLarge)},
	}
}

func portTooLarge(r *http.Request) bool {
	_, port, _ := net.SplitHostPort(r.Host)
	n, err := strconv.Atoi(port)
	return err == nil && n > 1<<16-1
}

// noAddress tells whether the host ends in a number, and is no IPv4 address.
func noAddress(r *http.Request) bool {
	host, _, _ := net.SplitHostPort(r.Host)
	_, err := strconv.Atoi(host[strings.LastIndexByte(host, '.')+1:])
	return err == nil && net.ParseIP(host) == nil
}

func unanswered(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// diesOf serves nobody any more after such a request.
func diesOf(odd func(*http.Request) bool) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		var dead atomic.Bool
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if odd(r) {
				dead.Store(true)
			}
			if dead.Load() {
				panic(http.ErrAbortHandler)
			}
			h.ServeHTTP(w, r)
		})
	}
}
