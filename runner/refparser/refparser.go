// Package refparser is the embedded reference parser: the decoder of package
// spec as a subject of the role parser. A run without a subject plays against
// it, and the corpus must find nothing wrong with it.
package refparser

import (
	"errors"
	"io"

	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

// Name is what the subject is called in reports.
const Name = "reference parser"

// New makes the subject.
func New() *parser.Function { return parser.Func(Name, Parse, parser.Retry, parser.Comments) }

// Parse is the parser: it hands out each event as soon as its block ends, and
// every reconnection time and comment.
func Parse(r io.Reader, sink parser.Sink) error {
	d := spec.NewDecoder(r,
		spec.WithRetries(sink.Retry),
		spec.WithComments(func(text []byte) { sink.Comment(string(text)) }))
	for {
		view, err := d.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		sink.Event(view.Event())
	}
}
