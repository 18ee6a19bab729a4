package mutants

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// An EncoderFault is what one mutant of the encoder does wrong.
type EncoderFault struct {
	// Name, Requirement and Sentence are those of the mutant.
	Name, Requirement, Sentence string
	// inject replaces one rule, or the few that the fault needs.
	inject func(r *encoderRules)
}

// EncoderFaults are the faults of all mutants of the encoder, in the order of these.
func EncoderFaults() []EncoderFault {
	return slices.Concat(splitFaults(), exactFaults(), characterFaults(), eventTypeFaults(), idTextFaults(), commentTextFaults(),
		numberFaults(), blockFaults(), lineFormFaults(), leakFaults(), injectionFaults(), refusalFaults())
}

// EncoderModel is an encoder with all these faults. None of them may clash with another:
// of two that replace the same rule the later one alone would be there. Each call of it
// writes with a writer of its own, so several may run at once.
func EncoderModel(faults ...EncoderFault) encoder.EncodeFunc { return EncoderModelIn(nil, faults...) }

// EncoderModelIn is EncoderModel with the fields of a block in another order: by their names,
// the comment's being "". What is not named comes behind, as usual.
func EncoderModelIn(order []string, faults ...EncoderFault) encoder.EncodeFunc {
	order = slices.Clone(order)
	for _, name := range usualOrder {
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	return func(items []encoder.Item) ([]byte, error) {
		w := &writer{encoderRules: soundEncoder()}
		w.order = order
		for _, f := range faults {
			w.add(f)
		}
		return w.write(items)
	}
}

// add injects a fault. What is done around blocks and with the whole stream is done for
// each fault, in their order.
func (r *encoderRules) add(f EncoderFault) {
	before, sound := *r, soundEncoder()
	r.refuses, r.begins, r.ends, r.finish = sound.refuses, sound.begins, sound.ends, sound.finish
	f.inject(r)
	after := *r
	r.refuses = func(item encoder.Item) error { return cmp.Or(before.refuses(item), after.refuses(item)) }
	r.begins = func(w *writer, item *encoder.Item) { before.begins(w, item); after.begins(w, item) }
	r.ends = func(w *writer, item encoder.Item) { before.ends(w, item); after.ends(w, item) }
	r.finish = func(stream []byte) []byte { return after.finish(before.finish(stream)) }
}

// Clashes says that no encoder has both faults, since they replace the same rule.
func (f EncoderFault) Clashes(g EncoderFault) bool {
	theirs := g.replaced()
	return slices.ContainsFunc(f.replaced(), func(rule string) bool { return slices.Contains(theirs, rule) })
}

// replaced are the rules that are not the sound ones and of which there is one.
func (f EncoderFault) replaced() []string {
	before, after := soundEncoder(), soundEncoder()
	f.inject(&after)
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	var rules []string
	for i := range b.NumField() {
		name := b.Type().Field(i).Name
		if slices.Contains([]string{"refuses", "begins", "ends", "finish"}, name) {
			continue
		}
		if b.Field(i).Kind() == reflect.String && b.Field(i).String() != a.Field(i).String() ||
			b.Field(i).Kind() == reflect.Func && b.Field(i).Pointer() != a.Field(i).Pointer() {
			rules = append(rules, name)
		}
	}
	return rules
}
