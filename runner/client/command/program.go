package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/process"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A program is a command that is started for each case with its URL, and prints
// one JSON object for each event until it is stopped, or until it has given up
// for good and ends.
type program struct {
	command string
	options Options
	env     []string
}

func newProgram(command string, o Options) *program { return &program{command: command, options: o} }

// Start has nothing to try: the program needs a URL.
func (p *program) Start(_ context.Context, env client.Environment) error {
	p.env = env.Env
	return nil
}

// Hello names the command.
func (p *program) Hello() client.Hello {
	return client.Hello{Name: p.command, Address: p.command, Flags: flag(p.command), Parallel: p.options.Processes,
		StartTime: p.options.StartTimeout}
}

// Connect starts the program.
func (p *program) Connect(_ context.Context, ask client.Connect, see func(transcript.Observation)) (client.Stream, error) {
	proc, err := process.Start(strings.ReplaceAll(p.command, placeholder, quoted(ask.URL)), p.env...)
	if err != nil {
		return nil, fmt.Errorf("%s could not be started: %w", flag(p.command), err)
	}
	proc.CloseStdin()
	r := &running{proc: proc, lines: protocol.NewLines(proc.Stdout(), p.options.MaxLine), see: see,
		done: make(chan struct{}), lost: make(chan struct{})}
	go r.read()
	return r, nil
}

// Close has nothing to end: each program is ended with its case.
func (p *program) Close() error { return nil }

// running is one program under way.
type running struct {
	proc  *process.Process
	lines *protocol.Lines
	done  chan struct{} // closed when its output is read to the end
	lost  chan struct{}
	err   error

	mu      sync.Mutex
	see     func(transcript.Observation)
	stopped bool
}

// read takes the program's lines until there are no more.
func (r *running) read() {
	defer close(r.done)
	for {
		line, err := r.lines.Next()
		if len(bytes.TrimSpace(line)) > 0 {
			if wrong := r.take(line, err); wrong != "" {
				r.fail(wrong)
				return
			}
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF), errors.Is(err, protocol.ErrHalfLine), r.isStopped():
			r.over()
		default:
			r.fail("the program's output: " + err.Error())
		}
		return
	}
}

// take takes one line; the result says what is wrong with it.
func (r *running) take(line []byte, end error) (wrong string) {
	var m message
	if err := protocol.Decode(line, &m); err != nil {
		switch {
		case r.isStopped():
			return "" // cut by our own kill
		case end != nil:
			return fmt.Sprintf("the program printed half a line: %s", protocol.Excerpt(line))
		}
		return fmt.Sprintf("the program must print one JSON object for each event; it printed %s (%v)", protocol.Excerpt(line), err)
	}
	o, err := m.event()
	if err != nil {
		return fmt.Sprintf("the program printed an event that cannot be read: %v: %s", err, protocol.Excerpt(line))
	}
	r.report(o)
	return ""
}

func (r *running) report(o transcript.Observation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.see != nil {
		r.see(o)
	}
}

func (r *running) isStopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped
}

// The exit statuses with which a shell says that it could not start the command.
const (
	notExecutable = 126
	notFound      = 127
)

// over is the end of the output: the program has given up for good, unless it
// was stopped. One that a signal ended has crashed.
func (r *running) over() {
	<-r.proc.Exited()
	code := r.proc.ExitCode()
	switch {
	case r.isStopped():
		r.report(transcript.Observation{Kind: transcript.SawClosed})
	case code == notFound || code == notExecutable:
		r.fail("the program could not be started (" + r.proc.Exit() + ")")
	case code < 0:
		r.fail("the program crashed (" + r.proc.Exit() + ")")
	default:
		r.report(transcript.Observation{Kind: transcript.SawClosed, Message: "the program ended: " + r.proc.Exit()})
	}
}

func (r *running) fail(what string) {
	r.proc.Kill()
	r.err = &client.SubjectError{What: what, Stderr: r.proc.Stderr().String()}
	close(r.lost)
}

// Close stops the program and waits until all of it is gone.
func (r *running) Close(context.Context) error {
	r.mu.Lock()
	r.stopped = true
	r.mu.Unlock()
	r.proc.Kill()
	<-r.done
	return nil
}

// Release says that the play is over.
func (r *running) Release() {
	r.mu.Lock()
	r.see = nil
	r.mu.Unlock()
	_ = r.Close(context.Background())
	_ = r.proc.Close(0)
}

// Lost is closed when the program has crashed or broken the format.
func (r *running) Lost() <-chan struct{} { return r.lost }

// Err is how.
func (r *running) Err() error { return r.err }

// Stderr is what the program wrote there.
func (r *running) Stderr() string { return r.proc.Stderr().String() }
