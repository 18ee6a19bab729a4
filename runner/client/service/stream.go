package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A stream is one that the service was asked to open.
type stream struct {
	d       *Driver
	number  string
	created chan struct{} // closed once the service has answered, or failed to
	lost    chan struct{}

	closing  sync.Once
	closeErr error

	mu       sync.Mutex
	resource string    // where it is closed; empty until it is created, and when it is gone
	since    time.Time // when it was created
	see      func(transcript.Observation)
	silent   bool // see is not called any more
	zero     bool // a callback had the counter 0
	order    order
	overdue  *time.Timer   // runs while a callback is missing
	settled  chan struct{} // closed when none is missing any more; nil when none is
	err      *client.SubjectError
}

func newStream(d *Driver, number string, see func(transcript.Observation)) *stream {
	return &stream{
		d: d, number: number, see: see,
		created: make(chan struct{}), lost: make(chan struct{}),
		order: order{next: d.firstCounter},
	}
}

// Lost is closed when nothing more will be told.
func (s *stream) Lost() <-chan struct{} { return s.lost }

// Err says why, once it is closed.
func (s *stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		return nil
	}
	return s.err
}

// lose ends the stream as the service's own doing; the first reason stays.
func (s *stream) lose(err *client.SubjectError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loseLocked(err)
}

// loseIfCreated ends a stream that the service had before a time, and has no
// more.
func (s *stream) loseIfCreated(before time.Time, err *client.SubjectError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.resource != "" && s.since.Before(before) {
		s.resource = ""
		s.loseLocked(err)
	}
}

func (s *stream) loseLocked(err *client.SubjectError) {
	if s.silent {
		return
	}
	s.err = err
	close(s.lost)
	s.silenceLocked()
}

// silenceLocked ends what is told of the stream.
func (s *stream) silenceLocked() {
	s.silent = true
	s.order.held = nil
	if s.overdue != nil {
		s.overdue.Stop()
	}
}

// create asks for the stream, and for the event types of the case. When the
// answer takes too long the stream is lost; it is still waited for, since the
// stream that is created then must be deleted.
func (s *stream) create(c client.Connect) {
	defer close(s.created)
	late := time.AfterFunc(s.d.options.Create, func() {
		s.lose(&client.SubjectError{What: fmt.Sprintf("the service did not answer POST %s within %v", s.d.base, s.d.options.Create)})
	})
	defer late.Stop()
	err := s.ask(s.d.alive, c)
	if err == nil {
		return
	}
	fault, ok := errors.AsType[*client.SubjectError](err)
	if !ok {
		fault = &client.SubjectError{What: err.Error()}
	}
	s.lose(fault)
}

func (s *stream) ask(ctx context.Context, c client.Connect) error {
	a, err := s.post(ctx, encode(s.creation(c)))
	if err != nil {
		return err
	}
	if !a.ok() {
		return a.refusal()
	}
	if a.location == "" {
		return fmt.Errorf("the service answered POST %s with %d and no Location; it is where the stream is closed", a.url, a.status)
	}
	resource, err := at(s.d.base, a.location)
	if err != nil {
		return fmt.Errorf("the service answered POST %s: %w", a.url, err)
	}
	s.mu.Lock()
	s.resource, s.since = resource, time.Now()
	s.mu.Unlock()
	if s.d.offers.listen {
		return s.listen(ctx, resource, c.Listen)
	}
	return nil
}

// post sends the creation, once more when the service has gone and come back in
// the meantime.
func (s *stream) post(ctx context.Context, form []byte) (*answer, error) {
	for {
		began := time.Now()
		a, err := s.d.call(ctx, forever, http.MethodPost, s.d.base.String(), form)
		if err == nil {
			return a, nil
		}
		fault := s.d.blame(ctx, began, err)
		if !unreachable(err) || !s.d.comesBack(ctx) {
			return nil, fault
		}
	}
}

// creation is the protocol's form of c.
func (s *stream) creation(c client.Connect) creation {
	form := creation{
		Tag: c.Name, CallbackURL: s.d.callbacks.of(s.number), StreamURL: c.URL,
		LastEventID: c.LastEventID, Method: c.Method, Body: c.Body,
	}
	if c.Retry > 0 {
		form.InitialDelayMs = &c.Retry
	}
	if len(c.Headers) > 0 {
		form.Headers = map[string]string{}
		for name, value := range maps.All(c.Headers) {
			form.Headers[strings.ToLower(name)] = value
		}
	}
	return form
}

// listen names each event type to a client that must register it. The type
// message needs no registration.
func (s *stream) listen(ctx context.Context, resource string, types []string) error {
	for _, one := range types {
		if one == "message" {
			continue
		}
		order := command{Command: "listen"}
		order.Listen.Type = one
		began := time.Now()
		a, err := s.d.call(ctx, s.d.options.Answer, http.MethodPost, resource, encode(order))
		if err != nil {
			return s.d.blame(ctx, began, err)
		}
		if !a.ok() {
			return fmt.Errorf("the command listen for the event type %q: %w", one, a.refusal())
		}
	}
	return nil
}

// take receives a callback. It reports false when nobody waits for it.
func (s *stream) take(n numbered) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent {
		return false
	}
	s.zero = s.zero || n.counter == 0
	before := s.order.next
	if err := s.order.put(n, s.see); err != nil {
		s.loseLocked(&client.SubjectError{What: err.Error()})
		return true
	}
	s.watchGap(before)
	return true
}

// countsFromZero reports whether a callback had the counter 0.
func (s *stream) countsFromZero() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.zero
}

// watchGap gives the callback that is missing its time.
func (s *stream) watchGap(before uint64) {
	if len(s.order.held) == 0 {
		if s.overdue != nil {
			s.overdue.Stop()
			s.overdue = nil
			close(s.settled)
			s.settled = nil
		}
		return
	}
	if s.overdue != nil && s.order.next == before {
		return
	}
	if s.overdue != nil {
		s.overdue.Stop()
	} else {
		s.settled = make(chan struct{})
	}
	missing := s.order.next
	s.overdue = time.AfterFunc(s.d.gap, func() { s.giveUp(missing) })
}

// giveUp ends the stream when the counter is still missing.
func (s *stream) giveUp(missing uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.silent || len(s.order.held) == 0 || s.order.next != missing {
		return
	}
	s.loseLocked(&client.SubjectError{What: fmt.Sprintf("%s; it was waited for %v", s.order.missing(), s.d.gap)})
}

// Close deletes the stream. What was called back before is told first; what is
// called back later is told too, until Release.
func (s *stream) Close(ctx context.Context) error {
	s.closing.Do(func() { s.closeErr = s.close(ctx) })
	return s.closeErr
}

func (s *stream) close(ctx context.Context) error {
	select {
	case <-s.created:
	case <-ctx.Done():
		// It is deleted as soon as it can be, so that its client does not go on.
		s.d.tasks.Go(s.reap)
		return fmt.Errorf("the service has not answered the creation of the stream, so that it could not be asked to close it: %w", context.Cause(ctx))
	}
	resource := s.where()
	if resource == "" {
		return s.Err()
	}
	if err := s.delete(ctx, resource); err != nil {
		return err
	}
	// What it called back before it was closed may be on its way still, each over a
	// connection of its own. A service of one thread has sent it before it has
	// answered two requests more.
	for range 2 {
		_ = s.d.look(ctx)
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if !s.silent {
		s.see(transcript.Observation{Kind: transcript.SawClosed})
	}
	return nil
}

// where is the resource; empty when it was not created.
func (s *stream) where() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resource
}

// Release has callbacks answered with 404 from now on.
func (s *stream) Release() {
	s.d.forget(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silenceLocked()
}

// delete asks the service to close the stream. One that it does not know any
// more is closed.
func (s *stream) delete(ctx context.Context, resource string) error {
	began := time.Now()
	a, err := s.d.call(ctx, s.d.options.Answer, http.MethodDelete, resource, nil)
	if err != nil {
		return s.d.blame(ctx, began, err)
	}
	if !a.ok() && a.status != http.StatusNotFound {
		return &client.SubjectError{What: a.refusal().Error()}
	}
	return nil
}

// settle waits until no callback is missing.
func (s *stream) settle(ctx context.Context) error {
	s.mu.Lock()
	settled := s.settled
	s.mu.Unlock()
	if settled == nil {
		return nil
	}
	select {
	case <-settled:
	case <-s.lost:
	case <-ctx.Done():
		return fmt.Errorf("callbacks of the stream are still missing: %w", context.Cause(ctx))
	}
	return nil
}

// reap deletes a stream that is created after it was given up.
func (s *stream) reap() {
	<-s.created
	if resource := s.where(); resource != "" {
		_ = s.delete(s.d.alive, resource)
	}
}
