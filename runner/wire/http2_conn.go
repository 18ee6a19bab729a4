package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Bounds of a connection of HTTP/2.
const (
	maxStreams  = 256
	maxBlock    = 4 * transcript.MaxHead // of a header block as it is sent
	firstWindow = 65535                  // of flow control, until the client says otherwise
	firstFrame  = 16 << 10               // the largest frame, likewise
	mostWindow  = 1<<31 - 1
	stuckTime   = 10 * time.Second // a client that takes no byte for so long is let go
)

// An http2Conn is a connection of HTTP/2. It is written on frames, since an HTTP
// library refuses or drops the very things that a case is about.
type http2Conn struct {
	link    *link
	ctx     context.Context // done when the connection is over
	end     context.CancelCauseFunc
	framer  *http2.Framer // writes to out
	decoder *hpack.Decoder
	work    sync.WaitGroup // the handlers of streams

	writing chan struct{} // holds one token while somebody writes; out and encoder are theirs
	out     bytes.Buffer
	block   bytes.Buffer // what encoder wrote
	encoder *hpack.Encoder

	mu       sync.Mutex
	streams  map[uint32]*http2Stream
	last     uint32        // the highest stream that was begun
	window   int64         // bytes of data that the client takes on the connection
	initial  int64         // and on a new stream
	maxFrame int64         // and in one frame
	grown    chan struct{} // closed when a window grows
	going    bool          // the client was asked to go
	pings    map[uint64]*ping
	pinged   uint64
	idle     *time.Timer
}

// serveHTTP2 serves a connection whose preface was read.
func serveHTTP2(l *link) {
	c := &http2Conn{
		link: l, writing: make(chan struct{}, 1), decoder: hpack.NewDecoder(4096, nil),
		streams: map[uint32]*http2Stream{}, window: firstWindow, initial: firstWindow, maxFrame: firstFrame,
		grown: make(chan struct{}), pings: map[uint64]*ping{},
	}
	c.ctx, c.end = context.WithCancelCause(l.server.ctx)
	c.framer = http2.NewFramer(&c.out, bufio.NewReader(io.MultiReader(bytes.NewReader(l.in), l.conn)))
	c.framer.SetMaxReadFrameSize(firstFrame)
	c.framer.AllowIllegalWrites = true // cases send what is forbidden, on purpose
	c.encoder = hpack.NewEncoder(&c.block)
	c.encoder.SetMaxDynamicTableSize(0) // whatever table the client has, this fits
	c.idle = time.AfterFunc(idleTimeout, l.kill)
	defer c.idle.Stop()

	err := c.serve()
	c.fail(err)
	c.work.Wait()
}

// fail ends the connection, and the turns of its streams with it.
func (c *http2Conn) fail(err error) {
	c.end(err)
	c.mu.Lock()
	open := c.streams
	c.streams = nil
	c.mu.Unlock()
	for _, s := range open {
		s.left(reason(err))
	}
	c.link.kill()
}

// errViolation is a mistake of the client that ends the connection.
type errViolation struct {
	code http2.ErrCode
	what string
}

func (e *errViolation) Error() string { return e.what + ": " + e.code.String() }

// serve reads frames until the connection ends.
func (c *http2Conn) serve() error {
	err := c.write(c.ctx, func(f *http2.Framer) error {
		return f.WriteSettings(
			http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: maxStreams},
			http2.Setting{ID: http2.SettingMaxHeaderListSize, Val: transcript.MaxHead})
	})
	for first := true; err == nil; first = false {
		var f http2.Frame
		if f, err = c.framer.ReadFrame(); err == nil {
			err = c.take(f)
		}
		if first {
			_ = c.link.conn.SetReadDeadline(time.Time{})
		}
	}
	var violation *errViolation
	var connection http2.ConnectionError
	switch {
	case errors.As(err, &violation):
		_ = c.goAway(c.ctx, violation.code)
	case errors.As(err, &connection):
		_ = c.goAway(c.ctx, http2.ErrCode(connection))
	case errors.Is(err, http2.ErrFrameTooLarge):
		_ = c.goAway(c.ctx, http2.ErrCodeFrameSize)
	}
	return err
}

// goAway asks the client to go, naming the last stream that is served. Once is
// enough, unless there is an error to tell.
func (c *http2Conn) goAway(ctx context.Context, code http2.ErrCode) error {
	c.mu.Lock()
	told := c.going && code == http2.ErrCodeNo
	c.going = true
	last := c.last
	c.mu.Unlock()
	if told {
		return nil
	}
	return c.write(ctx, func(f *http2.Framer) error { return f.WriteGoAway(last, code, nil) })
}

// take does what the protocol asks of the receiver of a frame.
func (c *http2Conn) take(f http2.Frame) error {
	switch f := f.(type) {
	case *http2.SettingsFrame:
		return c.takeSettings(f)
	case *http2.WindowUpdateFrame:
		return c.grow(f.StreamID, int64(f.Increment))
	case *http2.HeadersFrame:
		return c.takeHeaders(f)
	case *http2.DataFrame:
		return c.takeData(f)
	case *http2.RSTStreamFrame:
		if s := c.stream(f.StreamID); s != nil {
			s.left("reset: " + f.ErrCode.String())
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			return c.write(c.ctx, func(w *http2.Framer) error { return w.WritePing(true, f.Data) })
		}
		c.pong(f.Data)
	}
	return nil
}

func (c *http2Conn) stream(id uint32) *http2Stream {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.streams[id]
}

// begin takes up a stream; what it returns says why it is not.
func (c *http2Conn) begin(s *http2Stream) (refused bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.going || len(c.streams) >= maxStreams {
		return true
	}
	c.idle.Stop()
	c.link.idle.Store(false)
	c.last = s.id
	s.window = c.initial
	c.streams[s.id] = s
	return false
}

// over forgets a stream, and ends the connection with the last one once the
// client was asked to go.
func (c *http2Conn) over(s *http2Stream) {
	c.mu.Lock()
	delete(c.streams, s.id)
	none := len(c.streams) == 0
	if none {
		c.idle.Reset(idleTimeout)
		c.link.idle.Store(true)
	}
	going := c.going
	c.mu.Unlock()
	if none && going {
		c.link.closeWrite(true)
		_ = c.link.conn.SetReadDeadline(time.Now().Add(lingerTime))
	}
}
