package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/casepages"
	"github.com/ssecheck/ssecheck/runner/refserver"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// mostSubscribers is how many may listen at once to the ticker that is served:
// more than a system's usual bound of open files.
const mostSubscribers = 1 << 16

// defaultServe is where "ssecheck serve" listens unless it is told otherwise.
const defaultServe = "127.0.0.1:8080"

func newServeCommand(a *app) *cobra.Command {
	var addr, own string
	options := refserver.Options{Subscribers: mostSubscribers}
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "serves the reference server, and every stream case at a URL of its own",
		Example: `ssecheck serve
    a stock ticker at http://127.0.0.1:8080/ticker, and a page that shows it
ssecheck serve --addr 127.0.0.1:9000 --period 100ms
    on another port, ten events a second
curl -N http://127.0.0.1:8080/ticker
    what it sends: named events, ids, retry, keep-alive comments; replay by Last-Event-ID
curl -N http://127.0.0.1:8080/cases/fields/data/two-lines
    one case's stream, byte for byte and write for write; http://127.0.0.1:8080/cases/ lists them`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			book, err := openCasebook(own)
			if err != nil {
				return err
			}
			return a.serve(cmd.Context(), addr, options, book.cases)
		},
	}
	group("Flags", cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&addr, "addr", defaultServe, "listen on this `host:port`; port 0 takes a free one")
		flags.DurationVar(&options.Period, "period", time.Second, "the time between two events")
		flags.DurationVar(&options.KeepAlive, "keep-alive", 15*time.Second, "the longest silence before a comment is sent")
		flags.DurationVar(&options.Retry, "retry", 2*time.Second, "the reconnection time that clients are told")
		flags.StringVar(&own, "cases", "", "offer your own cases in this `folder`, too")
	})
	return cmd
}

// serve serves until ctx ends: cases by the scripted server, everything else by
// the ticker's, on one address.
func (a *app) serve(ctx context.Context, addr string, options refserver.Options, all []*cases.Case) error {
	ticker := refserver.New(options)
	defer ticker.Close()
	pages := casepages.New(all)
	mux := http.NewServeMux()
	mux.Handle("/", ticker)
	mux.Handle(casepages.Root, pages)
	server, err := wire.Start(ctx, wire.Options{Addr: addr, Find: pages.Find, Fallback: mux})
	if err != nil {
		return &exitError{exitNotCarried, fmt.Errorf("cannot serve at %s: %w; choose another address with --addr", addr, err)}
	}
	at := "http://" + server.Hosts()[0]
	fmt.Fprintf(a.stdout, "serving %s/ticker, a page at %s/, and the cases at %s%s (Ctrl-C ends it)\n", at, at, at, casepages.Root)
	<-ctx.Done()
	return server.Close()
}
