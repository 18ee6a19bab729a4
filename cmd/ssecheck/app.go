package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"github.com/ssecheck/ssecheck/reports"
)

// Exit statuses that no run's report has to be asked for.
const (
	exitUsage      = 2 // wrong usage, config or corpus
	exitNotCarried = 3 // the run could not be carried out
)

// app is one call of the command: its streams, its environment, and nothing
// global, so that a test can call it as the shell does.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string // "KEY=value"

	// terminal says whether a stream is a terminal, and how wide.
	terminal func(stream any) (columns int, ok bool)
	// redactor keeps secrets of the command line out of errors.
	redactor *reports.Redactor
}

// run is the whole command but for the process around it. It returns the exit
// status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env, terminal: terminal}
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) (status int) {
	defer func() {
		if p := recover(); p != nil {
			status = a.conclude(&exitError{exitNotCarried, fmt.Errorf("ssecheck itself is broken: %v; please report this with the command that you typed", p)})
		}
	}()
	root := newRootCommand(a)
	root.SetArgs(append([]string{}, args...)) // of nil, cobra would make os.Args
	return a.conclude(root.ExecuteContext(ctx))
}

// conclude says on standard error what went wrong, and returns the status. An
// error of unknown kind comes from cobra and is one of usage.
func (a *app) conclude(err error) int {
	if err == nil {
		return 0
	}
	status := exitUsage
	if exit, ok := errors.AsType[*exitError](err); ok {
		status = exit.status
		err = exit.err
	}
	if err != nil {
		fmt.Fprintf(a.stderr, "ssecheck: %s\n", strings.TrimRight(reports.Text(a.redactor.Text(err.Error())), "\n"))
	}
	return status
}

// An exitError carries an exit status. Without an err, all has been said.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usageError is wrong usage, config or corpus: exit status 2. Its text says what
// is wrong, then "; ", then what to do.
func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// getenv is the value of an environment variable.
func (a *app) getenv(name string) (value string, ok bool) {
	for _, pair := range a.env {
		if rest, found := strings.CutPrefix(pair, name+"="); found {
			value, ok = rest, true // the last one counts, as in a shell
		}
	}
	return value, ok
}

// isSet says whether a variable such as CI or NO_COLOR is there and not empty.
func (a *app) isSet(name string) bool {
	value, _ := a.getenv(name)
	return value != ""
}

// terminal is app.terminal outside of tests.
func terminal(stream any) (columns int, ok bool) {
	file, ok := stream.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0, true
	}
	return columns, true
}
