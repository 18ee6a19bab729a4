package mutants

import (
	"bytes"
	"net/http"
	"sync"
)

// A tap stands between a handler and its client. Every Write of the reference
// server is one whole block, so a tap sees the stream block by block.
type tap struct {
	http.ResponseWriter
	// head is called once, before the head is sent.
	head func(http.Header)
	// block writes what becomes of a block; nil writes it as it is.
	block func(w http.ResponseWriter, b []byte) error
	// flush is called for each flush; nil flushes.
	flush func() error

	once sync.Once
}

func (t *tap) start() {
	t.once.Do(func() {
		if t.head != nil {
			t.head(t.Header())
		}
	})
}

func (t *tap) WriteHeader(status int) {
	t.start()
	t.ResponseWriter.WriteHeader(status)
}

func (t *tap) Write(b []byte) (int, error) {
	t.start()
	if t.block == nil {
		return t.ResponseWriter.Write(b)
	}
	return len(b), t.block(t.ResponseWriter, b)
}

func (t *tap) FlushError() error {
	t.start()
	if t.flush != nil {
		return t.flush()
	}
	return http.NewResponseController(t.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController set deadlines.
func (t *tap) Unwrap() http.ResponseWriter { return t.ResponseWriter }

// flushNow flushes below a tap.
func flushNow(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// finish makes sure that head is called for a response without a body.
func (t *tap) finish() { t.start() }

// onHead changes the header of every response.
func onHead(change func(http.Header)) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			t := &tap{ResponseWriter: w, head: change}
			h.ServeHTTP(t, r)
			t.finish()
		})
	}
}

// onBlock changes every event block of every stream.
func onBlock(change func(b []byte) []byte) func(http.Handler) http.Handler {
	return perStream(func(*http.Request) func([]byte) []byte { return change })
}

// perStream makes a change of blocks for each stream.
func perStream(changeFor func(*http.Request) func(b []byte) []byte) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			change := changeFor(r)
			h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
				if isEvent(b) {
					b = change(bytes.Clone(b))
				}
				_, err := w.Write(b)
				return err
			}}, r)
		})
	}
}

// isEvent tells an event's block from a comment's and from retry.
func isEvent(b []byte) bool { return bytes.HasPrefix(b, []byte("id: ")) }

// idOf is the id of an event's block.
func idOf(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return string(bytes.TrimPrefix(line, []byte("id: ")))
}

// withoutID is an event's block without its id field.
func withoutID(b []byte) []byte {
	_, rest, _ := bytes.Cut(b, []byte("\n"))
	return rest
}

// on answers the requests that match with another handler.
func on(matches func(*http.Request) bool, instead http.HandlerFunc) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if matches(r) {
				instead(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// code answers with a status and no more.
func code(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func method(name string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == name }
}
