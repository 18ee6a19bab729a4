package refserver

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// serveTicker is one subscription.
func (s *Server) serveTicker(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r) {
		return
	}
	setStreamHeader(w.Header())
	if r.Method == http.MethodHead {
		return // the same fields, and an end
	}
	if !s.enter() {
		http.Error(w, "this server is closing", http.StatusServiceUnavailable)
		return
	}
	defer s.wait.Done()
	sub, missed, err := s.hub.subscribe(r.Header.Get("Last-Event-ID"))
	if err != nil {
		// A 5xx keeps event sources from coming back by themselves
		// (https://html.spec.whatwg.org/multipage/iana.html#text/event-stream).
		w.Header().Del("Content-Type")
		w.Header().Set("Retry-After", "5")
		http.Error(w, "this server has as many subscribers as it takes", http.StatusServiceUnavailable)
		return
	}
	defer s.hub.unsubscribe(sub)
	s.stream(out{w: w, control: http.NewResponseController(w), timeout: s.opts.WriteTimeout}, r, sub, missed)
}

// setStreamHeader sets what every response of the ticker carries.
func setStreamHeader(h http.Header) {
	h.Set("Server", "ssecheck-ticker")
	h.Set("Content-Type", "text/event-stream")
	// Neither stored nor transformed on the way
	// (https://httpwg.org/specs/rfc9111.html#cache-response-directive.no-store).
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	h.Set("Access-Control-Allow-Origin", "*")
}

// stream sends what was missed, then what comes, until one side has enough.
func (s *Server) stream(o out, r *http.Request, sub *subscriber, missed []message) {
	// The first write sends the head at once, long before the first event.
	if o.send(fmt.Appendf(nil, "retry: %d\n\n", s.opts.Retry.Milliseconds())) != nil {
		return
	}
	for _, m := range missed {
		if o.send(m.block) != nil {
			return
		}
	}
	quiet := time.NewTimer(s.keepAlive())
	defer quiet.Stop()
	for {
		var block []byte
		select {
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		case m, ok := <-sub.live:
			if !ok {
				return // too slow; the client resumes when it comes back
			}
			block = m.block
		case <-quiet.C:
			block = []byte(": keep-alive\n\n")
		}
		if o.send(block) != nil {
			return
		}
		quiet.Reset(s.keepAlive())
	}
}

func (s *Server) keepAlive() time.Duration {
	if s.opts.KeepAlive < 0 {
		return math.MaxInt64
	}
	return s.opts.KeepAlive
}

// out writes whole blocks and flushes each, so that no layer below sees a part
// of one.
type out struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
}

func (o out) send(block []byte) error {
	// A writer that knows no deadline can still write.
	_ = o.control.SetWriteDeadline(time.Now().Add(o.timeout))
	if _, err := o.w.Write(block); err != nil {
		return err
	}
	return o.control.Flush()
}
