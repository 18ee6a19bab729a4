package mutants

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"golang.org/x/net/http2"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// http2Faults: HTTP/2.
func http2Faults() []clientFault {
	overHTTP2 := func(r *refclient.Rules) *bool {
		spoken := new(bool)
		check := r.Check
		r.Check = func(m *refclient.Machine, response *http.Response) error {
			*spoken = response.ProtoMajor == 2
			return check(m, response)
		}
		return spoken
	}
	return []clientFault{
		{"h2-end-is-final", "response.h2.end", "gives up at the end of a stream on HTTP/2", func(r *refclient.Rules) {
			spoken := overHTTP2(r)
			givesUp(func(_ *refclient.Machine, err error) bool { return *spoken && errors.Is(err, refclient.ErrEnded) })(r)
		}},
		{"h2-reset-is-final", "response.h2.end", "gives up at the reset of a stream on HTTP/2", func(r *refclient.Rules) {
			spoken := overHTTP2(r)
			givesUp(func(_ *refclient.Machine, err error) bool {
				return *spoken && strings.Contains(err.Error(), "stream error")
			})(r)
		}},
		{"h2-reset-dispatches", "response.h2.end", "takes the reset of a stream on HTTP/2 for an end that completes its block", h2ResetDispatches},
		{"h2-malformed-accepted", "response.h2.malformed", "accepts a malformed response on HTTP/2",
			func(r *refclient.Rules) { r.Wellformed = func(*http.Response) error { return nil } }},
		{"h2-no-pong", "response.h2.ping", "does not acknowledge a PING", func(r *refclient.Rules) {
			r.Conn = func(c net.Conn) net.Conn { return &writeConn{c, withoutPongs} }
		}},
		{"h2-goaway-is-the-end", "response.h2.ping", "leaves the connection at GOAWAY", func(r *refclient.Rules) {
			r.Conn = func(c net.Conn) net.Conn { return &goAwayConn{Conn: c} }
		}},
	}
}

// h2ResetDispatches completes the block that a reset has cut off.
func h2ResetDispatches(r *refclient.Rules) {
	r.Interpret = func(m *refclient.Machine, body io.Reader) error {
		p := newParser(m, func(*rules) {})
		err := p.run(body)
		if err != nil && strings.Contains(err.Error(), "stream error") {
			p.processLine()
			p.dispatch()
		}
		m.LastEventID = p.lastEventID
		return err
	}
}

// frameHeader is the length of a frame's header, in which the first three bytes
// are the length of the rest, the fourth the type and the fifth the flags
// (https://httpwg.org/specs/rfc9113.html#FrameHeader).
const frameHeader = 9

// withoutPongs drops acknowledged PINGs from what net/http writes at once, which
// is whole frames but for the data of large ones, which no request here has.
func withoutPongs(b []byte) []byte {
	var kept []byte
	if rest, preface := bytes.CutPrefix(b, []byte(http2.ClientPreface)); preface {
		kept, b = append(kept, http2.ClientPreface...), rest
	}
	for len(b) >= frameHeader {
		end := min(len(b), frameHeader+length(b))
		if http2.FrameType(b[3]) != http2.FramePing || !http2.Flags(b[4]).Has(http2.FlagPingAck) {
			kept = append(kept, b[:end]...)
		}
		b = b[end:]
	}
	return append(kept, b...)
}

func length(frame []byte) int { return int(binary.BigEndian.Uint32(frame) >> 8) }

// A goAwayConn ends at GOAWAY.
type goAwayConn struct {
	net.Conn
	seen []byte // a frame's header so far
	skip int    // bytes of the frame that are still to come
}

func (c *goAwayConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	for b := p[:n]; len(b) > 0; {
		if c.skip > 0 {
			k := min(c.skip, len(b))
			c.skip, b = c.skip-k, b[k:]
			continue
		}
		c.seen, b = append(c.seen, b[0]), b[1:]
		if len(c.seen) == frameHeader {
			if http2.FrameType(c.seen[3]) == http2.FrameGoAway {
				_ = c.Close()
				return 0, net.ErrClosed
			}
			c.skip, c.seen = length(c.seen), nil
		}
	}
	return n, err
}
