package server

import (
	"errors"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Raw is a request over HTTP/1 as it goes on the wire.
type Raw struct {
	// Parts are written one after the other, each Gap after the one before.
	Parts [][]byte
	Gap   time.Duration
	// Waits, where there are any, are the times before the parts, instead of Gap.
	Waits []time.Duration
	// Method is the request's, by which its response is framed. Behind are those of
	// the requests that Parts hold behind it, whose responses are read in turn.
	Method string
	Behind []string
	// HalfClose closes the sending half after the last part.
	HalfClose bool
}

// wait is the time before a part.
func (r *Raw) wait(part int) time.Duration {
	switch {
	case r.Waits != nil:
		return r.Waits[part]
	case part > 0:
		return r.Gap
	}
	return 0
}

// errLeft says that the visit was left while its request was being sent.
var errLeft = errors.New("the connection was left")

// sendRaw writes the parts, and gives up when the connection is left.
func (x *http1) sendRaw(r *Raw) error {
	x.method, x.behind = r.Method, r.Behind
	for i, part := range r.Parts {
		if wait := r.wait(i); wait > 0 && !x.pause(wait) {
			return errLeft
		}
		if _, err := x.conn.Write(part); err != nil {
			return err
		}
	}
	if r.HalfClose {
		return x.closeWrite()
	}
	return nil
}

// pause waits; false says that the connection was left meanwhile.
func (x *http1) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.left:
		return false
	}
}

// next begins the record of the response to the next request that was pipelined. There
// is none when the response before it goes on, or was no whole one.
func (v *visit) next(wire exchange) bool {
	x, ok := wire.(*http1)
	if !ok || len(x.behind) == 0 || !v.anew() {
		return false
	}
	x.method, x.behind = x.behind[0], x.behind[1:]
	return v.answer(wire, nil)
}

// anew puts a response that is complete aside.
func (v *visit) anew() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.left || v.record.End != transcript.EndClean {
		return false
	}
	done := v.record
	v.earlier = append(v.earlier, &done)
	v.record = transcript.Conn{Name: done.Name, Hop: done.Hop, Request: done.Request, End: transcript.EndOpen}
	return true
}
