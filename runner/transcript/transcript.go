// Package transcript is what was sent and seen while a case was played. Play
// writes it, judge reads it, and nothing else passes between the two.
package transcript

import (
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec"
)

// A Transcript is of one variant of one case.
type Transcript struct {
	// Entries is the log in order of time, for the report.
	Entries []reports.Entry
	// Broken says why nothing is known of the subject: the harness or the
	// adapter broke. The verdict is then error.
	Broken string
	// Failed says how the subject ended without an answer of its own: it hung,
	// crashed, flooded or printed garbage. The verdict is then fail.
	Failed string
	// Stderr is what an adapter wrote there.
	Stderr string
	// Parsed is what a parser answered.
	Parsed *Parsed
	// Probe is what a visit to a server saw.
	Probe *Probe
	// Client is what was seen of a client.
	Client *Client
	// Emitted is what an encoder or a scripted server emitted.
	Emitted *Emitted
}

// Parsed is a parser's answer.
type Parsed struct {
	Events []spec.Event
	// Refused is the parser's own word why it refused the stream; nil when it
	// did not.
	Refused *string
	// Retry is the last reconnection time seen, in ms, of a parser that
	// reports it.
	Retry *int64
	// ReportsRetry: the parser's API hands out reconnection times, so that a
	// nil Retry means that it accepted none.
	ReportsRetry bool
	// Comments are the comments of a parser that reports them.
	Comments []string
}
