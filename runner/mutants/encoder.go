package mutants

import (
	"slices"

	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// An EncoderMutant is an encoder with one fault.
type EncoderMutant struct {
	// Name is the switch of the fault: lower-case words joined by hyphens.
	Name string
	// Requirement is the ID of what the fault breaks.
	Requirement string
	// Sentence says what the mutant does wrong.
	Sentence string
	// Encode is the mutant.
	Encode encoder.EncodeFunc
}

// Subject is the mutant as a subject.
func (m EncoderMutant) Subject() runner.Subject { return encoder.Func(m.Name, m.Encode) }

// An encoderFault is a mutant before it is built.
type encoderFault struct {
	name, requirement, sentence string
	// inject replaces one rule, or the few that the fault needs.
	inject func(r *encoderRules)
}

// SoundEncoder is the encoder of the mutants with no fault on. It refuses nothing:
// what the format cannot carry it leaves out of the values.
func SoundEncoder() encoder.EncodeFunc { return buildEncoder(func(*encoderRules) {}) }

// Encoders are all mutants of the encoder.
func Encoders() []EncoderMutant {
	var all []EncoderMutant
	for _, f := range encoderFaults() {
		all = append(all, EncoderMutant{f.name, f.requirement, f.sentence, buildEncoder(f.inject)})
	}
	return all
}

func encoderFaults() []encoderFault {
	return slices.Concat(splitFaults(), exactFaults(), characterFaults(), eventTypeFaults(), idTextFaults(), commentTextFaults(),
		numberFaults(), blockFaults(), lineFormFaults(), leakFaults(), injectionFaults(), refusalFaults())
}

// buildEncoder makes an encoder of the sound rules and a fault. Each call of it
// writes with a writer of its own.
func buildEncoder(inject func(r *encoderRules)) encoder.EncodeFunc {
	return func(items []encoder.Item) ([]byte, error) {
		w := &writer{encoderRules: soundEncoder()}
		inject(&w.encoderRules)
		return w.write(items)
	}
}
