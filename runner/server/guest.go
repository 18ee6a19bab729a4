package server

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Guest visits a server over HTTP/1 with requests that are given as bytes: what a
// client that keeps to its library never sends. It follows no redirect, and judges
// nothing.
type Guest struct{ server *Server }

// NewGuest checks what the user gave and sends nothing. allow, when not nil, is asked
// about each address of the network, such as 127.0.0.1:80, before a connection to it is
// opened; what it says instead of nil is the error of the visit.
func NewGuest(address string, o Options, allow func(address string) error) (*Guest, error) {
	o.HTTP = "1.1"
	s := New(address, o)
	if err := s.Prepare(); err != nil {
		return nil, err
	}
	s.dialer.allow = allow
	return &Guest{s}, nil
}

// URL is where the stream is served; the caller must not change it.
func (g *Guest) URL() *url.URL { return g.server.target }

// Method is that of an ordinary request for the stream.
func (g *Guest) Method() string { return g.server.opts.Method }

// Fields are those of an ordinary request, which has a Host field before and, where there
// is a body, a Content-Length behind them.
func (g *Guest) Fields() []transcript.Field { return slices.Clone(g.server.fields) }

// Body is that of an ordinary request, nil where it has none.
func (g *Guest) Body() []byte { return g.server.opts.Body }

// Look tells whether an ordinary request gets an event stream. The error is a
// [*TargetError] where it gets something else, a redirect too.
func (g *Guest) Look(ctx context.Context) error {
	v, stop, err := g.server.look(ctx)
	defer func() {
		stop()
		<-v.done
	}()
	if err != nil {
		return err
	}
	next, err := redirect(v.snapshot(), g.server.target)
	if next != nil {
		return &TargetError{g.server.shown(), "it redirects to " + next.Redacted() + ", and no redirect is followed here",
			"give that URL if it is the one that you mean"}
	}
	return err
}

// Visit opens a connection, sends the request and reads what comes. The visit ends with
// ctx; it must be closed in any case.
func (g *Guest) Visit(ctx context.Context, name string, r Raw) *Visit {
	s := g.server
	how := way{want: dialing{url: s.target, http1: true}, r: request{method: r.Method, url: s.target, raw: &r}}
	ctx, cancel := context.WithCancel(ctx)
	return &Visit{open(ctx, s.dialer, name, how, time.Now(), false), cancel}
}

// A Visit is one connection of a guest.
type Visit struct {
	v      *visit
	cancel context.CancelFunc
}

// Wait returns true as soon as the record of the response under way shows what is waited
// for, and false when ctx or the visit ends first. shows must not keep the record.
func (v *Visit) Wait(ctx context.Context, shows func(*transcript.Conn) bool) bool {
	return v.v.wait(ctx, shows)
}

// Done is closed when the connection is, whoever closed it.
func (v *Visit) Done() <-chan struct{} { return v.v.done }

// Leave closes the connection, by a reset if so wished.
func (v *Visit) Leave(reset bool) { v.v.leave(reset) }

// LeaveInside leaves with a reset as soon as a part of an event has come.
func (v *Visit) LeaveInside() { v.v.leaveInside() }

// Records are copies of what has come so far, the response under way last: more than
// one where requests were pipelined.
func (v *Visit) Records() []*transcript.Conn {
	v.v.mu.Lock()
	defer v.v.mu.Unlock()
	return append(slices.Clone(v.v.earlier), v.v.snapshotLocked())
}

// Close leaves, and waits until all that was started is gone.
func (v *Visit) Close() {
	v.cancel()
	<-v.v.done
}
