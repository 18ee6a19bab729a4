package grammar

// illFormed writes bytes that are no UTF-8, and what may stand after them: mostly
// nothing, so that what comes next is a line end, a colon, or anything.
func (g *Generator) illFormed() {
	illFormedKinds.roll(g.r)(g)
	switch g.r.IntN(12) {
	case 0:
		g.word()
	case 1:
		g.addAny(scripts)
	case 2:
		g.addAny(astral)
	case 3:
		illFormedKinds.roll(g.r)(g)
	}
}

var illFormedKinds = newDie(
	ways{4, func(g *Generator) { // stray continuations
		for range 1 + g.few() {
			g.continuation(0x80, 0xBF)
		}
	}},
	ways{3, func(g *Generator) { g.b = append(g.b, "\xC0\xC1\xF5\xF6\xF7\xF8\xFB\xFC\xFE\xFF"[g.r.IntN(10)]) }},
	ways{10, (*Generator).truncated},
	ways{3, func(g *Generator) { g.b = append(g.b, 0xC0+byte(g.r.IntN(2))); g.continuation(0x80, 0xBF) }},
	ways{3, func(g *Generator) { g.sequence(0xE0, 0x80, 0x9F, 1) }}, // overlong
	ways{3, func(g *Generator) { g.sequence(0xF0, 0x80, 0x8F, 2) }}, // overlong
	ways{3, func(g *Generator) { g.sequence(0xED, 0xA0, 0xBF, 1) }}, // a surrogate
	ways{1, func(g *Generator) { g.sequence(0xED, 0xA0, 0xAF, 1); g.sequence(0xED, 0xB0, 0xBF, 1) }},
	ways{3, func(g *Generator) { g.sequence(0xF4, 0x90, 0xBF, 2) }}, // beyond U+10FFFF
	ways{2, func(g *Generator) { g.sequence(0xF5+byte(g.r.IntN(3)), 0x80, 0xBF, 2) }},
	ways{1, func(g *Generator) { g.sequence(0xF8+byte(g.r.IntN(6)), 0x80, 0xBF, 3+g.r.IntN(2)) }},
)

// truncated writes a sequence without its end.
func (g *Generator) truncated() {
	lead := truncatedLeads[g.r.IntN(len(truncatedLeads))]
	start := len(g.b)
	g.sequence(lead.lead, lead.low, lead.high, lead.more)
	g.b = g.b[:start+1+g.r.IntN(lead.more+1)]
}

// truncatedLeads are the kinds of sequences of more than one byte: the lead, the bounds
// of the byte after it, and how many follow that one.
var truncatedLeads = []struct {
	lead, low, high byte
	more            int
}{
	{0xC2, 0x80, 0xBF, 0}, {0xDF, 0x80, 0xBF, 0},
	{0xE0, 0xA0, 0xBF, 1}, {0xE2, 0x80, 0xBF, 1}, {0xED, 0x80, 0x9F, 1}, {0xEF, 0x80, 0xBF, 1}, {0xEF, 0xBB, 0xBB, 1},
	{0xF0, 0x90, 0xBF, 2}, {0xF1, 0x80, 0xBF, 2}, {0xF3, 0x80, 0xBF, 2}, {0xF4, 0x80, 0x8F, 2},
}

// sequence writes a lead, a byte from low to high, and more continuations.
func (g *Generator) sequence(lead, low, high byte, more int) {
	g.b = append(g.b, lead)
	g.continuation(low, high)
	for range more {
		g.continuation(0x80, 0xBF)
	}
}

// continuation writes a byte from low to high, often one of the two.
func (g *Generator) continuation(low, high byte) {
	switch g.r.IntN(4) {
	case 0:
		g.b = append(g.b, low)
	case 1:
		g.b = append(g.b, high)
	default:
		g.b = append(g.b, low+byte(g.r.IntN(int(high-low)+1)))
	}
}
