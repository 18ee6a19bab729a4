package emitblame

import (
	"slices"

	"github.com/ssecheck/ssecheck/runner/mutants"
)

// ByRule is what the rules say alone.
var ByRule = byRule

// Without is the Explainer without a fault: to it a subject that has it is a stranger.
func (e *Explainer) Without(name string) *Explainer {
	other := *e
	other.faults = slices.DeleteFunc(slices.Clone(e.faults), func(f mutants.EncoderFault) bool { return f.Name == name })
	return &other
}
