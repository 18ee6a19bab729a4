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

// nextRequest reads the head of the next request, byte for byte. The error is
// that of the connection; a bad request is returned as such.
func (l *link) nextRequest() (*request, error) {
	wait := l.server.options.HeadTimeout
	if l.served > 0 {
		wait = idleTimeout
	}
	_ = l.conn.SetReadDeadline(time.Now().Add(wait))
	for begun := false; ; {
		l.in = skipBlankLines(l.in)
		if !begun && len(l.in) > 0 {
			begun = true
			l.idle.Store(false)
			_ = l.conn.SetReadDeadline(time.Now().Add(l.server.options.HeadTimeout))
		}
		if r := l.takeHead(); r != nil {
			return r, nil
		}
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

// takeHead returns the request whose head has come, or the bad one of which
// enough has come to know.
func (l *link) takeHead() *request {
	if size := headSize(l.in); size > 0 && size <= transcript.MaxHead {
		r := readHead(l.in[:size:size])
		l.in = l.in[size:]
		return r
	}
	if len(l.in) > transcript.MaxHead {
		r := readHead(l.in[:transcript.MaxHead:transcript.MaxHead])
		r.bad, r.why = http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("its head is larger than %d bytes", transcript.MaxHead)
		return r
	}
	line, _, whole := bytes.Cut(l.in, []byte("\n"))
	if len(line) > 0 && (line[0] <= ' ' || line[0] >= 0x7f) || whole && len(bytes.Fields(line)) < 3 {
		return readHead(bytes.Clone(l.in)) // nothing that follows makes it a request
	}
	return nil
}

// skipBlankLines leaves out what may stand before a request line (RFC 9112,
// section 2.2).
func skipBlankLines(b []byte) []byte {
	for {
		switch {
		case bytes.HasPrefix(b, []byte("\r\n")):
			b = b[2:]
		case bytes.HasPrefix(b, []byte("\n")):
			b = b[1:]
		default:
			return b
		}
	}
}

// headSize is the size of a complete head at the start of b, or 0.
func headSize(b []byte) int {
	at := 0
	for {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return 0
		}
		line := b[at : at+n]
		at += n + 1
		if len(line) == 0 || len(line) == 1 && line[0] == '\r' {
			return at
		}
	}
}

// readHead reads a head, or what there is of one. It keeps what is odd, for the
// judge, and refuses what says nothing.
func readHead(b []byte) *request {
	r := &request{head: b}
	lines := strings.Split(strings.TrimRight(string(b), "\r\n"), "\n")
	r.readLine(strings.TrimSuffix(lines[0], "\r"))
	for _, line := range lines[1:] {
		line = strings.TrimSuffix(line, "\r")
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.Trim(name, " \t") == "" || strings.ContainsAny(name, " \t") {
			r.refuse(http.StatusBadRequest, fmt.Sprintf("%.100q is no header field", line))
			continue
		}
		r.header = append(r.header, transcript.Field{Name: name, Value: strings.Trim(value, " \t")})
	}
	return r
}

// readLine reads the request line.
func (r *request) readLine(line string) {
	parts := strings.Split(line, " ")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || !strings.HasPrefix(parts[2], "HTTP/") {
		r.refuse(http.StatusBadRequest, fmt.Sprintf("%.100q is no request line", line))
		if len(parts) < 2 {
			return
		}
		parts = append(parts[:2], "")
	}
	r.method, r.proto = parts[0], parts[2]
	r.setTarget(parts[1])
	if r.bad == 0 && r.proto != "HTTP/1.1" && r.proto != "HTTP/1.0" {
		r.refuse(http.StatusHTTPVersionNotSupported, fmt.Sprintf("it came in %.20s", r.proto))
	}
}

// readBody reads the request's body. A body that is wrong makes the request bad,
// and the connection can serve no other.
func (l *link) readBody(ctx context.Context, r *request) error {
	length, hasLength := r.value("Content-Length")
	_, chunked := r.value("Transfer-Encoding")
	if r.bad != 0 || !hasLength && !chunked {
		return nil
	}
	if lists(r.header, "Expect", "100-continue") {
		if err := l.write(ctx, []byte("HTTP/1.1 100 Continue\r\n\r\n")); err != nil {
			return err
		}
	}
	_ = l.conn.SetReadDeadline(time.Now().Add(l.server.options.HeadTimeout))
	body := &bodyReader{link: l, request: r}
	if chunked {
		if !lists(r.header, "Transfer-Encoding", "chunked") {
			r.refuse(http.StatusNotImplemented, "its transfer coding is not known here")
			return nil
		}
		return body.chunks()
	}
	n, err := strconv.ParseUint(length, 10, 63)
	if err != nil {
		r.refuse(http.StatusBadRequest, fmt.Sprintf("%.100q is no Content-Length", length))
		return nil
	}
	return body.take(n)
}

// A bodyReader reads a body into its request.
type bodyReader struct {
	link    *link
	request *request
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
