package grammar

import "slices"

// chunk cuts the stream that was made.
func (g *Generator) chunk() { chunkings.roll(g.r)(g) }

var chunkings = newDie(
	ways{32, func(g *Generator) {}},
	ways{35, (*Generator).cutOnce},
	ways{14, func(g *Generator) {
		for range 2 + g.few() {
			g.cutOnce()
		}
	}},
	ways{10, (*Generator).cutEverywhere},
	ways{9, func(g *Generator) { // an empty chunk
		g.cutOnce()
		g.cutAt(g.cuts[g.r.IntN(len(g.cuts))])
	}},
)

// cutEverywhere leaves chunks of one byte, or of a few.
func (g *Generator) cutEverywhere() {
	g.cuts = g.cuts[:0]
	size := 1
	if g.in(4) {
		size += 1 + g.r.IntN(4)
	}
	for at := size; at < len(g.b); at += size {
		g.cuts = append(g.cuts, at)
	}
}

// cutOnce adds a cut, mostly at a place where readers go wrong.
func (g *Generator) cutOnce() {
	delicate := places.roll(g.r)
	g.cutAt(g.find(func(at int) bool { return delicate(g.b, at) }))
}

// cutAt adds a cut at the offset.
func (g *Generator) cutAt(at int) {
	i, _ := slices.BinarySearch(g.cuts, at)
	g.cuts = slices.Insert(g.cuts, i, at)
}

// find is the first offset within the stream, from a random one on and then from its
// start, that is as wanted; if none is, it is any, the stream's ends among them.
func (g *Generator) find(wanted func(at int) bool) int {
	last := len(g.b) - 1 // with a byte before it and one behind
	if last >= 1 {
		from := g.r.IntN(last)
		for i := range last {
			if at := (from+i)%last + 1; wanted(at) {
				return at
			}
		}
	}
	return g.r.IntN(len(g.b) + 1)
}

// A place says that a cut at the offset, which has a byte on either side, is of a kind.
type place = func(b []byte, at int) bool

type placeSide = side[place]

var places = newDie(
	placeSide{20, func([]byte, int) bool { return true }},
	placeSide{3, func([]byte, int) bool { return false }}, // anywhere, the ends too
	placeSide{15, func(b []byte, at int) bool { return b[at-1] == '\r' && b[at] == '\n' }},
	placeSide{12, func(b []byte, at int) bool { return isLineEnd(b[at-1]) }},
	placeSide{8, func(b []byte, at int) bool { return isLineEnd(b[at]) }},
	placeSide{15, func(b []byte, at int) bool { return b[at]&0xC0 == 0x80 }}, // in a character
	placeSide{5, func(b []byte, at int) bool { return at < 3 && b[0] == mark[0] }},
	placeSide{10, func(b []byte, at int) bool { return b[at-1] == ':' }},
	placeSide{2, func(b []byte, at int) bool { return b[at] == ':' }},
	placeSide{6, func(b []byte, at int) bool { return isLetter(b[at-1]) && isLetter(b[at]) }}, // in a name, mostly
	placeSide{6, func(b []byte, at int) bool { return isDigit(b[at-1]) && isDigit(b[at]) }},
	placeSide{4, func(b []byte, at int) bool { return b[at-1] == ' ' }},
)

func isLineEnd(c byte) bool { return c == '\n' || c == '\r' }
func isDigit(c byte) bool   { return c >= '0' && c <= '9' }
func isLetter(c byte) bool  { return c >= 'a' && c <= 'z' }
