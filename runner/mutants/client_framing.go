package mutants

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"

	"github.com/ssecheck/ssecheck/runner/refclient"
	"github.com/ssecheck/ssecheck/spec"
)

// framingFaults: how a body is framed and compressed.
func framingFaults() []clientFault {
	refused := func(bad func(response *http.Response) bool) func(*refclient.Rules) {
		return func(r *refclient.Rules) {
			check := r.Check
			r.Check = func(m *refclient.Machine, response *http.Response) error {
				if bad(response) {
					return &refclient.FailError{Reason: errRefused}
				}
				return check(m, response)
			}
		}
	}
	return []clientFault{
		{"refuses-http-1.0", "response.incomplete", "refuses a response of HTTP/1.0",
			refused(func(r *http.Response) bool { return r.ProtoMajor == 1 && r.ProtoMinor == 0 })},
		{"refuses-bodies-without-length", "response.incomplete", "refuses a body that ends with the connection", refused(func(r *http.Response) bool {
			return r.ProtoMajor == 1 && r.ContentLength < 0 && len(r.TransferEncoding) == 0
		})},
		{"refuses-bodies-with-length", "response.incomplete", "refuses a body with a length",
			refused(func(r *http.Response) bool { return r.StatusCode == http.StatusOK && r.ContentLength >= 0 })},
		{"refuses-chunks", "response.chunked", "refuses a chunked body",
			refused(func(r *http.Response) bool { return len(r.TransferEncoding) > 0 })},
		{"reads-beyond-the-length", "response.incomplete", "does not look at the length of a body", hide("Content-Length")},
		{"chunks-not-decoded", "response.chunked", "does not decode chunks", hide("Transfer-Encoding")},
		{"chunks-in-lower-case", "response.chunked", "knows the chunked coding in lower case only", onRead(func(b []byte) []byte {
			return bytes.Replace(b, []byte("Chunked"), []byte("xunked"), 1)
		})},
		{"bytes-with-the-head-lost", "response.incremental", "drops what comes in one read with the end of the head", func(r *refclient.Rules) {
			r.Conn = func(c net.Conn) net.Conn { return &headConn{Conn: c} }
		}},
		{"chunk-extensions-refused", "response.chunked", "breaks off at an extension of a chunk", onRead(func(b []byte) []byte {
			return extension.ReplaceAll(b, []byte("!"))
		})},
		{"gzip-not-decoded", "response.content-encoding", "asks for gzip and does not decode it",
			func(r *refclient.Rules) {
				r.Body = func(_ *refclient.Machine, response *http.Response) io.Reader { return response.Body }
			}},
		{"gzip-in-lower-case", "response.content-encoding", "knows gzip in lower case only", func(r *refclient.Rules) {
			body := r.Body
			r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
				if response.Header.Get("Content-Encoding") != "gzip" {
					return response.Body
				}
				return body(m, response)
			}
		}},
		{"broken-gzip-is-final", "response.content-encoding", "gives up at what is no gzip",
			givesUp(func(_ *refclient.Machine, err error) bool { return errors.Is(err, gzip.ErrHeader) })},
		{"gzip-decoded-at-the-end", "response.content-encoding", "decodes gzip when all of it has come", func(r *refclient.Rules) {
			body := r.Body
			r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
				if response.Header.Get("Content-Encoding") == "gzip" {
					return whole(body(m, response))
				}
				return body(m, response)
			}
		}},
	}
}

// A headConn loses what comes in one read with the end of the first head.
type headConn struct {
	net.Conn
	over bool
}

func (c *headConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if end := bytes.Index(p[:n], []byte("\r\n\r\n")); end >= 0 && !c.over {
		c.over, n = true, end+len("\r\n\r\n")
	}
	return n, err
}

// extension is a chunk's size with an extension.
var extension = regexp.MustCompile(`(?m)^[0-9a-fA-F]+;`)

// hide writes a field's name wrong, below HTTP, so that nobody knows it.
func hide(name string) func(*refclient.Rules) {
	hidden := append([]byte("X"), name[1:]...)
	return onRead(func(b []byte) []byte { return bytes.Replace(b, []byte(name), hidden, 1) })
}

// whole reads all before it gives any.
func whole(r io.Reader) io.Reader {
	var content []byte
	var err error
	read := false
	return readerFunc(func(p []byte) (int, error) {
		if !read {
			read = true
			content, err = io.ReadAll(io.LimitReader(r, 64<<20))
		}
		if n := copy(p, content); n > 0 {
			content = content[n:]
			return n, nil
		}
		if err == nil {
			return 0, io.EOF
		}
		return 0, err
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// bufferFaults: a body that is not handed on as it comes, or not all of it.
func bufferFaults() []clientFault {
	bodies := func(wrap func(io.Reader) io.Reader) func(*refclient.Rules) {
		return func(r *refclient.Rules) {
			body := r.Body
			r.Body = func(m *refclient.Machine, response *http.Response) io.Reader { return wrap(body(m, response)) }
		}
	}
	return []clientFault{
		{"reads-to-the-end", "response.incremental", "interprets a body when all of it has come", bodies(whole)},
		{"reads-4-kib", "response.incremental", "interprets a body in pieces of 4 KiB", bodies(func(r io.Reader) io.Reader {
			return readerFunc(func(p []byte) (int, error) {
				n, err := io.ReadFull(r, p[:min(len(p), 4<<10)])
				if errors.Is(err, io.ErrUnexpectedEOF) {
					err = nil // it is that of ReadFull; the body's own comes next
				}
				return n, err
			})
		})},
		{"reads-ahead", "response.incremental", "wants another read after each before it interprets the first", bodies(readAhead)},
		{"drops-bursts", "parse.robust.many-lines", "hands out a hundred events of those that come at once", dropBursts},
		{"stops-at-a-hundred", "parse.robust.many-lines", "fails for good after a hundred events", stopAtHundred},
		{"line-limit-of-64-kib", "parse.robust.long-lines", "fails for good at a line of 64 KiB", limited(spec.WithMaxLine(64 << 10))},
		{"line-limit-of-a-mebibyte", "secure.client.resource-limits", "fails for good at a line of a mebibyte", limited(spec.WithMaxLine(1 << 20))},
		{"event-limit-of-256-kib", "parse.robust.long-lines", "fails for good at an event of 256 KiB", limited(spec.WithMaxEvent(256 << 10))},
		{"scanner", "parse.robust.long-lines", "comes back when a line is longer than its reader's buffer", scanned},
	}
}

// readAhead gives what one read has given when the next has.
func readAhead(r io.Reader) io.Reader {
	type piece struct {
		bytes []byte
		err   error
	}
	read := func() piece {
		b := make([]byte, 4<<10)
		n, err := r.Read(b)
		return piece{b[:n], err}
	}
	var now, next piece
	begun := false
	return readerFunc(func(p []byte) (int, error) {
		for len(now.bytes) == 0 {
			if begun && now.err != nil {
				return 0, now.err
			}
			if !begun {
				next, begun = read(), true
			}
			if now = next; now.err == nil {
				next = read()
			}
		}
		n := copy(p, now.bytes)
		now.bytes = now.bytes[n:]
		return n, nil
	})
}

func dropBursts(r *refclient.Rules) {
	events := 0
	body := r.Body
	r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
		from := body(m, response)
		return readerFunc(func(p []byte) (int, error) { events = 0; return from.Read(p) })
	}
	dispatch := r.Dispatch
	r.Dispatch = func(m *refclient.Machine, e spec.Event) {
		if events++; events <= 100 {
			dispatch(m, e)
		}
	}
}

func stopAtHundred(r *refclient.Rules) {
	r.Interpret = func(m *refclient.Machine, body io.Reader) error {
		d := spec.NewDecoder(body, spec.WithLastEventID(m.LastEventID), spec.WithRetries(func(ms int64) { m.Retry(m, ms) }))
		n := 0
		for event, err := range d.Events() {
			if m.LastEventID = d.LastEventID(); err != nil {
				return err
			}
			if n++; n > 100 {
				return &refclient.FailError{Reason: fmt.Errorf("%w after %d events", errRefused, n-1)}
			}
			m.Dispatch(m, event)
		}
		m.LastEventID = d.LastEventID()
		return nil
	}
}

// limited interprets with a decoder of smaller limits.
func limited(limit spec.Option) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		r.Interpret = func(m *refclient.Machine, body io.Reader) error {
			d := spec.NewDecoder(body, spec.WithLastEventID(m.LastEventID), spec.WithRetries(func(ms int64) { m.Retry(m, ms) }), limit)
			for event, err := range d.Events() {
				if m.LastEventID = d.LastEventID(); err == nil {
					m.Dispatch(m, event)
				} else if _, tooLong := errors.AsType[*spec.LimitError](err); tooLong {
					return &refclient.FailError{Reason: err}
				} else {
					return err
				}
			}
			m.LastEventID = d.LastEventID()
			return nil
		}
	}
}

// scanned reads lines with a bufio.Scanner, which takes 64 KiB of each.
func scanned(r *refclient.Rules) {
	body := r.Body
	r.Body = func(m *refclient.Machine, response *http.Response) io.Reader {
		lines := bufio.NewScanner(body(m, response))
		var left []byte
		return readerFunc(func(p []byte) (int, error) {
			if len(left) == 0 {
				if !lines.Scan() {
					return 0, errors.Join(lines.Err(), io.EOF)
				}
				left = append(lines.Bytes(), '\n')
			}
			n := copy(p, left)
			left = left[n:]
			return n, nil
		})
	}
}
