// Command launchdarkly-go puts github.com/launchdarkly/eventsource, a client,
// under test in two ways: behind the adapter protocol, and behind the protocol
// of LaunchDarkly's contract tests. What is judged is the same, so that the two
// ways can be compared on one client.
//
//	ssecheck run --client 'go run .'
//
//	go run . -service 127.0.0.1:8000 &
//	ssecheck run --client-service http://127.0.0.1:8000
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/ssecheck/ssecheck/runner/adapters/goclient"
)

// library is its module and its name.
const library = "github.com/launchdarkly/eventsource"

func main() {
	address := flag.String("service", "", "serve the protocol of LaunchDarkly's contract tests at this address; port 0 takes a free one")
	flag.Parse()
	if *address == "" {
		goclient.Main(goclient.Hello{
			Name:         "go launchdarkly/eventsource",
			Version:      goclient.Version(library),
			Capabilities: []string{"errors", "headers", "method", "last-event-id", "retry", "https", "http2", "h2c", "close-in-handler"},
		}, func(ctx context.Context, c goclient.Connect, report *goclient.Report) error {
			return run(ctx, asked{Connect: c, retry: wished(c.Retry)}, report)
		})
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *address); err != nil {
		fmt.Fprintln(os.Stderr, "launchdarkly-go:", err)
		os.Exit(1)
	}
}

// wished is the adapter protocol's reconnection time, of which 0 is none.
func wished(ms int64) *int64 {
	if ms == 0 {
		return nil
	}
	return &ms
}
