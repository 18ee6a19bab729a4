// Package runner plays the corpus against subjects and judges what was seen.
//
// Play knows sockets, processes and clocks and judges nothing. Judge knows the
// case and the transcript and touches nothing. This package joins the two.
package runner

import (
	"context"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Subject is an implementation under test, behind the driver of its role.
// Its methods may be called by many goroutines at once once Start has returned.
type Subject interface {
	// Start tries the subject once. An error ends the run before it began.
	Start(ctx context.Context) error
	// Info is who the subject is; complete after Start.
	Info() Info
	// Skip says why a case of the subject's role cannot be played on it; the
	// zero value means that it can.
	Skip(c *cases.Case) Skip
	// Variants lists the variants in which the case is played, smallest first.
	Variants(c *cases.Case) []cases.Variant
	// Play plays one variant. It returns when the case is over or ctx is done,
	// and says in the transcript how it ended; it never panics over a subject.
	Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript
	// Close ends the subject and waits until all it started is gone.
	Close() error
}

// Info says who a subject is.
type Info struct {
	Role    reports.Role
	Name    string
	Version string
	Address string
	// Flags are the command line's words that select this subject, such as
	// "--parser 'node adapter.mjs'", for the command that plays a case alone.
	Flags string
	// Deviates are requirements that the adapter itself declares broken.
	Deviates []string
	// Scripted says that a server emits what a request asks for: it is judged as an
	// encoder is, and by how its stream arrives.
	Scripted bool
	// Profile is by which profile a client is judged, browser or library; "" for
	// the other roles.
	Profile string
}

// A Leveler is a Subject for which some cases have another level than their
// files say.
type Leveler interface {
	Level(c *cases.Case) requirements.Level
}

// levelOf is the level of a case for a subject.
func levelOf(s Subject, c *cases.Case) requirements.Level {
	if l, ok := s.(Leveler); ok {
		return l.Level(c)
	}
	return c.Level
}

// A Skip is why a case is not judged; the zero value says that it is.
type Skip struct {
	Kind   reports.SkipKind
	Reason string
}
