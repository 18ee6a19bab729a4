package mutants

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// deliveryMutants hold events back.
func deliveryMutants() []ServerMutant {
	return []ServerMutant{
		{Name: "head-waits-for-an-event", Requirement: "serve.deliver.headers-first", Sentence: "The head is sent with the first event.", Wrap: lateHead, Period: 3 * time.Second},
		{Name: "head-with-an-event", Requirement: "serve.deliver.headers-first", Sentence: "The head is sent with the first event, which comes soon.", Wrap: lateHead, Period: 300 * time.Millisecond},
		{Name: "head-a-period-late", Requirement: "serve.deliver.headers-first", Sentence: "Each connection has its own clock, and the head is sent with its first tick.", Wrap: ownClock(250 * time.Millisecond)},
		{Name: "bursts", Requirement: "serve.deliver.apart", Sentence: "Eighty events are sent at once.", Wrap: bursts},
		{Name: "buffer", Requirement: "serve.deliver.apart", Sentence: "A buffer of 12 KiB is sent when it is full.", Wrap: buffered(12 << 10)},
		{Name: "one-connection-late", Requirement: "serve.deliver.apart", Sentence: "Every second client gets everything 0.6 s late.", Wrap: secondLate},
		{Name: "no-keep-alive", Requirement: "serve.deliver.keep-alive", Sentence: "A quiet stream is silent for ever.", Wrap: noComments, Period: time.Hour, Observe: 32 * time.Second},
		{Name: "ended-when-quiet", Requirement: "serve.deliver.quiet-survives", Sentence: "A stream is ended after seven quiet seconds.", Wrap: endedAfter(7 * time.Second), Period: time.Hour, Observe: 32 * time.Second},
		{Name: "blank-line-late", Requirement: "serve.deliver.whole-events", Sentence: "An event's blank line is sent before the next event.", Wrap: blankLineLate, Period: 60 * time.Millisecond},
	}
}

// noComments keeps the comments that keep a stream alive.
func noComments(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
			if bytes.HasPrefix(b, []byte(":")) {
				return nil
			}
			_, err := w.Write(b)
			return err
		}}, r)
	})
}

func endedAfter(d time.Duration) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), d)
			defer cancel()
			h.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

func lateHead(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := false
		h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
			started = started || isEvent(b)
			_, err := w.Write(b)
			return err
		}, flush: func() error {
			if started {
				flushNow(w)
			}
			return nil
		}}, r)
	})
}

// ownClock ticks for each connection alone, and flushes no head.
func ownClock(period time.Duration) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			ticks := time.NewTicker(period)
			defer ticks.Stop()
			for n := 1; ; n++ {
				select {
				case <-ticks.C:
					if _, err := fmt.Fprintf(w, "data: %d\n\n", n); err != nil {
						return
					}
					flushNow(w)
				case <-r.Context().Done():
					return
				}
			}
		})
	}
}

func bursts(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		blocks, burst := 0, new(bytes.Buffer)
		h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
			if !isEvent(b) {
				_, err := w.Write(b)
				return err
			}
			burst.Write(b)
			if blocks++; blocks%80 != 0 {
				return nil
			}
			_, err := w.Write(burst.Bytes())
			burst.Reset()
			return err
		}}, r)
	})
}

func buffered(size int) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var held bytes.Buffer
			h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
				if !isEvent(b) {
					_, err := w.Write(b)
					return err
				}
				held.Write(b)
				if held.Len() < size {
					return nil
				}
				_, err := w.Write(held.Next(size))
				return err
			}}, r)
		})
	}
}

func secondLate(h http.Handler) http.Handler {
	var mu sync.Mutex
	n := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		n++
		late := n%2 == 0
		mu.Unlock()
		var held [][]byte
		h.ServeHTTP(&tap{ResponseWriter: w, block: func(w http.ResponseWriter, b []byte) error {
			if late && isEvent(b) {
				held = append(held, bytes.Clone(b))
				if len(held) <= int(600*time.Millisecond/ServerPeriod) {
					return nil
				}
				b, held = held[0], held[1:]
			}
			_, err := w.Write(b)
			return err
		}}, r)
	})
}

func blankLineLate(h http.Handler) http.Handler {
	return perStream(func(*http.Request) func([]byte) []byte {
		first := true
		return func(b []byte) []byte {
			b = bytes.TrimSuffix(b, []byte("\n"))
			if !first {
				b = append([]byte("\n"), b...)
			}
			first = false
			return b
		}
	})(h)
}

// gzipMutants compress, each in a wrong way.
func gzipMutants() []ServerMutant {
	zip := func(flushed, declared, asked, vary bool) func(http.Handler) http.Handler {
		return func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if asked && !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Method != http.MethodGet {
					h.ServeHTTP(w, r)
					return
				}
				z := gzip.NewWriter(w)
				h.ServeHTTP(&tap{ResponseWriter: w, head: func(h http.Header) {
					if declared {
						h.Set("Content-Encoding", "gzip")
					}
					if vary {
						h.Set("Vary", "Accept-Encoding")
					} else {
						h.Set("Cache-Control", "no-cache")
					}
				}, block: func(_ http.ResponseWriter, b []byte) error {
					_, err := z.Write(b)
					return err
				}, flush: func() error {
					if flushed {
						_ = z.Flush()
					}
					flushNow(w)
					return nil
				}}, r)
			})
		}
	}
	return []ServerMutant{
		{Name: "gzip-unflushed", Requirement: "serve.deliver.compressed", Sentence: "The compressor is not flushed after an event.", Wrap: zip(false, true, true, true)},
		{Name: "gzip-undeclared", Requirement: "serve.content-encoding.declared", Sentence: "The stream is compressed, and does not say so.", Wrap: zip(true, false, true, true)},
		{Name: "gzip-unasked", Requirement: "serve.content-encoding.negotiated", Sentence: "The stream is compressed for those who did not ask.", Wrap: zip(true, true, false, true)},
		{Name: "gzip-although-refused", Requirement: "serve.content-encoding.negotiated", Sentence: "The weight 0 is taken for an offer.", Wrap: zip(true, true, true, true)},
		{Name: "gzip-without-vary", Requirement: "serve.vary", Sentence: "The stream is compressed on request, may be stored, and has no Vary.", Wrap: zip(true, true, true, false)},
	}
}
