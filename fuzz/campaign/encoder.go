package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An emitter is a subject that writes event streams.
type emitter interface {
	// emit has it write a list of items. The error says that it cannot be asked any more.
	emit(ctx context.Context, list []encoder.Item) (*transcript.Transcript, error)
	// claims says what it takes.
	claims(capability string) bool
	// parallel is how many lists it takes at once.
	parallel() int
	// patience is how many lists may be asked about to make one finding small.
	patience() int
}

// An emitterGame is the game of encoders.
type emitterGame struct {
	emitter
	rules     emission.Rules
	corpus    [][]encoder.Item
	generator *items.Generator
	features  items.Set
	explainer *emitblame.Explainer
	known     []list   // of earlier findings
	order     []string // of the subject's fields
	model     emitblame.Model
	alone     map[string]emitblame.Model // each fault of the model
	keys      map[string]string          // of the findings that a fault of the model explains
	// unnamed are the findings that no known fault explains, one for each
	// requirement: what two faults do together to one value has no end of forms.
	unnamed map[string]*Finding
	write   func(found) (*Finding, error)
}

// A list is what an encoder is given, and what is wrong with what it made of it.
type list = []encoder.Item

var _ game[list, *emission.Deviation] = (*emitterGame)(nil)

func newEmitterGame(e emitter, corpus *cases.Corpus, chance *rand.Rand, o Options, write func(found) (*Finding, error)) *emitterGame {
	g := &emitterGame{emitter: e, generator: items.New(chance, o.MaxLength).Claims(e.claims),
		alone: map[string]emitblame.Model{}, keys: map[string]string{}, unnamed: map[string]*Finding{}, write: write}
	for _, c := range corpus.Cases() {
		if c.Kind() != cases.KindEmit || c.Delivers() {
			continue
		}
		if l := items.Of(c); items.Claimed(l, e.claims) && items.Judgeable(l) {
			g.corpus = append(g.corpus, l)
		}
	}
	g.explainer = emitblame.New(e.claims, g.corpus...)
	return g
}

// learnOrder sees in which order the subject writes the fields of a block.
func (g *emitterGame) learnOrder(ctx context.Context) error {
	text := "x"
	item := encoder.Item{Event: &text, ID: &text, Data: &text}
	if g.claims(encoder.Comments) {
		item.Comment = &text
	}
	if g.claims(encoder.Retry) {
		item.Retry = json.RawMessage("1")
	}
	t, err := g.emit(ctx, list{item})
	if err != nil || t.Emitted == nil {
		return err
	}
	for line := range bytes.Lines(t.Emitted.Wire) {
		name, _, _ := bytes.Cut(line, []byte(":"))
		if name := string(name); slices.Contains([]string{"", "event", "id", "retry", "data"}, name) && !slices.Contains(g.order, name) {
			g.order = append(g.order, name)
		}
	}
	g.model = g.model.In(g.order)
	return nil
}

// seeds begin with what was found before, as those of readers do.
func (g *emitterGame) seeds() []list         { return slices.Concat(g.known, g.corpus) }
func (g *emitterGame) generate() list        { return g.generator.Generate() }
func (g *emitterGame) mutate(l list) list    { return g.generator.Mutate(l) }
func (g *emitterGame) splice(a, b list) list { return g.generator.Splice(a, b) }
func (g *emitterGame) fresh(l list) int      { return g.features.Add(l) }

// play has each list written and judged; one that the subject refuses, again without
// what it may refuse.
func (g *emitterGame) play(ctx context.Context, ins []list) ([]*emission.Deviation, error) {
	outs := make([]*emission.Deviation, len(ins))
	var group errgroup.Group
	group.SetLimit(g.parallel())
	for i, in := range ins {
		group.Go(func() error {
			var failed error
			outs[i] = g.rules.Play(in, func(l []encoder.Item) *transcript.Transcript {
				t, err := g.emit(ctx, l)
				failed = errors.Join(failed, err)
				return t
			})
			return failed
		})
	}
	return outs, group.Wait()
}

func (g *emitterGame) judge(_ list, d *emission.Deviation) *deviation {
	if d == nil {
		return nil
	}
	if rest := g.model.Versus(d); rest != nil {
		d = rest
	}
	return &deviation{kind: string(d.Kind), signature: d.Signature}
}

func (g *emitterGame) explains(_ list, d *emission.Deviation) (hits []string, all bool) {
	if !g.model.Explains(d) {
		return nil, false
	}
	for _, fault := range g.model.Faults() {
		if g.alone[fault].Explains(d) {
			hits = append(hits, g.keys[fault])
		}
	}
	return hits, true
}

func (g *emitterGame) blame(ctx context.Context, d *deviation, in list, out *emission.Deviation) (*Finding, error) {
	again, err := g.play(ctx, []list{in, in, in, in}[:confirmations])
	if err != nil {
		return nil, err
	}
	for _, other := range again {
		if other == nil || other.Kind != out.Kind {
			return g.write(g.unsteady(out))
		}
	}
	var failed error
	r := shrink.Items(ctx, in, func(candidates []list) []bool {
		outs, err := g.play(ctx, judgeable(candidates))
		if err != nil {
			failed = err
			return nil
		}
		holds := make([]bool, len(candidates))
		for i, o := range outs {
			holds[i] = items.Judgeable(candidates[i]) && g.isNews(candidates[i], o, d.kind)
		}
		return holds
	}, g.patience())
	if failed != nil {
		return nil, failed
	}
	outs, err := g.play(ctx, []list{r.Smallest})
	switch {
	case err != nil:
		return nil, err
	case !g.isNews(r.Smallest, outs[0], d.kind): // it was a moment ago
		return g.write(g.unsteady(out))
	}
	return g.lay(ctx, outs[0])
}

// judgeable are the candidates, with a plain list in the place of one about which the
// rules are not fair.
func judgeable(candidates []list) []list {
	all := make([]list, len(candidates))
	for i, l := range candidates {
		if all[i] = l; !items.Judgeable(l) {
			data := items.Sentinel
			all[i] = list{{Data: &data}}
		}
	}
	return all
}

// isNews says that an answer deviates in the same way, and that nothing found so far
// explains it.
func (g *emitterGame) isNews(in list, out *emission.Deviation, kind string) bool {
	d := g.judge(in, out)
	return d != nil && d.kind == kind && !g.model.Explains(out)
}

// lay lays a small deviation to a requirement.
func (g *emitterGame) lay(ctx context.Context, out *emission.Deviation) (*Finding, error) {
	var mu sync.Mutex
	var failed error
	v := g.explainer.Explain(out, g.model, func(lists [][]encoder.Item) []*transcript.Transcript {
		answers := make([]*transcript.Transcript, len(lists))
		var group errgroup.Group
		group.SetLimit(g.parallel())
		for i, l := range lists {
			group.Go(func() error {
				t, err := g.emit(ctx, l)
				answers[i] = t
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
				}
				return nil
			})
		}
		_ = group.Wait()
		return answers
	})
	if failed != nil {
		return nil, failed
	}
	if f := g.unnamed[v.Requirement]; f != nil && v.Fault == "" {
		return f, nil
	}
	f, err := g.write(found{verdict: v, finding: finding.Emit(v.Requirement, out.Lean(), out.Transcript),
		kind: g.judge(nil, out).kind, message: out.Sentence})
	switch {
	case err != nil:
		return f, err
	case v.Fault == "":
		g.unnamed[v.Requirement] = f
		return f, nil
	}
	return f, g.learn(v.Fault, f.key)
}

// learn takes a fault of the subject into the model.
func (g *emitterGame) learn(fault, key string) (err error) {
	alone, err := emitblame.Known(fault)
	if err != nil {
		return err
	}
	g.alone[fault] = alone.In(g.order)
	g.keys[fault] = key
	g.model, err = g.model.With(fault)
	return err
}

// unsteady is an encoder that writes one list in two ways.
func (g *emitterGame) unsteady(out *emission.Deviation) found {
	v := emitblame.Verdict{Requirement: "format.item.repeatable", Sentence: "writes the same items in two ways"}
	f := finding.Emit(v.Requirement, out.Lean(), out.Transcript)
	f.Note = "The same items came to something else before or after; the case fails now and then, or beside others, only."
	return found{verdict: v, finding: f, kind: "unsteady", message: "the same items were written in two ways; one of them: " + out.Sentence}
}
