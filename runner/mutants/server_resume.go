package mutants

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// resumeMutants break what follows a Last-Event-ID that the server gave.
func resumeMutants() []ServerMutant {
	resumed := func(change func() func([]byte) []byte) func(http.Handler) http.Handler {
		return perStream(func(r *http.Request) func([]byte) []byte {
			if !ours.MatchString(r.Header.Get("Last-Event-ID")) {
				return func(b []byte) []byte { return b }
			}
			return change()
		})
	}
	return []ServerMutant{
		{Name: "id-ignored", Requirement: "serve.resume.no-gap", Sentence: "Last-Event-ID is ignored.", Wrap: func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r = r.Clone(r.Context())
				r.Header.Del("Last-Event-ID")
				h.ServeHTTP(w, r)
			})
		}},
		{Name: "replay-loses-one", Requirement: "serve.resume.no-gap", Sentence: "The first event after the id is not sent.", Wrap: resumed(func() func([]byte) []byte {
			n := 0
			return func(b []byte) []byte {
				if n++; n == 1 {
					return nil
				}
				return b
			}
		})},
		{Name: "replay-loses-the-third", Requirement: "serve.resume.no-gap", Sentence: "The third event after the id is not sent.", Wrap: resumed(func() func([]byte) []byte {
			n := 0
			return func(b []byte) []byte {
				if n++; n == 3 {
					return nil
				}
				return b
			}
		})},
		{Name: "replay-doubles-one", Requirement: "serve.resume.no-duplicate", Sentence: "The second event after the id is sent twice.", Wrap: resumed(func() func([]byte) []byte {
			n := 0
			return func(b []byte) []byte {
				if n++; n == 2 {
					return append(b, b...)
				}
				return b
			}
		})},
		{Name: "replay-starts-with-the-last", Requirement: "serve.resume.no-duplicate", Sentence: "The event with the id itself is sent again.", Wrap: replayInclusive},
		{Name: "replay-out-of-order", Requirement: "serve.resume.in-order", Sentence: "The first two events after the id are swapped.", Wrap: resumed(func() func([]byte) []byte {
			n := 0
			var first []byte
			return func(b []byte) []byte {
				n++
				switch n {
				case 1:
					first = b
					return nil
				case 2:
					return append(b, first...)
				}
				return b
			}
		})},
		{Name: "ids-per-connection", Requirement: "serve.resume.ids-go-on", Sentence: "Every connection numbers its events from 1.", Wrap: perStream(func(*http.Request) func([]byte) []byte {
			n := 0
			return func(b []byte) []byte {
				n++
				return append(fmt.Appendf(nil, "id: %d\n", n), withoutID(b)...)
			}
		})},
		{Name: "one-id-for-all", Requirement: "serve.ids.unique", Sentence: "Every event has the same id.", Wrap: onBlock(func(b []byte) []byte {
			return append([]byte("id: same\n"), withoutID(b)...)
		})},
		{Name: "id-ends-with-a-space", Requirement: "serve.ids.sendable", Sentence: "An id ends with a space, which no header value can.", Wrap: onBlock(func(b []byte) []byte {
			return append([]byte("id: "+idOf(b)+" \n"), withoutID(b)...)
		})},
		{Name: "id-with-a-control", Requirement: "serve.ids.sendable", Sentence: "An id holds U+0001.", Wrap: onBlock(func(b []byte) []byte {
			return append([]byte("id: "+idOf(b)+"\x01\n"), withoutID(b)...)
		})},
	}
}

// ours are the ids that the reference server gives.
var ours = regexp.MustCompile(`^[0-9a-z]{8,9}-[0-9]+$`)

// replayInclusive sends the event that the client had last once more.
func replayInclusive(h http.Handler) http.Handler {
	var mu sync.Mutex
	blocks := map[string][]byte{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		again := blocks[r.Header.Get("Last-Event-ID")]
		mu.Unlock()
		h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
			if isEvent(b) {
				mu.Lock()
				blocks[idOf(b)] = bytes.Clone(b)
				mu.Unlock()
				b = append(again, b...)
				again = nil
			}
			_, err := w.Write(b)
			return err
		}}, r)
	})
}

// hostileMutants fall over a Last-Event-ID that the server never gave.
func hostileMutants() []ServerMutant {
	id := func(matches func(string) bool) func(*http.Request) bool {
		return func(r *http.Request) bool {
			values, given := r.Header["Last-Event-Id"]
			return given && matches(values[0])
		}
	}
	pattern := func(p string) func(string) bool { return regexp.MustCompile(p).MatchString }
	return []ServerMutant{
		{Name: "500-on-unknown-id", Requirement: "serve.resume.unknown-id", Sentence: "An unknown id gets 500.", Wrap: on(id(pattern(`no-such-id`)), code(500))},
		{Name: "410-on-unknown-id", Requirement: "serve.resume.unknown-id", Sentence: "An unknown id gets 410.", Wrap: on(id(pattern(`no-such-id`)), code(410))},
		{Name: "silent-on-unknown-id", Requirement: "serve.resume.unknown-id", Sentence: "After an unknown id no event ever comes.", Wrap: on(id(pattern(`no-such-id`)), silent)},
		{Name: "crash-on-huge-number", Requirement: "serve.resume.unknown-id", Sentence: "A number beyond 64 bits crashes the handler.", Wrap: on(id(pattern(`^9{20,}$`)), crash)},
		{Name: "crash-on-negative-number", Requirement: "serve.resume.unknown-id", Sentence: "A negative number crashes the handler.", Wrap: on(id(pattern(`^-`)), crash)},
		{Name: "500-on-a-fraction", Requirement: "serve.resume.unknown-id", Sentence: "A fraction gets 500.", Wrap: on(id(pattern(`^1\.5$`)), code(500))},
		{Name: "400-on-empty-id", Requirement: "serve.resume.empty-id", Sentence: "An empty id gets 400.", Wrap: on(id(func(s string) bool { return s == "" }), code(400))},
		{Name: "500-beyond-ascii", Requirement: "serve.resume.non-ascii-id", Sentence: "An id beyond ASCII gets 500.", Wrap: on(id(pattern(`[^ -~]`)), code(500))},
		{Name: "500-on-long-id", Requirement: "serve.resume.long-id", Sentence: "An id of more than 1 KiB gets 500.", Wrap: on(id(func(s string) bool { return len(s) > 1024 }), code(500))},
		{Name: "down-after-long-id", Requirement: "serve.resume.long-id", Sentence: "An id of more than 64 KiB brings the server down.", Wrap: downAfterLongID},
		{Name: "500-on-a-quote", Requirement: "secure.server.last-event-id", Sentence: "A quote in an id gets 500.", Wrap: on(id(pattern(`'`)), code(500))},
		{Name: "id-decoded-into-the-stream", Requirement: "secure.server.last-event-id", Sentence: "The id is percent-decoded and written into the stream.", Wrap: reflected},
		{Name: "id-decoded-into-the-header", Requirement: "secure.server.last-event-id", Sentence: "The id is percent-decoded and written into the header.", Wrap: on(id(pattern(`%0D%0A`)), reflectedInHeader)},
	}
}

func silent(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flushNow(w)
	<-r.Context().Done()
}

func crash(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func downAfterLongID(h http.Handler) http.Handler {
	var mu sync.Mutex
	down := false
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		down = down || len(r.Header.Get("Last-Event-ID")) > 64<<10
		is := down
		mu.Unlock()
		if is {
			crash(w, r)
		}
		h.ServeHTTP(w, r)
	})
}

func reflected(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, _ := url.PathUnescape(r.Header.Get("Last-Event-ID"))
		h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
			if id != "" {
				b = append([]byte("id: "+id+"\n: resumed\n\n"), b...)
				id = ""
			}
			_, err := w.Write(b)
			return err
		}}, r)
	})
}

func reflectedInHeader(w http.ResponseWriter, r *http.Request) {
	id, _ := url.PathUnescape(r.Header.Get("Last-Event-ID"))
	id, _, _ = strings.Cut(id, "\r\n\r\n")
	answerRaw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\nX-Resumed: "+id+"\r\n\r\n", false)(w, r)
}
