package campaign

import (
	"context"
	"math/rand/v2"
)

// A game is what the engine must know of one kind of subject: what it is given (I), and
// what it makes of it (O).
type game[I, O any] interface {
	// seeds are the first inputs of every campaign: the corpus.
	seeds() []I
	// generate, mutate and splice make new ones. They never change what they are given.
	generate() I
	mutate(in I) I
	splice(a, b I) I
	// fresh is how many transitions of the reference's reading the input is the first to
	// take.
	fresh(in I) int
	// play puts the inputs to the subject. The answers stand in the inputs' order; an
	// error means that the subject cannot be asked any more.
	play(ctx context.Context, ins []I) ([]O, error)
	// judge says how an answer deviates from the standard; nil when it does not.
	judge(in I, out O) *deviation
	// blame investigates a deviation that nothing found so far explains.
	blame(ctx context.Context, d *deviation, in I, out O) (*Finding, error)
	// explains says which of the findings so far explain an answer that deviates;
	// all is true when together they explain all of it.
	explains(in I, out O) (hits []string, all bool)
}

// A deviation is how an answer is not what the standard says.
type deviation struct {
	// kind is what is different, as in "an event is missing".
	kind string
	// signature is what deviations of one fault mostly have in common, before anything
	// is known of the fault.
	signature string
}

const (
	// batch is how many inputs are made before an answer to them is looked at.
	batch = 512
	// ahead is how many batches may be under way: while the subject works on one, the
	// next is made. What a batch taught is known to the next but one, so that a
	// campaign does not depend on who was faster.
	ahead = 2
)

// An engine plays one campaign.
type engine[I, O any] struct {
	game game[I, O]
	// source gives the next n inputs, or fewer when there are no more; nil makes them
	// for ever.
	source func(n int) []I
	rand   *rand.Rand
	kept   kept[I]
	limits limits
	notes  *notes
}

// A flight is a batch under way.
type flight[I, O any] struct {
	ins  []I
	outs []O
	err  error
	done chan struct{}
}

// run plays batches until the limits are reached, ctx is done or the subject cannot be
// asked any more.
func (e *engine[I, O]) run(ctx context.Context) error {
	seeds := e.game.seeds()
	var flights []*flight[I, O]
	defer func() {
		for _, f := range flights { // their goroutines
			<-f.done
		}
	}()
	for made := 0; ; {
		for len(flights) < ahead && ctx.Err() == nil {
			n := e.limits.next(made)
			if n == 0 {
				break
			}
			ins := e.inputs(&seeds, n)
			if len(ins) == 0 {
				break
			}
			made += len(ins)
			flights = append(flights, e.launch(ctx, ins))
		}
		if len(flights) == 0 {
			return ctx.Err()
		}
		f := flights[0]
		<-f.done
		flights = flights[1:]
		if f.err != nil {
			return f.err
		}
		if err := e.learn(ctx, f); err != nil {
			return err
		}
	}
}

// launch puts inputs to the subject in the background.
func (e *engine[I, O]) launch(ctx context.Context, ins []I) *flight[I, O] {
	f := &flight[I, O]{ins: ins, done: make(chan struct{})}
	go func() {
		defer close(f.done)
		f.outs, f.err = e.game.play(ctx, ins)
	}()
	return f
}

// inputs are the next n: the seeds first, then what is made.
func (e *engine[I, O]) inputs(seeds *[]I, n int) []I {
	if e.source != nil {
		return e.source(n)
	}
	ins := make([]I, 0, n)
	for range min(n, len(*seeds)) {
		ins = append(ins, (*seeds)[0])
		*seeds = (*seeds)[1:]
	}
	for len(ins) < n {
		ins = append(ins, e.make())
	}
	return ins
}

// make makes one input: half of them are changes of what has taught something.
func (e *engine[I, O]) make() I {
	if e.kept.len() == 0 {
		return e.game.generate()
	}
	switch n := e.rand.IntN(10); {
	case n < 3:
		return e.game.generate()
	case n < 5:
		return e.game.splice(e.kept.pick(e.rand), e.kept.pick(e.rand))
	default:
		in := e.game.mutate(e.kept.pick(e.rand))
		for e.rand.IntN(3) == 0 {
			in = e.game.mutate(in)
		}
		return in
	}
}

// learn looks at the answers of a batch, in order.
func (e *engine[I, O]) learn(ctx context.Context, f *flight[I, O]) error {
	for i, in := range f.ins {
		isNew := e.game.fresh(in) > 0
		d := e.game.judge(in, f.outs[i])
		e.notes.played(d != nil)
		if d != nil {
			deviated, err := e.deviated(ctx, d, in, f.outs[i])
			if err != nil {
				return err
			}
			isNew = isNew || deviated
		}
		if isNew {
			e.kept.add(in, e.rand)
		}
	}
	e.notes.batch(e.kept.len())
	return nil
}

// deviated takes in a deviation, and says whether it is of a kind not seen before. What
// the findings so far do not explain is investigated: of each kind the first few, and
// then fewer and fewer, since an investigation costs hundreds of questions.
func (e *engine[I, O]) deviated(ctx context.Context, d *deviation, in I, out O) (isNew bool, err error) {
	hits, all := e.game.explains(in, out)
	e.notes.hit(hits)
	if all {
		return false, nil
	}
	n := e.notes.sighted(d.signature)
	if n > few && n&(n-1) != 0 {
		return false, nil
	}
	found, err := e.game.blame(ctx, d, in, out)
	if err != nil || found == nil {
		return n == 1, err
	}
	return n == 1, e.notes.found(found)
}

// few is how many deviations of one signature are investigated before only every one is
// whose number is a power of two.
const few = 3
