package campaign

import (
	"time"

	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Finding is one fault of the subject.
type Finding struct {
	// Requirement is what it breaks.
	Requirement requirements.Requirement
	// Fault is the name of the known fault that explains it, Sentence says what that does
	// wrong; without one Fault is empty, and Sentence says what was seen.
	Fault, Sentence string
	// Exact says that the fault foretold every answer by which it was examined.
	Exact bool
	// Kind is what was different: an event missing, other data.
	Kind string
	// Message says what was expected and what came.
	Message string
	// Case is the name of the case that shows it, File where that was written.
	Case, File string
	// Text shows it to people: the rule, the difference, the input.
	Text string
	// YAML is the case.
	YAML []byte
	// Reproduce is the command that plays the case.
	Reproduce string
	// Known says that the folder had it before.
	Known bool
	// Run is the input that showed it first, counted from 1, and After the time until
	// then. Hits is how many deviations it explains, this one among them.
	Run   int
	After time.Duration
	Hits  int

	key  string // findings with the same one are the same
	made finding.Finding
}

// Stats are how far a campaign is.
type Stats struct {
	// Runs is how many inputs were put to the subject, Deviations how many of them it got
	// wrong. What it is asked to make a finding small does not count.
	Runs, Deviations int
	// Kept is how many inputs taught something and are kept.
	Kept int
	// States of the reference's reading were met, of AllStates, and so many Transitions.
	States, AllStates, Transitions int
	// Findings is how many there are, Known how many of them the folder had before.
	Findings, Known int
	Elapsed         time.Duration
}

// A Summary is what a campaign came to.
type Summary struct {
	Stats
	Subject  runner.Info
	Started  time.Time
	Seed     uint64
	Findings []*Finding
	// Ended says why: "runs", "time", or "interrupted".
	Ended string
	// Notes are sentences about what is no finding and is to be known all the same.
	Notes []string
}
