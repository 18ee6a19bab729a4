package server

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An exchange is one request and its response on a connection of their own.
// send, head and Read are called by one goroutine; closeWrite and leave by any.
type exchange interface {
	// send writes the request.
	send(request) error
	// head reads the head of the final response.
	head() (head, error)
	// Read reads the body, without its transfer coding. io.EOF is a clean end
	// of the response, io.ErrUnexpectedEOF one that HTTP forbids.
	io.Reader
	// idle reads nothing of the body, until the connection is left.
	idle()
	// closeWrite closes the sending half.
	closeWrite() error
	// leave closes the connection, with a reset if so wished.
	leave(reset bool)
}

// A head is what stands before the body of a response.
type head struct {
	proto  string
	status int
	header []transcript.Field
	raw    []byte
}

// values returns the values of a header field.
func (h head) values(name string) []string {
	c := transcript.Conn{Header: h.header}
	return c.Values(name)
}

// Bounds of what is read from a server that has no bounds of its own.
const (
	maxHead    = 256 << 10 // bytes of the head of a response
	maxInterim = 16        // responses of the class 1xx before the final one
	maxBody    = 16 << 20  // bytes of a body, before or after decompression
	maxText    = 4 << 20   // bytes of a line or an event
)

// errNoHTTP says that what came is no HTTP response.
type errNoHTTP struct{ what string }

func (e *errNoHTTP) Error() string { return "the response is no HTTP: " + e.what }

// errTooLarge says that a bound was met.
var errHeadTooLarge = &errNoHTTP{"its head is larger than 256 KiB"}

// linger makes the close of a TCP connection a reset, or undoes it.
func setReset(c net.Conn) {
	type lingerer interface{ SetLinger(int) error }
	if l, ok := underlying(c).(lingerer); ok {
		_ = l.SetLinger(0)
	}
}

// underlying is the connection below TLS.
func underlying(c net.Conn) net.Conn {
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		return t.NetConn()
	}
	return c
}

// leave closes c. A deadline in the past first wakes whoever reads or writes,
// and keeps the farewell of TLS from waiting for a peer that does not read.
func leave(c net.Conn, reset bool) {
	_ = c.SetDeadline(time.Unix(1, 0))
	if reset {
		setReset(c)
		_ = underlying(c).Close()
		return
	}
	_ = c.Close()
}

// endOf names how a connection ended, from the error of its last read.
func endOf(err error) (transcript.End, string) {
	var noHTTP *errNoHTTP
	switch {
	case errors.Is(err, io.EOF):
		return transcript.EndClean, ""
	case errors.As(err, &noHTTP):
		return transcript.EndBroken, err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return transcript.EndTruncated, "the connection ended inside the response"
	}
	return transcript.EndReset, err.Error()
}
