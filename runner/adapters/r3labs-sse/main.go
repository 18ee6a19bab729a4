// Command r3labs-sse is the client of github.com/r3labs/sse/v2 behind the adapter
// protocol of ssecheck, version 1.
//
// The Client has its defaults but for one: its reconnect strategy, the library's
// own, is told of the context. Without, a subscription whose context is done
// lingers for a quarter of an hour.
package main

import (
	"context"
	"time"

	"github.com/r3labs/sse/v2"
	"gopkg.in/cenkalti/backoff.v1"

	"github.com/ssecheck/ssecheck/runner/adapters/goclient"
)

func main() {
	goclient.Main(goclient.Hello{
		Name:         "go r3labs/sse",
		Version:      goclient.Version("github.com/r3labs/sse/v2"),
		Capabilities: []string{"errors", "headers", "last-event-id", "retry", "https", "http2", "h2c", "close-in-handler"},
	}, run)
}

func run(ctx context.Context, c goclient.Connect, report *goclient.Report) error {
	client := sse.NewClient(c.URL)
	client.Connection = c.HTTPClient()
	defer client.Connection.CloseIdleConnections()
	for name, value := range c.Headers {
		client.Headers[name] = value
	}
	if c.LastEventID != "" {
		client.LastEventID.Store([]byte(c.LastEventID))
	}
	client.ReconnectStrategy = strategy(ctx, c.Retry)
	client.ReconnectNotify = func(err error, _ time.Duration) { report.Error(err, true) }

	return client.SubscribeRawWithContext(ctx, func(e *sse.Event) {
		id := string(e.ID)
		report.Event(goclient.Event{Type: string(e.Event), Data: string(e.Data), LastEventID: &id})
	})
}

// strategy is the one that the library takes when it is given none.
func strategy(ctx context.Context, retry int64) backoff.BackOff {
	b := backoff.NewExponentialBackOff()
	if retry > 0 {
		b.InitialInterval = time.Duration(retry) * time.Millisecond
	}
	return backoff.WithContext(b, ctx)
}
