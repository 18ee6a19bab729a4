package parser

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A CommandSubject is a parser behind a command: a persistent adapter or a
// one-shot program. Which of the two, Start finds out.
type CommandSubject struct {
	command string
	options Options
	hello   protocol.Hello
	driver  driver // set by Start
}

// A driver plays streams on one kind of command.
type driver interface {
	play(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript
	parse(ctx context.Context, limit time.Duration, streams [][][]byte) []*transcript.Transcript
	variants(c *cases.Case) []cases.Variant
	parallel() int
	close() error
}

// Command makes a subject of a command line, which is given to the system's
// shell.
func Command(command string, o Options) *CommandSubject {
	return &CommandSubject{command: command, options: o.withDefaults()}
}

// Start starts the command once to find out its kind; see [probe]. The error
// is a [runner.StartError].
func (s *CommandSubject) Start(ctx context.Context) error {
	kind, hello, err := probe(ctx, s.command, s.options)
	if err != nil {
		return err
	}
	if kind == oneShot {
		s.driver = newProgram(s.command, s.options)
		return nil
	}
	if err := hello.Takes(string(reports.RoleParser)); err != nil {
		return s.startError(err, "Give the command with the flag of its role")
	}
	s.hello = hello
	s.driver = newAdapter(s.command, hello, s.options)
	return nil
}

func (s *CommandSubject) startError(err error, remedy string) error {
	return &runner.StartError{Subject: flag(s.command), Err: err, Remedy: remedy}
}

// Info is who the command said it is.
func (s *CommandSubject) Info() runner.Info {
	name := s.hello.Name
	if name == "" {
		name = s.command
	}
	return runner.Info{
		Role: reports.RoleParser, Name: name, Version: s.hello.Version, Address: s.command,
		Flags: flag(s.command), Deviates: s.hello.Deviates,
	}
}

// flag is the command line's way to name the command.
func flag(command string) string {
	return "--parser '" + strings.ReplaceAll(command, "'", `'\''`) + "'"
}

// Skip skips the cases that only a parser in this process can be shown: those
// whose stream does not end. The protocol hands a stream over whole, and a
// one-shot program may print at its end.
func (s *CommandSubject) Skip(c *cases.Case) runner.Skip {
	if s.driver != nil && len(s.Variants(c)) == 0 {
		return runner.Skip{
			Kind:   reports.SkipCapability,
			Reason: "the stream stays open, and a command is given its streams with their end",
		}
	}
	return runner.Skip{}
}

// Variants are those that the kind of command can be given.
func (s *CommandSubject) Variants(c *cases.Case) []cases.Variant {
	if s.driver == nil {
		return ended(cases.ParserVariants(c))
	}
	return ended(s.driver.variants(c))
}

// ended leaves out the variants whose stream does not end.
func ended(all []cases.Variant) []cases.Variant {
	var left []cases.Variant
	for _, v := range all {
		if !v.Open {
			left = append(left, v)
		}
	}
	return left
}

// Parallel is how many streams the command takes at once.
func (s *CommandSubject) Parallel() int {
	if s.driver == nil {
		return 1
	}
	return s.driver.parallel()
}

// Play plays a variant within the default time.
func (s *CommandSubject) Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
	return s.PlayFor(ctx, runner.DefaultTimeout, c, v)
}

// PlayFor plays a variant; limit is counted from when the command has it.
func (s *CommandSubject) PlayFor(ctx context.Context, limit time.Duration, c *cases.Case, v cases.Variant) *transcript.Transcript {
	if s.driver == nil {
		return &transcript.Transcript{Broken: fmt.Sprintf("%s was not started", flag(s.command))}
	}
	return s.driver.play(ctx, limit, c, v)
}

// Parse plays many streams at once, each given as its chunks, and is for those who have so
// many that [CommandSubject.PlayFor] for each would take more time than the command does.
// The transcripts stand in the order of the streams.
func (s *CommandSubject) Parse(ctx context.Context, limit time.Duration, streams [][][]byte) []*transcript.Transcript {
	if s.driver == nil {
		all := make([]*transcript.Transcript, len(streams))
		for i := range all {
			all[i] = s.PlayFor(ctx, limit, nil, cases.Variant{})
		}
		return all
	}
	return s.driver.parse(ctx, limit, streams)
}

// OneShot says that the command is a program that is started for each stream.
func (s *CommandSubject) OneShot() bool { _, ok := s.driver.(*program); return ok }

// Leaks is how often the adapter was started anew for the memory that it had taken, where no
// stream alone makes it take so much.
func (s *CommandSubject) Leaks() int {
	if a, ok := s.driver.(*persistentAdapter); ok {
		return a.pool.Leaks()
	}
	return 0
}

// Claims says that the command claims a capability; a one-shot program claims none.
func (s *CommandSubject) Claims(c Capability) bool { return s.hello.Claims(string(c)) }

// Close ends all processes. The error tells what the adapter did wrong that
// could be held against no case.
func (s *CommandSubject) Close() error {
	if s.driver == nil {
		return nil
	}
	return s.driver.close()
}
