// Command launchdarkly-go puts github.com/launchdarkly/eventsource, a client,
// under test in two ways: behind the adapter protocol, and behind the protocol
// of LaunchDarkly's contract tests.
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
	"runtime/debug"
)

const library = "github.com/launchdarkly/eventsource"

func main() {
	address := flag.String("service", "", "serve the protocol of LaunchDarkly's contract tests at this address; port 0 takes a free one")
	flag.Parse()
	if err := run(*address); err != nil {
		fmt.Fprintln(os.Stderr, "launchdarkly-go:", err)
		os.Exit(1)
	}
}

func run(address string) error {
	if address == "" {
		return serveLines(os.Stdin, os.Stdout)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return serveHTTP(ctx, address)
}

// version is that of the library.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == library {
				return m.Version
			}
		}
	}
	return ""
}
