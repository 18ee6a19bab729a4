package grammar

import (
	"math/rand/v2"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// maxCuts is how many cuts an input has at most: each costs a read, or a message.
const maxCuts = 1024

// A Generator draws inputs. What it draws depends on its source alone, and on what it
// is given to change. It may not be used by several goroutines at once.
type Generator struct {
	r      *rand.Rand
	maxLen int
	// b and cuts are the input that is being made; their memory is used again.
	b       []byte
	cuts    []int
	ends    lineEnds
	scratch []byte
}

// New makes a generator of streams of at most maxLen bytes.
func New(r *rand.Rand, maxLen int) *Generator { return &Generator{r: r, maxLen: max(maxLen, 0)} }

// Generate draws an input.
func (g *Generator) Generate() stream.Input {
	g.b, g.cuts = g.b[:0], g.cuts[:0]
	g.stream()
	g.b = g.b[:min(len(g.b), g.maxLen)]
	g.chunk()
	return g.input()
}

// in is true once in n times.
func (g *Generator) in(n int) bool { return g.r.IntN(n) == 0 }

// few is a small number: 0 as often as all others together, and so on.
func (g *Generator) few() int {
	n := 0
	for n < 8 && g.in(2) {
		n++
	}
	return n
}

// add adds text to the stream.
func (g *Generator) add(text string) { g.b = append(g.b, text...) }

// addAny adds one of the texts.
func (g *Generator) addAny(texts []string) { g.add(texts[g.r.IntN(len(texts))]) }
