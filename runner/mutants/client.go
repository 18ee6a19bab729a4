package mutants

import (
	"slices"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/refclient"
)

// A ClientMutant is the reference client with one fault.
type ClientMutant struct {
	// Name is the switch of the fault: lower-case words joined by hyphens.
	Name string
	// Requirement is the ID of what the fault breaks.
	Requirement string
	// Sentence says what the mutant does wrong.
	Sentence string
	// Driver drives the mutant, in this process.
	Driver func() client.Driver
}

// A clientFault is a mutant of the client before it is built.
type clientFault struct {
	name, requirement, sentence string
	// inject replaces one rule, or the few that the fault needs. It is called for
	// each source anew, so what it declares belongs to one source.
	inject func(r *refclient.Rules)
}

// Clients are all mutants of the client.
func Clients() []ClientMutant {
	var all []ClientMutant
	for _, f := range clientFaults() {
		all = append(all, ClientMutant{f.name, f.requirement, f.sentence, f.driver})
	}
	return all
}

func clientFaults() []clientFault {
	return slices.Concat(requestFaults(), optionFaults(), statusFaults(), bodyOfFailureFaults(), typeFaults(),
		announceFaults(), endFaults(), errorFaults(), waitFaults(), retryInForceFaults(), lastEventIDFaults(), idValueFaults(),
		failFaults(), closeFaults(), carryFaults(), redirectFaults(), redirectFieldFaults(),
		framingFaults(), bufferFaults(), silenceFaults(), http2Faults(), certificateFaults(), parsedFaults())
}

// driver makes a client of the sound rules and the fault.
func (f clientFault) driver() client.Driver { return refclient.DriverOf(f.name, f.rules) }

func (f clientFault) rules() refclient.Rules {
	r := refclient.Sound()
	f.inject(&r)
	return r
}

// SoundClient is the client of the mutants with no fault on, with the parser
// that those of its mutants have that break interpretation.
func SoundClient() client.Driver {
	return clientFault{name: "sound", inject: parsing(func(*rules) {})}.driver()
}
