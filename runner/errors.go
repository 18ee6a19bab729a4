package runner

import (
	"errors"
	"fmt"
)

// A StartError says that a subject could not be started, so that the run was
// not carried out (exit status 3).
type StartError struct {
	// Subject is what was to be started: a command, an address.
	Subject string
	// Err is what happened.
	Err error
	// Remedy is what to do about it, a sentence; may be empty.
	Remedy string
}

// Error names the subject, what happened, and the remedy.
func (e *StartError) Error() string {
	if e.Remedy == "" {
		return fmt.Sprintf("%s: %v", e.Subject, e.Err)
	}
	return fmt.Sprintf("%s: %v. %s", e.Subject, e.Err, e.Remedy)
}

// Unwrap returns what happened.
func (e *StartError) Unwrap() error { return e.Err }

// startError gives every error of Start the same form.
func startError(s Subject, err error) *StartError {
	if own, ok := errors.AsType[*StartError](err); ok {
		return own
	}
	i := s.Info()
	name := i.Flags
	if name == "" {
		name = fmt.Sprintf("the %s %s", i.Role, i.Name)
	}
	return &StartError{Subject: name, Err: err}
}

// Why a run ends before its last case; they stand in the skips of what was
// not played.
var (
	errInterrupted = errors.New("the run was interrupted")
	errDeadline    = errors.New("the run's deadline (--deadline) was over")
	errFailFast    = errors.New("the run stopped at the first failure (--fail-fast)")
)
