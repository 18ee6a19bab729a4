package client

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A Func is a client in this process. It opens one event source, as it is asked
// to, and returns once ctx is done, which closes the source, or once it has
// given up for good; the error says why. It reports nothing after it has
// returned.
type Func func(ctx context.Context, ask Connect, r Reporter) error

// A Reporter takes what a client in this process reports. Only Event must be
// called; what else is reported, the capabilities say. Its methods may be called
// by any goroutine, one at a time.
type Reporter interface {
	Open()
	Event(spec.Event)
	Comment(text string)
	// Error is a failure after which the client goes on trying, or does not. One
	// that it does not go on after need not be reported: returning it is enough.
	Error(err error, reconnecting bool)
}

// Function makes a driver of a client in this process. profile is ProfileBrowser
// or, "" too, ProfileLibrary; capabilities are what f reports and takes.
//
// A client that panics fails the case. One that does not return when its source
// is closed cannot be ended; it is left behind, and what it reports is not
// listened to any more.
func Function(name string, f Func, profile string, capabilities ...string) Driver {
	return &function{f: f, hello: Hello{
		Name: name, Language: "go", Capabilities: capabilities, Address: "in this process",
		Browser: profile == ProfileBrowser,
	}}
}

type function struct {
	f     Func
	hello Hello
	wait  sync.WaitGroup
}

// Start has nothing to do: the client is here.
func (d *function) Start(context.Context, Environment) error { return nil }

// Hello names the function.
func (d *function) Hello() Hello { return d.hello }

// Connect calls the function in a goroutine of its own.
func (d *function) Connect(_ context.Context, ask Connect, see func(transcript.Observation)) (Stream, error) {
	ctx, cancel := context.WithCancel(context.Background())
	c := &call{cancel: cancel, see: see, done: make(chan struct{}), lost: make(chan struct{})}
	d.wait.Go(func() { c.run(ctx, d.f, ask) })
	return c, nil
}

// goodbye is how long Close waits for calls that were left behind.
const goodbye = time.Second

// Close waits for the calls to return.
func (d *function) Close() error {
	done := make(chan struct{})
	go func() {
		d.wait.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-time.After(goodbye):
		return fmt.Errorf("the client did not return from all its event sources within %s of their being closed", goodbye)
	}
}

// A call is a function under way.
type call struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when it has returned
	lost   chan struct{} // closed when it has panicked
	err    error

	mu     sync.Mutex
	see    func(transcript.Observation) // nil once nobody listens
	closed bool
}

func (c *call) run(ctx context.Context, f Func, ask Connect) {
	defer close(c.done)
	defer func() {
		if p := recover(); p != nil {
			c.err = &SubjectError{What: fmt.Sprintf("the client panicked: %v", p), Stderr: string(debug.Stack())}
			close(c.lost)
		}
	}()
	err := f(ctx, ask, c)
	if err != nil && ctx.Err() == nil {
		c.Error(err, false)
	}
	c.report(transcript.Observation{Kind: transcript.SawClosed})
}

// report hands on an observation while somebody listens. Only the first end
// counts.
func (c *call) report(o transcript.Observation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.see == nil || c.closed && o.Kind == transcript.SawClosed {
		return
	}
	c.closed = c.closed || o.Kind == transcript.SawClosed
	c.see(o)
}

func (c *call) Open() { c.report(transcript.Observation{Kind: transcript.SawOpen}) }

func (c *call) Event(e spec.Event) {
	c.report(transcript.Observation{Kind: transcript.SawEvent, Event: e})
}

func (c *call) Comment(text string) {
	c.report(transcript.Observation{Kind: transcript.SawComment, Comment: text})
}

func (c *call) Error(err error, reconnecting bool) {
	message := ""
	if err != nil {
		message = err.Error()
	}
	c.report(transcript.Observation{Kind: transcript.SawError, Message: message, Reconnecting: &reconnecting})
}

// Close ends the context of the function and waits for its return.
func (c *call) Close(ctx context.Context) error {
	c.cancel()
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		c.see = nil
		return fmt.Errorf("the client did not return when its context had ended: %w", context.Cause(ctx))
	}
}

// Release stops listening.
func (c *call) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.see = nil
}

// Lost is closed when the function has panicked.
func (c *call) Lost() <-chan struct{} { return c.lost }

// Err is the panic.
func (c *call) Err() error { return c.err }
