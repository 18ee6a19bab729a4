package mutants

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/spec"
)

// A ScriptedMutant is a scripted server with one fault in how its stream arrives. What
// it writes is right: that is the encoder's matter.
type ScriptedMutant struct {
	Name, Requirement, Sentence string
	fault                       scriptFault
}

// A scriptFault is what a server does wrong.
type scriptFault struct {
	status      int    // instead of 200
	mediaType   string // instead of text/event-stream
	withoutType bool
	// flush says whether to flush after the n-th item, from 0; nil after each.
	flush func(n int, item spec.Item) bool
	// lateHead sends the head with the first item, not before it.
	lateHead bool
	// halfFlush flushes an event without its blank line, which comes with the next.
	halfFlush bool
	// shortFlush keeps the last bytes of a block that is longer than this.
	shortFlush int
	// cut breaks the connection instead of ending the stream.
	cut bool
	// stays never ends a stream.
	stays bool
	// closes ends a stream that is to be held: at once, or after this time.
	closes time.Duration
	// deaf does not notice that its client has left.
	deaf bool
	// together ends all streams when one client leaves.
	together bool
	// eager does not wait where the script sleeps.
	eager bool
	// length promises a length that is that of the first item.
	length bool
	// idle ends a held stream that was silent for so long.
	idle time.Duration
}

// Scripted lists the mutants of a scripted server.
func Scripted() []ScriptedMutant {
	has := func(part func(spec.Item) bool) func(int, spec.Item) bool {
		return func(_ int, i spec.Item) bool { return part(i) }
	}
	return []ScriptedMutant{
		{"script-201", "serve.status.200", "A stream is answered with 201.", scriptFault{status: 201}},
		{"script-206", "serve.status.200", "A stream is answered with 206.", scriptFault{status: 206}},
		{"script-plain-text", "serve.content-type", "A stream is said to be text/plain.", scriptFault{mediaType: "text/plain"}},
		{"script-no-type", "serve.content-type", "A stream has no Content-Type.", scriptFault{withoutType: true}},
		{"script-ndjson", "serve.content-type", "A stream is said to be application/x-ndjson.", scriptFault{mediaType: "application/x-ndjson"}},
		{"script-no-flush", "serve.deliver.apart", "Nothing is flushed before the end.",
			scriptFault{flush: func(int, spec.Item) bool { return false }}},
		{"script-flush-every-second", "serve.deliver.apart", "Every second item is flushed.",
			scriptFault{flush: func(n int, _ spec.Item) bool { return n%2 == 1 }}},
		{"script-flush-first", "serve.deliver.apart", "The first item is flushed, and no other.",
			scriptFault{flush: func(n int, _ spec.Item) bool { return n == 0 }}},
		{"script-no-flush-of-empty", "serve.deliver.apart", "An event with empty data is not flushed.",
			scriptFault{flush: has(func(i spec.Item) bool { return i.Data == nil || *i.Data != "" })}},
		{"script-large-in-part", "serve.deliver.apart", "The last bytes of a large event wait in a buffer.", scriptFault{shortFlush: 64 << 10}},
		{"script-blank-line-late", "serve.deliver.whole-events", "The blank line of an event goes out with the next item.", scriptFault{halfFlush: true}},
		{"script-typed-not-flushed", "serve.deliver.whole-events", "An event with a type of its own is not flushed.",
			scriptFault{flush: has(func(i spec.Item) bool { return i.Event == nil })}},
		{"script-late-head", "serve.deliver.headers-first", "The head goes out with the first item.", scriptFault{lateHead: true}},
		{"script-comments-wait", "serve.emit.comments", "A comment is not flushed.",
			scriptFault{flush: has(func(i spec.Item) bool { return i.Comment == nil })}},
		{"script-cut", "serve.end.complete", "The connection is broken instead of the stream being ended.", scriptFault{cut: true}},
		{"script-never-ends", "serve.end.complete", "A stream that is to end stays open.", scriptFault{stays: true}},
		{"script-length", "serve.end.complete", "A Content-Length is promised that the stream does not keep.", scriptFault{length: true}},
		{"script-closes", "serve.emit.hold", "A stream that is to be held is ended at once.", scriptFault{closes: time.Millisecond}},
		{"script-closes-soon", "serve.emit.hold", "A stream that is to be held is ended after a moment.", scriptFault{closes: 200 * time.Millisecond}},
		{"script-idle-timeout", "serve.emit.hold", "A stream is ended when it was silent for a moment.", scriptFault{idle: 300 * time.Millisecond}},
		{"script-deaf", "serve.life.client-gone", "A client that leaves is not noticed.", scriptFault{deaf: true}},
		{"script-together", "serve.emit.others", "When one client leaves, all streams end.", scriptFault{together: true}},
		{"script-burst", "serve.deliver.apart", "All items go out in one burst.", scriptFault{eager: true}},
	}
}

// SoundScripted is the scripted server of the mutants with no fault on.
func SoundScripted() ScriptedMutant { return ScriptedMutant{Name: "sound"} }

// Start serves the mutant on a free port of the loopback interface. Close ends it and
// waits for all it started.
func (m ScriptedMutant) Start(ctx context.Context) (url string, closer func(), err error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	h := &scriptHandler{fault: m.fault, closing: ctx.Done()}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l)
	}()
	return "http://" + l.Addr().String() + "/script", func() {
		stop()
		_ = s.Close()
		<-done
		h.wait.Wait()
	}, nil
}

// A scriptHandler plays scripts.
type scriptHandler struct {
	fault   scriptFault
	closing <-chan struct{}
	wait    sync.WaitGroup
	mu      sync.Mutex
	open    []chan struct{} // streams, to be ended together
}

type scriptOrder struct {
	Items []struct {
		encoder.Item
		Sleep int64 `json:"sleep"`
	} `json:"items"`
	End string `json:"end"`
}

// ServeHTTP refuses what the format cannot carry, and emits the rest.
func (h *scriptHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.wait.Add(1)
	defer h.wait.Done()
	var order scriptOrder
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &order) != nil {
		http.Error(w, "no script", http.StatusBadRequest)
		return
	}
	items := make([]spec.Item, len(order.Items))
	blocks := make([][]byte, len(order.Items))
	for i := range order.Items {
		items[i], err = order.Items[i].Block()
		if err == nil {
			blocks[i], err = items[i].Append(nil)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	p := &scriptStream{h: h, fault: h.fault, w: w, leaving: r.Context().Done(), end: make(chan struct{})}
	p.play(order, items, blocks)
}

// A scriptStream is one response.
type scriptStream struct {
	h       *scriptHandler
	fault   scriptFault
	w       http.ResponseWriter
	leaving <-chan struct{}
	end     chan struct{}
	pending []byte // of a fault that keeps something back
}

func (p *scriptStream) play(order scriptOrder, items []spec.Item, blocks [][]byte) {
	p.enter()
	defer p.leave()
	p.head(blocks)
	for i := range items {
		if sleep := order.Items[i].Sleep; sleep > 0 {
			if !p.fault.eager && !p.sleep(time.Duration(sleep)*time.Millisecond) {
				return
			}
			continue
		}
		p.write(i, items[i], blocks[i])
	}
	_, _ = p.w.Write(p.pending)
	p.finish(order.End == "hold")
}

func (p *scriptStream) head(blocks [][]byte) {
	header := p.w.Header()
	switch {
	case p.fault.withoutType:
		header["Content-Type"] = nil
	case p.fault.mediaType != "":
		header.Set("Content-Type", p.fault.mediaType)
	default:
		header.Set("Content-Type", "text/event-stream")
	}
	if p.fault.length {
		total := 0
		for _, b := range blocks {
			total += len(b)
		}
		header.Set("Content-Length", strconv.Itoa(total+10))
	}
	status := p.fault.status
	if status == 0 {
		status = http.StatusOK
	}
	p.w.WriteHeader(status)
	if !p.fault.lateHead && p.fault.flush == nil {
		p.flush()
	}
}

func (p *scriptStream) write(n int, item spec.Item, block []byte) {
	out := append(p.pending, block...)
	p.pending = nil
	switch {
	case p.fault.halfFlush:
		p.pending = []byte("\n")
		out = bytes.TrimSuffix(out, []byte("\n"))
	case p.fault.shortFlush > 0 && len(block) > p.fault.shortFlush:
		keep := len(out) - 1024
		p.pending, out = slices.Clone(out[keep:]), out[:keep]
	}
	_, _ = p.w.Write(out)
	if p.fault.flush == nil || p.fault.flush(n, item) {
		p.flush()
	}
}

func (p *scriptStream) flush() { _ = http.NewResponseController(p.w).Flush() }

// finish ends the stream or holds it, as the script says and the fault lets it.
func (p *scriptStream) finish(hold bool) {
	switch {
	case p.fault.cut:
		panic(http.ErrAbortHandler)
	case !hold && !p.fault.stays:
		return
	}
	p.flush()
	forever := time.Minute
	if hold && p.fault.closes > 0 {
		forever = p.fault.closes
	}
	if hold && p.fault.idle > 0 {
		forever = p.fault.idle
	}
	p.sleep(forever)
}

// sleep waits; false says that the stream is over.
func (p *scriptStream) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	leaving := p.leaving
	if p.fault.deaf {
		leaving = nil
	}
	select {
	case <-timer.C:
		return true
	case <-leaving:
		if p.fault.together {
			p.h.endAll()
		}
	case <-p.end:
	case <-p.h.closing:
	}
	return false
}

func (p *scriptStream) enter() {
	p.h.mu.Lock()
	defer p.h.mu.Unlock()
	p.h.open = append(p.h.open, p.end)
}

func (p *scriptStream) leave() {
	p.h.mu.Lock()
	defer p.h.mu.Unlock()
	p.h.open = slices.DeleteFunc(p.h.open, func(c chan struct{}) bool { return c == p.end })
}

func (h *scriptHandler) endAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.open {
		close(c)
	}
	h.open = nil
}
