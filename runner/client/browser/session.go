package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A session is one page, from its hello to its end. Commands wait in it until
// the page confirms that it got them, and what the page reports is taken once,
// in order: both are numbered from 0.
type session struct {
	id       string
	patience time.Duration

	posting sync.Mutex // held while a post is taken

	mu        sync.Mutex
	commands  []json.RawMessage
	first     int // the number of commands[0]
	streams   map[int]*stream
	opened    int // the number of the last stream
	seen      int // how many reports were taken
	asking    int // how many requests of the page are being served
	silence   *time.Timer
	more      chan struct{} // closed and made anew when there is a new command
	farewell  int           // the number of the last command of all; -1: it was not given
	gone      chan struct{} // closed when the page has got that
	ended     bool
	err       error
	done      chan struct{} // closed when the session has ended
	lastWords func() string // what the browser last wrote to standard error
}

// command is what the page is told.
type command struct {
	Op              string   `json:"op"` // connect, close, release or bye
	Stream          int      `json:"stream,omitempty"`
	Frame           int      `json:"frame"`
	Name            string   `json:"name,omitempty"`
	URL             string   `json:"url,omitempty"`
	Listen          []string `json:"listen,omitempty"`
	WithCredentials bool     `json:"withCredentials,omitempty"`
	CloseAfter      int      `json:"closeAfter,omitempty"`
}

func newSession(id string, patience time.Duration, lastWords func() string) *session {
	s := &session{
		id: id, patience: patience, lastWords: lastWords, streams: map[int]*stream{}, farewell: -1,
		more: make(chan struct{}), gone: make(chan struct{}), done: make(chan struct{}),
	}
	s.silence = time.AfterFunc(patience, func() {
		s.lose(fmt.Sprintf("the page has not been heard of for %v: it hangs, or was closed", patience))
	})
	return s
}

// open asks the page for an event source.
func (s *session) open(c client.Connect, url string, seat *seat, see func(transcript.Observation)) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened++
	st := newStream(s, s.opened, seat, see)
	if s.ended {
		seat.leave() // the stream is lost from the beginning
		return st
	}
	s.streams[st.number] = st
	s.sendLocked(command{
		Op: "connect", Stream: st.number, Frame: seat.frame, Name: c.Name, URL: url, Listen: c.Listen,
		WithCredentials: c.WithCredentials, CloseAfter: c.CloseAfter,
	})
	return st
}

// send adds a command.
func (s *session) send(c command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sendLocked(c)
}

// sendLocked is send with the lock held.
func (s *session) sendLocked(c command) {
	if s.ended {
		return
	}
	encoded, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers can be encoded
	}
	s.commands = append(s.commands, encoded)
	close(s.more)
	s.more = make(chan struct{})
}

// pending are the commands from a number on; those before it are confirmed.
// more is closed when there are others.
func (s *session) pending(from int) (commands []json.RawMessage, more <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if from < s.first || from > s.first+len(s.commands) {
		return nil, nil, fmt.Errorf("the page asked for the commands from %d on, and those from %d to %d are there",
			from, s.first, s.first+len(s.commands))
	}
	s.commands = slices.Clone(s.commands[from-s.first:])
	s.first = from
	if s.farewell >= 0 && from > s.farewell {
		s.farewell = -1
		close(s.gone)
	}
	return s.commands, s.more, nil
}

// find is the stream of a number; nil when it is over.
func (s *session) find(number int) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams[number]
}

// forget takes a stream out that is over.
func (s *session) forget(st *stream) {
	s.mu.Lock()
	delete(s.streams, st.number)
	s.mu.Unlock()
	st.seat.leave()
}

// serving is called when a request of the page begins to be served; what it
// returns, when that is over. In between, the page is not silent.
func (s *session) serving() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asking++
	s.silence.Stop()
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.asking--; s.asking == 0 && !s.ended {
			s.silence.Reset(s.patience)
		}
	}
}

// lose ends the session for a reason that is the browser's.
func (s *session) lose(what string) {
	s.end(&client.SubjectError{What: "the browser: " + what, Stderr: s.lastWords()})
}

// end ends the session: its streams are lost. The first reason counts.
func (s *session) end(err error) {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.ended, s.err = true, err
	s.silence.Stop()
	streams := s.streams
	s.streams = nil
	close(s.done)
	s.mu.Unlock()
	for _, st := range streams {
		st.seat.leave()
	}
}

// bye tells the page that all is done. wait: until it has got that, or the time
// is over.
func (s *session) bye(atMost time.Duration, wait bool) {
	s.mu.Lock()
	lost := s.ended
	if !lost {
		s.farewell = s.first + len(s.commands)
		s.sendLocked(command{Op: "bye"})
	}
	s.mu.Unlock()
	if wait && !lost {
		timer := time.NewTimer(atMost)
		defer timer.Stop()
		select {
		case <-s.gone:
		case <-s.done:
		case <-timer.C:
		}
	}
	s.end(errClosed)
}
