package blame

import (
	"fmt"
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/parser"
)

// A Model is the faults by which a subject is known so far. The zero Model knows of none:
// it reads as the standard does. A Model does not change, so several may use it at once.
type Model struct {
	faults []mutants.Fault
	// readings are the ways in which a subject with these faults may read: with as many
	// of them as do not clash, once for each fault that clashes with others, and after
	// these with each fault alone.
	readings []reading
	together int // how many of the readings have faults together
}

// Known makes a Model of the faults of these names.
func Known(names ...string) (Model, error) { return Model{}.With(names...) }

// With is the Model with more faults. An error means that there is no such fault; its
// names are those of [mutants.ParserFaults].
func (m Model) With(names ...string) (Model, error) {
	all := mutants.ParserFaults()
	faults := slices.Clone(m.faults)
	for _, name := range names {
		i := slices.IndexFunc(all, func(f mutants.Fault) bool { return f.Name == name })
		if i < 0 {
			return m, fmt.Errorf("expected the name of a fault of a parser, as runner/mutants has them, got %q", name)
		}
		if !slices.ContainsFunc(faults, named(name)) {
			faults = append(faults, all[i])
		}
	}
	return model(faults), nil
}

// Faults are the names of the faults.
func (m Model) Faults() []string {
	var names []string
	for _, f := range m.faults {
		names = append(names, f.Name)
	}
	return names
}

// Expected is what a subject with these faults shows of an input. Where faults clash it
// has those that were known first.
func (m Model) Expected(in stream.Input) stream.Seen { return m.likeliest().of(in) }

// Explains says that what was seen of an input is nothing new: one of the ways in which
// a subject with these faults may read the input shows the same. The Model without
// faults explains what the standard says. A failure explains any other.
func (m Model) Explains(in stream.Input, got stream.Seen, r stream.Reports) bool {
	if len(m.readings) == 0 {
		return agree(stream.Expected(in), got, r)
	}
	return slices.ContainsFunc(m.readings, func(read reading) bool { return agree(read.of(in), got, r) })
}

func (m Model) likeliest() reading {
	if len(m.readings) == 0 {
		return reading{}
	}
	return m.readings[0]
}

// model knows the readings of the faults.
func model(faults []mutants.Fault) Model {
	m := Model{faults: faults}
	for _, f := range faults {
		m.add(newReading(f, faults))
	}
	m.together = len(m.readings)
	for _, f := range faults {
		m.add(newReading(f, nil))
	}
	return m
}

func (m *Model) add(r reading) {
	if !slices.ContainsFunc(m.readings, r.equal) {
		m.readings = append(m.readings, r)
	}
}

// with are the readings of the Model with one more fault: alone, and beside those that
// are known.
func (m Model) with(f mutants.Fault) []reading {
	all := []reading{newReading(f, nil)}
	for _, known := range m.readings[:m.together] {
		if r := newReading(f, known.faults); !slices.ContainsFunc(all, r.equal) {
			all = append(all, r)
		}
	}
	return all
}

// A reading is one way to read a stream: that of the standard but for some faults.
type reading struct {
	faults []mutants.Fault
	parse  parser.ParseFunc
}

// newReading has a fault, and of the others, in their order, those that do not clash.
func newReading(f mutants.Fault, others []mutants.Fault) reading {
	faults := []mutants.Fault{f}
	for _, other := range others {
		if !slices.ContainsFunc(faults, other.Clashes) {
			faults = append(faults, other)
		}
	}
	return reading{faults: faults, parse: mutants.Model(faults...)}
}

// of is what the reading shows of an input.
func (r reading) of(in stream.Input) stream.Seen {
	if r.parse == nil {
		return stream.Expected(in)
	}
	return stream.Read(in, r.parse)
}

// equal says that the readings have the same faults, in whatever order.
func (r reading) equal(s reading) bool {
	return len(r.faults) == len(s.faults) && !slices.ContainsFunc(r.faults, func(f mutants.Fault) bool {
		return !slices.ContainsFunc(s.faults, named(f.Name))
	})
}

func named(name string) func(mutants.Fault) bool {
	return func(f mutants.Fault) bool { return f.Name == name }
}
