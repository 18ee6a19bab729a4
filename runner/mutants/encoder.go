package mutants

import (
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

// SoundEncoder is the encoder of the mutants with no fault on. It refuses nothing:
// what the format cannot carry it leaves out of the values.
func SoundEncoder() encoder.EncodeFunc { return EncoderModel() }

// Encoders are all mutants of the encoder.
func Encoders() []EncoderMutant {
	var all []EncoderMutant
	for _, f := range EncoderFaults() {
		all = append(all, EncoderMutant{f.Name, f.Requirement, f.Sentence, EncoderModel(f)})
	}
	return all
}
