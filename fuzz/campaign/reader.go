package campaign

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/fuzz/internal/grammar"
	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/fuzz/internal/states"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// A reader is a subject that reads event streams: a parser, or a client.
type reader interface {
	// ask puts inputs to it and returns what it saw of each, in order. An error means
	// that it cannot be asked any more.
	ask(ctx context.Context, ins []stream.Input) ([]stream.Seen, error)
	// fit makes an input one that can be put to it.
	fit(in stream.Input) stream.Input
	// reports is what it tells.
	reports() stream.Reports
	// noisy says that its answers depend on time, too: one that does not come again is
	// no wonder where the machine is busy.
	noisy() bool
	// patience is how many questions may be asked to make one finding small.
	patience() int
}

// A readerGame is the game of subjects that read streams.
type readerGame struct {
	reader
	known     []stream.Input // of earlier findings
	corpus    []stream.Input
	generator *grammar.Generator
	states    states.Set
	explainer *blame.Explainer
	model     blame.Model
	alone     map[string]blame.Model // each fault of the model
	keys      map[string]string      // of the findings that a fault of the model explains
	write     func(found) (*Finding, error)
}

var _ game[stream.Input, stream.Seen] = (*readerGame)(nil)

func newReaderGame(r reader, corpus *cases.Corpus, chance *rand.Rand, o Options, write func(found) (*Finding, error)) *readerGame {
	g := &readerGame{reader: r, generator: grammar.New(chance, o.MaxLength), alone: map[string]blame.Model{}, keys: map[string]string{}, write: write}
	g.corpus = stream.Corpus(corpus, o.MaxLength, o.largest)
	g.explainer = blame.New(r.reports(), g.corpus...)
	return g
}

// seeds begin with what was found before, so that it is known before anything new is
// looked into.
func (g *readerGame) seeds() []stream.Input {
	var all []stream.Input
	for _, in := range slices.Concat(g.known, g.corpus) {
		all = append(all, g.fit(in))
	}
	return all
}

func (g *readerGame) generate() stream.Input { return g.fit(g.generator.Generate()) }
func (g *readerGame) mutate(in stream.Input) stream.Input {
	return g.fit(g.generator.Mutate(in))
}
func (g *readerGame) splice(a, b stream.Input) stream.Input { return g.fit(g.generator.Splice(a, b)) }
func (g *readerGame) fresh(in stream.Input) int             { return g.states.Add(in) }

// measure tells how much of the reference's reading the inputs have exercised.
func (g *readerGame) measure(s *Stats) {
	s.States, s.AllStates = g.states.States()
	s.Transitions = g.states.Len()
}

func (g *readerGame) play(ctx context.Context, ins []stream.Input) ([]stream.Seen, error) {
	return g.ask(ctx, ins)
}

func (g *readerGame) judge(in stream.Input, got stream.Seen) *deviation {
	d, ok := blame.Compare(stream.Expected(in), got, g.reports())
	if !ok {
		return nil
	}
	// Where faults are known, what they do not foretell is what the deviation is about.
	if rest, ok := blame.Compare(g.model.Expected(in), got, g.reports()); ok {
		d = rest
	}
	return &deviation{kind: string(d.Kind), signature: d.Signature()}
}

// explains looks which faults found so far alone show this, and whether all of them
// together do.
func (g *readerGame) explains(in stream.Input, got stream.Seen) (hits []string, all bool) {
	if !g.model.Explains(in, got, g.reports()) {
		return nil, false
	}
	expected := stream.Expected(in)
	for _, fault := range g.model.Faults() {
		if !g.alone[fault].Expected(in).Same(expected, g.reports()) {
			hits = append(hits, g.keys[fault])
		}
	}
	return hits, true
}

// confirmations is how often an input is put to the subject again before a deviation is
// looked into.
const confirmations = 4

// blame investigates: does it come again, how small can it be, what is it.
func (g *readerGame) blame(ctx context.Context, d *deviation, in stream.Input, got stream.Seen) (*Finding, error) {
	again, err := g.ask(ctx, slices.Repeat([]stream.Input{in}, confirmations))
	if err != nil {
		return nil, err
	}
	for _, seen := range again {
		if !sameAnswer(seen, got) {
			return g.changed(ctx, in, got, seen)
		}
	}
	var failed error
	small := shrink.Stream(ctx, in, func(candidates []stream.Input) []bool {
		seen, err := g.ask(ctx, candidates)
		if err != nil {
			failed = err
			return nil
		}
		holds := make([]bool, len(seen))
		for i, c := range candidates {
			holds[i] = g.isNews(c, seen[i], d.kind)
		}
		return holds
	}, g.patience())
	if failed != nil {
		return nil, failed
	}
	return g.lay(ctx, small.Smallest, d.kind)
}

// changed is for an input that was answered in two ways. Of a noisy subject that is a
// finding only when the deviation comes again, now and then.
func (g *readerGame) changed(ctx context.Context, in stream.Input, one, other stream.Seen) (*Finding, error) {
	if g.noisy() {
		again, err := g.ask(ctx, slices.Repeat([]stream.Input{in}, 4*confirmations))
		if err != nil || !slices.ContainsFunc(again, func(s stream.Seen) bool { return g.judge(in, s) != nil }) {
			return nil, err
		}
	}
	return g.write(g.unsteady(in, one, other))
}

// isNews says that a subject which saw this of an input deviates in the same way, and
// that nothing found so far explains it.
func (g *readerGame) isNews(in stream.Input, got stream.Seen, kind string) bool {
	if !sameInput(in, g.fit(in)) {
		return false
	}
	d := g.judge(in, got)
	return d != nil && d.kind == kind && !g.model.Explains(in, got, g.reports())
}

// lay lays a small deviation to a requirement.
func (g *readerGame) lay(ctx context.Context, in stream.Input, kind string) (*Finding, error) {
	seen, err := g.ask(ctx, []stream.Input{in})
	if err != nil {
		return nil, err
	}
	expected, got := stream.Expected(in), seen[0]
	if !g.isNews(in, got, kind) { // it was a moment ago
		return g.changed(ctx, in, expected, got)
	}
	d, _ := blame.Compare(expected, got, g.reports())
	var failed error
	v := g.explainer.Explain(in, got, g.model, func(ins []stream.Input) []stream.Seen {
		for i := range ins {
			ins[i] = g.fit(ins[i])
		}
		seen, err := g.ask(ctx, ins)
		if err != nil {
			failed = err
		}
		return seen
	})
	if failed != nil {
		return nil, failed
	}
	f, err := g.write(found{verdict: v, finding: finding.Stream(v.Requirement, in, got, g.reports()),
		kind: g.judge(in, got).kind, message: d.Sentence()})
	if err == nil && v.Fault != "" {
		err = g.learn(v.Fault, f.key)
	}
	return f, err
}

// learn takes a fault of the subject into the model.
func (g *readerGame) learn(fault, key string) (err error) {
	if g.alone[fault], err = blame.Known(fault); err != nil {
		return err
	}
	g.keys[fault] = key
	g.model, err = g.model.With(fault)
	return err
}

// unsteady is a subject that reads one input in two ways.
func (g *readerGame) unsteady(in stream.Input, one, other stream.Seen) found {
	v := blame.Verdict{Requirement: "parse.robust.repeatable", Sentence: "reads the same stream in two ways"}
	wrong := other // of the two, the one that a case can show
	if _, deviates := blame.Compare(stream.Expected(in), other, g.reports()); !deviates {
		wrong = one
	}
	f := finding.Stream(v.Requirement, in, wrong, g.reports())
	f.Note = "The same stream was read in another way before or after; the case fails now and then, or beside other streams, only."
	d, _ := blame.Compare(one, other, stream.Reports{Retries: true})
	return found{verdict: v, finding: f, kind: "unsteady", message: "the same stream was read in two ways: " + d.Sentence()}
}

// sameAnswer says that two answers are the same, failures by their being one: what they
// say may hold a number that changes.
func sameAnswer(a, b stream.Seen) bool {
	return a.Failed != "" && b.Failed != "" || a.Same(b, stream.Reports{Retries: true})
}

func sameInput(a, b stream.Input) bool {
	return string(a.Bytes) == string(b.Bytes) && slices.Equal(a.Cuts, b.Cuts)
}
