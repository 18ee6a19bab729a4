package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// maxAhead bounds what a client may send ahead of the answer to its request.
const maxAhead = 64 << 10

// A watch reads ahead during a turn, so that a client that leaves is noticed
// while nothing is written to it.
type watch struct {
	link    *link
	turn    *turn
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup
	spoiled bool // more came than is kept: no further request can be read
}

// watch begins to watch; only stop may read from the link meanwhile.
func (l *link) watch(t *turn) *watch {
	w := &watch{link: l, turn: t}
	w.ctx, w.cancel = context.WithCancel(l.server.ctx)
	_ = l.conn.SetReadDeadline(time.Time{})
	w.work.Go(w.run)
	return w
}

// stop ends the watch and tells whether the connection is spoiled.
func (w *watch) stop() (spoiled bool) {
	w.cancel()
	_ = w.link.conn.SetReadDeadline(past)
	w.work.Wait()
	return w.spoiled
}

func (w *watch) run() {
	for {
		err := w.link.fill()
		switch {
		case err == nil:
			if len(w.link.in) > maxAhead {
				w.link.in, w.spoiled = nil, true
			}
		case errors.Is(err, os.ErrDeadlineExceeded):
			return
		case errors.Is(err, io.EOF):
			w.halfClosed()
			return
		default:
			w.turn.left(reason(err))
			return
		}
	}
}

// halfClosed is called when the client sends nothing more. Only the kernel
// knows whether it still reads; where it cannot be asked the client is taken for
// gone, since hardly any closes one half.
func (w *watch) halfClosed() {
	told := false
	for step := time.Millisecond; ; step = min(2*step, 20*time.Millisecond) {
		state, err := w.link.server.readers.peers.Ask(w.link.tcp.peer)
		if err != nil || state.Gone {
			w.turn.left("")
			return
		}
		if !told {
			told = true
			w.turn.log.add(transcript.Subject, "half-close", nil, "")
		}
		if pause(w.ctx, step) != nil {
			return
		}
	}
}

// reason says how a client left, from the error of a read or a write; "" is the
// plain way.
func reason(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err // without the addresses
	}
	if errors.Is(err, errLeft) || errors.Is(err, io.EOF) {
		return ""
	}
	return err.Error()
}
