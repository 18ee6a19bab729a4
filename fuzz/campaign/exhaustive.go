package campaign

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/exhaustive"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// A Proof is what came of every stream up to a length.
type Proof struct {
	Summary
	// Streams and Inputs are how many there are: an input is a stream in one cut.
	Streams, Inputs uint64
	// Complete: all of them were tried.
	Complete bool
}

// Symbols are the letters of which an alphabet is made, each with what it stands for.
func Symbols() (all [][2]string) {
	for _, s := range exhaustive.Symbols() {
		all = append(all, [2]string{string(s.Letter), s.Title})
	}
	return all
}

// DefaultAlphabet are the symbols that together reach every rule.
const DefaultAlphabet = exhaustive.Default

// Exhaustive tries every stream of up to length symbols of the alphabet, in every cut
// between symbols, on the parser behind a command, or on the decoder of package spec where
// that is empty. What is found is made small and laid to a requirement, as in a campaign.
func Exhaustive(ctx context.Context, command, alphabet string, length int, o Options) (*Proof, error) {
	o = o.withDefaults()
	space, err := exhaustive.New(alphabet, length)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(o)
	if err != nil {
		return nil, err
	}
	var r closingReader = decoder{}
	if command != "" {
		if r, err = startParser(ctx, command, o); err != nil {
			return nil, err
		}
	}
	defer func() { _ = r.close() }()
	w.who = r.info()
	chance := rand.New(rand.NewPCG(o.Seed, 0))
	g := newReaderGame(r, w.corpus, chance, o, w.write)
	s, err := run(ctx, g, enumerated(space), chance, w, g.measure)
	if s == nil {
		return nil, err
	}
	p := &Proof{Summary: *s, Streams: space.Streams(), Inputs: space.Inputs()}
	p.Complete = err == nil && uint64(p.Runs) == p.Inputs
	return p, err
}

// enumerated gives the inputs of a space, in order.
func enumerated(space *exhaustive.Space) func(n int) []stream.Input {
	var rest []stream.Input
	next := uint64(0)
	var s exhaustive.Stream
	return func(n int) []stream.Input {
		for len(rest) < n && next < space.Streams() {
			space.Fill(&s, next)
			next++
			b := bytes.Clone(s.Bytes) // which is filled anew in the next round
			for _, in := range s.Inputs {
				rest = append(rest, stream.Input{Bytes: b, Cuts: slices.Clone(in.Cuts)})
			}
		}
		n = min(n, len(rest))
		ins := rest[:n:n]
		rest = rest[n:]
		return ins
	}
}
