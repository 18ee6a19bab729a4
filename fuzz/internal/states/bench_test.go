package states_test

import (
	"math/rand/v2"
	"testing"

	"github.com/ssecheck/ssecheck/fuzz/internal/grammar"
	"github.com/ssecheck/ssecheck/fuzz/internal/states"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// BenchmarkAdd adds what the generator makes, one input each time.
func BenchmarkAdd(b *testing.B) {
	g := grammar.New(rand.New(rand.NewPCG(1, 1)), 4096)
	ins := make([]stream.Input, 4096)
	bytes := 0
	for i := range ins {
		ins[i] = g.Generate()
		bytes += len(ins[i].Bytes)
	}
	var set states.Set
	b.SetBytes(int64(bytes / len(ins)))
	for i := 0; b.Loop(); i++ {
		set.Add(ins[i%len(ins)])
	}
}
