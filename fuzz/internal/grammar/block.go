package grammar

// stream writes a whole stream.
func (g *Generator) stream() {
	g.ends = manners.roll(g.r)
	starts.roll(g.r)(g)
	for range 1 + g.few() {
		g.block()
	}
	switch {
	case g.in(600):
		g.many()
	case g.in(50):
		for range g.r.IntN(20) {
			g.block()
		}
	}
	finishes.roll(g.r)(g)
}

var starts = newDie(
	ways{80, func(g *Generator) {}},
	ways{10, func(g *Generator) { g.add(mark) }},
	ways{2, func(g *Generator) { g.add(mark + mark) }},
	ways{4, func(g *Generator) { g.add(mark[:1+g.r.IntN(2)]) }},
	ways{1, func(g *Generator) { g.addAny([]string{"\xFF\xFE", "\xFE\xFF", "\x00", " "}) }},
	ways{3, func(g *Generator) { g.end() }},
)

// finishes are the ends of the stream: mostly that of the last block.
var finishes = newDie(
	ways{70, func(g *Generator) {}},
	ways{10, func(g *Generator) { g.b = g.b[:len(g.b)-g.r.IntN(min(len(g.b), 4)+1)] }},
	ways{5, (*Generator).truncate},
	ways{5, func(g *Generator) { g.field(g.known()) }},
	ways{5, (*Generator).line},
	ways{5, (*Generator).illFormed},
)

// block writes a block, mostly one that dispatches an event.
func (g *Generator) block() {
	switch g.r.IntN(20) {
	case 0, 1, 2:
		g.lines(1+g.few(), -1)
	case 3: // an id alone is what is left to read after a reconnection
		g.field("id")
		g.end()
	default:
		n := 1 + g.few()
		g.lines(n, g.r.IntN(n))
	}
	blanks.roll(g.r)(g)
}

// lines writes so many lines, one of them data unless it is -1.
func (g *Generator) lines(n, eventful int) {
	start := 0
	for i := range n {
		end := len(g.b)
		switch {
		case i == eventful:
			g.field("data")
			g.end()
		case i > 0 && g.in(12): // the line before, once more
			g.b = append(g.b, g.b[start:]...)
		default:
			g.line()
		}
		start = end
	}
}

// blanks end a block, or do not.
var blanks = newDie(
	ways{88, (*Generator).end},
	ways{4, func(g *Generator) { g.end(); g.end() }},
	ways{2, func(g *Generator) { g.end(); g.end(); g.end() }},
	ways{3, func(g *Generator) { g.addAny(nearlyBlank); g.end() }},
	ways{3, func(g *Generator) {}},
)

// nearlyBlank are lines that are not blank, and look so.
var nearlyBlank = []string{" ", "\t", "\x00", mark, "\u00A0", "\u200B", "\v", "\f", "\u2028", "\u0085", "\x80", "\uFFFD"}

// line writes a line of any kind.
func (g *Generator) line() {
	lineKinds.roll(g.r)(g)
	g.end()
}

var lineKinds = newDie(
	ways{30, func(g *Generator) { g.field("data") }},
	ways{15, func(g *Generator) { g.field("event") }},
	ways{18, func(g *Generator) { g.field("id") }},
	ways{12, func(g *Generator) { g.field("retry") }},
	ways{8, (*Generator).comment},
	ways{10, func(g *Generator) { name := g.known(); g.nearName(name); g.rest(name) }},
	ways{4, func(g *Generator) { g.addAny(otherNames); g.rest(g.known()) }},
	ways{1, func(g *Generator) { g.addAny(nearlyBlank) }},
	ways{2, (*Generator).text},
)

func (g *Generator) comment() {
	g.add(":")
	comments.roll(g.r)(g)
}

var comments = newDie(
	ways{25, func(g *Generator) {}},
	ways{25, func(g *Generator) { g.addAny([]string{" ", " keep-alive", "\t", ":", ": ", "\x00"}) }},
	ways{25, func(g *Generator) { g.field(g.known()) }},
	ways{25, (*Generator).text},
	ways{1, (*Generator).long},
)

// field writes a line of the field, without its end.
func (g *Generator) field(name string) {
	g.add(name)
	g.rest(name)
}

// rest writes what follows the name: mostly a colon, and a value that suits the field.
func (g *Generator) rest(name string) {
	if g.in(14) {
		return
	}
	g.add(colons.roll(g.r))
	switch {
	case g.in(1000):
		g.long()
	case g.in(16):
		g.value(g.known())
	default:
		g.value(name)
	}
}
