package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An adapter is a command that is started once and opens many event sources. When
// its process ends before its time all of these are lost, and the next one
// starts it anew.
type adapter struct {
	command string
	options Options
	env     []string
	hello   client.Hello
	number  atomic.Int64

	starting runner.Slots // one who looks after the workers at a time
	shared   *worker
	starts   int

	mu      sync.Mutex
	workers []*worker
}

func newAdapter(command string, o Options) *adapter {
	return &adapter{command: command, options: o, starting: runner.NewSlots(1),
		hello: client.Hello{Name: command, Address: command, Flags: flag(command)}}
}

// Start starts the adapter and exchanges the hello.
func (a *adapter) Start(ctx context.Context, env client.Environment) error {
	a.env = env.Env
	w, err := a.start(ctx)
	if err != nil {
		return &runner.StartError{Subject: flag(a.command), Err: err,
			Remedy: "An adapter reads JSON Lines from its standard input and answers the hello; a command that takes a URL has {url} where it stands"}
	}
	if err := w.hello.Takes(string(reports.RoleClient)); err != nil {
		return &runner.StartError{Subject: flag(a.command), Err: err, Remedy: "Give the command with the flag of its role"}
	}
	a.shared = w
	if w.hello.Name != "" {
		a.hello.Name = w.hello.Name
	}
	a.hello.Version, a.hello.Language = w.hello.Version, w.hello.Language
	a.hello.Capabilities, a.hello.Deviates = w.hello.Capabilities, w.hello.Deviates
	a.hello.Browser = w.hello.Profile == client.ProfileBrowser
	return nil
}

// Hello is what the adapter said of itself.
func (a *adapter) Hello() client.Hello { return a.hello }

// Connect opens an event source in the shared process, or in one of its own.
func (a *adapter) Connect(ctx context.Context, ask client.Connect, see func(transcript.Observation)) (client.Stream, error) {
	if ask.Alone {
		w, err := a.start(ctx)
		if err != nil {
			return nil, fmt.Errorf("the adapter could not be started anew: %w", err)
		}
		return w.connect(ctx, a.next(), ask, see, true)
	}
	for {
		w, err := a.worker(ctx)
		if err != nil {
			return nil, err
		}
		s, err := w.connect(ctx, a.next(), ask, see, false)
		if err == nil || !errors.Is(err, errDead) {
			return s, err
		}
	}
}

func (a *adapter) next() string { return "c" + strconv.FormatInt(a.number.Add(1), 10) }

// worker is the shared process, started anew when it has ended.
func (a *adapter) worker(ctx context.Context) (*worker, error) {
	if err := a.starting.Take(ctx); err != nil {
		return nil, err
	}
	defer a.starting.Give()
	if a.shared != nil && !a.shared.isDead() {
		return a.shared, nil
	}
	if a.starts >= max(0, a.options.Restarts) {
		return nil, fmt.Errorf("the adapter has ended %d times, and is not started any more (--restarts)", a.starts+1)
	}
	a.starts++
	w, err := a.start(ctx)
	if err != nil {
		return nil, fmt.Errorf("the adapter could not be started anew: %w", err)
	}
	a.shared = w
	return w, nil
}

// start starts a process and exchanges the hello.
func (a *adapter) start(ctx context.Context) (*worker, error) {
	proc, err := process.Start(a.command, a.env...)
	if err != nil {
		return nil, err
	}
	w := newWorker(proc, protocol.NewLines(proc.Stdout(), a.options.MaxLine))
	if err := w.greet(ctx, a.options.StartTimeout); err != nil {
		_ = proc.Close(0)
		if stderr := proc.Stderr().String(); stderr != "" {
			err = fmt.Errorf("%w; on standard error: %s", err, protocol.Excerpt([]byte(stderr)))
		}
		return nil, fmt.Errorf("the adapter was started and did not answer the hello: %w", err)
	}
	w.begin()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.workers = append(a.workers, w)
	return w, nil
}

// Close ends all processes. The error tells what the adapter did wrong that
// could be held against no case.
func (a *adapter) Close() error {
	a.mu.Lock()
	workers := a.workers
	a.mu.Unlock()
	var wg sync.WaitGroup
	for _, w := range workers {
		wg.Go(w.close)
	}
	wg.Wait()
	var all error
	for _, w := range workers {
		if i := w.incidentWithoutStreams(); i != nil {
			all = errors.Join(all, i)
		}
	}
	return all
}
