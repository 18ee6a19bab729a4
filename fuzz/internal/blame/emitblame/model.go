package emitblame

import (
	"fmt"
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// A Model is the faults by which a subject is known so far. The zero Model knows of none:
// it writes as the standard asks. A Model does not change, so several may use it at once.
type Model struct {
	faults []mutants.EncoderFault
	order  []string // of the fields of a block, where it is known
	// writers are the ways in which a subject with these faults may write: with as many
	// of them as do not clash, once for each fault, and behind these with each fault
	// alone.
	writers  []encoder.EncodeFunc
	together int // how many of the writers have faults together
}

// Known makes a Model of the faults of these names.
func Known(names ...string) (Model, error) { return Model{}.With(names...) }

// In is the Model of a subject that writes the fields of a block in this order, as
// [mutants.EncoderModelIn] has it. What a forged field does may depend on it.
func (m Model) In(order []string) Model { return model(m.faults, order) }

// With is the Model with more faults. An error means that there is no such fault; its
// names are those of [mutants.EncoderFaults].
func (m Model) With(names ...string) (Model, error) {
	all, faults := mutants.EncoderFaults(), slices.Clone(m.faults)
	for _, name := range names {
		i := slices.IndexFunc(all, named(name))
		if i < 0 {
			return m, fmt.Errorf("expected the name of a fault of an encoder, as runner/mutants has them, got %q", name)
		}
		if !slices.ContainsFunc(faults, named(name)) {
			faults = append(faults, all[i])
		}
	}
	return model(faults, m.order), nil
}

// model knows the writers of the faults.
func model(faults []mutants.EncoderFault, order []string) Model {
	m := Model{faults: faults, order: order}
	for _, f := range faults {
		m.writers = append(m.writers, m.writer(compatible(f, faults)...))
	}
	m.together = len(m.writers)
	for _, f := range faults {
		m.writers = append(m.writers, m.writer(f))
	}
	return m
}

// writer writes with these faults, in the order of the subject.
func (m Model) writer(faults ...mutants.EncoderFault) encoder.EncodeFunc {
	return mutants.EncoderModelIn(m.order, faults...)
}

// compatible are a fault and, of the others, in their order, those that do not clash.
func compatible(f mutants.EncoderFault, others []mutants.EncoderFault) []mutants.EncoderFault {
	faults := []mutants.EncoderFault{f}
	for _, other := range others {
		if other.Name != f.Name && !slices.ContainsFunc(faults, other.Clashes) {
			faults = append(faults, other)
		}
	}
	return faults
}

// Faults are the names of the faults.
func (m Model) Faults() []string {
	var names []string
	for _, f := range m.faults {
		names = append(names, f.Name)
	}
	return names
}

// Explains says that the deviation is nothing new: one of the ways in which a subject
// with these faults may write gives readers the same.
func (m Model) Explains(d *emission.Deviation) bool {
	return slices.ContainsFunc(m.writers, func(w encoder.EncodeFunc) bool {
		return alike(d, emission.Of(w, d.Items, d.OwnIDs)) != unlike
	})
}

// Versus is the deviation from what a subject with these faults makes of the list, so
// that what is known of it does not stand before what is new.
func (m Model) Versus(d *emission.Deviation) *emission.Deviation {
	if len(m.faults) == 0 {
		return d
	}
	return d.Versus(emission.Of(m.likeliest(), d.Items, d.OwnIDs))
}

// likeliest writes with the faults that are known.
func (m Model) likeliest() encoder.EncodeFunc {
	if len(m.writers) == 0 {
		return m.writer()
	}
	return m.writers[0]
}

// with are writers with one more fault: alone, and beside those that are known.
func (m Model) with(f mutants.EncoderFault) []encoder.EncodeFunc {
	all := []encoder.EncodeFunc{m.writer(f)}
	if len(m.faults) > 0 {
		all = append(all, m.writer(compatible(f, m.faults)...))
	}
	return all
}

func named(name string) func(mutants.EncoderFault) bool {
	return func(f mutants.EncoderFault) bool { return f.Name == name }
}
