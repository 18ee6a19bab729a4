package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// maxLine bounds the size line of a chunk, and a trailer.
const maxLine = 4 << 10

// readBody reads the request's body, until ctx is done. A body that is wrong
// makes the request bad, and the connection can serve no other.
func (l *link) readBody(ctx context.Context, r *request) error {
	length, hasLength := r.value("Content-Length")
	_, chunked := r.value("Transfer-Encoding")
	switch {
	case r.bad != 0 || !hasLength && !chunked:
		return nil
	case chunked && !lists(r.header, "Transfer-Encoding", "chunked"):
		r.refuse(http.StatusNotImplemented, "its transfer coding is not known here")
		return nil
	}
	if lists(r.header, "Expect", "100-continue") {
		if err := l.write(ctx, []byte("HTTP/1.1 100 Continue\r\n\r\n")); err != nil {
			return err
		}
	}
	_ = l.conn.SetReadDeadline(time.Now().Add(l.server.options.HeadTimeout))
	return interruptible(ctx, func() { _ = l.conn.SetReadDeadline(past) }, func() error {
		body := &bodyReader{link: l, request: r}
		if chunked {
			return body.chunks()
		}
		return body.sized(length)
	})
}

// A bodyReader reads a body into its request.
type bodyReader struct {
	link    *link
	request *request
}

// sized reads a body that has a length.
func (b *bodyReader) sized(length string) error {
	n, err := strconv.ParseUint(length, 10, 63)
	if err != nil {
		b.request.refuse(http.StatusBadRequest, fmt.Sprintf("%.100q is no Content-Length", length))
		return nil
	}
	return b.take(n)
}

// take reads n bytes of the body.
func (b *bodyReader) take(n uint64) error {
	if n > uint64(transcript.MaxRequestBody-len(b.request.body)) {
		b.request.refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("its body is larger than %d bytes", transcript.MaxRequestBody))
		return nil
	}
	for n > 0 {
		if len(b.link.in) == 0 {
			if err := b.link.fill(); err != nil {
				return unexpected(err)
			}
		}
		part := b.link.in[:min(n, uint64(len(b.link.in)))]
		b.request.body = append(b.request.body, part...)
		b.link.in = b.link.in[len(part):]
		n -= uint64(len(part))
	}
	return nil
}

// chunks reads a chunked body.
func (b *bodyReader) chunks() error {
	for b.request.bad == 0 {
		line, err := b.line()
		if err != nil {
			return err
		}
		digits, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseUint(strings.Trim(digits, " \t"), 16, 63)
		if err != nil {
			b.request.refuse(http.StatusBadRequest, fmt.Sprintf("%.100q is no size of a chunk", line))
			return nil
		}
		if n == 0 {
			return b.trailers()
		}
		if err := b.take(n); err != nil {
			return err
		}
		if b.request.bad == 0 {
			if end, err := b.line(); err != nil || end != "" {
				b.request.refuse(http.StatusBadRequest, "a chunk is longer than its size")
				return err
			}
		}
	}
	return nil
}

func (b *bodyReader) trailers() error {
	for range 64 {
		if line, err := b.line(); err != nil || line == "" {
			return err
		}
	}
	b.request.refuse(http.StatusBadRequest, "its body has more than 64 trailers")
	return nil
}

// line reads a line of the framing; one that is too long makes the request bad.
func (b *bodyReader) line() (string, error) {
	l := b.link
	for {
		if line, rest, ok := bytes.Cut(l.in, []byte("\n")); ok {
			l.in = rest
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		if len(l.in) > maxLine {
			b.request.refuse(http.StatusBadRequest, "a line of its chunks is too long")
			return "", nil
		}
		if err := l.fill(); err != nil {
			return "", unexpected(err)
		}
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
