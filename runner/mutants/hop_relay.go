package mutants

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A relay is a proxy made by hand, for what httputil.ReverseProxy does not do.
type relay struct {
	origin *url.URL
	// detached keeps the request to the origin going when the client has left,
	// until the relay's own end.
	detached bool
	// head changes the head of the response.
	head func(client *http.Request, h http.Header)
	// body passes the body on; w is flushed only by it.
	body func(w http.ResponseWriter, client *http.Request, from io.Reader)
}

func (p relay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if p.detached {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
	}
	out := r.Clone(ctx)
	out.RequestURI, out.Host = "", ""
	out.URL.Scheme, out.URL.Host = p.origin.Scheme, p.origin.Host
	out.Header.Set("Accept-Encoding", "identity")
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(out)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	if p.head != nil {
		p.head(r, w.Header())
	}
	w.WriteHeader(response.StatusCode)
	p.body(w, r, response.Body)
}

// relaying is a relay with its way of passing the body on.
func relaying(body func(w http.ResponseWriter, client *http.Request, from io.Reader)) func(*url.URL) http.Handler {
	return func(origin *url.URL) http.Handler { return relay{origin: origin, body: body} }
}

// perResponse passes blocks on at once, each changed.
func perResponse(change func() func(block []byte) []byte) func(*url.URL) http.Handler {
	return relaying(func(w http.ResponseWriter, _ *http.Request, from io.Reader) {
		flushNow(w)
		of := change()
		eachBlock(from, func(block []byte) error {
			_, err := w.Write(of(block))
			flushNow(w)
			return err
		})
	})
}

// eachBlock reads a stream block by block, up to its end or an error of take.
func eachBlock(from io.Reader, take func(block []byte) error) {
	in := bufio.NewReader(from)
	var block []byte
	for {
		line, err := in.ReadBytes('\n')
		block = append(block, line...)
		if len(line) == 1 {
			if take(block) != nil {
				return
			}
			block = nil
		}
		if err != nil {
			return
		}
	}
}

// hopDelayMutants hold the stream back.
func hopDelayMutants() []HopMutant {
	return []HopMutant{
		{Name: "buffers-4-kib", Requirement: "serve.proxy.on-time", Sentence: "A buffer of 4 KiB is sent when it is full; the head comes at once.", Proxy: relaying(buffering(4<<10, true))},
		{Name: "buffers-the-head-too", Requirement: "serve.proxy.head-at-once", Sentence: "Head and body wait until 4 KiB are there.", Proxy: relaying(buffering(4<<10, false))},
		{Name: "collects-all", Requirement: "serve.proxy.head-at-once", Sentence: "The response is sent when it is complete.",
			Proxy: relaying(func(w http.ResponseWriter, client *http.Request, from io.Reader) {
				all, _ := io.ReadAll(io.LimitReader(from, 1<<20))
				_, _ = w.Write(all)
			})},
		{Name: "re-chunks", Requirement: "serve.proxy.on-time", Sentence: "What came is sent each 0.9 s.", Proxy: relaying(rechunking(900 * time.Millisecond))},
		{Name: "always-late", Requirement: "serve.proxy.on-time", Sentence: "Everything comes 0.8 s late.", Proxy: relaying(delaying(800 * time.Millisecond))},
		{Name: "zips-unflushed", Requirement: "serve.proxy.on-time", Sentence: "The stream is compressed and the compressor not flushed.", Proxy: zippingHop(false)},
	}
}

func buffering(size int, headAtOnce bool) func(http.ResponseWriter, *http.Request, io.Reader) {
	return func(w http.ResponseWriter, _ *http.Request, from io.Reader) {
		if headAtOnce {
			flushNow(w)
		}
		full := make([]byte, size)
		for {
			n, err := io.ReadFull(from, full)
			if _, failed := w.Write(full[:n]); err != nil || failed != nil {
				return
			}
			flushNow(w)
		}
	}
}

func rechunking(period time.Duration) func(http.ResponseWriter, *http.Request, io.Reader) {
	return func(w http.ResponseWriter, _ *http.Request, from io.Reader) {
		flushNow(w)
		sent := time.Now()
		eachBlock(from, func(block []byte) error {
			_, err := w.Write(block)
			if time.Since(sent) >= period {
				flushNow(w)
				sent = time.Now()
			}
			return err
		})
	}
}

// delaying passes each block on a while after it came.
func delaying(d time.Duration) func(http.ResponseWriter, *http.Request, io.Reader) {
	type timed struct {
		block []byte
		due   time.Time
	}
	return func(w http.ResponseWriter, client *http.Request, from io.Reader) {
		flushNow(w)
		queue := make(chan timed, 256)
		var reader sync.WaitGroup
		reader.Go(func() {
			defer close(queue)
			eachBlock(from, func(block []byte) error {
				select {
				case queue <- timed{block, time.Now().Add(d)}:
					return nil
				case <-client.Context().Done():
					return client.Context().Err()
				}
			})
		})
		defer reader.Wait()
		for next := range queue {
			wait(client.Context(), time.Until(next.due))
			_, _ = w.Write(next.block)
			flushNow(w)
		}
	}
}

// zippingHop compresses for clients that accept it, and flushes or not.
func zippingHop(flushed bool) func(*url.URL) http.Handler {
	wants := func(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") }
	return func(origin *url.URL) http.Handler {
		return relay{origin: origin,
			head: func(client *http.Request, h http.Header) {
				if wants(client) {
					h.Set("Content-Encoding", "gzip")
					h.Set("Cache-Control", "no-cache") // no word against it
					h.Add("Vary", "Accept-Encoding")
				}
			},
			body: func(w http.ResponseWriter, client *http.Request, from io.Reader) {
				flushNow(w)
				var to io.Writer = w
				flush := func() { flushNow(w) }
				if wants(client) {
					zip := gzip.NewWriter(w)
					to = zip
					if flush = func() {}; flushed {
						flush = func() {
							_ = zip.Flush()
							flushNow(w)
						}
					}
				}
				eachBlock(from, func(block []byte) error {
					_, err := to.Write(block)
					flush()
					return err
				})
			}}
	}
}

// hopLifeMutants end what should go on, and keep what should end.
func hopLifeMutants() []HopMutant {
	return []HopMutant{
		{Name: "cuts-after-two-seconds", Requirement: "serve.proxy.not-cut", Sentence: "Each response is ended after two seconds.", Proxy: cutting(true)},
		{Name: "resets-after-two-seconds", Requirement: "serve.proxy.not-cut", Sentence: "Each response is broken off after two seconds.", Proxy: cutting(false)},
		{Name: "caches", Requirement: "serve.proxy.no-store", Sentence: "The start of the first response is played to all who come later.", Proxy: caching},
		{Name: "keeps-the-origin", Requirement: "serve.proxy.departure", Sentence: "The request to the server goes on when the client has left.", Subscribers: 12,
			Proxy: func(origin *url.URL) http.Handler {
				return relay{origin: origin, detached: true, body: func(w http.ResponseWriter, _ *http.Request, from io.Reader) {
					flushNow(w)
					eachBlock(from, func(block []byte) error {
						_, _ = w.Write(block) // whether anybody still reads is not looked at
						flushNow(w)
						return nil
					})
				}}
			}},
	}
}

// cutting ends each response after a while, in order or not.
func cutting(clean bool) func(*url.URL) http.Handler {
	return relaying(func(w http.ResponseWriter, _ *http.Request, from io.Reader) {
		flushNow(w)
		until := time.Now().Add(2 * time.Second)
		eachBlock(from, func(block []byte) error {
			_, _ = w.Write(block)
			flushNow(w)
			switch {
			case time.Now().Before(until):
				return nil
			case clean:
				return io.EOF
			}
			panic(http.ErrAbortHandler)
		})
	})
}

// caching keeps the first blocks with an id that ever came, and plays them to
// each later client before what is new.
func caching(origin *url.URL) http.Handler {
	var mu sync.Mutex
	var kept bytes.Buffer
	filled := false
	return relaying(func(w http.ResponseWriter, _ *http.Request, from io.Reader) {
		mu.Lock()
		if filled {
			_, _ = w.Write(kept.Bytes())
		}
		fills := !filled
		mu.Unlock()
		flushNow(w)
		eachBlock(from, func(block []byte) error {
			mu.Lock()
			if fills && kept.Len() < 512 {
				kept.Write(block)
				filled = true
			}
			mu.Unlock()
			_, err := w.Write(block)
			flushNow(w)
			return err
		})
	})(origin)
}
