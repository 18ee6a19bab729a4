package goserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// maxScript is the length of the longest script in bytes.
const maxScript = 64 << 20

// A script is what the scripted endpoint is asked for: a stream, or with the op hello
// who the library is.
type script struct {
	Op    string `json:"op"`
	Items []Item `json:"items"`
	End   string `json:"end"`
}

// readScript reads the body to its end: only then does net/http notice when the
// client leaves.
func readScript(w http.ResponseWriter, r *http.Request) (script, error) {
	var s script
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxScript))
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("the body is no script: %w", err)
	}
	if s.End != "" && s.End != "close" && s.End != "hold" {
		return s, fmt.Errorf(`end: want "close" or "hold", have %q`, s.End)
	}
	return s, nil
}

// script answers with the stream that is asked for. An item that the library
// refuses is answered with 400 when it is the first, for the stream has not
// started; later ones are left out.
func (l Library[M]) script(w http.ResponseWriter, r *http.Request) {
	s, err := readScript(w, r)
	if err == nil {
		err = l.refused(s.Items)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if s.Op == "hello" {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(l.hello())
		return
	}
	ctx := r.Context()
	l.Script(w, r, func(emit func(M) error) {
		err := s.play(ctx, func(i Item) error { return l.emit(i, emit) })
		if err == nil && s.End == "hold" {
			<-ctx.Done()
		}
	})
}

// refused is why the library refuses the first item, if it does.
func (l Library[M]) refused(items []Item) error {
	for _, i := range items {
		if i.Sleep == nil {
			_, err := l.messages(l.Capabilities, i)
			return err
		}
	}
	return nil
}

// emit emits an item, or leaves it out when the library refuses it.
func (l Library[M]) emit(i Item, emit func(M) error) error {
	messages, refused := l.messages(l.Capabilities, i)
	if refused != nil {
		return nil
	}
	for _, m := range messages {
		if err := emit(m); err != nil {
			return err
		}
	}
	return nil
}

// play takes the items in order, and sleeps where one says so.
func (s script) play(ctx context.Context, emit func(Item) error) error {
	for _, i := range s.Items {
		var err error
		if i.Sleep != nil {
			err = sleep(ctx, *i.Sleep)
		} else {
			err = emit(i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sleep waits that many milliseconds, or until the client leaves.
func sleep(ctx context.Context, ms float64) error {
	timer := time.NewTimer(time.Duration(ms * float64(time.Millisecond)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errGone
	}
}

// errGone ends a script that nobody reads any more.
var errGone = errors.New("the stream is over")
