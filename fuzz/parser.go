package fuzz

import (
	"io"
	"testing"

	"github.com/ssecheck/ssecheck/fuzz/internal/parsefuzz"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

// A Parse reads an event stream to its end and emits each event. An error says that it
// refuses the stream, which no parser may: event streams have no syntax errors.
type Parse = func(r io.Reader, emit func(spec.Event)) error

// Parser fuzzes a parser with the native fuzzer of Go: it must emit the events that the
// standard says, whole and under every cut, and may neither panic, refuse a stream, take
// longer than 10 s nor more memory than is in proportion to the stream.
//
// This is a whole test file. Copy it, and give the reader to your own parser:
//
//	package sse
//
//	import (
//		"io"
//		"testing"
//
//		"github.com/ssecheck/ssecheck/fuzz"
//		"github.com/ssecheck/ssecheck/spec"
//	)
//
//	func FuzzRead(f *testing.F) {
//		fuzz.Parser(f, func(r io.Reader, emit func(spec.Event)) error {
//			events := NewReader(r)
//			for {
//				event, err := events.Next()
//				if err == io.EOF {
//					return nil
//				}
//				if err != nil {
//					return err
//				}
//				emit(spec.Event{Type: event.Type, Data: event.Data, LastEventID: event.LastID})
//			}
//		})
//	}
//
// Then
//
//	go test -fuzz=FuzzRead -fuzztime=1m
//
// fuzzes it, and every go test plays the seeds, which are the streams of the corpus, and
// what was found before. A failure says which rule is broken, with the smallest stream
// that breaks it, what was expected and what came, and a case of the corpus' form.
//
// Of the fuzzer's two values the first is the stream, the second how it is cut: each of
// its bytes, from the lowest on, is the size of a chunk, over and over.
func Parser(f *testing.F, parse Parse, opts ...Option) {
	f.Helper()
	o := collect(opts)
	h, err := seeds.Keep(func() (*parsefuzz.Harness, error) {
		return parsefuzz.New(parse, parsefuzz.Options{MaxLength: o.maxLength, Tolerated: o.tolerated,
			NoLastEventID: o.noLastEventID, OneRead: o.oneRead})
	})
	if err != nil {
		f.Fatal(err)
	}
	seeds.Add(f, func() (all []seeds.Seed) {
		for _, seed := range h.Seeds() {
			sizes := uint64(0)
			if len(seed.Cuts) > 0 {
				sizes = 1 // byte by byte
			}
			all = append(all, seeds.Seed{seed.Bytes, sizes})
		}
		return all
	})
	f.Fuzz(func(t *testing.T, bytes []byte, sizes uint64) {
		if failure := h.Try(stream.Input{Bytes: bytes, Cuts: stream.Cut(len(bytes), sizes)}); failure != "" {
			t.Fatal(failure)
		}
	})
}

// WithoutLastEventID is for a parser that does not tell the last event ID: it is not
// compared.
func WithoutLastEventID() Option { return func(o *options) { o.noLastEventID = true } }

// OneRead gives each stream to the parser in one read: for one that must have all of it
// before it begins.
func OneRead() Option { return func(o *options) { o.oneRead = true } }
