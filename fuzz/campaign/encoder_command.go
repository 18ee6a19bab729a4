package campaign

import (
	"context"
	"errors"
	"math/rand/v2"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// Encoder fuzzes an encoder behind a command, as --encoder takes it; see [Parser].
func Encoder(ctx context.Context, command string, o Options) (*Summary, error) {
	o = o.withDefaults()
	w, err := newWriter(o)
	if err != nil {
		return nil, err
	}
	e := &commandEmitter{options: o, subject: encoder.Command(command, encoder.Options{
		Restarts: ManyRestarts, InFlight: batch, NoTranscripts: true, Memory: o.memory})}
	defer func() { _ = e.subject.Close() }()
	if err := e.subject.Start(ctx); err != nil {
		return nil, err
	}
	w.who = e.subject.Info()
	s, err := emit(ctx, e, w)
	s.noteLeaks(e.subject.Leaks(), o)
	return s, err
}

// emit plays the game of an encoder.
func emit(ctx context.Context, e emitter, w *writer) (*Summary, error) {
	chance := rand.New(rand.NewPCG(w.options.Seed, 0))
	g := newEmitterGame(e, w.corpus, chance, w.options, w.write)
	g.known = w.knownLists()
	if err := g.learnOrder(ctx); err != nil && ctx.Err() == nil {
		return nil, err
	}
	return run(ctx, g, nil, chance, w, func(s *Stats) { s.Transitions = g.features.Len() })
}

// A commandEmitter is an encoder behind a command.
type commandEmitter struct {
	subject *encoder.CommandSubject
	options Options
}

func (c *commandEmitter) claims(capability string) bool { return c.subject.Claims(capability) }
func (c *commandEmitter) parallel() int                 { return c.subject.Parallel() }

func (c *commandEmitter) patience() int {
	if c.subject.OneShot() {
		return 200 // each is a process
	}
	return 5000
}

func (c *commandEmitter) emit(ctx context.Context, l []encoder.Item) (*transcript.Transcript, error) {
	t := c.subject.PlayFor(ctx, c.options.Timeout, emission.Rules{}.Case(l), cases.Variant{})
	switch {
	case t.Broken == "":
		return t, nil
	case ctx.Err() != nil:
		return t, ctx.Err()
	}
	return t, errors.New(t.Broken)
}
