package server

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A visit is one connection under way: one goroutine sends the request, reads
// what comes and keeps the record; others wait for the record to change.
type visit struct {
	began time.Time // of the case
	done  chan struct{}

	mu      sync.Mutex
	record  transcript.Conn
	changed chan struct{} // closed and replaced at each change
	wire    exchange      // nil until dialled
	left    bool          // the probe has left, or wants to
	sharp   bool          // leave as soon as a part of an event has come
	raw     []byte        // the head of the response, for the log
	final   *transcript.Conn
	earlier []*transcript.Conn // the responses before the one of record, where requests were pipelined
}

// open starts a visit. It ends by itself, with ctx, or when it is left; done is
// closed then.
func open(ctx context.Context, d *dialer, name string, w way, began time.Time, idle bool) *visit {
	r := w.r
	v := &visit{began: began, done: make(chan struct{}), changed: make(chan struct{})}
	v.record = transcript.Conn{Name: name, Hop: w.hop, End: transcript.EndOpen,
		Request: transcript.Request{Method: r.method, URL: r.url.Redacted(), Header: r.fields}}
	go v.run(ctx, d, w.want, r, idle)
	return v
}

// run is the visit's goroutine.
func (v *visit) run(ctx context.Context, d *dialer, want dialing, r request, idle bool) {
	defer close(v.done)
	wire, err := d.dial(ctx, want)
	if err != nil {
		v.update(func(c *transcript.Conn) { c.Err = dialError(ctx, err) })
		return
	}
	// A context that ends, or a step that leaves, closes the connection, which
	// wakes whatever this goroutine waits for.
	stop := context.AfterFunc(ctx, func() { v.leave(false) })
	defer stop()
	defer v.hangUp(wire)
	if !v.dialled(wire) {
		return
	}
	if !v.begin(wire, r) {
		return
	}
	if two, ok := wire.(*http2Exchange); ok {
		_ = two.ping() // when it fails, the acknowledgement is missing
	}
	if idle {
		wire.idle()
		return
	}
	v.read(wire)
	for v.next(wire) {
		v.read(wire)
	}
}

func dialError(ctx context.Context, err error) string {
	if ctx.Err() != nil {
		return "no connection before the time was up: " + err.Error()
	}
	return "no connection: " + err.Error()
}

// dialled hands the connection to those who may close it; false says that the
// probe has left meanwhile.
func (v *visit) dialled(wire exchange) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.wire = wire
	if two, ok := wire.(*http2Exchange); ok {
		two.heard = v.heard
	}
	return !v.left
}

// heard notes what only HTTP/2 has.
func (v *visit) heard(pong bool, overrun int64) {
	v.update(func(c *transcript.Conn) {
		if pong && c.Pong == 0 {
			c.Pong = v.since()
		}
		c.Overrun = max(c.Overrun, overrun)
	})
}

// hangUp closes the connection at the end of the visit.
func (v *visit) hangUp(wire exchange) {
	wire.leave(false)
	v.update(func(c *transcript.Conn) {
		if c.End == transcript.EndOpen {
			c.End, c.EndAt = transcript.EndDropped, v.since()
		}
	})
}

// begin sends the request and reads the head of the response.
func (v *visit) begin(wire exchange, r request) bool {
	sent := wire.send(r)
	v.update(func(c *transcript.Conn) { c.Request.At = v.since() })
	return v.answer(wire, sent)
}

// answer reads the head of a response; sent says how sending the request failed.
func (v *visit) answer(wire exchange, sent error) bool {
	h, err := wire.head()
	if err != nil {
		if sent != nil {
			err = fmt.Errorf("%w (and the request could not be sent whole: %w)", err, sent)
		}
		v.update(func(c *transcript.Conn) {
			if !v.left { // else it is our own leaving that is read here
				c.Err = "no response: " + err.Error()
			}
		})
		v.ended(err)
		return false
	}
	v.update(func(c *transcript.Conn) {
		c.Proto, c.Status, c.Header, c.HeadAt = h.proto, h.status, h.header, v.since()
		v.raw = h.raw
	})
	return true
}

// read reads the body to its end, or until the probe leaves.
func (v *visit) read(wire exchange) {
	intake := newIntake(v, wire)
	buffer := make([]byte, 32<<10)
	for {
		p := buffer
		if v.isSharp() {
			p = buffer[:4]
		}
		n, err := intake.source.Read(p)
		if n > 0 {
			pending := intake.take(p[:n])
			if pending && v.isSharp() {
				v.leave(true)
				return
			}
		}
		if err == nil {
			err = intake.enough()
		}
		if err != nil {
			intake.end(err)
			return
		}
	}
}

// ended writes down how the response ended, unless the probe left first.
func (v *visit) ended(err error) {
	v.update(func(c *transcript.Conn) {
		c.EndAt = v.since()
		if v.left {
			c.End = transcript.EndDropped
			return
		}
		c.End, c.EndDetail = endOf(err)
	})
}

func (v *visit) since() time.Duration { return time.Since(v.began) }

// update changes the record and wakes those who wait for it.
func (v *visit) update(change func(*transcript.Conn)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change(&v.record)
	close(v.changed)
	v.changed = make(chan struct{})
}

// wait returns true as soon as the record shows what is waited for, and false
// when ctx or the visit ends first.
func (v *visit) wait(ctx context.Context, shows func(*transcript.Conn) bool) bool {
	for {
		v.mu.Lock()
		ok, changed := shows(&v.record), v.changed
		v.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-v.done:
			v.mu.Lock()
			defer v.mu.Unlock()
			return shows(&v.record)
		case <-ctx.Done():
			return false
		}
	}
}

// leave ends the visit from outside.
func (v *visit) leave(reset bool) {
	v.mu.Lock()
	wire, first := v.wire, !v.left
	v.left = true
	v.mu.Unlock()
	if wire != nil && first {
		wire.leave(reset)
	}
}

// leaveInside ends the visit with a reset as soon as a part of an event has
// been read.
func (v *visit) leaveInside() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sharp = true
}

func (v *visit) hasLeft() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.left
}

func (v *visit) isSharp() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.sharp
}

func (v *visit) closeWrite() {
	v.mu.Lock()
	wire := v.wire
	v.mu.Unlock()
	if wire != nil {
		_ = wire.closeWrite()
	}
}

// snapshot copies the record as it stands.
func (v *visit) snapshot() *transcript.Conn {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.snapshotLocked()
}

func (v *visit) snapshotLocked() *transcript.Conn {
	c := v.record
	c.Header = append([]transcript.Field(nil), c.Header...)
	c.Chunks = append([]transcript.Chunk(nil), c.Chunks...)
	c.Events = append([]transcript.Event(nil), c.Events...)
	c.Comments = append([]string(nil), c.Comments...)
	c.Retries = append([]int64(nil), c.Retries...)
	c.Findings = append(c.Findings[:0:0], c.Findings...)
	c.Body = bytes.Clone(c.Body)
	if c.EndAt == 0 {
		c.EndAt = v.since()
	}
	return &c
}

// freeze keeps the record as it stands; what happens later is our own leaving.
func (v *visit) freeze() {
	c := v.snapshot()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.final = c
}

// frozen is the record that freeze kept, or the one of a visit that is over.
func (v *visit) frozen() *transcript.Conn {
	v.mu.Lock()
	c := v.final
	v.mu.Unlock()
	if c != nil {
		return c
	}
	return v.snapshot()
}

// tcp is the connection below HTTP and TLS; nil where there is none, or where it is a
// Unix socket's. It is known beyond its end.
func (v *visit) tcp() *net.TCPConn {
	v.mu.Lock()
	defer v.mu.Unlock()
	var conn net.Conn
	switch e := v.wire.(type) {
	case *http1:
		conn = e.conn
	case *http2Exchange:
		conn = e.conn
	default:
		return nil
	}
	tcp, _ := underlying(conn).(*net.TCPConn)
	return tcp
}
