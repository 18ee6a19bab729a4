package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ssecheck/ssecheck/runner/refserver"
)

func newServeCommand(a *app) *cobra.Command {
	var addr string
	var options refserver.Options
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "serves the reference server: a stock ticker to point a client at",
		Example: `ssecheck serve
    a stock ticker at http://127.0.0.1:8080/ticker, and a page that shows it
ssecheck serve --addr 127.0.0.1:9000 --period 100ms
    on another port, ten events a second
curl -N http://127.0.0.1:8080/ticker
    what it sends: named events, ids, retry, keep-alive comments; replay by Last-Event-ID`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			listener, err := refserver.Start(ctx, addr, options)
			if err != nil {
				return &exitError{exitNotCarried, err}
			}
			fmt.Fprintf(a.stdout, "serving %s/ticker, and a page at %s/ (Ctrl-C ends it)\n", listener.URL, listener.URL)
			<-ctx.Done()
			return listener.Close()
		},
	}
	group("Flags", cmd.Flags(), func(flags *pflag.FlagSet) {
		flags.StringVar(&addr, "addr", "127.0.0.1:8080", "listen on this `host:port`; port 0 takes a free one")
		flags.DurationVar(&options.Period, "period", time.Second, "the time between two events")
		flags.DurationVar(&options.KeepAlive, "keep-alive", 15*time.Second, "the longest silence before a comment is sent")
		flags.DurationVar(&options.Retry, "retry", 2*time.Second, "the reconnection time that clients are told")
	})
	return cmd
}
