package mutants

import (
	"io"
	"reflect"
	"slices"

	"github.com/ssecheck/ssecheck/runner/parser"
)

// A Fault is what one mutant of the parser does wrong.
type Fault struct {
	// Name, Requirement and Sentence are those of the mutant.
	Name, Requirement, Sentence string
	// inject replaces one rule, or the few that the fault needs.
	inject func(r *rules)
}

// ParserFaults are the faults of all mutants of the parser, in the order of these.
func ParserFaults() []Fault {
	return slices.Concat(chunkFaults(), promptFaults(), lineFaults(), commentFaults(), fieldFaults(), nameFaults(),
		dataFaults(), textFaults(), eventFaults(), idFaults(), retryFaults(), dispatchFaults(),
		bomFaults(), utf8Faults(), controlFaults(), limitFaults())
}

// Model is a parser with all these faults. None of them may clash with another: of two
// that replace the same rule the later one alone would be there. Each call of the
// parser plays on a machine of its own, so several may run at once.
func Model(faults ...Fault) parser.ParseFunc {
	return func(src io.Reader, sink parser.Sink) error {
		m := &machine{rules: sound(), sink: sink}
		for _, f := range faults {
			f.inject(&m.rules)
		}
		return m.run(src)
	}
}

// Clashes says that no parser has both faults, since they replace the same rule.
func (f Fault) Clashes(g Fault) bool {
	theirs := g.replaced()
	return slices.ContainsFunc(f.replaced(), func(rule int) bool { return slices.Contains(theirs, rule) })
}

// replaced are the rules that are not the sound ones, by their places.
func (f Fault) replaced() []int {
	before, after := sound(), sound()
	f.inject(&after)
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	var places []int
	for i := range b.NumField() {
		if b.Field(i).Pointer() != a.Field(i).Pointer() {
			places = append(places, i)
		}
	}
	return places
}
