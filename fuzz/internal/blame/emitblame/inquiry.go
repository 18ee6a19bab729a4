package emitblame

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// An inquiry finds out what explains one deviation.
type inquiry struct {
	*Explainer
	d        *emission.Deviation
	known    Model
	ask      Ask
	suspects []suspect
	asked    int
	standing int // how much the subject agreed with a writer without a new fault
	astray   int // on how many of the lists it did not
}

// A suspect is a writer with a fault that may be the subject's.
type suspect struct {
	fault  mutants.EncoderFault
	write  encoder.EncodeFunc
	points int // how much it agreed with the subject on the lists that were asked about
	agreed int // on how many, in what readers get
	shared int // on how many of these the subject made something new of the list
	alone  int // on how many it did something new where the subject did not
}

// Bounds of the questions of a round.
const (
	maxAsked   = 40
	fewest     = 12 // where there are so many
	ofSuspects = 2  // how often two suspects must be told apart
	ofStanding = 10 // how often a suspect's fault must show
)

// questions chooses lists of which the suspects make different things, until each two
// are told apart, and some others: what the subject does there counts, too.
func (q *inquiry) questions(pool [][]encoder.Item) [][]encoder.Item {
	writers := []encoder.EncodeFunc{q.known.likeliest()}
	for _, s := range q.suspects {
		writers = append(writers, s.write)
	}
	apart := map[[2]int]int{} // how often two writers were told apart
	var chosen, rest [][]encoder.Item
	for _, list := range pool {
		if len(chosen) < maxAsked && q.tells(list, writers, apart) {
			chosen = append(chosen, list)
		} else {
			rest = append(rest, list)
		}
	}
	for i, n := 0, min(fewest-len(chosen), len(rest)); i < n; i++ {
		chosen = append(chosen, rest[i*len(rest)/n])
	}
	return chosen
}

// tells says that two writers that have to be told apart make different things of the
// list, and takes note.
func (q *inquiry) tells(list []encoder.Item, writers []encoder.EncodeFunc, apart map[[2]int]int) (tells bool) {
	var readings []emission.Reading
	for _, write := range writers {
		readings = append(readings, emission.Of(write, list, q.d.OwnIDs))
	}
	for i := range readings {
		for j := range i {
			wanted := ofSuspects
			if j == 0 {
				wanted = ofStanding
			}
			if apart[[2]int{i, j}] < wanted && likeness(readings[i], readings[j]) != inAll {
				apart[[2]int{i, j}]++
				tells = true
			}
		}
	}
	return tells
}

// put asks the subject, and goes on with the suspects that agree with it most.
func (q *inquiry) put(lists [][]encoder.Item) {
	answers := q.ask(lists)
	for i, t := range answers[:min(len(answers), len(lists))] {
		if t != nil && t.Broken == "" {
			q.weigh(lists[i], emission.Read(lists[i], t))
		}
	}
	best := 0
	for _, s := range q.suspects {
		best = max(best, s.points)
	}
	q.suspects = slices.DeleteFunc(q.suspects, func(s suspect) bool { return s.points < best })
}

// weigh holds what the subject made of a list against what the suspects make of it.
func (q *inquiry) weigh(list []encoder.Item, got emission.Reading) {
	usual := emission.Of(q.known.likeliest(), list, q.d.OwnIDs)
	like := likeness(got, usual)
	q.asked++
	q.standing += like
	if like != inAll {
		q.astray++
	}
	for i := range q.suspects {
		s := &q.suspects[i]
		r := emission.Of(s.write, list, q.d.OwnIDs)
		agrees := likeness(got, r)
		s.points += agrees
		s.agreed += min(agrees, 1)
		switch {
		case like != inAll && agrees != unlike:
			s.shared++
		case like == inAll && agrees != inAll:
			s.alone++
		}
	}
}

// convincing says that a suspect did as the subject in most of what was new.
func (q *inquiry) convincing(s suspect) bool { return 2*s.shared >= q.astray+s.alone }

// verdict names the fault of the suspects that are left, unless a writer without it comes
// as near to what the subject does. Of several it takes one with the requirement that
// most of them break, in the order of the mutants.
func (q *inquiry) verdict() (Verdict, bool) {
	q.suspects = slices.DeleteFunc(q.suspects, func(s suspect) bool { return s.points < q.standing || !q.convincing(s) })
	if len(q.suspects) == 0 {
		return Verdict{}, false
	}
	votes := map[string]int{}
	for _, s := range q.suspects {
		votes[s.fault.Requirement]++
	}
	best := slices.MaxFunc(q.suspects, func(a, b suspect) int { return votes[a.fault.Requirement] - votes[b.fault.Requirement] })
	return Verdict{
		Requirement: best.fault.Requirement, Fault: best.fault.Name, Sentence: "the encoder " + best.fault.Sentence,
		Exact: q.asked > 0 && best.agreed == q.asked,
	}, true
}
