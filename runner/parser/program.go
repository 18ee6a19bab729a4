package parser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A program is a one-shot parser: started once a stream, it reads it from
// standard input and prints one JSON object per event.
type program struct {
	command string
	options Options
	slots   runner.Slots
}

func newProgram(command string, o Options) *program {
	return &program{command: command, options: o, slots: runner.NewSlots(o.Processes)}
}

func (p *program) variants(c *cases.Case) []cases.Variant { return cases.OneShotVariants(c) }
func (p *program) parallel() int                          { return p.options.Processes }
func (p *program) close() error                           { return nil }

// parse starts the program for each of many streams.
func (p *program) parse(ctx context.Context, limit time.Duration, streams [][][]byte) []*transcript.Transcript {
	all := make([]*transcript.Transcript, len(streams))
	var group errgroup.Group
	group.SetLimit(p.options.Processes)
	for i, chunks := range streams {
		group.Go(func() error {
			all[i] = p.play(ctx, limit, nil, cases.Variant{Chunks: chunks})
			return nil
		})
	}
	_ = group.Wait()
	return all
}

// play starts the program for one stream. The time counts from its start.
func (p *program) play(ctx context.Context, limit time.Duration, _ *cases.Case, v cases.Variant) *transcript.Transcript {
	if err := p.slots.Take(ctx); err != nil {
		return &transcript.Transcript{Broken: "the case was given up: " + err.Error()}
	}
	defer p.slots.Give()
	proc, err := process.Start(p.command)
	if err != nil {
		return &transcript.Transcript{Broken: fmt.Sprintf("%s could not be started: %v", flag(p.command), err)}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run := &programRun{proc: proc, log: p.options.log(), bound: p.options.MaxOutput}
	t := run.stream(ctx, v)
	if ctx.Err() != nil && !run.ended {
		t = &transcript.Transcript{Failed: overrun(ctx).Error()}
	}
	t.Entries, t.Stderr = run.log.Entries(), proc.Stderr().String()
	return t
}

// A programRun is one process and the stream that it was started for.
type programRun struct {
	proc  *process.Process
	log   *transcript.Log
	bound int
	ended bool // the process ended by itself
}

// stream feeds the program and collects what it prints, at the same time, and
// ends it.
func (r *programRun) stream(ctx context.Context, v cases.Variant) *transcript.Transcript {
	defer context.AfterFunc(ctx, r.proc.Abort)()
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		defer r.proc.CloseStdin()
		r.feed(ctx, v)
	}()
	events, failed := r.collect()
	if failed == "" {
		select {
		case <-r.proc.Exited():
			r.ended = ctx.Err() == nil
		case <-ctx.Done():
		}
	}
	_ = r.proc.Close(0) // what it left behind in its group
	<-fed
	switch {
	case failed != "":
		r.ended = ctx.Err() == nil
		return &transcript.Transcript{Failed: failed}
	case r.ended && r.proc.ExitCode() != 0:
		return &transcript.Transcript{Failed: "the program must exit 0 at the end of a stream; it ended with: " + r.proc.Exit()}
	}
	parsed, err := toEvents(events)
	if err != nil {
		return &transcript.Transcript{Failed: err.Error()}
	}
	return &transcript.Transcript{Parsed: &transcript.Parsed{Events: parsed}}
}

// feed writes the chunks, each once the program has taken the one before.
func (r *programRun) feed(ctx context.Context, v cases.Variant) {
	in := r.proc.Stdin()
	waits := patience{left: drainTime}
	for _, chunk := range v.Chunks {
		if len(chunk) == 0 {
			continue // a write of nothing is no write
		}
		r.log.Add(reports.Entry{End: transcript.Runner, Kind: "send", Bytes: chunk})
		if _, err := in.Write(chunk); err != nil {
			if errors.Is(err, syscall.EPIPE) {
				r.log.Add(reports.Entry{End: transcript.Subject, Kind: "close", Text: "the program stopped reading"})
			}
			return
		}
		waits.drained(ctx, in, r.proc.Exited())
	}
}

// collect reads the program's output to its end. The second result says what is
// wrong with it.
func (r *programRun) collect() (events []eventJSON, failed string) {
	out := &counted{r: r.proc.Stdout(), left: r.bound}
	lines := protocol.NewLines(out, r.bound)
	for {
		line, err := lines.Next()
		switch {
		case errors.Is(err, errOutput):
			return nil, fmt.Sprintf("the program printed more than %d bytes for one stream", r.bound)
		case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed):
			return events, ""
		case err != nil && !errors.Is(err, protocol.ErrHalfLine):
			return nil, fmt.Sprintf("the program's output: %v", err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var e eventJSON
		if bad := protocol.Decode(line, &e); bad != nil {
			if err != nil {
				return nil, fmt.Sprintf("the program printed half a line: %s", protocol.Excerpt(line))
			}
			return nil, fmt.Sprintf("the program must print one JSON object per event; it printed %s (%v)", protocol.Excerpt(line), bad)
		}
		r.log.Add(reports.Entry{End: transcript.Subject, Kind: "print", Bytes: append([]byte(nil), line...)})
		events = append(events, e)
	}
}

var errOutput = errors.New("too much output")

// counted fails once more than left bytes were read.
type counted struct {
	r    io.Reader
	left int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= n; c.left < 0 {
		return 0, errOutput
	}
	return n, err
}
