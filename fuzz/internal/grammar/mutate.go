package grammar

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// Mutate returns a copy of the input that is changed in one way or in a few, and never
// equal to it. The input stays as it is.
func (g *Generator) Mutate(in stream.Input) stream.Input {
	for range 8 {
		g.load(in)
		for more := true; more; more = g.in(3) {
			mutations.roll(g.r)(g)
		}
		if out := g.input(); !slices.Equal(out.Bytes, in.Bytes) || !slices.Equal(out.Cuts, in.Cuts) {
			return out
		}
	}
	g.load(in) // as good as nothing to change: cut it, or do not
	if len(g.cuts) > 0 {
		g.cuts = g.cuts[1:]
	} else {
		g.cuts = append(g.cuts, 0)
	}
	return g.input()
}

// load makes a copy of the input the one that is being made.
func (g *Generator) load(in stream.Input) {
	g.b, g.cuts = append(g.b[:0], in.Bytes...), append(g.cuts[:0], in.Cuts...)
	g.ends = manners.roll(g.r)
}

var mutations = newDie(
	// bytes
	ways{4, atAnyByte(func(g *Generator, at int) { g.b[at] ^= 1 << g.r.IntN(8) })},
	ways{3, atAnyByte(func(g *Generator, at int) { g.b[at] = byte(g.r.IntN(256)) })},
	ways{3, atAnyByte(func(g *Generator, at int) { g.changeCase(at) })},
	// units: bytes, lines and blocks
	ways{9, atAnyByte((*Generator).deleteUnit)},
	ways{7, atAnyByte((*Generator).duplicateUnit)},
	ways{6, atAnyByte((*Generator).swapUnits)},
	ways{1, atAnyByte((*Generator).repeatUnit)},
	// line ends
	ways{7, func(g *Generator) { g.replaceLineEnd(g.anyLineEnd()) }},
	ways{3, func(g *Generator) { g.replaceLineEnd("") }},
	ways{3, (*Generator).convertLineEnds},
	// what the generator writes
	ways{14, func(g *Generator) { g.writeAt(g.somewhere(), tokens.roll(g.r)) }},
	ways{5, func(g *Generator) { g.writeOver(tokens.roll(g.r)) }},
	ways{7, func(g *Generator) { g.writeAt(unit(lineBegins).near(g), (*Generator).line) }},
	ways{3, func(g *Generator) { g.writeAt(unit(blockBegins).near(g), (*Generator).block) }},
	ways{4, atAnyByte((*Generator).renewLine)},
	// ends and cuts
	ways{3, (*Generator).truncate},
	ways{1, func(g *Generator) { g.replace(0, g.r.IntN(len(g.b)+1), nil) }},
	ways{17, func(g *Generator) { recuts.roll(g.r)(g) }},
)

// tokens are the dictionary: what means something in a stream, or nearly.
var tokens = newDie(
	ways{6, func(g *Generator) { g.add(g.known()) }},
	ways{3, func(g *Generator) { g.nearName(g.known()) }},
	ways{5, func(g *Generator) { g.add(colons.roll(g.r)) }},
	ways{6, func(g *Generator) { g.add(g.anyLineEnd()) }},
	ways{3, func(g *Generator) { g.end(); g.end() }},
	ways{4, func(g *Generator) { g.add(mark) }},
	ways{1, func(g *Generator) { g.add(mark[:1+g.r.IntN(2)]) }},
	ways{3, func(g *Generator) { g.add("\x00") }},
	ways{3, func(g *Generator) { g.addAny(blankCharacters) }},
	ways{5, (*Generator).illFormed},
	ways{2, func(g *Generator) { g.addAny(meaningful) }},
	ways{2, func(g *Generator) { numbers.roll(g.r)(g) }},
	ways{2, func(g *Generator) { g.value(g.known()) }},
	ways{6, func(g *Generator) { pieces.roll(g.r)(g) }},
	ways{1, (*Generator).long},
)

// atAnyByte does something with one of the bytes, if there are any.
func atAnyByte(do func(g *Generator, at int)) way {
	return func(g *Generator) {
		if len(g.b) > 0 {
			do(g, g.r.IntN(len(g.b)))
		}
	}
}

// somewhere is an offset of the stream, mostly at a place that matters to readers.
func (g *Generator) somewhere() int {
	if g.in(3) {
		return g.r.IntN(len(g.b) + 1)
	}
	wanted := places.roll(g.r)
	return g.find(func(at int) bool { return wanted(g.b, at) })
}

// writeOver writes over what is there.
func (g *Generator) writeOver(write way) {
	at := g.somewhere()
	before := len(g.b)
	g.writeAt(at, write)
	written := len(g.b) - before
	g.replace(at+written, min(at+2*written, len(g.b)), nil)
}

// truncate cuts off the end of the stream.
func (g *Generator) truncate() { g.shorten(g.r.IntN(len(g.b) + 1)) }
