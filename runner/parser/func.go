// Package parser drives subjects of the role parser: functions in this
// process, persistent adapters, and one-shot programs.
package parser

import (
	"io"

	"github.com/ssecheck/ssecheck/spec"
)

// A ParseFunc is a parser in this process. It reads r to its end, hands each
// event to the sink as soon as it is known, and returns an error when it
// refuses the stream. One Read of r returns one chunk of the case.
type ParseFunc func(r io.Reader, sink Sink) error

// A Sink takes what a parser surfaces. Only Event must be called; Retry and
// Comment are for parsers that report them.
type Sink interface {
	Event(spec.Event)
	// Retry is an accepted reconnection time in ms.
	Retry(ms int64)
	// Comment is the text after the colon of a comment line.
	Comment(text string)
}
