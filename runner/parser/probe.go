package parser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// kind is what a command turned out to be.
type kind int

const (
	persistent kind = iota // speaks the adapter protocol
	oneShot                // reads one stream and prints its events
)

// plainStream is what a one-shot program is given when it could not read the
// hello line.
const plainStream = "data: ssecheck\n\n"

// probe finds out with one start what a command is: it writes the hello line
// and closes standard input. An adapter answers with its hello. To a one-shot
// program that line is a field it does not know; it prints nothing and exits 0.
//
// A one-shot program that takes offence at an unknown field breaks a rule, and
// is to be told so by the cases; so one that fails is started once more, with a
// stream that every parser reads.
func probe(ctx context.Context, command string, o Options) (kind, protocol.Hello, error) {
	failed := func(err error, remedy string) (kind, protocol.Hello, error) {
		return 0, protocol.Hello{}, &runner.StartError{Subject: flag(command), Err: err, Remedy: remedy}
	}
	first := try(ctx, command, protocol.HelloLine, o)
	switch {
	case first.err != nil:
		return failed(first.err, remedyHello)
	case first.line != nil:
		hello, err := protocol.ReadHello(first.line)
		switch {
		case err == nil:
			return persistent, hello, nil
		case first.code == 0 && isEvent(first.line):
			return oneShot, protocol.Hello{}, nil // one that makes an event of it; the cases will say so
		}
		return failed(first.with(err), remedyHello)
	case first.code == 0:
		return oneShot, protocol.Hello{}, nil
	case first.code == 126 || first.code == 127: // of sh: cannot be executed, not found
		return failed(first.ended(), "Check the command: the system's shell cannot run it")
	}
	second := try(ctx, command, plainStream, o)
	if second.err == nil && second.code == 0 {
		return oneShot, protocol.Hello{}, nil
	}
	return failed(first.ended(), "Run it by hand; it must answer the hello of the adapter protocol, "+
		"or read a stream from standard input, print its events and exit 0")
}

// isEvent reports whether a line is what a one-shot program prints.
func isEvent(line []byte) bool {
	var e eventJSON
	return protocol.Decode(line, &e) == nil && (e.Data != nil || e.DataBase64 != nil)
}

const remedyHello = "An adapter prints nothing but the lines of the adapter protocol on standard output, its hello first; " +
	"a one-shot program prints nothing for a stream without events"

// An attempt is one start of a command and what came of it.
type attempt struct {
	line   []byte // its first line; nil when it printed none
	code   int    // its exit status
	exit   string // the same in words
	stderr string
	err    error // it hung, flooded, or could not be started
}

// ended is the error of a command that ended with a status.
func (a attempt) ended() error { return a.with(fmt.Errorf("the command ended: %s", a.exit)) }

// with adds the last of standard error.
func (a attempt) with(err error) error {
	if text := strings.TrimSpace(a.stderr); text != "" {
		return fmt.Errorf("%w; its standard error ends with %s", err, protocol.Excerpt([]byte(lastLine(text))))
	}
	return err
}

func lastLine(text string) string { return text[strings.LastIndexByte(text, '\n')+1:] }

// helloLimit bounds the first line: no hello is longer.
const helloLimit = 64 << 10

// try starts the command, writes input, ends its standard input, and returns
// its first line, or how it ended without one.
func try(ctx context.Context, command, input string, o Options) (a attempt) {
	p, err := process.Start(command)
	if err != nil {
		return attempt{err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, o.StartTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, p.Abort)()
	defer func() {
		grace := process.Grace
		if a.err != nil {
			grace = 0
		}
		_ = p.Close(grace) // one that stays is ended; the run can do with it
		a.code, a.exit, a.stderr = p.ExitCode(), p.Exit(), p.Stderr().String()
		if a.err != nil {
			a.err = a.with(a.err)
		}
	}()
	_, _ = io.WriteString(p.Stdin(), input) // a program that reads nothing is judged by the rest
	p.CloseStdin()
	line, err := protocol.NewLines(p.Stdout(), min(helloLimit, o.MaxLine)).Next()
	switch {
	case ctx.Err() != nil:
		return attempt{err: hung(ctx, o.StartTimeout)}
	case err == nil:
		return attempt{line: bytes.Clone(line)}
	case errors.Is(err, io.EOF):
	case errors.Is(err, protocol.ErrHalfLine):
		return attempt{err: fmt.Errorf("it ended inside its first line: %s", protocol.Excerpt(line))}
	default:
		return attempt{err: fmt.Errorf("its first line is no hello: %w", err)}
	}
	select {
	case <-p.Exited():
		return attempt{}
	case <-ctx.Done():
		return attempt{err: hung(ctx, o.StartTimeout)}
	}
}

// hung says why a command was not waited for any longer.
func hung(ctx context.Context, limit time.Duration) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("it neither answered the hello nor ended within %v of the end of its standard input", limit)
	}
	return context.Cause(ctx)
}
