package grammar

// lineEnds are the ends that the lines of a stream have: one kind, or any; and whether
// they change on the way.
type lineEnds struct {
	kind     string // "" is any
	changing bool
}

var manners = newDie(
	side[lineEnds]{45, lineEnds{kind: "\n"}},
	side[lineEnds]{18, lineEnds{kind: "\r\n"}},
	side[lineEnds]{14, lineEnds{kind: "\r"}},
	side[lineEnds]{2, lineEnds{kind: "\n\r"}}, // two line ends
	side[lineEnds]{14, lineEnds{}},
	side[lineEnds]{7, lineEnds{kind: "\n", changing: true}},
)

var lineEndKinds = []string{"\n", "\r", "\r\n"}

// anyLineEnd is a line end, seldom one that is two.
func (g *Generator) anyLineEnd() string {
	if g.in(16) {
		return "\n\r"
	}
	return lineEndKinds[g.r.IntN(len(lineEndKinds))]
}

// end writes a line end.
func (g *Generator) end() {
	if g.ends.changing && g.in(3) {
		g.ends.kind = g.anyLineEnd()
	}
	if g.ends.kind == "" {
		g.add(g.anyLineEnd())
		return
	}
	g.add(g.ends.kind)
}

// replaceLineEnd puts another end in place of that of a line.
func (g *Generator) replaceLineEnd(with string) {
	at := g.find(func(at int) bool { return isLineEnd(g.b[at]) && lineBegins(g.b, at+1) })
	end := min(at+1, len(g.b))
	if end == at || !isLineEnd(g.b[at]) {
		return
	}
	if at > 0 && g.b[at-1] == '\r' && g.b[at] == '\n' {
		at--
	}
	g.replace(at, end, []byte(with))
}

// convertLineEnds gives all lines the same end.
func (g *Generator) convertLineEnds() {
	with := lineEndKinds[g.r.IntN(len(lineEndKinds))]
	g.scratch = g.scratch[:0]
	cut := 0
	for at := 0; at < len(g.b); {
		end := at + 1
		piece := string(g.b[at:end])
		if isLineEnd(g.b[at]) {
			end, piece = unit(lineBegins).after(g.b, end), with
		}
		for ; cut < len(g.cuts) && g.cuts[cut] < end; cut++ {
			g.cuts[cut] = len(g.scratch) + min(g.cuts[cut]-at, len(piece))
		}
		g.scratch = append(g.scratch, piece...)
		at = end
	}
	for ; cut < len(g.cuts); cut++ {
		g.cuts[cut] = len(g.scratch)
	}
	g.b, g.scratch = g.scratch, g.b
}
