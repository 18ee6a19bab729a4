package blame

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// Bounds of what counts as like the subject.
const (
	evidence = 24   // inputs of each pool that the subject is asked about
	alike    = 0.5  // likeness, at least
	asAlike  = 0.05 // a likeness that is less by no more than this is as good
)

// nearest names the requirement that the input is a test of, where no fault explains what
// was seen: what is evident, or that of the fault which goes wrong on it in the same way
// and on other inputs most like the subject. Where none is like it, rules must do.
func (q *inquiry) nearest() Verdict {
	shown := q.deviation(q.in, q.got)
	v := Verdict{Requirement: evident(shown), Sentence: shown.Sentence()}
	if wrong, ok := Compare(stream.Expected(q.in), q.got, q.reports); ok {
		v.Sentence = wrong.Sentence()
	}
	if v.Requirement != "" && (shown.Kind == Failed || !q.cutsMatter) {
		return v
	}
	q.put(q.fresh(thinned(q.in)))
	for _, pool := range q.pools() {
		q.put(spread(pool, evidence))
	}
	switch v.Requirement = q.likest(shown); {
	case v.Requirement != "":
	case q.cutsMatter:
		v.Requirement = ofCuts(q.in)
	default:
		v.Requirement = lastResort(q.in, shown)
	}
	return v
}

// deviation is what differs from the reading without a new fault or, where that fails,
// from the standard.
func (q *inquiry) deviation(in stream.Input, got stream.Seen) Deviation {
	expected := q.standing.of(in)
	if expected.Failed != "" {
		expected = stream.Expected(in)
	}
	d, _ := Compare(expected, got, q.reports)
	return d
}

// A kinship is how much a fault is like what the subject does.
type kinship struct {
	fault    mutants.Fault
	likeness float64 // 0 to 1
}

// likest is the requirement of the fault that is most like the subject or, where several
// are as good as that, the one that most of them break; empty where none is like it.
func (q *inquiry) likest(shown Deviation) string {
	theirs := make([]Deviation, len(q.asked))
	for i, in := range q.asked {
		theirs[i] = q.deviation(in, q.answers[i])
	}
	var kin []kinship
	most := alike
	for f := range q.worthTrying() {
		r := newReading(f, q.standing.faults)
		if q.cutsMatter == q.minds(r) && q.deviation(q.in, r.of(q.in)).like(shown) && !q.needsLess(r, shown, theirs) {
			k := kinship{f, q.likeness(r, theirs)}
			kin, most = append(kin, k), max(most, k.likeness)
		}
	}
	kin = slices.DeleteFunc(kin, func(k kinship) bool { return k.likeness < most-asAlike })
	if len(kin) == 0 {
		return ""
	}
	return mostVoted(kin, func(k kinship) string { return k.fault.Requirement }).fault.Requirement
}

// needsLess says that the reading still deviates like this where the input is shorter and
// the subject reads it right. So it is not what the input, which is minimal, is about.
func (q *inquiry) needsLess(r reading, shown Deviation, theirs []Deviation) bool {
	for i, in := range q.asked {
		if len(in.Bytes) < len(q.in.Bytes) && theirs[i].Kind == "" && q.deviation(in, r.of(in)).like(shown) {
			return true
		}
	}
	return false
}

// like says that two deviations are of the same kind and at the same place.
func (d Deviation) like(other Deviation) bool { return d.Kind == other.Kind && d.Index == other.Index }

// likeness is on how many of the inputs that were asked about the reading deviates as the
// subject does, among those on which either deviates. To look alike at a closer look
// counts half.
func (q *inquiry) likeness(r reading, theirs []Deviation) float64 {
	same, either := 0.0, 0.0
	for i, in := range q.asked {
		ours := q.deviation(in, r.of(in))
		if ours.Kind == "" && theirs[i].Kind == "" {
			continue
		}
		either += 1
		if ours.like(theirs[i]) {
			same += 0.5
			if ours.Signature() == theirs[i].Signature() {
				same += 0.5
			}
		}
	}
	if either == 0 {
		return 0
	}
	return same / either
}
