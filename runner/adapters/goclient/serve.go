// Package goclient is the adapter protocol of ssecheck, version 1, role client:
// what the adapters of client libraries for Go have in common. One JSON object a
// line, in and out; docs/client.md of this repository describes each.
package goclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// A Hello is who the library is and what its API offers.
type Hello struct {
	Name         string   `json:"name"`
	Version      string   `json:"version"`
	Capabilities []string `json:"capabilities"`
}

// introduction is the answer to the hello.
type introduction struct {
	Op       string   `json:"op"`
	Protocol int      `json:"protocol"`
	Language string   `json:"language"`
	Roles    []string `json:"roles"`
	Hello
}

// A Connect is what the adapter is asked for.
type Connect struct {
	URL         string            `json:"url"`
	Headers     map[string]string `json:"headers"`
	Method      string            `json:"method"`
	Body        string            `json:"body"`
	LastEventID string            `json:"lastEventId"`
	// Retry is a wished initial reconnection time in ms; 0 is none wished.
	Retry int64 `json:"retry"`
	// HTTP is "2" or "h2c" where one of these is asked for.
	HTTP string `json:"http"`
}

// A Run opens a source, tells report what the library tells, and returns when
// the source is over: closed, because ctx is done, or ended by itself, with the
// error for which it gave up.
type Run func(ctx context.Context, c Connect, report *Report) error

// Main serves the protocol on standard input and output until the input ends,
// and then ends the program.
func Main(hello Hello, run Run) {
	if err := serve(os.Stdin, &lines{to: os.Stdout}, hello, run); err != nil {
		fmt.Fprintln(os.Stderr, "adapter:", err)
		os.Exit(1)
	}
}

// request is any line that ssecheck sends.
type request struct {
	Op         string `json:"op"`
	Stream     string `json:"stream"`
	CloseAfter int    `json:"closeAfter"`
	Connect
}

func serve(in io.Reader, out *lines, hello Hello, run Run) error {
	all, end := context.WithCancel(context.Background())
	var sources sync.WaitGroup
	defer sources.Wait()
	defer end()

	open := map[string]context.CancelFunc{} // by the stream's name
	requests := json.NewDecoder(in)
	for {
		var r request
		err := requests.Decode(&r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch r.Op {
		case "hello":
			out.write(introduction{"hello", 1, "go", []string{"client"}, hello})
		case "connect":
			ctx, cancel := context.WithCancel(all)
			open[r.Stream] = cancel
			report := &Report{out: out, stream: r.Stream, closeAfter: r.CloseAfter, close: cancel}
			sources.Go(func() { runOne(ctx, run, r.Connect, report) })
		case "close":
			open[r.Stream]()
			delete(open, r.Stream)
		}
	}
}

// runOne runs a source until it is over, and waits until that is asked for when
// it has given up.
func runOne(ctx context.Context, run Run, c Connect, report *Report) {
	err := recovered(func() error { return run(ctx, c, report) })
	if err != nil && ctx.Err() == nil {
		report.Error(err, false)
		<-ctx.Done()
	}
	report.closed()
}

// recovered turns a panic of the library into an error.
func recovered(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return run()
}
