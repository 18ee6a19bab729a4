package encoder

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// The capabilities of an encoder, in the adapter protocol's words.
const (
	// Comments and Retry: it accepts such items.
	Comments = "comments"
	Retry    = "retry"
	// JSONData: its API hands data to a JSON encoder, so that what arrives is the JSON
	// of the text.
	JSONData = "json-data"
	// OwnIDs: it gives an id of its own to items without one.
	OwnIDs = "own-ids"
)

// A CommandSubject is an encoder behind a command: a persistent adapter, or a one-shot
// program that reads items and writes their stream. Which of the two, Start finds out.
type CommandSubject struct {
	command string
	options Options
	hello   protocol.Hello
	pool    *adapter.Pool // of a persistent adapter
	program *program      // of a one-shot program
}

// Command makes a subject of a command line, which is given to the system's shell.
func Command(command string, o Options) *CommandSubject {
	return &CommandSubject{command: command, options: o.withDefaults()}
}

var (
	_ runner.Subject    = (*CommandSubject)(nil)
	_ runner.Timekeeper = (*CommandSubject)(nil)
)

// plainItem is what a one-shot program is given when it could not read the hello line.
const plainItem = `{"data":"ssecheck"}` + "\n"

// Start starts the command once to find out its kind: it writes the hello line and
// closes standard input. An adapter answers with its hello. To a one-shot program that
// line is an item without any part that it knows; what it makes of it does not count,
// but a program that fails is started once more, with an item that has data.
func (s *CommandSubject) Start(ctx context.Context) error {
	first := adapter.Try(ctx, s.command, protocol.HelloLine, s.options.adapter())
	hello, err := protocol.ReadHello(first.Line)
	switch {
	case first.Err == nil && first.Line != nil && err == nil:
		if err := hello.Takes(string(reports.RoleEncoder)); err != nil {
			return s.startError(err, "Give the command with the flag of its role")
		}
		s.hello = hello
		s.pool = adapter.NewPool(s.command, "e", adapter.ReadAs[answer], s.options.adapter())
		return nil
	case first.Code == 126 || first.Code == 127: // of sh: cannot be executed, not found
		return s.startError(first.Ended(), "Check the command: the system's shell cannot run it")
	case first.Line != nil && strings.Contains(string(first.Line), `"hello"`) && first.Line[0] == '{':
		return s.startError(err, "An adapter's first line is its hello")
	case first.Err == nil && first.Code == 0:
		s.program = newProgram(s.command, s.options)
		return nil
	}
	second := adapter.Try(ctx, s.command, plainItem, s.options.adapter())
	if second.Err == nil && second.Code == 0 {
		s.program = newProgram(s.command, s.options)
		return nil
	}
	if first.Err != nil {
		return s.startError(first.Err, remedy)
	}
	return s.startError(first.Ended(), remedy)
}

const remedy = "Run it by hand; it must answer the hello of the adapter protocol, " +
	"or read one JSON object per item from standard input, write their stream and exit 0"

func (s *CommandSubject) startError(err error, remedy string) error {
	return &runner.StartError{Subject: flag(s.command), Err: err, Remedy: remedy}
}

// Info is who the command said it is.
func (s *CommandSubject) Info() runner.Info {
	name := s.hello.Name
	if name == "" {
		name = s.command
	}
	return runner.Info{Role: reports.RoleEncoder, Name: name, Version: s.hello.Version, Address: s.command,
		Flags: flag(s.command), Deviates: s.hello.Deviates}
}

// flag is the command line's way to name the command.
func flag(command string) string {
	return "--encoder '" + strings.ReplaceAll(command, "'", `'\''`) + "'"
}

// OneShot says that the command is a program that is started for each list.
func (s *CommandSubject) OneShot() bool { return s.program != nil }

// Leaks is how often the adapter was started anew for the memory that it had taken, where no
// list alone makes it take so much.
func (s *CommandSubject) Leaks() int {
	if s.pool == nil {
		return 0
	}
	return s.pool.Leaks()
}

// Claims says that the command takes such items. A one-shot program takes comments and
// reconnection times, and claims nothing else.
func (s *CommandSubject) Claims(capability string) bool {
	if s.program != nil {
		return capability == Comments || capability == Retry
	}
	return s.hello.Claims(capability)
}

// Skip skips what the adapter does not claim. A one-shot program claims all.
func (s *CommandSubject) Skip(c *cases.Case) runner.Skip {
	if s.program != nil {
		return skip(c, nil)
	}
	return skip(c, s.hello.Claims)
}

// Variants are as written and, where the encoder may refuse, the control.
func (s *CommandSubject) Variants(c *cases.Case) []cases.Variant { return cases.EmitVariants(c) }

// Parallel is how many streams the command takes at once.
func (s *CommandSubject) Parallel() int {
	switch {
	case s.pool != nil:
		return s.pool.Parallel()
	case s.program != nil:
		return s.options.Processes
	}
	return 1
}

// Play plays a variant within the default time.
func (s *CommandSubject) Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
	return s.PlayFor(ctx, runner.DefaultTimeout, c, v)
}

// PlayFor plays a variant; limit is counted from when the command has it.
func (s *CommandSubject) PlayFor(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript {
	switch {
	case s.pool != nil:
		return s.ask(ctx, limit, c, v)
	case s.program != nil:
		return s.program.play(ctx, limit, c, v)
	}
	return &transcript.Transcript{Broken: fmt.Sprintf("%s was not started", flag(s.command))}
}

// Close ends all processes. The error tells what the adapter did wrong that could be
// held against no case.
func (s *CommandSubject) Close() error {
	if s.pool != nil {
		return s.pool.Close()
	}
	return nil
}

// ask asks a persistent adapter.
func (s *CommandSubject) ask(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript {
	log := s.options.log()
	items := played(c, v).AppendItems(nil, false)
	log.Add(reports.Entry{End: transcript.Runner, Kind: "items", Bytes: items})
	r := s.pool.Ask(ctx, limit, func(line []byte, stream string) []byte {
		line = append(line, `{"op":"encode","stream":"`+stream+`","items":`...)
		return append(append(line, items...), "}\n"...)
	})
	t := &transcript.Transcript{Failed: r.Failed, Broken: r.Broken, Stderr: r.Stderr}
	switch {
	case r.GivenUp:
		t.Broken = "the case was given up: " + context.Cause(ctx).Error()
	case r.Wrong != nil:
		t.Failed = "the answer is malformed: " + r.Wrong.Error()
	case r.Answer != nil:
		e, err := r.Answer.(*answer).emitted()
		if err != nil {
			t.Failed = "the answer is malformed: " + err.Error()
			break
		}
		e.Control = v.Control
		e.JSONData, e.OwnIDs = s.hello.Claims(JSONData), s.hello.Claims(OwnIDs)
		logEmitted(log, e)
		t.Emitted = e
	}
	t.Entries = log.Entries()
	return t
}
