package main

import (
	"errors"
	"io"

	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

// referenceParser is the decoder of package spec as a subject.
func referenceParser() runner.Subject {
	return parser.Func("reference parser", func(r io.Reader, sink parser.Sink) error {
		decoder := spec.NewDecoder(r, spec.WithRetries(sink.Retry),
			spec.WithComments(func(text []byte) { sink.Comment(string(text)) }))
		for {
			view, err := decoder.Next()
			switch {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			}
			sink.Event(view.Event())
		}
	}, parser.Retry, parser.Comments)
}
