// Command fuzzbench measures the native fuzz targets of package fuzz: in executions per
// second, beside an empty target, which is the limit; beside the same check as most would
// write it first; and beside the same target as go test -fuzz builds it, with every package
// instrumented.
//
//	go run ./fuzz/internal/fuzzbench -rounds 3
//
// Machines differ and are rarely idle, so the targets take turns, round after round, each
// figure is the best of its rounds, and the ratios say more than the figures. Each run
// begins with the seeds alone.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/targets"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("fuzzbench: ")
	o := targets.Options{}
	flag.StringVar(&o.Time, "time", "10s", "for how long a target is run in each round")
	flag.IntVar(&o.Workers, "workers", 2, "how many processes try inputs at once")
	rounds := flag.Int("rounds", 1, "how many rounds")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, o, *rounds, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

const (
	empty = "FuzzEmpty"
	naive = "FuzzNaive" // begins the name of a twin
)

// A contender is a target, and how it is built.
type contender struct {
	targets.Target
	whole bool // with every package instrumented
}

func bench(ctx context.Context, o targets.Options, rounds int, out io.Writer) error {
	all, err := targets.Find(ctx, ".", "./fuzz", "./"+targets.Naive)
	if err != nil {
		return err
	}
	var contenders []contender
	for _, t := range all {
		contenders = append(contenders, contender{t, false})
		if !strings.HasPrefix(t.Name, naive) {
			t.Instrument = nil
			contenders = append(contenders, contender{t, true})
		}
	}
	best := map[string]int{}
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d: %d runs of %s\n", round+1, rounds, len(contenders), o.Time)
		if err := runAll(ctx, o, contenders, best); err != nil {
			return err
		}
	}
	table(out, contenders, best)
	return nil
}

func runAll(ctx context.Context, o targets.Options, contenders []contender, best map[string]int) error {
	r, err := targets.NewRunner(o)
	if err != nil {
		return err
	}
	defer r.Close()
	for _, c := range contenders {
		outcome, err := r.RunAnew(ctx, c.Target)
		switch {
		case err != nil:
			return err
		case outcome.Failed:
			return fmt.Errorf("%s fails: %s", c.Name, outcome.Fault)
		}
		best[c.key()] = max(best[c.key()], outcome.Rate())
	}
	return nil
}

func (c contender) key() string { return fmt.Sprint(c.Name, c.whole) }

func table(out io.Writer, contenders []contender, best map[string]int) {
	fmt.Fprintln(out, "| target | executions a second | of the limit | naive | go test -fuzz |")
	fmt.Fprintln(out, "| --- | ---: | ---: | ---: | ---: |")
	limit := contender{Target: targets.Target{Name: empty}}
	for _, c := range contenders {
		if c.whole || strings.HasPrefix(c.Name, naive) {
			continue
		}
		rate := best[c.key()]
		twin := contender{Target: targets.Target{Name: naive + strings.TrimPrefix(c.Name, "Fuzz")}}
		whole := contender{c.Target, true}
		fmt.Fprintf(out, "| %s | %d | %.2f | %s | %s |\n", c.Name, rate, float64(rate)/float64(cmp.Or(best[limit.key()], 1)),
			beside(best[twin.key()], rate), beside(best[whole.key()], rate))
	}
}

// beside is a rate, and how many times faster the target's own is.
func beside(rate, own int) string {
	if rate == 0 {
		return "·"
	}
	return fmt.Sprintf("%d (× %.1f)", rate, float64(own)/float64(rate))
}
