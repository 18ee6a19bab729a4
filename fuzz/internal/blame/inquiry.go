package blame

import (
	"iter"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// An inquiry finds out what explains one input: suspects that read it as the subject
// did are told apart by what the subject makes of other inputs.
type inquiry struct {
	*Explainer
	in    stream.Input
	got   stream.Seen
	known Model
	ask   Ask

	standing reading // the one without a new fault
	suspects []suspect
	// cutsMatter says that the subject sees something else when the input is whole.
	cutsMatter bool

	asked   []stream.Input
	answers []stream.Seen
}

// A suspect is a reading with a fault that may be the subject's.
type suspect struct {
	fault   mutants.Fault
	reading reading
	agreed  int // on how many of the inputs that were asked about
}

// Bounds of the work on one input.
const (
	maxAsked   = 40       // inputs in a round of questions
	ofSuspects = 2        // how often two suspects must be told apart
	ofStanding = 8        // how often a suspect's fault must show
	longInput  = 4 << 10  // bytes from which on what is about length is tried first
	maxTried   = 24 << 20 // bytes that faults read to become suspects
	maxRead    = 16 << 20 // bytes that suspects read to choose the questions of a round
	maxNear    = 1 << 20  // bytes of the inputs that may be asked about in a round
	manyTimes  = 4        // the same, as a multiple of a long input
)

// worthTrying are all faults, as far as they can be tried on the input in a bounded
// time, of a long one first those that are about length.
func (q *inquiry) worthTrying() iter.Seq[mutants.Fault] {
	faults, left := q.faults, maxTried
	if q.isLong() {
		others := slices.DeleteFunc(slices.Clone(faults), aboutLength)
		faults = slices.DeleteFunc(slices.Clone(faults), func(f mutants.Fault) bool { return !aboutLength(f) })
		faults = append(faults, others...)
	}
	return func(yield func(mutants.Fault) bool) {
		for _, f := range faults {
			if left -= len(q.in.Bytes); left < 0 || !yield(f) {
				return
			}
		}
	}
}

func (q *inquiry) isLong() bool { return len(q.in.Bytes) > longInput }

func aboutLength(f mutants.Fault) bool { return strings.HasPrefix(f.Requirement, "parse.robust.") }

// examine asks in rounds, the nearest inputs first, and goes on with the suspects that
// agreed most often.
func (q *inquiry) examine() {
	if q.cutsMatter = q.matter(); q.cutsMatter {
		q.suspects = slices.DeleteFunc(q.suspects, func(s suspect) bool { return !q.minds(s.reading) })
	}
	for _, pool := range q.pools() {
		if len(q.suspects) > 0 {
			q.put(q.questions(pool))
		}
	}
}

// matter asks whether the cuts matter, as they should in a minimal input.
func (q *inquiry) matter() bool {
	if len(q.in.Cuts) == 0 {
		return false
	}
	whole := q.ask([]stream.Input{{Bytes: q.in.Bytes}})
	return len(whole) == 0 || !agree(whole[0], q.got, q.reports)
}

// minds says that the reading shows something else of the input when that is whole.
func (q *inquiry) minds(r reading) bool {
	return len(q.in.Cuts) > 0 && !agree(r.of(q.in), r.of(stream.Input{Bytes: q.in.Bytes}), q.reports)
}

// pools are the inputs that may be asked about in each round.
func (q *inquiry) pools() [][]stream.Input {
	return [][]stream.Input{q.fresh(neighbours(q.in)), q.fresh(slices.Values(q.references))}
}

// fresh are the inputs that were not asked about, once each, and not too many of them.
func (q *inquiry) fresh(inputs iter.Seq[stream.Input]) (all []stream.Input) {
	known := map[string]bool{key(q.in): true}
	for _, in := range q.asked {
		known[key(in)] = true
	}
	left := max(maxNear, manyTimes*len(q.in.Bytes))
	for in := range inputs {
		if left -= len(in.Bytes); left < 0 {
			break
		}
		if k := key(in); !known[k] {
			known[k] = true
			all = append(all, in)
		}
	}
	return all
}

// put asks the subject and holds the answers against the suspects.
func (q *inquiry) put(questions []stream.Input) {
	if len(questions) == 0 {
		return
	}
	answers := q.ask(questions)
	n := min(len(questions), len(answers))
	questions, answers = questions[:n], answers[:n]
	q.asked, q.answers = append(q.asked, questions...), append(q.answers, answers...)
	best := 0
	for i := range q.suspects {
		s := &q.suspects[i]
		s.agreed += q.agreements(s.reading, questions, answers)
		best = max(best, s.agreed)
	}
	q.suspects = slices.DeleteFunc(q.suspects, func(s suspect) bool { return s.agreed < best })
}

func (q *inquiry) agreements(r reading, questions []stream.Input, answers []stream.Seen) int {
	n := 0
	for i, in := range questions {
		if agree(r.of(in), answers[i], q.reports) {
			n++
		}
	}
	return n
}

// verdict names the fault of the suspects that are left, if it goes on like the subject.
// Of several it takes one with the requirement that most of them break, in the order of
// the mutants.
func (q *inquiry) verdict() (Verdict, bool) {
	if len(q.suspects) == 0 {
		return Verdict{}, false
	}
	best := mostVoted(q.suspects, func(s suspect) string { return s.fault.Requirement })
	return Verdict{
		Requirement: best.fault.Requirement, Fault: best.fault.Name, Sentence: "the parser " + best.fault.Sentence,
		Exact: len(q.asked) > 0 && best.agreed == len(q.asked),
	}, q.bearsOut(best.reading)
}

// mostVoted is the first one whose requirement most of them have.
func mostVoted[T any](all []T, requirement func(T) string) T {
	votes := map[string]int{}
	for _, one := range all {
		votes[requirement(one)]++
	}
	return slices.MaxFunc(all, func(a, b T) int { return votes[requirement(a)] - votes[requirement(b)] })
}

// bearsOut says that the answers bear the reading out: where its new fault shows it shows
// in the subject, too, three times as often as it does not. More is not to be had of a
// subject with further faults.
func (q *inquiry) bearsOut(r reading) bool {
	shown, not := 0, 0
	for i, in := range q.asked {
		switch with, without := r.of(in), q.standing.of(in); {
		case agree(with, without, q.reports):
		case agree(with, q.answers[i], q.reports):
			shown++
		case agree(without, q.answers[i], q.reports):
			not++
		}
	}
	return shown >= 3*not
}
