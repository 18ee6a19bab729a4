package grammar_test

import "testing"

func BenchmarkGenerate(b *testing.B) {
	g := generator(1, 4096)
	for b.Loop() {
		g.Generate()
	}
}

func BenchmarkMutate(b *testing.B) {
	ins := some(4096, 4096)
	g := generator(1, 4096)
	for i := 0; b.Loop(); i++ {
		g.Mutate(ins[i%len(ins)])
	}
}

func BenchmarkSplice(b *testing.B) {
	ins := some(4096, 4096)
	g := generator(1, 4096)
	for i := 0; b.Loop(); i++ {
		g.Splice(ins[i%len(ins)], ins[(i+1)%len(ins)])
	}
}
