package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// http1 is an exchange over HTTP/1.x.
type http1 struct {
	conn   net.Conn
	in     *bufio.Reader
	method string
	behind []string // the methods of the requests that were pipelined
	body   io.Reader
	left   chan struct{} // closed by leave
	once   sync.Once
}

// newHTTP1 reads conn through a buffer of so many bytes.
func newHTTP1(conn net.Conn, buffer int) *http1 {
	return &http1{conn: conn, in: bufio.NewReaderSize(conn, buffer), body: strings.NewReader(""), left: make(chan struct{})}
}

func (x *http1) send(r request) error {
	x.method = r.method
	if r.raw != nil {
		return x.sendRaw(r.raw)
	}
	_, err := x.conn.Write(r.http1())
	return err
}

func (x *http1) head() (head, error) {
	for range maxInterim {
		h, err := x.readHead()
		if err != nil || h.status >= 200 || h.status == 101 {
			x.body = x.bodyOf(h)
			return h, err
		}
	}
	return head{}, &errNoHTTP{fmt.Sprintf("more than %d interim responses", maxInterim)}
}

func (x *http1) readHead() (head, error) {
	h := head{}
	line, err := x.line(&h)
	if err != nil {
		return h, err
	}
	var ok bool
	if h.proto, h.status, ok = parseStatusLine(line); !ok {
		return h, &errNoHTTP{fmt.Sprintf("it begins with %q instead of a status line", clip(line))}
	}
	for {
		line, err := x.line(&h)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil || line == "" {
			return h, err
		}
		name, value, found := strings.Cut(line, ":")
		if !found || name == "" {
			return h, &errNoHTTP{fmt.Sprintf("%q is no header field", clip(line))}
		}
		h.header = append(h.header, transcript.Field{Name: name, Value: strings.Trim(value, " \t")})
	}
}

// line reads one line of a head, without its end.
func (x *http1) line(h *head) (string, error) {
	start := len(h.raw)
	for {
		part, err := x.in.ReadSlice('\n')
		h.raw = append(h.raw, part...)
		switch {
		case len(h.raw) > maxHead:
			return "", errHeadTooLarge
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(h.raw) > 0 && errors.Is(err, io.EOF):
			if start == 0 && !strings.HasPrefix(string(h.raw), "HTTP/") {
				return "", &errNoHTTP{fmt.Sprintf("it begins with %q instead of a status line", clip(string(h.raw)))}
			}
			return "", io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(h.raw[start:]), "\n"), "\r"), nil
	}
}

// parseStatusLine reads HTTP/1.1 200 OK; the reason may be missing.
func parseStatusLine(line string) (proto string, status int, ok bool) {
	proto, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	ok = err == nil && len(code) == 3 && status >= 100 && (proto == "HTTP/1.1" || proto == "HTTP/1.0")
	return proto, status, ok
}

// bodyOf frames the body by https://httpwg.org/specs/rfc9112.html#message.body.length.
// After a response that has none, whatever still comes before the connection
// ends is read as the body that should not be there, unless another response is due.
func (x *http1) bodyOf(h head) io.Reader {
	coding := strings.ToLower(strings.Join(h.values("Transfer-Encoding"), ","))
	lengths := h.values("Content-Length")
	switch none := x.method == "HEAD" || h.status == 204 || h.status == 304; {
	case none && len(x.behind) > 0:
		return strings.NewReader("")
	case none:
		return x.in
	case strings.Contains(coding, "chunked"):
		return &chunkedReader{in: x.in}
	case len(lengths) > 0:
		n, err := strconv.ParseInt(lengths[0], 10, 64)
		if err != nil || n < 0 {
			return failing{&errNoHTTP{fmt.Sprintf("Content-Length: %q is no length", clip(lengths[0]))}}
		}
		return &lengthReader{in: x.in, left: n}
	}
	return x.in
}

func (x *http1) Read(p []byte) (int, error) { return x.body.Read(p) }

func (x *http1) closeWrite() error {
	if w, ok := x.conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return errors.ErrUnsupported
}

func (x *http1) idle() { <-x.left }

func (x *http1) leave(reset bool) {
	x.once.Do(func() { close(x.left) })
	leave(x.conn, reset)
}

// clip keeps what a server sent short in a message.
func clip(s string) string {
	if len(s) > 60 {
		return s[:60]
	}
	return s
}
