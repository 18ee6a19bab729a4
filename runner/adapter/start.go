package adapter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// An Attempt is one start of a command and what came of it.
type Attempt struct {
	Line   []byte // its first line; nil when it printed none
	Code   int    // its exit status
	exit   string // the same in words
	Stderr string
	Err    error // it hung, flooded, or could not be started
}

// Ended is the error of a command that ended with a status.
func (a Attempt) Ended() error { return a.With(fmt.Errorf("the command ended: %s", a.exit)) }

// With adds the last of standard error.
func (a Attempt) With(err error) error {
	if text := strings.TrimSpace(a.Stderr); text != "" {
		return fmt.Errorf("%w; its standard error ends with %s", err, protocol.Excerpt([]byte(lastLine(text))))
	}
	return err
}

func lastLine(text string) string { return text[strings.LastIndexByte(text, '\n')+1:] }

// helloLimit bounds the first line: no hello is longer.
const helloLimit = 64 << 10

// Try starts the command, writes input, ends its standard input, and returns
// its first line, or how it ended without one.
func Try(ctx context.Context, command, input string, o Options) (a Attempt) {
	o = o.WithDefaults()
	p, err := process.Start(command)
	if err != nil {
		return Attempt{Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, o.StartTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, p.Abort)()
	defer func() {
		grace := process.Grace
		if a.Err != nil {
			grace = 0
		}
		_ = p.Close(grace) // one that stays is ended; the run can do with it
		a.Code, a.exit, a.Stderr = p.ExitCode(), p.Exit(), p.Stderr().String()
		if a.Err != nil {
			a.Err = a.With(a.Err)
		}
	}()
	_, _ = io.WriteString(p.Stdin(), input) // a program that reads nothing is judged by the rest
	p.CloseStdin()
	line, err := protocol.NewLines(p.Stdout(), min(helloLimit, o.MaxLine)).Next()
	switch {
	case ctx.Err() != nil:
		return Attempt{Err: hung(ctx, o.StartTimeout)}
	case err == nil:
		return Attempt{Line: bytes.Clone(line)}
	case errors.Is(err, io.EOF):
	case errors.Is(err, protocol.ErrHalfLine):
		return Attempt{Err: fmt.Errorf("it ended inside its first line: %s", protocol.Excerpt(line))}
	default:
		return Attempt{Err: fmt.Errorf("its first line is no hello: %w", err)}
	}
	select {
	case <-p.Exited():
		return Attempt{}
	case <-ctx.Done():
		return Attempt{Err: hung(ctx, o.StartTimeout)}
	}
}

// hung says why a command was not waited for any longer.
func hung(ctx context.Context, limit time.Duration) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("it neither answered the hello nor ended within %v of the end of its standard input", limit)
	}
	return context.Cause(ctx)
}
