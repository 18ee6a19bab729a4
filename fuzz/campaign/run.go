package campaign

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
)

// Parser fuzzes a parser behind a command, as --parser takes it. The error says that the
// campaign could not begin, or not go on; the summary is what was done until then. The end
// of ctx is no error.
func Parser(ctx context.Context, command string, o Options) (*Summary, error) {
	return fuzz(ctx, o, func(o Options) (closingReader, error) { return startParser(ctx, command, o) })
}

// Client fuzzes a client: each input is served to it over HTTP on the loopback interface.
// Drivers are in package client and below it; that of a command is best given
// [ManyRestarts].
func Client(ctx context.Context, d client.Driver, o Options) (*Summary, error) {
	if o.Timeout <= 0 {
		o.Timeout = 2 * time.Second // what a client does not do at once, it mostly does not do at all
	}
	return fuzz(ctx, o, func(o Options) (closingReader, error) { return startClient(ctx, d, o) })
}

// A closingReader is a reader behind a command.
type closingReader interface {
	reader
	// info is who it is.
	info() runner.Info
	// close ends it. What it did wrong outside its streams is no finding.
	close() error
}

// fuzz fuzzes a reader that start starts, once it is known that findings can be written.
func fuzz(ctx context.Context, o Options, start func(Options) (closingReader, error)) (*Summary, error) {
	o = o.withDefaults()
	w, err := newWriter(o)
	if err != nil {
		return nil, err
	}
	r, err := start(o)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.close() }()
	w.who = r.info()
	chance := rand.New(rand.NewPCG(o.Seed, 0))
	g := newReaderGame(r, w.corpus, chance, o, w.write)
	g.known = w.knownStreams()
	s, err := run(ctx, g, nil, chance, w, g.measure)
	if l, ok := r.(interface{ leaks() int }); ok {
		s.noteLeaks(l.leaks(), o)
	}
	return s, err
}

// noteLeaks says that memory ran out so often, though no input alone takes so much.
func (s *Summary) noteLeaks(n int, o Options) {
	if s != nil && n > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("the subject took more than %d MiB of memory and was started anew, %s, and no input alone makes it do so: "+
			"it seems to keep something of each", o.memory>>20, reports.Number(n, "time")))
	}
}

// run plays a game to its end, or that of the source where there is one.
func run[I, O any](ctx context.Context, g game[I, O], source func(n int) []I, chance *rand.Rand, w *writer, measure func(*Stats)) (*Summary, error) {
	o, began := w.options, time.Now()
	n := &notes{began: began, now: time.Now, sights: map[string]int{}, findings: map[string]*Finding{}, tell: w.tell}
	n.progress = func(s *Stats) {
		measure(s)
		if o.OnStats != nil {
			o.OnStats(*s)
		}
	}
	l := limits{runs: o.Runs, now: time.Now}
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.For > 0 {
		l.until = began.Add(o.For)
		bounded, cancel = context.WithDeadline(ctx, l.until.Add(overtime))
		defer cancel()
	}
	e := &engine[I, O]{game: g, source: source, rand: chance, limits: l, notes: n}
	err := e.run(bounded)
	n.batch(e.kept.len())
	s := &Summary{Stats: n.stats, Subject: w.who, Started: began, Seed: o.Seed, Findings: n.order, Ended: e.limits.ended}
	switch {
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		s.Ended, err = Interrupted, nil
	case bounded.Err() != nil && errors.Is(err, bounded.Err()):
		s.Ended, err = TimeUp, nil
	}
	return s, err
}

// overtime is what a deviation may take that is being looked into when the time is up. A
// client that gets much wrong has to be waited for again and again.
const overtime = 15 * time.Second
