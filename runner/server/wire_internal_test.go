package server

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/ssecheck/ssecheck/spec"
)

// FuzzIDScan holds the scan of ids against the oracle: as many blocks with data
// as there are events, and each event's id that of the last block with one.
func FuzzIDScan(f *testing.F) {
	for _, s := range []string{"id: 1\ndata: a\n\ndata: b\n\n", "\xef\xbb\xbfid:1\rdata\r\r", "id\ndata:\r\n\r\n", "id: a\x00\ndata: x\n\n", "event: x\nid: 7\n\ndata: y\n\n"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, stream []byte, cut int) {
		if bytes.ContainsFunc(stream, func(r rune) bool { return r == '\uFFFD' }) {
			return // the oracle replaces what is no UTF-8; the scan keeps bytes
		}
		var scan idScan
		cut = min(max(cut, 0), len(stream))
		scan.push(stream[:cut])
		scan.push(stream[cut:])
		events := spec.Oracle(stream, "").Events
		if len(scan.own) != len(events) {
			t.Fatalf("%q: %d blocks with data, %d events", stream, len(scan.own), len(events))
		}
		for i, e := range events {
			if id := scan.take().id; id != nil && *id != e.LastEventID && len(e.LastEventID) < maxID {
				t.Fatalf("%q: event %d has the id %q, not %q", stream, i, *id, e.LastEventID)
			}
		}
	})
}

// FuzzHTTP1 feeds any bytes to the reader of responses: it ends, and never hands
// out more than came.
func FuzzHTTP1(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nTrailer: 1\r\n\r\n",
		"HTTP/1.0 200\nContent-Length: 3\n\nabc", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		client, server := net.Pipe()
		go func() {
			_, _ = server.Write(wire)
			_ = server.Close()
		}()
		x := newHTTP1(client, readBuffer)
		defer client.Close()
		if _, err := x.head(); err != nil {
			return
		}
		n, err := io.Copy(io.Discard, x)
		if n > int64(len(wire)) {
			t.Fatalf("%d bytes of body out of %d: %v", n, len(wire), err)
		}
	})
}

func TestBodyFraming(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	var noHTTP *errNoHTTP
	for _, c := range []struct {
		wire, body string
		end        error
	}{
		{ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;q\r\nc\r\n0\r\n\r\n", "abc", nil},
		{ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nab", "ab", io.ErrUnexpectedEOF},
		{ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "ab", io.ErrUnexpectedEOF},
		{ok + "Content-Length: 2\r\n\r\nabc", "ab", nil},
		{ok + "Content-Length: 5\r\n\r\nab", "ab", io.ErrUnexpectedEOF},
		{ok + "\r\nab", "ab", nil},
		{ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "", noHTTP},
	} {
		client, server := net.Pipe()
		go func() {
			_, _ = io.WriteString(server, c.wire)
			_ = server.Close()
		}()
		x := newHTTP1(client, readBuffer)
		if _, err := x.head(); err != nil {
			t.Fatalf("%q: %v", c.wire, err)
		}
		body, err := io.ReadAll(x)
		wrong := !errors.Is(err, c.end)
		if c.end == error(noHTTP) {
			wrong = !errors.As(err, &noHTTP)
		}
		if string(body) != c.body || wrong {
			t.Errorf("%q: body %q and %v, expected %q and %v", strings.TrimPrefix(c.wire, ok), body, err, c.body, c.end)
		}
		_ = client.Close()
	}
}
