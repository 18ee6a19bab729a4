package wire

import (
	"context"
	"strconv"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// write writes frames as one write. One writer goes at a time, and each waits
// for no longer than its own ctx.
func (c *http2Conn) write(ctx context.Context, frames func(*http2.Framer) error) error {
	_, err := c.writeAt(ctx, frames)
	return err
}

// writeAndWait is write, and waits until the client has read the frames.
func (c *http2Conn) writeAndWait(ctx context.Context, frames func(*http2.Framer) error) error {
	offset, err := c.writeAt(ctx, frames)
	if err != nil {
		return err
	}
	return c.taken(ctx, offset)
}

// taken waits until the client has read the connection up to an offset.
func (c *http2Conn) taken(ctx context.Context, offset int64) error {
	return c.link.server.readers.await(ctx, c.link.tcp, offset, patience)
}

// writeAt is write, and returns where on the connection the frames end.
func (c *http2Conn) writeAt(ctx context.Context, frames func(*http2.Framer) error) (offset int64, err error) {
	select {
	case c.writing <- struct{}{}:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { <-c.writing }()
	c.out.Reset()
	if err := frames(c.framer); err != nil {
		return 0, err
	}
	return c.flush(ctx)
}

// flush writes what stands in out. A client that takes none of it ends the
// connection, for all its streams: half a frame is none.
func (c *http2Conn) flush(ctx context.Context) (offset int64, err error) {
	conn := c.link.conn
	_ = conn.SetWriteDeadline(time.Now().Add(stuckTime))
	err = interruptible(ctx, func() { _ = conn.SetWriteDeadline(time.Now().Add(grace)) }, func() error {
		_, err := conn.Write(c.out.Bytes())
		return err
	})
	if err != nil {
		c.link.kill() // which wakes the reader
	}
	return c.link.tcp.written.Load(), err
}

// takeSettings obeys the client's settings.
func (c *http2Conn) takeSettings(f *http2.SettingsFrame) error {
	if f.IsAck() {
		return nil
	}
	err := f.ForeachSetting(func(s http2.Setting) error {
		if err := s.Valid(); err != nil {
			return err
		}
		switch s.ID {
		case http2.SettingInitialWindowSize:
			return c.setInitial(int64(s.Val))
		case http2.SettingMaxFrameSize:
			c.mu.Lock()
			c.maxFrame = int64(s.Val)
			c.mu.Unlock()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.write(c.ctx, func(w *http2.Framer) error { return w.WriteSettingsAck() })
}

// setInitial changes the windows of all streams (RFC 9113, section 6.9.2).
func (c *http2Conn) setInitial(size int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.streams {
		if s.window += size - c.initial; s.window > mostWindow {
			return &errViolation{http2.ErrCodeFlowControl, "a window is too large"}
		}
	}
	c.initial = size
	c.grownLocked()
	return nil
}

// grow opens the window of a stream, or of the connection.
func (c *http2Conn) grow(id uint32, by int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	window := &c.window
	if id != 0 {
		s := c.streams[id]
		if s == nil {
			return nil // of a stream that is over
		}
		window = &s.window
	}
	if *window += by; *window > mostWindow {
		return &errViolation{http2.ErrCodeFlowControl, "a window is too large"}
	}
	c.grownLocked()
	return nil
}

func (c *http2Conn) grownLocked() {
	close(c.grown)
	c.grown = make(chan struct{})
}

// claim waits until the client takes data of the stream, and returns how much
// of want one frame may have.
func (c *http2Conn) claim(ctx context.Context, s *http2Stream, want int) (n int, err error) {
	for {
		c.mu.Lock()
		room := min(c.window, s.window, c.maxFrame)
		if room > 0 || want == 0 {
			n := min(int64(want), max(room, 0))
			c.window -= n
			s.window -= n
			c.mu.Unlock()
			return int(n), nil
		}
		grown := c.grown
		c.mu.Unlock()
		select {
		case <-grown:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// writeHead writes a head as a header block, in frames that every client takes.
func (c *http2Conn) writeHead(f *http2.Framer, id uint32, h *head, last bool) error {
	c.block.Reset()
	_ = c.encoder.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(h.status)}) // into memory
	for _, field := range h.fields {
		_ = c.encoder.WriteField(hpack.HeaderField{Name: field.Name, Value: field.Value})
	}
	rest := c.block.Bytes()
	part := rest[:min(firstFrame, len(rest))]
	rest = rest[len(part):]
	err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: part, EndStream: last, EndHeaders: len(rest) == 0})
	for len(rest) > 0 && err == nil {
		part, rest = rest[:min(firstFrame, len(rest))], rest[min(firstFrame, len(rest)):]
		err = f.WriteContinuation(id, len(rest) == 0, part)
	}
	return err
}
