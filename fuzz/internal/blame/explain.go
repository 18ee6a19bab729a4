package blame

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/spec/vectors"
)

// An Explainer explains what subjects show. It does not change once it is made, so
// several may use it at once.
type Explainer struct {
	reports    stream.Reports
	faults     []mutants.Fault
	references []stream.Input
}

// longestReference is how many bytes a stream of the corpus may have that a subject is
// asked about to tell faults apart.
const longestReference = 512

// New makes an Explainer of subjects that tell what r says. Beside spec/vectors, corpus
// are streams on which parsers are known to go wrong; the long ones are left out.
func New(r stream.Reports, corpus ...stream.Input) *Explainer {
	e := &Explainer{reports: r, faults: slices.DeleteFunc(mutants.ParserFaults(), unseen)}
	for _, v := range vectors.All() {
		e.references = append(e.references, stream.Input{Bytes: []byte(v.Stream)})
	}
	for _, in := range corpus {
		if len(in.Bytes) <= longestReference {
			e.references = append(e.references, in)
		}
	}
	return e
}

// unseen are the faults that change when something is seen, and not what.
func unseen(f mutants.Fault) bool {
	return slices.Contains([]string{"parse.prompt.blank-line", "parse.prompt.lone-cr", "parse.robust.linear-time"}, f.Requirement)
}

// Ask gives inputs to the subject and returns what it saw of each, in order. It may
// return fewer when it can ask no more. A nil Ask asks nothing.
type Ask func([]stream.Input) []stream.Seen

// A Verdict says what is wrong with a subject that read one input wrong.
type Verdict struct {
	// Requirement is the ID of what it breaks.
	Requirement string
	// Fault is the name of the fault that makes a parser read this input as the subject
	// did; empty when none does, or none that goes on like the subject.
	Fault string
	// Sentence says what the parser does wrong or, without a fault, what was expected and
	// what came.
	Sentence string
	// Exact says that a parser with the fault read every input that the subject was asked
	// about as the subject did.
	Exact bool
}

// Explain says why the subject saw got where the standard, and the faults that are known
// of it, have it see something else. The input is minimal: a shorter one, or one with
// fewer cuts, shows less.
//
// It asks the subject about at most some 150 inputs, most of them neighbours of this one.
func (e *Explainer) Explain(in stream.Input, got stream.Seen, known Model, ask Ask) Verdict {
	if ask == nil {
		ask = func([]stream.Input) []stream.Seen { return nil }
	}
	q := &inquiry{Explainer: e, in: in, got: got, known: known, ask: ask, standing: known.likeliest()}
	q.suspects = q.reproduce()
	q.examine()
	if v, ok := q.verdict(); ok {
		return v
	}
	return q.nearest()
}

// reproduce are the readings with one more fault that show of the input what was seen. A
// long one, which is minimal, is most likely about its length: if a fault that is explains
// it no other is tried.
func (q *inquiry) reproduce() []suspect {
	var all []suspect
	for f := range q.worthTrying() {
		if q.isLong() && len(all) > 0 && aboutLength(all[0].fault) && !aboutLength(f) {
			break
		}
		for _, r := range q.known.with(f) {
			if agree(r.of(q.in), q.got, q.reports) {
				all = append(all, suspect{fault: f, reading: r})
			}
		}
	}
	return all
}
