// Command ssecheck tells whether an implementation of Server-Sent Events keeps
// to the standard.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// exitUsage is the exit status of wrong usage, config or corpus.
const exitUsage = 2

// app is one call of the command, with its streams.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
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

// usageError is wrong usage, config or corpus: exit status 2.
func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	root := &cobra.Command{Use: "ssecheck", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(newListCommand(a), newExplainCommand(a), newLintCommand(a))
	if err := root.Execute(); err != nil {
		exit := &exitError{}
		if !errors.As(err, &exit) || exit.err != nil {
			fmt.Fprintln(os.Stderr, "ssecheck:", err)
		}
		os.Exit(exitUsage)
	}
}
