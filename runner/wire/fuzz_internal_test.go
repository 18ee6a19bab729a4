package wire

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2/hpack"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// FuzzRequest feeds any bytes to the reader of requests: it ends, keeps to its
// bounds, and has the head byte for byte.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\nPOST http://x/a?b HTTP/1.0\nContent-Length: 3\n\nabc",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\n",
		"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "PRI * HTTP/2.0\r\n\r\n", "GET /\r\n\r\n",
	} {
		f.Add([]byte(s))
	}
	server := &Server{options: Options{HeadTimeout: time.Minute}}
	f.Fuzz(func(t *testing.T, wire []byte) {
		here, there := net.Pipe()
		defer here.Close()
		go func() {
			_, _ = there.Write(wire)
			_ = there.Close()
		}()
		go func() { _, _ = io.Copy(io.Discard, there) }()
		l := &link{server: server, conn: here}
		r, err := l.nextRequest()
		if err != nil {
			return
		}
		if !bytes.Contains(wire, r.head) || len(r.head) > transcript.MaxHead {
			t.Fatalf("%q is no head of %q", r.head, wire)
		}
		if err := l.readBody(context.Background(), r); err == nil && r.bad == 0 && len(r.body) > len(wire) {
			t.Fatalf("%d bytes of body out of %d", len(r.body), len(wire))
		}
		for _, f := range r.header {
			if strings.ContainsAny(f.Name+f.Value, "\n") {
				t.Fatalf("%q holds a line break", f)
			}
		}
	})
}

// FuzzHeaderBlock feeds any bytes to the reader of header blocks: what it makes
// of them keeps to its bounds.
func FuzzHeaderBlock(f *testing.F) {
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	for _, field := range []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":path", Value: "/a?b"}, {Name: ":authority", Value: "x"}, {Name: "a", Value: "b"}} {
		_ = e.WriteField(field)
	}
	f.Add(block.Bytes())
	f.Add([]byte{0x82, 0x84, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, block []byte) {
		c := &http2Conn{decoder: hpack.NewDecoder(4096, nil)}
		fields, _, err := c.decode(block)
		if err != nil {
			return
		}
		if r := requestOf(fields); len(r.head) > transcript.MaxHead+1024 {
			t.Fatalf("a head of %d bytes", len(r.head))
		}
	})
}
