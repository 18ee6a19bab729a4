package wire

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

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
