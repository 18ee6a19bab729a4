package wire

import (
	"context"
	"net/http"
	"strconv"

	"golang.org/x/net/http2"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An http2Response is a response on a stream of HTTP/2.
type http2Response struct {
	stream *http2Stream
	turn   *turn

	size   *size // of the body, with cases.BodyLength
	coding *coding
	begun  bool // the head was written
	inside bool // of an item of which a part was written
	ended  bool // END_STREAM or RST_STREAM was written
}

func (w *http2Response) interim(status int) error {
	return w.writeHead(interimHead(status, true), false)
}

func (w *http2Response) head() error {
	respond := w.turn.respondOf()
	if respond.Raw != "" {
		w.turn.problem("a raw head is of HTTP/1.1, and the client speaks HTTP/2.0")
	}
	w.coding = newCoding(respond.Encoding)
	h := w.turn.headOf(respond)
	stream := w.turn.script.Stream
	empty := emptyBody(h, respond, stream)
	if hasBody(h.status) && (respond.Body == cases.BodyLength || empty) {
		w.size = sizeOf(respond, stream)
		h.add("Content-Length", strconv.FormatInt(w.size.announced, 10))
	}
	w.turn.headSent(h.http1("HTTP/2.0"))
	w.begun = true
	return w.writeHead(h, !hasBody(h.status) || empty || w.turn.request.method == http.MethodHead)
}

// writeHead writes a head, and waits until it was read.
func (w *http2Response) writeHead(h *head, last bool) error {
	if !w.begun {
		w.turn.log.add(transcript.Runner, "response", h.http1("HTTP/2.0"), "")
	}
	if last {
		w.ending(clean)
		w.ended = true
	}
	c := w.stream.conn
	return c.writeAndWait(w.turn.ctx, func(f *http2.Framer) error { return c.writeHead(f, w.stream.id, h, last) })
}

func (w *http2Response) holds() bool { return !w.ended && w.size == nil }
func (w *http2Response) whole() bool { return w.ended }

func (w *http2Response) item(b []byte) error {
	if w.ended {
		return nil
	}
	return w.data(w.turn.ctx, w.coding.encode(b), false)
}

// data writes bytes as one DATA frame, or as several where the client takes no
// frame of the size, and waits until they were read.
func (w *http2Response) data(ctx context.Context, b []byte, last bool) error {
	c, id := w.stream.conn, w.stream.id
	for {
		n, err := c.claim(ctx, w.stream, len(b))
		if err != nil {
			return err
		}
		part := b[:n]
		b = b[n:]
		w.inside = len(b) > 0
		ends := last && !w.inside
		offset, err := c.writeAt(ctx, func(f *http2.Framer) error { return f.WriteData(id, ends, part) })
		switch {
		case err != nil || ends:
			return err
		case !w.inside:
			return c.taken(ctx, offset)
		}
	}
}

func (w *http2Response) finish() error { return w.end(w.turn.ctx) }

// end ends the response with END_STREAM.
func (w *http2Response) end(ctx context.Context) error {
	if w.ended {
		return nil
	}
	trailer := w.coding.trailer()
	if w.size != nil {
		w.size.add(len(trailer))
	}
	w.ending(clean)
	w.ended = true
	return w.data(ctx, trailer, true)
}

// ending is called before the last write. Where nobody listens afterwards, the
// client is asked to go first: it would send its next request right here.
func (w *http2Response) ending(how string) {
	w.turn.ending(how)
	if w.turn.refusal > 0 {
		_ = w.stream.conn.goAway(w.turn.ctx, http2.ErrCodeNo)
	}
}

// drop ends the stream alone: other plays are on the same connection.
func (w *http2Response) drop(how string) error {
	if how == cases.DropReset {
		w.ending("reset")
		return w.reset(w.turn.ctx, http2.ErrCodeCancel)
	}
	w.ending("truncated")
	return w.reset(w.turn.ctx, http2.ErrCodeInternal)
}

func (w *http2Response) reset(ctx context.Context, code http2.ErrCode) error {
	w.ended = true
	return w.stream.conn.write(ctx, func(f *http2.Framer) error { return f.WriteRSTStream(w.stream.id, code) })
}

func (w *http2Response) frame(kind string) error {
	c := w.stream.conn
	if kind == cases.FramePing {
		w.turn.log.add(transcript.Runner, "ping", nil, "")
		return c.sendPing(w.turn)
	}
	w.turn.log.add(transcript.Runner, "goaway", nil, "")
	return c.goAway(w.turn.ctx, http2.ErrCodeNo)
}

func (w *http2Response) answer(status int) error {
	h := &head{status: status, lower: true}
	w.turn.allowOrigin(h)
	w.turn.headSent(h.http1("HTTP/2.0"))
	w.begun = true
	return w.writeHead(h, true)
}

func (w *http2Response) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if w.ended || w.begun && !w.inside && w.end(ctx) == nil {
		return
	}
	_ = w.reset(ctx, http2.ErrCodeCancel)
}

// notFound answers what no play does.
func (s *http2Stream) notFound() {
	c := s.conn
	h := &head{status: http.StatusNotFound}
	_ = c.write(c.ctx, func(f *http2.Framer) error { return c.writeHead(f, s.id, h, true) })
}
