package encoder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A program is a one-shot encoder: started once a case, it reads one JSON object per
// item from standard input and writes their stream. One that refuses an item says so
// with an exit status that is not 0.
type program struct {
	command string
	options Options
	slots   runner.Slots
}

func newProgram(command string, o Options) *program {
	return &program{command: command, options: o, slots: runner.NewSlots(o.Processes)}
}

func (p *program) play(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript {
	if err := p.slots.Take(ctx); err != nil {
		return &transcript.Transcript{Broken: "the case was given up: " + err.Error()}
	}
	defer p.slots.Give()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	proc, err := process.Start(p.command)
	if err != nil {
		return &transcript.Transcript{Broken: fmt.Sprintf("%s could not be started: %v", flag(p.command), err)}
	}
	log := p.options.log()
	lines := itemLines(played(c, v))
	log.Add(reports.Entry{End: transcript.Runner, Kind: "items", Bytes: lines})
	t := p.run(ctx, proc, lines)
	t.Stderr = proc.Stderr().String()
	if t.Emitted != nil {
		t.Emitted.Control = v.Control
		logEmitted(log, t.Emitted)
	}
	t.Entries = log.Entries()
	return t
}

// itemLines are the items, one JSON object a line.
func itemLines(c *cases.Case) []byte {
	var b []byte
	for i := range c.Emit {
		if c.Emit[i].Sleep == 0 {
			b = append(c.Emit[i].AppendJSON(b), '\n')
		}
	}
	return b
}

// run feeds the program and reads what it writes, at the same time, and ends it.
func (p *program) run(ctx context.Context, proc *process.Process, lines []byte) *transcript.Transcript {
	defer context.AfterFunc(ctx, proc.Abort)()
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		defer proc.CloseStdin()
		_, _ = proc.Stdin().Write(lines) // one that reads nothing is judged by what it writes
	}()
	wire, err := io.ReadAll(io.LimitReader(proc.Stdout(), int64(p.options.MaxOutput)+1))
	if len(wire) <= p.options.MaxOutput {
		select {
		case <-proc.Exited():
		case <-ctx.Done():
		}
	}
	ended := ctx.Err() == nil
	_ = proc.Close(0)
	<-fed
	switch {
	case !ended && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &transcript.Transcript{Failed: "the program did not end in time, although its standard input had"}
	case !ended:
		return &transcript.Transcript{Broken: "the case was given up: " + context.Cause(ctx).Error()}
	case len(wire) > p.options.MaxOutput:
		return &transcript.Transcript{Failed: fmt.Sprintf("the program wrote more than %d bytes for one case", p.options.MaxOutput)}
	case err != nil:
		return &transcript.Transcript{Failed: fmt.Sprintf("the program's output: %v", err)}
	case proc.ExitCode() < 0:
		return &transcript.Transcript{Failed: "the program crashed: " + proc.Exit()}
	case proc.ExitCode() != 0:
		word := "it ended with: " + proc.Exit()
		return &transcript.Transcript{Emitted: &transcript.Emitted{Rejected: &word}}
	}
	return &transcript.Transcript{Emitted: &transcript.Emitted{Wire: wire}}
}
