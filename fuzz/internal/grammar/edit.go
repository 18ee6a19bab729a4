package grammar

import (
	"slices"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// replace puts other bytes in place of those from start to end. The cuts stay where
// they are among the bytes that stay. One within what is replaced stays as far from its
// start as it was, or goes when there is no room.
func (g *Generator) replace(start, end int, with []byte) {
	cuts := g.cuts[:0]
	for _, cut := range g.cuts {
		switch {
		case cut >= end && cut > start:
			cut += len(with) - (end - start)
		case cut >= start+len(with) && cut > start:
			continue
		}
		cuts = append(cuts, cut)
	}
	g.cuts = cuts
	g.b = slices.Replace(g.b, start, end, with...)
}

// writeAt puts at the offset what write adds to the end of the stream.
func (g *Generator) writeAt(at int, write way) {
	end := len(g.b)
	write(g)
	g.scratch = append(g.scratch[:0], g.b[end:]...)
	g.b = g.b[:end]
	g.replace(at, at, g.scratch)
}

// shorten leaves the first n bytes, and the cuts that stand in them.
func (g *Generator) shorten(n int) {
	g.b = g.b[:n]
	kept, _ := slices.BinarySearch(g.cuts, n+1)
	g.cuts = g.cuts[:kept]
}

// input is a copy of what was made, within the limits.
func (g *Generator) input() stream.Input {
	g.shorten(min(len(g.b), g.maxLen))
	return stream.Input{Bytes: slices.Clone(g.b), Cuts: slices.Clone(g.cuts[:min(len(g.cuts), maxCuts)])}
}
