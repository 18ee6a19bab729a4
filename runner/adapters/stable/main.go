// Command stable plays the same run many times on a machine that is kept busy,
// and says which verdicts were not the same each time. What it prints is the proof
// that verdicts depend on the subject and not on the machine.
//
//	go run ./runner/adapters/stable -runs 20 -- --client './adapter'
//
// Behind -- stand the flags of ssecheck run that select subject and cases. It exits
// with 1 when a verdict differed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ssecheck/ssecheck/reports"
)

func main() {
	runs := flag.Int("runs", 20, "how often to run")
	load := flag.Int("load", 2*runtime.NumCPU(), "how many busy loops beside it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	same, err := stable(ctx, *runs, *load, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "stable:", err)
		os.Exit(3)
	}
	if !same {
		os.Exit(1)
	}
}

// stable runs and compares.
func stable(ctx context.Context, runs, load int, args []string) (same bool, err error) {
	folder, err := os.MkdirTemp("", "ssecheck-stable-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(folder)
	binary := filepath.Join(folder, "ssecheck")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/ssecheck").CombinedOutput(); err != nil {
		return false, fmt.Errorf("ssecheck could not be built: %w: %s", err, out)
	}
	defer busy(ctx, load)()
	seen := verdicts{}
	for n := range runs {
		began := time.Now()
		report, err := play(ctx, binary, filepath.Join(folder, "report.json"), args)
		if err != nil {
			return false, err
		}
		seen.add(report)
		fmt.Printf("run %d of %d: %s, %.1f s\n", n+1, runs, report.Verdict, time.Since(began).Seconds())
	}
	differing := seen.differing()
	for _, line := range differing {
		fmt.Println(line)
	}
	fmt.Printf("%d cases, %d runs beside %d busy loops: %d verdicts differed\n", len(seen), runs, load, len(differing))
	return len(differing) == 0, nil
}

// busy keeps the processors busy until the result is called.
func busy(ctx context.Context, loops int) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for range loops {
		wg.Go(func() {
			// A process each, so that the system and not Go shares the processors out.
			_ = exec.CommandContext(ctx, "sh", "-c", "while :; do :; done").Run()
		})
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

// play runs once.
func play(ctx context.Context, binary, file string, args []string) (*reports.Report, error) {
	command := exec.CommandContext(ctx, binary, append([]string{"run", "--report", "json=" + file}, args...)...)
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		if status, ok := errors.AsType[*exec.ExitError](err); !ok || status.ExitCode() != 1 {
			return nil, err
		}
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return reports.ReadJSON(f)
}

// verdicts are what each case of each subject came to, and how often; with the
// last message of each verdict.
type verdicts map[string]map[reports.Verdict]*tally

type tally struct {
	times   int
	message string
}

func (v verdicts) add(r *reports.Report) {
	for _, s := range r.Subjects {
		for _, result := range s.Results {
			name := string(s.Role) + " " + result.Case
			if v[name] == nil {
				v[name] = map[reports.Verdict]*tally{}
			}
			if v[name][result.Verdict] == nil {
				v[name][result.Verdict] = &tally{}
			}
			v[name][result.Verdict].times++
			v[name][result.Verdict].message = result.Message
		}
	}
}

// differing names the cases with more than one verdict.
func (v verdicts) differing() []string {
	var lines []string
	for name, of := range v {
		if len(of) < 2 {
			continue
		}
		var parts []string
		for verdict, t := range of {
			parts = append(parts, fmt.Sprintf("%s %d times (%s)", verdict, t.times, reports.Line(t.message)))
		}
		slices.Sort(parts)
		lines = append(lines, name+": "+strings.Join(parts, ", "))
	}
	slices.Sort(lines)
	return lines
}
