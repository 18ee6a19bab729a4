package main

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/launchdarkly/eventsource"
)

// asked is what a stream is asked for, in either protocol.
type asked struct {
	URL         string
	Method      string
	Body        string
	Headers     map[string]string
	LastEventID string
	// Retry and ReadTimeout are in ms; nil leaves them to the library.
	Retry, ReadTimeout *int64
}

// told is what a stream reports: an event, or an error.
type told struct {
	event *event
	err   error
	// last: the library gives up.
	last bool
}

// An event is one that the library emitted, its texts as the library handed them out.
type event struct{ kind, data, id string }

// A source is a stream of the library. It is opened as the library's defaults
// have it: the first connection is not tried again, all later ones are.
type source struct {
	tell   func(told)
	cancel context.CancelFunc

	mu     sync.Mutex
	stream *eventsource.Stream // nil until the first connection stands
	closed bool
}

// open returns at once.
func open(a asked, tell func(told)) (*source, error) {
	ctx, cancel := context.WithCancel(context.Background())
	method := a.Method
	if method == "" {
		method = http.MethodGet
	}
	request, err := http.NewRequestWithContext(ctx, method, a.URL, strings.NewReader(a.Body))
	if err != nil {
		cancel()
		return nil, err
	}
	for name, value := range a.Headers {
		request.Header.Set(name, value)
	}
	s := &source{tell: tell, cancel: cancel}
	go s.run(request, a.options())
	return s, nil
}

func (a asked) options() []eventsource.StreamOption {
	options := []eventsource.StreamOption{eventsource.StreamOptionLastEventID(a.LastEventID)}
	if a.Retry != nil {
		options = append(options, eventsource.StreamOptionInitialRetry(time.Duration(*a.Retry)*time.Millisecond))
	}
	if a.ReadTimeout != nil {
		options = append(options, eventsource.StreamOptionReadTimeout(time.Duration(*a.ReadTimeout)*time.Millisecond))
	}
	return options
}

func (s *source) run(request *http.Request, options []eventsource.StreamOption) {
	stream, err := eventsource.SubscribeWithRequestAndOptions(request, options...)
	if err != nil {
		s.report(told{err: err, last: true})
		return
	}
	s.mu.Lock()
	s.stream = stream
	if s.closed {
		stream.Close()
	}
	s.mu.Unlock()
	// Both channels are fed by one goroutine without buffers, so that the order
	// is that of the library. They are read to their ends, which lets it go.
	for errs := stream.Errors; ; {
		select {
		case one, ok := <-stream.Events:
			if !ok {
				return
			}
			s.report(told{event: read(one)})
		case err, ok := <-errs:
			if !ok {
				errs = nil
				continue
			}
			s.report(told{err: err})
		}
	}
}

func read(from eventsource.Event) *event {
	e := &event{kind: from.Event(), data: from.Data(), id: from.Id()}
	if with, ok := from.(eventsource.EventWithLastID); ok {
		e.id = with.LastEventID()
	}
	if e.kind == "" {
		e.kind = "message"
	}
	return e
}

// report tells, unless the source was closed.
func (s *source) report(t told) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.tell(t)
	}
}

// restart has the library drop the connection and come back.
func (s *source) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stream != nil {
		s.stream.Restart()
	}
}

// close closes the stream as the library does; where there is none yet, the
// request is called off. Nothing is told any more once it has returned.
func (s *source) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.stream == nil {
		s.cancel()
		return
	}
	s.stream.Close()
}
