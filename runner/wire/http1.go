package wire

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strconv"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// serveHTTP1 serves one request after the other.
func (l *link) serveHTTP1() {
	for l.serveRequest() {
		l.served++
		l.idle.Store(true)
	}
}

// serveRequest serves the next request, and tells whether another one can
// follow on the connection.
func (l *link) serveRequest() (more bool) {
	r, err := l.nextRequest()
	if err != nil {
		if len(l.in) > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			l.answer(&request{}, http.StatusRequestTimeout)
		}
		l.kill()
		return false
	}
	r.reused = l.served > 0
	play, handler := l.server.route(r.path)
	switch {
	case play != nil:
		if t := play.admit(r, l.origin, l.peerGone); t != nil {
			return l.serveTurn(t)
		}
		l.answer(r, http.StatusNotFound)
	case r.bad != 0:
		l.answer(r, r.bad)
	case handler != nil:
		l.server.handed.take(l, r, handler)
		return false
	default:
		l.answer(r, http.StatusNotFound)
	}
	l.farewell()
	return false
}

// answer answers what no play does, and ends the connection.
func (l *link) answer(r *request, status int) {
	ctx, cancel := context.WithTimeout(l.server.ctx, grace)
	defer cancel()
	_ = l.write(ctx, bareResponse(&head{status: status}, r))
	l.closeWrite(true)
}

// bareResponse is a response of the server's own, after which the connection
// ends.
func bareResponse(h *head, r *request) []byte {
	text := http.StatusText(h.status) + "\n"
	if r.bad == h.status {
		text = r.why + "\n"
	}
	h.add("Content-Type", "text/plain; charset=utf-8")
	h.add("Content-Length", strconv.Itoa(len(text)))
	h.add("Connection", "close")
	b := h.http1("HTTP/1.1")
	if r.method != http.MethodHead {
		b = append(b, text...)
	}
	return b
}

// serveTurn plays a turn.
func (l *link) serveTurn(t *turn) (more bool) {
	w := &http1Response{turn: t, link: l}
	more = l.playTurn(t, w)
	t.over()
	if !more {
		l.farewell()
	}
	return more
}

func (l *link) playTurn(t *turn, w *http1Response) (more bool) {
	if err := l.readBody(t.ctx, t.request); err != nil {
		t.bodyFailed(err)
	}
	t.noteBody()
	watch := l.watch(t)
	t.perform(w)
	spoiled := watch.stop()
	return w.reuse && !l.torn && !spoiled
}

// bodyFailed says why a request's body is not whole.
func (t *turn) bodyFailed(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) && context.Cause(t.ctx) == nil {
		t.request.refuse(http.StatusRequestTimeout, "its body did not come")
		return
	}
	t.left("inside its request: " + err.Error())
}

// noteBody records the request's body.
func (t *turn) noteBody() {
	body := t.request.body
	if len(body) > 0 {
		t.note(func(x *transcript.Exchange) { x.Body = body })
		t.log.add(transcript.Subject, "receive", body, "")
	}
}
