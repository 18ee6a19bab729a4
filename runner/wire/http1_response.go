package wire

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An http1Response is a response in HTTP/1.1 or 1.0.
type http1Response struct {
	turn *turn
	link *link

	framing string // how the body is framed; "" where there is none
	size    *size  // of the body, with cases.BodyLength
	coding  *coding
	begun   bool // the head was written
	reuse   bool // the connection serves the next request
}

func (w *http1Response) interim(status int) error {
	b := interimHead(status, false).http1("HTTP/1.1")
	w.turn.log.add(transcript.Runner, "response", b, "")
	return w.putAndWait(b)
}

// putAndWait writes bytes as one write, and waits until the client has read them.
func (w *http1Response) putAndWait(b []byte) error {
	if err := w.link.write(w.turn.ctx, b); err != nil {
		return err
	}
	return w.link.taken(w.turn.ctx)
}

func (w *http1Response) head() error {
	b := w.headBytes(w.turn.respondOf())
	w.turn.headSent(b)
	if w.whole() {
		w.turn.ending(clean)
	}
	w.begun = true
	return w.putAndWait(b)
}

// headBytes settles the framing and writes the head for it.
func (w *http1Response) headBytes(respond *cases.Respond) []byte {
	t := w.turn
	if respond.Raw != "" {
		w.framing = cases.BodyClose
		return []byte(t.fill(respond.Raw))
	}
	w.coding = newCoding(respond.Encoding)
	h := t.headOf(respond)
	proto := "HTTP/1.1"
	if respond.HTTP != "" {
		proto = "HTTP/" + respond.HTTP
	}
	old := proto == "HTTP/1.0" || t.request.proto == "HTTP/1.0"
	w.frameAs(h, respond, old)
	w.reuse = w.framing != cases.BodyClose && !old && t.refusal == 0 &&
		!lists(t.request.header, "Connection", "close") && !lists(h.fields, "Connection", "close")
	if !w.reuse && proto == "HTTP/1.1" {
		h.add("Connection", "close")
	}
	return h.http1(proto)
}

// frameAs settles the framing; old is for HTTP/1.0.
func (w *http1Response) frameAs(h *head, respond *cases.Respond, old bool) {
	stream := w.turn.script.Stream
	empty := emptyBody(h, respond, stream)
	switch {
	case !hasBody(h.status):
		w.framing = ""
	case respond.Body == cases.BodyLength || empty:
		w.framing = cases.BodyLength
		w.size = sizeOf(respond, stream)
		h.add("Content-Length", strconv.FormatInt(w.size.announced, 10))
	case respond.Body == cases.BodyClose || old:
		w.framing = cases.BodyClose
	default:
		w.framing = cases.BodyChunked
		h.add("Transfer-Encoding", "chunked")
	}
	if w.turn.request.method == http.MethodHead {
		w.framing, w.size = "", nil // the head alone is as for GET
	}
}

func (w *http1Response) holds() bool {
	return w.framing == cases.BodyChunked || w.framing == cases.BodyClose
}

func (w *http1Response) whole() bool {
	return w.framing == "" || w.framing == cases.BodyLength && w.size.whole()
}

func (w *http1Response) item(b []byte) error {
	return w.body(w.turn.ctx, w.coding.encode(b), nil, true)
}

// body writes a part of the body in its framing, and tail after it, as one
// write.
func (w *http1Response) body(ctx context.Context, b, tail []byte, wait bool) error {
	switch {
	case w.framing == "" || len(b)+len(tail) == 0:
		return nil // there is no body, or nothing to write: a chunk of size 0 would be the last
	case w.framing == cases.BodyChunked:
		b = append(chunk(b), tail...)
	case w.framing == cases.BodyLength && w.size.add(len(b)):
		w.turn.ending(clean)
	}
	if err := w.link.write(ctx, b); err != nil || !wait {
		return err
	}
	return w.link.taken(ctx)
}

// chunk frames bytes as a chunk; none is no chunk.
func chunk(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	framed := make([]byte, 0, len(b)+24)
	framed = strconv.AppendInt(framed, int64(len(b)), 16)
	framed = append(framed, "\r\n"...)
	framed = append(framed, b...)
	return append(framed, "\r\n"...)
}

// lastChunk ends a chunked body.
const lastChunk = "0\r\n\r\n"

func (w *http1Response) finish() error { return w.end(w.turn.ctx) }

// end ends the response cleanly.
func (w *http1Response) end(ctx context.Context) error {
	var err error
	trailer := w.coding.trailer()
	switch {
	case w.whole(): // the end was written before
	case w.framing == cases.BodyChunked:
		w.turn.ending(clean)
		err = w.body(ctx, trailer, []byte(lastChunk), false)
	case w.framing == cases.BodyLength:
		err = w.body(ctx, trailer, nil, false)
		if !w.whole() {
			w.reuse = false
			w.turn.ending("short of its Content-Length")
		}
	default:
		w.turn.ending(clean)
		err = w.body(ctx, trailer, nil, false)
	}
	w.reuse = w.reuse && (w.size == nil || w.size.exact())
	if err == nil && !w.reuse {
		w.link.closeWrite(true)
	}
	return err
}

func (w *http1Response) drop(how string) error {
	w.reuse = false
	if how == cases.DropReset {
		if err := w.link.read(w.turn.ctx); err != nil {
			return err // what it has not read a reset would take away
		}
		w.turn.ending("reset")
		w.link.reset()
		return nil
	}
	w.turn.ending("truncated")
	if w.framing == cases.BodyChunked {
		// A chunk of which nothing follows: no byte that the case does not have
		// reaches the client.
		if err := w.link.write(w.turn.ctx, []byte("10\r\n")); err != nil {
			return err
		}
	}
	w.link.closeWrite(false)
	return nil
}

func (w *http1Response) frame(kind string) error {
	w.turn.problem(fmt.Sprintf("{frame: %s} is of HTTP/2, and the client speaks %s", kind, w.turn.request.proto))
	return nil
}

func (w *http1Response) answer(status int) error {
	h := &head{status: status}
	w.turn.allowOrigin(h)
	b := bareResponse(h, w.turn.request)
	w.turn.headSent(b)
	w.turn.ending(clean)
	if err := w.link.write(w.turn.ctx, b); err != nil {
		return err
	}
	w.link.closeWrite(true)
	return nil
}

func (w *http1Response) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	switch {
	case w.link.torn || w.begun && w.end(ctx) != nil:
		w.reuse = false
		w.link.kill()
	case !w.begun:
		w.link.closeWrite(true)
	}
}
