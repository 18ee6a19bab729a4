package wire

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/http2"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An http2Stream is one request and its response on a connection of HTTP/2.
type http2Stream struct {
	conn   *http2Conn
	id     uint32
	window int64 // guarded by the connection's lock
	turn   *turn // nil where no play is asked for

	mu      sync.Mutex
	request *request
	whole   chan struct{} // closed when the request has come to its end
	ended   bool
}

// bodyCame keeps a part of the request's body.
func (s *http2Stream) bodyCame(data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	if len(s.request.body)+len(data) > transcript.MaxRequestBody {
		s.request.refuse(http.StatusRequestEntityTooLarge, "its body is too large")
		s.endLocked()
		return
	}
	s.request.body = append(s.request.body, data...)
}

func (s *http2Stream) bodyEnded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked()
}

func (s *http2Stream) endLocked() {
	if !s.ended {
		s.ended = true
		close(s.whole)
	}
}

// left notes that the client reset the stream or left the connection.
func (s *http2Stream) left(how string) {
	s.bodyEnded()
	if s.turn != nil {
		s.turn.left(how)
	}
}

// admit begins the turn, in the order in which requests come.
func (s *http2Stream) admit() {
	l := s.conn.link
	play, _ := l.server.route(s.request.path)
	if play != nil {
		s.turn = play.admit(s.request, l.origin, l.peerGone)
	}
}

// serve plays the turn of the stream.
func (s *http2Stream) serve() {
	defer s.conn.over(s)
	if s.turn == nil {
		s.notFound()
		return
	}
	defer s.turn.over()
	s.awaitBody()
	s.turn.noteBody()
	s.turn.perform(&http2Response{stream: s, turn: s.turn})
	if s.turn.refusal > 0 { // the client may have ended it
		_ = s.conn.goAway(s.conn.ctx, http2.ErrCodeNo)
	}
}

// awaitBody waits for the end of the request.
func (s *http2Stream) awaitBody() {
	timer := time.NewTimer(s.conn.link.server.options.HeadTimeout)
	defer timer.Stop()
	select {
	case <-s.whole:
	case <-s.turn.ctx.Done():
	case <-timer.C:
		s.mu.Lock()
		s.request.refuse(http.StatusRequestTimeout, "its body did not come")
		s.mu.Unlock()
	}
	s.bodyEnded() // what comes now is not kept
}
