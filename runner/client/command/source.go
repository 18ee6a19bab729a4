package command

import (
	"context"
	"fmt"
	"sync"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A source is one event source of an adapter.
type source struct {
	worker     *worker
	id         string
	own        bool // the process is its alone
	stderrFrom int64

	mu     sync.Mutex
	see    func(transcript.Observation) // nil once nobody listens
	ended  bool                         // closed was said
	closed chan struct{}
}

// report hands on an observation while somebody listens.
func (s *source) report(o transcript.Observation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.see != nil {
		s.see(o)
	}
	if o.Kind == transcript.SawClosed && !s.ended {
		s.ended = true
		close(s.closed)
	}
}

// Close asks the adapter to close the source and waits for its word. What it says
// of the source after that, until the play is over, is still heard.
func (s *source) Close(ctx context.Context) error {
	if err := s.worker.send(ctx, request{Op: "close", Stream: s.id}); err != nil {
		return err
	}
	select {
	case <-s.closed:
		return nil
	case <-s.worker.dead:
		return s.worker.err()
	case <-ctx.Done():
		return fmt.Errorf(`the adapter did not answer "op":"close" for the stream %s`, s.id)
	}
}

// Release says that the play is over.
func (s *source) Release() {
	s.forget()
	if s.own {
		s.worker.close()
	}
}

// forget stops listening. The stream's name stays known, since a late message is
// no breach.
func (s *source) forget() {
	s.mu.Lock()
	listened := s.see != nil
	s.see = nil
	s.mu.Unlock()
	if listened {
		s.worker.mu.Lock()
		s.worker.open--
		s.worker.mu.Unlock()
	}
}

// Lost is closed when the process has ended.
func (s *source) Lost() <-chan struct{} { return s.worker.dead }

// Err is how it ended.
func (s *source) Err() error { return s.worker.err() }

// Stderr is what the process wrote there since the source was opened.
func (s *source) Stderr() string { return s.worker.proc.Stderr().Since(s.stderrFrom) }
