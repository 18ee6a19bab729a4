package main

import (
	"context"
	"time"

	"github.com/launchdarkly/eventsource"

	"github.com/ssecheck/ssecheck/runner/adapters/goclient"
)

// asked is what a stream is asked for, in either protocol.
type asked struct {
	goclient.Connect // its Retry is left aside
	// retry and readTimeout are in ms; nil leaves them to the library.
	retry, readTimeout *int64
	// restart has the library drop the connection and come back; nil never does.
	restart <-chan struct{}
}

// A teller is told what the library tells.
type teller interface {
	Event(e goclient.Event)
	Error(err error, reconnecting bool)
}

// run opens a stream as the library's defaults have it: the first connection is
// not tried again, all later ones are. It returns when ctx is done, or with the
// error for which the library gave up.
func run(ctx context.Context, a asked, tell teller) error {
	stream, err := a.subscribe(ctx)
	if err != nil {
		return err
	}
	defer func() {
		stream.Close()
		go drain(stream)
	}()
	// Both channels are fed by one goroutine and have no buffer, so that the
	// order is the library's.
	for ctx.Err() == nil {
		select {
		case e := <-stream.Events:
			tell.Event(read(e))
		case err := <-stream.Errors:
			tell.Error(err, true)
		case <-a.restart:
			stream.Restart()
		case <-ctx.Done():
		}
	}
	return nil
}

// subscribe returns when the first response has come, or ctx is done. From then
// on the stream's Close alone ends it, which is the library's way.
func (a asked) subscribe(ctx context.Context) (*eventsource.Stream, error) {
	connecting, cancel := context.WithCancel(context.Background())
	closed := context.AfterFunc(ctx, cancel)
	defer closed()
	request, err := a.Request(connecting)
	if err != nil {
		return nil, err
	}
	options := []eventsource.StreamOption{
		eventsource.StreamOptionHTTPClient(a.HTTPClient()), eventsource.StreamOptionLastEventID(a.LastEventID),
	}
	if a.retry != nil {
		options = append(options, eventsource.StreamOptionInitialRetry(time.Duration(*a.retry)*time.Millisecond))
	}
	if a.readTimeout != nil {
		options = append(options, eventsource.StreamOptionReadTimeout(time.Duration(*a.readTimeout)*time.Millisecond))
	}
	return eventsource.SubscribeWithRequestAndOptions(request, options...)
}

func read(e eventsource.Event) goclient.Event {
	id := e.Id()
	if with, ok := e.(eventsource.EventWithLastID); ok {
		id = with.LastEventID()
	}
	return goclient.Event{Type: e.Event(), Data: e.Data(), LastEventID: &id}
}

// drain reads a closed stream to its end: until then the library's goroutine may
// be waiting to hand out one more event.
func drain(stream *eventsource.Stream) {
	for errs := stream.Errors; ; {
		select {
		case _, ok := <-stream.Events:
			if !ok {
				return
			}
		case _, ok := <-errs:
			if !ok {
				errs = nil
			}
		}
	}
}
