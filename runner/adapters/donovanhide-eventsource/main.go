// Command donovanhide-eventsource is the client of
// github.com/donovanhide/eventsource behind the adapter protocol of ssecheck,
// version 1.
package main

import (
	"context"

	"github.com/donovanhide/eventsource"

	"github.com/ssecheck/ssecheck/runner/adapters/goclient"
)

func main() {
	goclient.Main(goclient.Hello{
		Name:         "go donovanhide/eventsource",
		Version:      goclient.Version("github.com/donovanhide/eventsource"),
		Capabilities: []string{"errors", "headers", "method", "last-event-id", "https", "http2", "h2c"},
	}, run)
}

func run(ctx context.Context, c goclient.Connect, report *goclient.Report) error {
	stream, err := subscribe(ctx, c)
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		select {
		case e := <-stream.Events:
			report.Event(goclient.Event{Type: e.Event(), Data: e.Data(), ID: e.Id()})
		case err := <-stream.Errors:
			report.Error(err, true)
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return nil
		}
	}
}

// subscribe returns when the first response has come, or ctx is done. From then
// on the stream's Close alone ends it, which is the library's way.
func subscribe(ctx context.Context, c goclient.Connect) (*eventsource.Stream, error) {
	connecting, cancel := context.WithCancel(context.Background())
	closed := context.AfterFunc(ctx, cancel)
	defer closed()
	request, err := c.Request(connecting)
	if err != nil {
		return nil, err
	}
	return eventsource.SubscribeWith(c.LastEventID, c.HTTPClient(), request)
}
