// Command matrix plays the corpus against the real implementations beside it and
// writes one report of all, and tables theme by implementation: of clients and parsers,
// of servers, and of what emits.
//
//	go run ./runner/adapters/matrix             all
//	go run ./runner/adapters/matrix eventsource those whose folder is named
//
// What is there stands in matrix.yaml. It writes matrix/report.json and
// matrix/table.md, prints the tables, and exits with 1 when a case failed that is
// not listed beside its adapter, or a listed one passed.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	clean, err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(3)
	}
	if !clean {
		os.Exit(1)
	}
}

// perEntry bounds the run of one implementation.
const perEntry = 5 * time.Minute

// run plays all entries, one after the other, since each uses the whole machine.
func run(ctx context.Context, only []string, stdout, stderr io.Writer) (clean bool, err error) {
	root, err := rootFolder(ctx)
	if err != nil {
		return false, err
	}
	entries, err := readEntries(filepath.Join(root, "runner", "adapters", "matrix", "matrix.yaml"))
	if err != nil {
		return false, err
	}
	out := filepath.Join(root, "matrix")
	if err := os.MkdirAll(out, 0o755); err != nil {
		return false, err
	}
	binary := filepath.Join(out, "ssecheck")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/ssecheck")
	build.Dir, build.Stderr = root, stderr
	if err := build.Run(); err != nil {
		return false, fmt.Errorf("ssecheck could not be built: %w", err)
	}
	clean = true
	var all []*reports.Report
	for _, e := range entries {
		if len(only) > 0 && !slices.Contains(only, e.Folder) {
			continue
		}
		fmt.Fprintf(stderr, "== %s\n", e.title())
		report, passed, err := e.play(ctx, root, binary, stderr)
		switch {
		case ctx.Err() != nil:
			return false, errors.New("interrupted")
		case err != nil:
			fmt.Fprintf(stderr, "   not played: %v\n", err)
			clean = false
		default:
			clean = clean && passed
			all = append(all, report)
		}
	}
	if len(all) == 0 {
		return false, errors.New("no implementation could be played")
	}
	return clean, write(out, merge(all), stdout)
}

// rootFolder is the root of the repository.
func rootFolder(ctx context.Context) (string, error) {
	mod, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("call it inside the repository: %w", err)
	}
	return string(mod[:len(mod)-1]), nil
}

// merge makes one report of several.
func merge(all []*reports.Report) *reports.Report {
	one := &reports.Report{Schema: reports.Schema, Tool: all[0].Tool, Started: all[0].Started}
	for _, r := range all {
		one.Subjects = append(one.Subjects, r.Subjects...)
		one.DurationMS += r.DurationMS
	}
	one.Verdict = runner.RunVerdict(one.Subjects)
	var catalogue []requirements.Requirement
	if c, err := requirements.Default(); err == nil {
		catalogue = c.All()
	}
	one.Requirements = runner.Statuses(catalogue, one.Subjects)
	return one
}

// write writes the report and the tables.
func write(folder string, r *reports.Report, stdout io.Writer) error {
	file, err := os.Create(filepath.Join(folder, "report.json"))
	if err != nil {
		return err
	}
	if err := errors.Join(reports.WriteJSON(file, r), file.Close()); err != nil {
		return err
	}
	table := tablesOf(r)
	if _, err := io.WriteString(stdout, table); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "table.md"), []byte(table), 0o644)
}
