package targets

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options say how targets are run.
type Options struct {
	// Time is for how long each is, or how often with an x behind it: 30s, 1000x.
	Time string
	// Workers is how many processes try inputs at once; 0 is one a processor.
	Workers int
	// Out gets what the fuzzer prints.
	Out io.Writer
}

// spare is how long a run may take beyond its time: to begin, on a busy machine.
const spare = 5 * time.Minute

// A Runner runs targets. The binary of a package is built once for each set of packages
// that are instrumented.
//
// It does not leave that to go test -fuzz, which instruments every package in the binary,
// the standard library's among them: the fuzzer looks at every counter after each
// execution, which costs more than most executions, and the counters of packages that
// have nothing to do with the target lead it astray.
type Runner struct {
	options Options
	dir     string // of the binaries
	built   map[string]string
}

// NewRunner makes a runner; Close removes what it builds.
func NewRunner(o Options) (*Runner, error) {
	dir, err := os.MkdirTemp("", "ssecheck-fuzz-")
	if err != nil {
		return nil, err
	}
	return &Runner{options: o, dir: dir, built: map[string]string{}}, nil
}

// Close removes the binaries.
func (r *Runner) Close() error { return os.RemoveAll(r.dir) }

// Run runs a target for its time, beginning with the inputs that go test has kept of it.
// The error says that it could not be run; that it failed is in the outcome.
func (r *Runner) Run(ctx context.Context, t Target) (Outcome, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOCACHE").Output()
	if err != nil {
		return Outcome{}, fmt.Errorf("ask go for its cache: %w%s", err, stderr(err))
	}
	return r.run(ctx, t, filepath.Join(strings.TrimSpace(string(out)), "fuzz", filepath.FromSlash(t.Package)))
}

// RunAnew runs a target that has its seeds alone to begin with.
func (r *Runner) RunAnew(ctx context.Context, t Target) (Outcome, error) {
	cache, err := os.MkdirTemp(r.dir, "cache-")
	if err != nil {
		return Outcome{}, err
	}
	return r.run(ctx, t, cache)
}

func (r *Runner) run(ctx context.Context, t Target, cache string) (Outcome, error) {
	binary, err := r.build(ctx, t)
	if err != nil {
		return Outcome{}, err
	}
	if limit, err := time.ParseDuration(r.options.Time); err == nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit+spare, fmt.Errorf("it was still running %v after its time", spare))
		defer cancel()
	}
	args := []string{"-test.run=^$", "-test.fuzz=^" + t.Name + "$", "-test.fuzztime=" + r.options.Time,
		"-test.fuzzminimizetime=1x", // otherwise the fuzzer stands still for seconds at a time
		"-test.fuzzcachedir=" + cache}
	if r.options.Workers > 0 {
		args = append(args, "-test.parallel="+strconv.Itoa(r.options.Workers))
	}
	run := exec.CommandContext(ctx, binary, args...)
	run.Dir = t.Dir
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) } // its workers end with it
	run.WaitDelay = 10 * time.Second
	return r.read(ctx, run)
}

// read runs the command and reads what it prints.
func (r *Runner) read(ctx context.Context, run *exec.Cmd) (Outcome, error) {
	printed, out := io.Pipe()
	run.Stdout = out
	if r.options.Out != nil {
		run.Stdout = io.MultiWriter(out, r.options.Out)
	}
	run.Stderr = run.Stdout // the same writer, so that they are not written to at once
	var o Outcome
	var readErr error
	var reading sync.WaitGroup
	reading.Go(func() {
		o, readErr = Read(printed)
		_, _ = io.Copy(io.Discard, printed)
	})
	err := run.Run()
	_ = out.Close()
	reading.Wait()
	switch exit := (*exec.ExitError)(nil); {
	case ctx.Err() != nil:
		return o, context.Cause(ctx)
	case readErr != nil:
		return o, fmt.Errorf("read what the fuzzer prints: %w", readErr)
	case err != nil && !errors.As(err, &exit):
		return o, err
	case err != nil:
		o.Failed = true
		o.Fault = cmp.Or(o.Fault, "it ended with: "+err.Error())
	}
	return o, nil
}

// build builds the test binary of the target's package.
func (r *Runner) build(ctx context.Context, t Target) (string, error) {
	key := t.Package + " " + strings.Join(t.Instrument, " ")
	if path, ok := r.built[key]; ok {
		return path, nil
	}
	path := filepath.Join(r.dir, strconv.Itoa(len(r.built))+".test")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	args := []string{"test", "-c", "-o", path}
	for _, pattern := range t.Instrument {
		args = append(args, "-gcflags="+pattern+"=-d=libfuzzer")
	}
	if len(t.Instrument) == 0 {
		args = append(args, "-fuzz=.")
	}
	build := exec.CommandContext(ctx, "go", append(args, ".")...)
	build.Dir = t.Dir
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the test of %s: %w\n%s", t.Package, err, bytes.TrimSpace(out))
	}
	r.built[key] = path
	return path, nil
}
