package grammar

import "slices"

// recuts change the cuts.
var recuts = newDie(
	ways{5, (*Generator).cutOnce},
	ways{3, func(g *Generator) { g.cuts = g.cuts[:0]; g.cutOnce() }},
	ways{2, func(g *Generator) { g.cuts = g.cuts[:0]; g.chunk() }},
	ways{2, atAnyCut(func(g *Generator, i int) { g.cuts = slices.Delete(g.cuts, i, i+1) })},
	ways{2, atAnyCut(func(g *Generator, i int) { g.cutAt(g.cuts[i]) })},
	ways{3, atAnyCut(func(g *Generator, i int) { // to the byte beside it
		at := g.cuts[i] + 2*g.r.IntN(2) - 1
		g.cuts = slices.Delete(g.cuts, i, i+1)
		g.cutAt(min(max(at, 0), len(g.b)))
	})},
)

// atAnyCut does something with one of the cuts, if there are any.
func atAnyCut(do func(g *Generator, i int)) way {
	return func(g *Generator) {
		if len(g.cuts) > 0 {
			do(g, g.r.IntN(len(g.cuts)))
		}
	}
}
