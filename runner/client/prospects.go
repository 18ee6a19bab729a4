package client

import (
	"slices"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

// prospects are the right answers of a case that the events so far may still
// become. Once there is none, the verdict is known, and nothing need be waited
// for.
type prospects struct {
	answers []cases.Answer
	// any says that whatever comes is waited for: whoever plays what a campaign has found
	// wants to see all that the client makes of it.
	any bool
}

func newProspects(e *cases.Expect) prospects {
	if e == nil {
		return prospects{answers: []cases.Answer{{}}}
	}
	return prospects{answers: slices.Clone(e.Answers())}
}

// narrow leaves the answers whose i-th event, counted from 0, is this one.
func (p *prospects) narrow(i int, e spec.Event) {
	p.answers = slices.DeleteFunc(p.answers, func(a cases.Answer) bool {
		return i >= len(a.Events) || a.Events[i].Spec() != e
	})
}

func (p *prospects) none() bool { return len(p.answers) == 0 && !p.any }
