package refserver

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/spec"
)

// maxScript bounds a script, in bytes; maxSleep what one sleep of it may take, and
// maxHold how long a stream is held open.
const (
	maxScript = 16 << 20
	maxSleep  = 10 * time.Second
	maxHold   = 10 * time.Minute
)

// scriptHello is how the server introduces itself to a runner.
const scriptHello = `{"op":"hello","protocol":1,"name":"ssecheck reference","language":"go","roles":["encoder"],` +
	`"capabilities":["comments","retry"]}` + "\n"

// A script is what a request asks for.
type script struct {
	Op    string       `json:"op"`
	Items []scriptItem `json:"items"`
	End   string       `json:"end"`
}

// A scriptItem is a block of the stream, or a pause in ms.
type scriptItem struct {
	encoder.Item
	Sleep int64 `json:"sleep"`
}

// serveScript emits what the request asks for: with POST its body, with GET the query
// parameter script in base64url. An item that the format cannot carry is refused before
// the stream begins.
func (s *Server) serveScript(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		http.Error(w, "the server is closing", http.StatusServiceUnavailable)
		return
	}
	defer s.wait.Done()
	if r.Method != http.MethodPost && !allow(w, r) {
		return
	}
	sc, items, err := readScript(r)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case sc.Op == "hello":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, scriptHello)
	default:
		s.emit(w, r, sc, items)
	}
}

// readScript reads the script and what is to be written of it.
func readScript(r *http.Request) (script, []spec.Item, error) {
	var sc script
	body, err := io.ReadAll(io.LimitReader(r.Body, maxScript))
	if r.Method != http.MethodPost {
		body, err = base64.RawURLEncoding.DecodeString(r.URL.Query().Get("script"))
	}
	if err != nil {
		return sc, nil, fmt.Errorf("the script cannot be read: %w", err)
	}
	if err := json.Unmarshal(body, &sc); err != nil {
		return sc, nil, fmt.Errorf(`a script is JSON, such as {"items":[{"data":"a"}],"end":"close"}: %w`, err)
	}
	items := make([]spec.Item, len(sc.Items))
	for i, item := range sc.Items {
		if items[i], err = item.Block(); err == nil {
			_, err = items[i].Append(nil)
		}
		if err != nil {
			return sc, nil, fmt.Errorf("item %d: %w", i+1, err)
		}
	}
	return sc, items, nil
}

// emit writes the stream, an item at a time, each flushed.
func (s *Server) emit(w http.ResponseWriter, r *http.Request, sc script, items []spec.Item) {
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("Access-Control-Allow-Origin", "*")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	out := http.NewResponseController(w)
	if out.Flush() != nil {
		return
	}
	stream := spec.NewEncoder(w)
	for i, item := range items {
		if sleep := sc.Items[i].Sleep; sleep > 0 {
			if !s.sleep(r.Context(), min(maxSleep, time.Duration(sleep)*time.Millisecond)) {
				return
			}
			continue
		}
		_ = out.SetWriteDeadline(time.Now().Add(s.opts.WriteTimeout))
		if stream.Encode(item) != nil || out.Flush() != nil {
			return
		}
	}
	if sc.End == "hold" {
		s.sleep(r.Context(), maxHold)
	}
}

// sleep waits, and says whether the client is still there afterwards.
func (s *Server) sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.done:
	}
	return false
}
