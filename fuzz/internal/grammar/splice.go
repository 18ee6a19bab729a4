package grammar

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// Splice returns a copy of a with a part of b in it: in place of the end of a, or within.
// Both keep their cuts, and sometimes one stands at the seam.
func (g *Generator) Splice(a, b stream.Input) stream.Input {
	u := units.roll(g.r)
	g.load(b)
	from := u.near(g)
	to := len(g.b)
	if g.in(3) {
		to = u.after(g.b, from+g.r.IntN(len(g.b)-from+1))
	}
	g.load(a)
	at := u.near(g)
	if !g.in(3) {
		g.shorten(at)
	}
	g.replace(at, at, b.Bytes[from:to])
	for _, cut := range b.Cuts {
		if cut > from && cut < to {
			g.cuts = append(g.cuts, cut-from+at)
		}
	}
	if g.in(8) {
		g.cuts = append(g.cuts, at)
	}
	slices.Sort(g.cuts)
	return g.input()
}
