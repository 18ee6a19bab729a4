// Command table plays the stream cases of the corpus on every mutant of the
// parser and prints which cases fail on which. A mutant on which none fails
// that names what it breaks, and a case that fails on no mutant, end it with
// status 1.
//
//	go run ./runner/mutants/table         a line a mutant
//	go run ./runner/mutants/table -cases  and below it every case that fails
//
// It takes some minutes: every case is played on every mutant.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

func main() {
	list := flag.Bool("cases", false, "list below each mutant the cases that fail on it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := show(ctx, os.Stdout, *list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
	}
	if !ok || err != nil {
		os.Exit(1)
	}
}

// show writes the table and says whether every mutant dies for what it breaks
// and every case fails on some mutant.
func show(ctx context.Context, w io.Writer, list bool) (ok bool, err error) {
	corpus, err := cases.Default()
	if err != nil {
		return false, err
	}
	streams := slices.DeleteFunc(corpus.Cases(), func(c *cases.Case) bool { return c.Kind() != cases.KindStream })
	kills := make([]int, len(streams)) // of each case
	killed := 0
	all := mutants.Parsers()
	fmt.Fprintf(w, "%-45s %-35s %s\n", "mutant", "breaks", "cases that fail, and of them naming what it breaks")
	for _, m := range all {
		failed, err := play(ctx, m, streams)
		if err != nil {
			return false, err
		}
		named := 0
		for i, c := range streams {
			if failed[i] {
				kills[i]++
				if slices.Contains(c.Requirements, m.Requirement) {
					named++
				}
			}
		}
		if named > 0 {
			killed++
		}
		row(w, m, streams, failed, named, list)
	}
	idle := 0
	for i, c := range streams {
		if kills[i] == 0 {
			idle++
			fmt.Fprintf(w, "idle: %s fails on no mutant\n", c.Name())
		}
	}
	fmt.Fprintf(w, "\n%d of %d mutants killed, by %d cases, %d of them idle\n", killed, len(all), len(streams), idle)
	return killed == len(all) && idle == 0, nil
}

// row prints one mutant.
func row(w io.Writer, m mutants.ParserMutant, streams []*cases.Case, failed []bool, named int, list bool) {
	count := 0
	for _, f := range failed {
		if f {
			count++
		}
	}
	verdict := ""
	if named == 0 {
		verdict = "  SURVIVES"
	}
	fmt.Fprintf(w, "%-45s %-35s %4d %4d%s\n", m.Name, m.Requirement, count, named, verdict)
	if !list {
		return
	}
	for i, c := range streams {
		if failed[i] {
			fmt.Fprintf(w, "    %s\n", c.Name())
		}
	}
}

// play plays every case on the mutant, as many at once as there are cores.
func play(ctx context.Context, m mutants.ParserMutant, streams []*cases.Case) (failed []bool, err error) {
	subject := m.Subject()
	failed = make([]bool, len(streams))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range streams {
		group.Go(func() error {
			result := runner.PlayCase(ctx, subject, c, runner.CaseOptions{})
			if result.Verdict == reports.Error {
				return fmt.Errorf("%s on %s: %s", c.Name(), m.Name, result.Message)
			}
			failed[i] = result.Verdict == reports.Fail
			return ctx.Err()
		})
	}
	return failed, group.Wait()
}
