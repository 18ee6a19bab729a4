// Command fuzzall runs every native fuzz target of the module, one after the other, each
// for a while, and says at the end what they found. A target that fails does not keep the
// others from running.
//
//	go run ./fuzz/internal/fuzzall -time 30s
//	go run ./fuzz/internal/fuzzall -time 10m -run 'FuzzDecoder|FuzzLoad'
//
// Its exit status is 1 when something was found, 2 when a target could not be run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/targets"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("fuzzall", flag.ContinueOnError)
	flags.SetOutput(errs)
	o := targets.Options{Out: out}
	flags.StringVar(&o.Time, "time", "30s", "for how long each target is run, or how often: 30s, 1000x")
	flags.IntVar(&o.Workers, "workers", 0, "how many processes try inputs at once; 0 is one a processor")
	only := flags.String("run", "", "run the targets alone whose name matches this regular expression")
	dir := flags.String("dir", ".", "the folder of the module")
	if flags.Parse(args) != nil {
		return 2
	}
	chosen, err := choose(ctx, *dir, *only)
	if err == nil {
		var runs []tried
		runs, err = runAll(ctx, o, chosen)
		if status := summarise(out, runs, len(chosen)); err == nil {
			return status
		}
	}
	fmt.Fprintln(errs, "fuzzall:", err)
	return 2
}

// choose finds the targets whose names match, but for those that look for nothing.
func choose(ctx context.Context, dir, only string) ([]targets.Target, error) {
	name, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	all, err := targets.Find(ctx, dir, "./...")
	if err != nil {
		return nil, err
	}
	var chosen []targets.Target
	for _, t := range all {
		if name.MatchString(t.Name) && !strings.HasSuffix(t.Package, "/"+targets.Naive) {
			chosen = append(chosen, t)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("none of the %d targets matches -run %q", len(all), only)
	}
	return chosen, nil
}

// tried is a target and what came of it.
type tried struct {
	targets.Target
	targets.Outcome
	err error // it could not be run
}

// runAll runs the targets. The error says that ctx ended before all were run.
func runAll(ctx context.Context, o targets.Options, chosen []targets.Target) ([]tried, error) {
	r, err := targets.NewRunner(o)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var runs []tried
	for _, t := range chosen {
		fmt.Fprintf(o.Out, "\n== %s %s\n", t.Package, t.Name)
		outcome, err := r.Run(ctx, t)
		if ctx.Err() != nil {
			return runs, errors.New("interrupted")
		}
		if err != nil {
			fmt.Fprintln(o.Out, err)
		}
		runs = append(runs, tried{t, outcome, err})
	}
	return runs, nil
}

// summarise says what was found, and returns the exit status.
func summarise(out io.Writer, runs []tried, chosen int) (status int) {
	fmt.Fprintf(out, "\n  executions  a second  inputs kept\n")
	for _, t := range runs {
		result := "ok"
		if t.Failed {
			result, status = "FOUND", max(status, 1)
		}
		if t.err != nil {
			result, status = "ERROR", 2
		}
		fmt.Fprintf(out, "%12d %9d %12d  %-5s  %s %s\n", t.Execs, t.Rate(), t.Interesting, result, t.Package, t.Name)
	}
	for _, t := range runs {
		if t.err != nil {
			fmt.Fprintf(out, "\n%s could not be run: %v\n", t.Name, t.err)
		} else if t.Failed {
			fmt.Fprintf(out, "\n%s found: %s\n%s", t.Name, t.Fault, replay(t))
		}
	}
	fmt.Fprintf(out, "\n%d of %d targets were run\n", len(runs), chosen)
	return status
}

// replay says where the failing input is, and how it is tried again.
func replay(t tried) string {
	var b strings.Builder
	if t.Input != "" {
		fmt.Fprintf(&b, "  input   %s (commit it with the fix)\n", filepath.Join(near(t.Dir), filepath.FromSlash(t.Input)))
	}
	if t.Replay != "" {
		fmt.Fprintf(&b, "  replay  go test -run '^%s$' %s\n", strings.ReplaceAll(t.Replay, "/", "$/^"), t.Package)
	}
	return b.String()
}

// near is a folder as seen from the current one, where it lies below that.
func near(dir string) string {
	here, err := os.Getwd()
	if err != nil {
		return dir
	}
	if rel, err := filepath.Rel(here, dir); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return dir
}
