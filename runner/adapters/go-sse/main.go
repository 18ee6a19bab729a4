// Command go-sse is the client of github.com/tmaxmax/go-sse behind the adapter
// protocol of ssecheck, version 1.
//
// The Client has its defaults. ResponseValidator is the default one, which tells
// when it lets a response pass; OnRetry is how the library reports errors.
package main

import (
	"context"
	"net/http"
	"time"

	"github.com/tmaxmax/go-sse"

	"github.com/ssecheck/ssecheck/runner/adapters/goclient"
)

func main() {
	goclient.Main(goclient.Hello{
		Name:         "go tmaxmax/go-sse",
		Version:      goclient.Version("github.com/tmaxmax/go-sse"),
		Capabilities: []string{"open", "errors", "headers", "method", "retry", "https", "http2", "h2c", "close-in-handler"},
	}, run)
}

func run(ctx context.Context, c goclient.Connect, report *goclient.Report) error {
	request, err := c.Request(ctx)
	if err != nil {
		return err
	}
	client := sse.Client{
		HTTPClient: c.HTTPClient(),
		ResponseValidator: func(r *http.Response) error {
			err := sse.DefaultValidator(r)
			if err == nil {
				report.Open()
			}
			return err
		},
		OnRetry: func(err error, _ time.Duration) { report.Error(err, true) },
		Backoff: sse.Backoff{InitialInterval: time.Duration(c.Retry) * time.Millisecond},
	}
	defer client.HTTPClient.CloseIdleConnections()

	connection := client.NewConnection(request)
	connection.SubscribeToAll(func(e sse.Event) {
		report.Event(goclient.Event{Type: e.Type, Data: e.Data, LastEventID: &e.LastEventID})
	})
	return connection.Connect()
}
