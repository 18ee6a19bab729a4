// Package emitblame says what is wrong with an encoder that made something wrong of a
// list of items: which requirement it breaks, and by which fault. It suspects the faults
// of the mutants, asks the subject about other lists to tell suspects apart, and goes by
// rules where no mutant does as the subject did.
package emitblame

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An Explainer explains deviations. It does not change once it is made, so several may
// use it at once.
type Explainer struct {
	claims     func(capability string) bool
	faults     []mutants.EncoderFault
	references [][]encoder.Item
}

// longestReference is how many bytes the values of a list of the corpus may have that a
// subject is asked about.
const longestReference = 4096

// New makes an Explainer of subjects that claim these capabilities. The lists are some
// on which encoders are known to go wrong: those of the corpus.
func New(claims func(capability string) bool, corpus ...[]encoder.Item) *Explainer {
	e := &Explainer{claims: claims, faults: mutants.EncoderFaults()}
	for _, list := range corpus {
		if items.Size(list) <= longestReference && items.Claimed(list, claims) {
			e.references = append(e.references, list)
		}
	}
	return e
}

// Ask gives lists to the subject and returns what it made of each, in order. It may
// return fewer when it can ask no more.
type Ask func(lists [][]encoder.Item) []*transcript.Transcript

// A Verdict is what is wrong with an encoder, as with a parser.
type Verdict = blame.Verdict

// Explain says why the subject deviates. The list is minimal: a shorter one, or one of
// shorter values, shows less. It asks about at most some 80 lists.
func (e *Explainer) Explain(d *emission.Deviation, known Model, ask Ask) Verdict {
	d = known.Versus(d)
	q := &inquiry{Explainer: e, d: d, known: known, ask: ask}
	q.suspects = q.reproduce()
	for _, pool := range [][][]encoder.Item{q.neighbours(), e.references} {
		if len(q.suspects) == 0 || ask == nil {
			break
		}
		q.put(q.questions(pool))
	}
	if v, ok := q.verdict(); ok {
		return v
	}
	return Verdict{Requirement: byRule(d), Sentence: d.Sentence}
}

// reproduce are the writers with one more fault that make of the list what the subject
// made of it: in all that is to be seen, or else in what readers get of it.
func (q *inquiry) reproduce() []suspect {
	var all []suspect
	best, right := inOutcome, emission.Of(mutants.SoundEncoder(), q.d.Items, q.d.OwnIDs)
	for _, f := range q.faults {
		for _, write := range q.known.with(f) {
			r := emission.Of(write, q.d.Items, q.d.OwnIDs)
			like := alike(q.d, r)
			if like < best || likeness(r, right) == inAll {
				continue
			}
			if like > best {
				all, best = nil, like
			}
			all = append(all, suspect{fault: f, write: write})
		}
	}
	return all
}

// neighbours are lists that differ from this one in little, the same ones each time.
func (q *inquiry) neighbours() [][]encoder.Item {
	all := items.Neighbours(q.d.Items, q.claims)
	return slices.DeleteFunc(all, func(list []encoder.Item) bool { return items.Size(list) > 2*longestReference })
}
