package campaign

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ssecheck/ssecheck/runner/mutants"
)

// BenchmarkPlanted measures how many inputs, and how long, a campaign takes to its first
// finding, for each planted fault the median of ten seeds: with the corpus as seeds, and of
// the parsers with what the generator makes alone.
//
//	go test ./fuzz/campaign -run '^$' -bench Planted -benchtime 1x -timeout 1h
//
// The last lines of each group are the distribution of these medians over the faults.
func BenchmarkPlanted(b *testing.B) {
	b.Run("parser", func(b *testing.B) { planted(b, parserSearches(0)) })
	b.Run("parser-without-corpus", func(b *testing.B) { planted(b, parserSearches(1)) })
	b.Run("encoder", func(b *testing.B) { planted(b, encoderSearches()) })
}

const (
	seedsOfPlanted = 10
	mostOfPlanted  = 20_000 // inputs, after which a fault counts as not found
)

// A search looks for a fault with a seed, and returns the first finding or nil.
type search struct {
	name string
	find func(seed uint64) (*Finding, error)
}

// parserSearches are those of the parsers; largest is as in Options, 1 leaves the corpus out.
func parserSearches(largest int) (all []search) {
	for _, m := range slices.DeleteFunc(mutants.Parsers(), unseen) {
		all = append(all, search{m.Name, func(seed uint64) (*Finding, error) {
			return firstFinding(seed, func(ctx context.Context, o Options) (*Summary, error) {
				o.largest = largest
				return fuzz(ctx, o, func(Options) (closingReader, error) { return of(m.Parse), nil })
			})
		}})
	}
	return all
}

func encoderSearches() (all []search) {
	for _, m := range mutants.Encoders() {
		if strings.Contains(m.Name, "-at-") { // which need long values
			continue
		}
		all = append(all, search{m.Name, func(seed uint64) (*Finding, error) {
			return firstFinding(seed, func(ctx context.Context, o Options) (*Summary, error) {
				w, err := newWriter(o.withDefaults())
				if err != nil {
					return nil, err
				}
				return emit(ctx, encoding(m.Encode), w)
			})
		}})
	}
	return all
}

func firstFinding(seed uint64, campaign func(context.Context, Options) (*Summary, error)) (*Finding, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := campaign(ctx, Options{Seed: seed, Runs: mostOfPlanted, OnFinding: func(*Finding) { cancel() }})
	if err != nil || len(s.Findings) == 0 {
		return nil, err
	}
	return s.Findings[0], nil
}

// planted reports the median of each search, and then what they are like together.
func planted(b *testing.B, all []search) {
	var inputs, times []float64
	missed := []string{}
	for _, s := range all {
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				runs, millis := medians(b, s)
				if runs == mostOfPlanted {
					missed = append(missed, s.name)
				}
				inputs, times = append(inputs, runs), append(times, millis)
				b.ReportMetric(runs, "inputs")
				b.ReportMetric(millis, "ms")
			}
		})
	}
	if len(inputs) == 0 {
		return
	}
	fmt.Printf("%s: %d faults, not found by most seeds: %q\n", b.Name(), len(inputs), missed)
	for _, of := range []struct {
		name   string
		values []float64
	}{{"inputs", inputs}, {"ms", times}} {
		slices.Sort(of.values)
		at := func(q float64) float64 { return of.values[int(q*float64(len(of.values)-1))] }
		fmt.Printf("%s: %s to the first finding: median %.0f, nine of ten %.0f, most %.0f\n", b.Name(), of.name, at(0.5), at(0.9), at(1))
	}
}

func medians(b *testing.B, s search) (inputs, millis float64) {
	var runs, times []float64
	for seed := range uint64(seedsOfPlanted) {
		began := time.Now()
		f, err := s.find(seed + 1)
		if err != nil {
			b.Fatal(err)
		}
		if f == nil {
			runs, times = append(runs, mostOfPlanted), append(times, float64(time.Since(began).Milliseconds()))
			continue
		}
		runs, times = append(runs, float64(f.Run)), append(times, float64(f.After.Microseconds())/1000)
	}
	slices.Sort(runs)
	slices.Sort(times)
	return runs[seedsOfPlanted/2], times[seedsOfPlanted/2]
}
