package wire

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// takeHeaders begins the stream that a header block opens. What it carries on a
// stream that is open are trailers, and say that the request is over.
func (c *http2Conn) takeHeaders(f *http2.HeadersFrame) error {
	id, ends := f.StreamID, f.StreamEnded()
	fields, tooLarge, err := c.readBlock(f)
	if err != nil {
		return err
	}
	if s := c.stream(id); s != nil {
		s.bodyEnded()
		return nil
	}
	if id%2 == 0 || id <= c.last { // only this goroutine changes last
		return nil // of a stream that is over
	}
	r := requestOf(fields)
	if tooLarge {
		r.refuse(http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("its head is larger than %d bytes", transcript.MaxHead))
	}
	s := &http2Stream{conn: c, id: id, request: r, whole: make(chan struct{})}
	if c.begin(s) {
		return c.write(c.ctx, func(w *http2.Framer) error { return w.WriteRSTStream(id, http2.ErrCodeRefusedStream) })
	}
	if ends {
		s.bodyEnded()
	}
	s.admit()
	c.work.Go(s.serve)
	return nil
}

// readBlock decodes a header block with its continuations. A block that is too
// large is decoded all the same, since the ones after it build on it.
func (c *http2Conn) readBlock(f *http2.HeadersFrame) (fields []hpack.HeaderField, tooLarge bool, err error) {
	block := bytes.Clone(f.HeaderBlockFragment())
	for done := f.HeadersEnded(); !done; {
		next, err := c.framer.ReadFrame()
		if err != nil {
			return nil, false, err
		}
		more, ok := next.(*http2.ContinuationFrame)
		if !ok {
			return nil, false, &errViolation{http2.ErrCodeProtocol, "a header block is not continued"}
		}
		block = append(block, more.HeaderBlockFragment()...)
		if len(block) > maxBlock {
			return nil, false, &errViolation{http2.ErrCodeEnhanceYourCalm, "a header block is too large"}
		}
		done = more.HeadersEnded()
	}
	return c.decode(block)
}

func (c *http2Conn) decode(block []byte) (fields []hpack.HeaderField, tooLarge bool, err error) {
	size := 0
	c.decoder.SetMaxStringLength(maxBlock)
	c.decoder.SetEmitFunc(func(f hpack.HeaderField) {
		if size += len(f.Name) + len(f.Value) + len(": \r\n"); size > transcript.MaxHead {
			tooLarge = true
			return
		}
		fields = append(fields, f)
	})
	_, err = c.decoder.Write(block)
	if err = errors.Join(err, c.decoder.Close()); err != nil {
		return nil, false, &errViolation{http2.ErrCodeCompression, "a header block cannot be decoded"}
	}
	return fields, tooLarge, nil
}

// requestOf makes a request of decoded fields, and writes its head as HTTP/1.1
// would.
func requestOf(fields []hpack.HeaderField) *request {
	r := &request{proto: "HTTP/2.0"}
	pseudo := map[string]string{}
	var header []transcript.Field
	for _, f := range fields {
		if strings.HasPrefix(f.Name, ":") {
			pseudo[f.Name] = f.Value
			continue
		}
		header = append(header, transcript.Field{Name: f.Name, Value: f.Value})
	}
	if host, ok := pseudo[":authority"]; ok {
		r.header = append(r.header, transcript.Field{Name: "Host", Value: host})
	}
	r.header = append(r.header, header...)
	r.method = pseudo[":method"]
	r.setTarget(pseudo[":path"])
	if r.method == "" || r.target == "" {
		r.refuse(http.StatusBadRequest, "it has no :method or no :path")
	}
	r.head = fmt.Appendf(nil, "%s %s %s\r\n", r.method, r.target, r.proto)
	for _, f := range r.header {
		r.head = fmt.Appendf(r.head, "%s: %s\r\n", f.Name, f.Value)
	}
	r.head = append(r.head, "\r\n"...)
	return r
}

// takeData keeps the request's body, and opens the windows for as much again.
func (c *http2Conn) takeData(f *http2.DataFrame) error {
	id, n, ends := f.StreamID, f.Length, f.StreamEnded()
	s := c.stream(id)
	if s != nil {
		s.bodyCame(f.Data())
	}
	if s != nil && ends {
		s.bodyEnded()
	}
	if n == 0 {
		return nil
	}
	return c.write(c.ctx, func(w *http2.Framer) error {
		if s != nil && !ends {
			if err := w.WriteWindowUpdate(id, n); err != nil {
				return err
			}
		}
		return w.WriteWindowUpdate(0, n)
	})
}
