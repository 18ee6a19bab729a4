package hostile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ssecheck/ssecheck/runner/server"
)

// Options say how a run goes. The zero value is a polite run of 1000 requests.
type Options struct {
	// Seed makes the requests: the same seed and server give the same ones in the same
	// order, but for the server's own ids, which it may choose anew each time.
	Seed uint64
	// Runs is how many requests are made up; 1000 where it is zero and For is, too, and
	// without a bound where For is given.
	Runs int
	// For bounds the time; 0 does not.
	For time.Duration
	// Requests, when there are any, are played one after the other instead of made-up
	// ones.
	Requests []Request
	// Rate is how many connections are opened in a second at most, 50 where it is zero;
	// Connections how many are open at once, 8 where it is zero and at least 2: one
	// watches.
	Rate, Connections int
	// Timeout is how long a server may take to answer a request; 5 s where it is zero.
	Timeout time.Duration
	// Own says that the host is the user's own, though it is not this one. Without it no
	// address but those of the loopback network is visited.
	Own bool
	// Target says what an ordinary request to the server is, and how it is reached:
	// header fields, method and body, certificates, a Unix socket. Of its other
	// fields Flags and UserAgent count.
	Target server.Options
	// Revive, when not nil, starts a server again that has gone. Without it the run waits
	// for Timeout whether it comes back by itself, and ends where it does not.
	Revive func(context.Context) error
	// OnProgress is told how far the run is, after each round of requests; OnFinding of
	// each finding when it is complete. Both are called by Run's own goroutine.
	OnProgress func(Progress)
	OnFinding  func(Finding)
}

// Progress is how far a run is.
type Progress struct {
	// Requests were made up so far; Plays counts those that were sent, again and again
	// where a deviation is looked into.
	Requests, Plays int
	Findings        int
	Elapsed         time.Duration
}

const (
	defaultRuns        = 1000
	defaultRate        = 50
	defaultConnections = 8
	defaultTimeout     = 5 * time.Second
)

func (o Options) withDefaults() (Options, error) {
	if o.Runs < 0 || o.For < 0 || o.Rate < 0 || o.Connections < 0 || o.Timeout < 0 {
		return o, errors.New("a number of runs, connections, requests a second, or a time is negative; 0 stands for the default")
	}
	if o.Connections == 1 {
		return o, errors.New("2 connections are the least: one watches the stream while the other one sends odd requests")
	}
	if o.Runs == 0 && o.For == 0 {
		o.Runs = defaultRuns
	}
	orElse(&o.Rate, defaultRate)
	orElse(&o.Connections, defaultConnections)
	orElse(&o.Timeout, defaultTimeout)
	if o.Target.Flags == "" {
		o.Target.Flags = "--target URL"
	}
	o.Target.Observe = o.Timeout
	for i, r := range o.Requests {
		if _, err := ParseRequest(r.String()); err != nil {
			return o, fmt.Errorf("request %d: %w", i+1, err)
		}
	}
	return o, nil
}

func orElse[T int | time.Duration](p *T, value T) {
	if *p == 0 {
		*p = value
	}
}
