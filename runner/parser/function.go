package parser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Capability is what a parser's API offers beyond the events of the
// standard. The words are those of the adapter protocol.
type Capability string

const (
	Retry    Capability = "retry"    // reports accepted reconnection times
	Comments Capability = "comments" // reports comments
)

// A Function is a subject in this process: a [ParseFunc] and its name.
type Function struct {
	name    string
	parse   ParseFunc
	reports []Capability
}

// Func makes a subject of a parser in this process. capabilities names what
// the function reports through its sink beyond events.
//
// A parser that panics fails the case, and the run goes on; so does one that
// does not end in time. It cannot be killed, though: it is abandoned, its
// reader fails from then on, and the next call of its reader or sink ends its
// goroutine. Only a parser that spins without calling either stays behind.
func Func(name string, f ParseFunc, capabilities ...Capability) *Function {
	return &Function{name: name, parse: f, reports: capabilities}
}

// Start has nothing to do: the parser is here.
func (f *Function) Start(context.Context) error { return nil }

// Info names the function.
func (f *Function) Info() runner.Info {
	return runner.Info{Role: reports.RoleParser, Name: f.name, Address: "in this process"}
}

// Skip plays every stream.
func (f *Function) Skip(*cases.Case) runner.Skip { return runner.Skip{} }

// Variants are all that the case allows.
func (f *Function) Variants(c *cases.Case) []cases.Variant { return cases.ParserVariants(c) }

// Close has nothing to end.
func (f *Function) Close() error { return nil }

// farewell is how long Play waits for an abandoned parser to end, so that a
// well-behaved one leaves nothing behind.
const farewell = 100 * time.Millisecond

// Play feeds the variant to the function and returns what it surfaced.
func (f *Function) Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
	fd := newFeed(c, v)
	done := make(chan struct{})
	go func() {
		defer close(done)
		fd.run(f.parse)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		fd.abandon(overrun(ctx))
		select {
		case <-done:
		case <-time.After(farewell):
		}
	}
	t := fd.transcript()
	if t.Parsed != nil {
		t.Parsed.ReportsRetry = slices.Contains(f.reports, Retry)
	}
	return t
}

// overrun says why a parser was abandoned.
func overrun(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errHung
	}
	return fmt.Errorf("the case was given up: %w", context.Cause(ctx))
}
