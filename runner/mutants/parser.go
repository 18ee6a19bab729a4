package mutants

import (
	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

// A ParserMutant is a parser with one fault.
type ParserMutant struct {
	// Name is the switch of the fault: lower-case words joined by hyphens.
	Name string
	// Requirement is the ID of what the fault breaks.
	Requirement string
	// Sentence says what the mutant does wrong.
	Sentence string
	// Parse is the mutant. It reports reconnection times and comments.
	Parse parser.ParseFunc
}

// Subject is the mutant as a subject. It plays each case in the few variants
// of a program that is started once a stream: of the cuts, byte by byte alone,
// which has them all.
func (m ParserMutant) Subject() runner.Subject {
	return subject{parser.Func(m.Name, m.Parse, parser.Retry, parser.Comments)}
}

type subject struct{ *parser.Function }

func (subject) Variants(c *cases.Case) []cases.Variant { return cases.OneShotVariants(c) }

// notes are what some faults have to remember.
type notes struct {
	owesLine   bool         // a line ended by CR waits for the next character
	keepsSpace bool         // the optional space did not come with its colon
	emitted    bool         // this chunk has had its event
	held       []spec.Event // events that were not handed out yet
	retries    []int64      // reconnection times that wait for their block
	count      int
	previous   spec.Event
	lastField  string
}

// Sound is the parser of the mutants with no fault on.
func Sound() parser.ParseFunc { return Model() }

// Parsers are all mutants of the parser.
func Parsers() []ParserMutant {
	var all []ParserMutant
	for _, f := range ParserFaults() {
		all = append(all, ParserMutant{f.Name, f.Requirement, f.Sentence, Model(f)})
	}
	return all
}
