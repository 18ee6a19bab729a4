package mutants

import (
	"io"

	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

// Null is the null subject of the role parser: it reads the stream and says
// nothing. No case passes on it.
func Null() parser.ParseFunc {
	return func(src io.Reader, _ parser.Sink) error {
		_, err := io.Copy(io.Discard, src)
		return err
	}
}

// NullParsers are subjects that do not parse either but say something: what a
// careless case might take for right. None of them is compliant.
func NullParsers() []ParserMutant {
	return []ParserMutant{
		{Name: "one-sentinel", Sentence: "says END at the end, whatever came", Parse: func(src io.Reader, sink parser.Sink) error {
			_, err := io.Copy(io.Discard, src)
			sink.Event(spec.Event{Type: spec.DefaultType, Data: "END"})
			return err
		}},
		{Name: "one-empty-message", Sentence: "hands out one empty message at the end", Parse: func(src io.Reader, sink parser.Sink) error {
			_, err := io.Copy(io.Discard, src)
			sink.Event(spec.Event{Type: spec.DefaultType})
			return err
		}},
		{Name: "whole-stream", Sentence: "hands out the stream as one message", Parse: func(src io.Reader, sink parser.Sink) error {
			stream, err := io.ReadAll(src)
			sink.Event(spec.Event{Type: spec.DefaultType, Data: string(stream)})
			return err
		}},
		{Name: "no-reading", Sentence: "does not even read", Parse: func(io.Reader, parser.Sink) error { return nil }},
	}
}
