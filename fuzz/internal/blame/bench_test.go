package blame_test

import (
	"testing"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// BenchmarkExplain is the explanation of one minimal input: the faults that show the same
// alone, then with some hundred questions to a subject in this process.
func BenchmarkExplain(b *testing.B) {
	in := whole("data: a\n\n")
	var s subject
	for _, f := range mutants.ParserFaults() {
		if f.Name == "keeps-the-space" {
			s.parse = mutants.Model(f)
		}
	}
	e := blame.New(told)
	got := s.see(in)
	b.Run("faults", func(b *testing.B) {
		for b.Loop() {
			e.Explain(in, got, blame.Model{}, nil)
		}
	})
	b.Run("asking", func(b *testing.B) {
		for b.Loop() {
			e.Explain(in, got, blame.Model{}, s.ask)
		}
	})
}

// BenchmarkModel is what a campaign does with each input of a subject with known faults,
// beside what it does without any.
func BenchmarkModel(b *testing.B) {
	in := whole("id: 1\nevent: foo\ndata: hello world\n\ndata: x\n\n")
	known, err := blame.Known("no-types", "joined-by-a-space", "bom-kept")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("three faults", func(b *testing.B) {
		for b.Loop() {
			known.Expected(in)
		}
	})
	b.Run("the standard", func(b *testing.B) {
		for b.Loop() {
			stream.Expected(in)
		}
	})
}
