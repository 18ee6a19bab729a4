package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// http2Exchange is an exchange over a connection of HTTP/2 with one stream.
// It is written on frames, since an HTTP library refuses or drops the very
// fields that a case asks about.
type http2Exchange struct {
	conn   net.Conn
	framer *http2.Framer
	writes sync.Mutex // one frame at a time; leave may come from outside

	data  []byte // received and not yet read
	ended error  // what Read says when data is empty

	// unsent is what is left of the request's body; the windows are what the peer
	// lets us send of it.
	unsent                                  []byte
	connWindow, streamWindow, initialWindow int64

	// heard, when not nil, is told of an acknowledged PING and of bytes beyond
	// the flow-control window.
	heard   func(pong bool, overrun int64)
	held    bool  // do not open the windows again
	unacked int64 // bytes received since
}

const stream = 1 // the one stream of a connection

func newHTTP2(conn net.Conn) *http2Exchange {
	x := &http2Exchange{conn: conn, framer: http2.NewFramer(conn, conn)}
	x.framer.SetMaxReadFrameSize(1 << 16)
	return x
}

// write writes frames, one writer at a time.
func (x *http2Exchange) write(frames ...func() error) error {
	x.writes.Lock()
	defer x.writes.Unlock()
	for _, f := range frames {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (x *http2Exchange) send(r request) error {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range r.http2() {
		if err := encoder.WriteField(hpack.HeaderField{Name: f.Name, Value: f.Value}); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(x.conn, http2.ClientPreface); err != nil {
		return err
	}
	return x.write(
		func() error { return x.framer.WriteSettings(http2.Setting{ID: http2.SettingEnablePush, Val: 0}) },
		func() error { return x.writeHeader(block.Bytes(), len(r.body) == 0) },
		func() error { return x.writeBody(r.body) })
}

// writeHeader cuts a header block to the size of frames that every peer takes.
func (x *http2Exchange) writeHeader(block []byte, last bool) error {
	const most = 16 << 10
	first := block[:min(most, len(block))]
	rest := block[len(first):]
	err := x.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: stream, BlockFragment: first, EndStream: last, EndHeaders: len(rest) == 0})
	for len(rest) > 0 && err == nil {
		part := rest[:min(most, len(rest))]
		rest = rest[len(part):]
		err = x.framer.WriteContinuation(stream, len(rest) == 0, part)
	}
	return err
}

func (x *http2Exchange) head() (head, error) {
	decoder := hpack.NewDecoder(4096, nil)
	for range maxInterim {
		f, err := x.untilHeaders()
		if err != nil {
			return head{}, err
		}
		h, err := x.headOf(decoder, f)
		if err != nil || h.status >= 200 {
			return h, err
		}
	}
	return head{}, &errNoHTTP{fmt.Sprintf("more than %d interim responses", maxInterim)}
}

// untilHeaders reads up to the next header block of the stream.
func (x *http2Exchange) untilHeaders() (*http2.HeadersFrame, error) {
	for {
		f, err := x.frame()
		if err != nil {
			return nil, err
		}
		if h, ok := f.(*http2.HeadersFrame); ok && h.StreamID == stream {
			return h, nil
		}
		if d, ok := f.(*http2.DataFrame); ok && d.StreamID == stream {
			return nil, &errNoHTTP{"DATA comes before the head"}
		}
		if x.ended != nil {
			return nil, inside(x.ended)
		}
	}
}

// headOf decodes a header block, with its continuations.
func (x *http2Exchange) headOf(decoder *hpack.Decoder, f *http2.HeadersFrame) (head, error) {
	h := head{proto: "HTTP/2.0"}
	ends := f.StreamEnded()
	block := bytes.Clone(f.HeaderBlockFragment())
	for done := f.HeadersEnded(); !done; {
		if len(block) > maxHead {
			return h, errHeadTooLarge
		}
		next, err := x.framer.ReadFrame()
		if err != nil {
			return h, readError(err)
		}
		c, ok := next.(*http2.ContinuationFrame)
		if !ok {
			return h, &errNoHTTP{"a header block is not continued"}
		}
		block = append(block, c.HeaderBlockFragment()...)
		done = c.HeadersEnded()
	}
	fields, err := decodeBlock(decoder, block)
	if err != nil {
		return h, err
	}
	for _, field := range fields {
		if field.Name == ":status" {
			h.status, _ = strconv.Atoi(field.Value)
		}
		h.header = append(h.header, transcript.Field{Name: field.Name, Value: field.Value})
		h.raw = append(h.raw, (field.Name + ": " + field.Value + "\r\n")...)
	}
	if h.status < 100 || h.status > 999 {
		return h, &errNoHTTP{"there is no :status"}
	}
	if ends {
		x.ended = io.EOF
	}
	return h, nil
}

// decodeBlock decodes a header block of bounded size.
func decodeBlock(decoder *hpack.Decoder, block []byte) ([]hpack.HeaderField, error) {
	var fields []hpack.HeaderField
	size, tooLarge := 0, false
	decoder.SetMaxStringLength(maxHead)
	decoder.SetEmitFunc(func(f hpack.HeaderField) {
		if size += int(f.Size()); size > maxHead {
			tooLarge = true
			decoder.SetEmitEnabled(false)
			return
		}
		fields = append(fields, f)
	})
	_, err := decoder.Write(block)
	if err == nil {
		err = decoder.Close()
	}
	switch {
	case tooLarge || errors.Is(err, hpack.ErrStringLength):
		return nil, errHeadTooLarge
	case err != nil:
		return nil, &errNoHTTP{"its header block cannot be decoded: " + err.Error()}
	}
	return fields, nil
}

// idle reads every frame, and opens no window.
func (x *http2Exchange) idle() {
	x.held = true
	for x.ended == nil {
		if _, err := x.frame(); err != nil {
			return
		}
	}
}

// initialWindow is the flow-control window that every peer starts with.
const initialWindow = 65535

func (x *http2Exchange) tell(pong bool, overrun int64) {
	if x.heard != nil {
		x.heard(pong, overrun)
	}
}

// ping asks for a sign of life.
func (x *http2Exchange) ping() error {
	return x.write(func() error { return x.framer.WritePing(false, [8]byte{'s', 's', 'e', 'c', 'h', 'e', 'c', 'k'}) })
}

func (x *http2Exchange) Read(p []byte) (int, error) {
	for len(x.data) == 0 {
		if x.ended != nil {
			return 0, x.ended
		}
		f, err := x.frame()
		if err != nil {
			return 0, err
		}
		if h, ok := f.(*http2.HeadersFrame); ok && h.StreamID == stream && h.StreamEnded() {
			x.ended = io.EOF // trailers
		}
	}
	n := copy(p, x.data)
	x.data = x.data[n:]
	return n, nil
}

// frame reads one frame and does what the protocol asks of a receiver.
func (x *http2Exchange) frame() (http2.Frame, error) {
	f, err := x.framer.ReadFrame()
	if err != nil {
		return nil, readError(err)
	}
	switch f := f.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			err = x.write(x.framer.WriteSettingsAck)
		}
	case *http2.PingFrame:
		if f.IsAck() {
			x.tell(true, 0)
		} else {
			err = x.write(func() error { return x.framer.WritePing(true, f.Data) })
		}
	case *http2.DataFrame:
		err = x.received(f)
	case *http2.RSTStreamFrame:
		if f.StreamID == stream {
			x.ended = fmt.Errorf("the server reset the stream: %s", f.ErrCode)
		}
	case *http2.GoAwayFrame:
		if f.ErrCode != http2.ErrCodeNo || f.LastStreamID < stream {
			x.ended = fmt.Errorf("the server sent GOAWAY: %s", f.ErrCode)
		}
	}
	if err == nil {
		err = x.opened(f)
	}
	return f, err
}

// received keeps the data and opens the windows for as much again.
func (x *http2Exchange) received(f *http2.DataFrame) error {
	if f.StreamID != stream {
		return nil
	}
	if f.StreamEnded() {
		x.ended = io.EOF
	}
	if x.unacked += int64(f.Length); x.held {
		x.tell(false, max(0, x.unacked-initialWindow))
		return nil
	}
	x.unacked = 0
	x.data = append(x.data, f.Data()...)
	if x.ended != nil {
		return nil
	}
	if f.Length == 0 {
		return nil
	}
	return x.write(
		func() error { return x.framer.WriteWindowUpdate(0, f.Length) },
		func() error { return x.framer.WriteWindowUpdate(stream, f.Length) })
}

// readError says of what cannot be read as a frame that it is no HTTP.
func readError(err error) error {
	var conn http2.ConnectionError
	var streamErr http2.StreamError
	if errors.As(err, &conn) || errors.As(err, &streamErr) || errors.Is(err, http2.ErrFrameTooLarge) {
		return &errNoHTTP{"a frame is malformed: " + err.Error()}
	}
	return inside(err)
}

func (x *http2Exchange) closeWrite() error { return nil } // END_STREAM went with the request

// leave resets the stream, or ends the connection as a client that has no more
// use for it.
func (x *http2Exchange) leave(reset bool) {
	if !reset && x.writes.TryLock() {
		_ = x.conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		_ = x.framer.WriteRSTStream(stream, http2.ErrCodeCancel)
		_ = x.framer.WriteGoAway(0, http2.ErrCodeNo, nil)
		x.writes.Unlock()
	}
	leave(x.conn, reset)
}
