package grammar

import "slices"

// A unit is what a stream can be taken apart into. It says whether one ends and
// another begins at an offset.
type unit func(b []byte, at int) bool

type unitSide = side[unit]

var units = newDie(unitSide{4, anyByte}, unitSide{4, lineBegins}, unitSide{2, blockBegins})

func anyByte([]byte, int) bool { return true }

func lineBegins(b []byte, at int) bool {
	return at == 0 || b[at-1] == '\n' || b[at-1] == '\r' && (at == len(b) || b[at] != '\n')
}

// blockBegins: the line before is blank.
func blockBegins(b []byte, at int) bool {
	if at == 0 {
		return true
	}
	end := 1
	if at > 1 && b[at-1] == '\n' && b[at-2] == '\r' {
		end = 2
	}
	return lineBegins(b, at) && lineBegins(b, at-end)
}

// around is the unit that byte at, of which there must be one, is part of.
func (u unit) around(b []byte, at int) (start, end int) {
	return u.before(b, at), u.after(b, at+1)
}

// before is the last beginning of a unit at or before the offset.
func (u unit) before(b []byte, at int) int {
	for at > 0 && !u(b, at) {
		at--
	}
	return at
}

// after is the first beginning of a unit, or the end, at or after the offset.
func (u unit) after(b []byte, at int) int {
	for at < len(b) && !u(b, at) {
		at++
	}
	return at
}

// near is a beginning of a unit, or an end of the stream.
func (u unit) near(g *Generator) int { return u.before(g.b, g.r.IntN(len(g.b)+1)) }

func (g *Generator) deleteUnit(at int) {
	start, end := units.roll(g.r).around(g.b, at)
	g.replace(start, end, nil)
}

func (g *Generator) duplicateUnit(at int) {
	start, end := units.roll(g.r).around(g.b, at)
	g.scratch = append(g.scratch[:0], g.b[start:end]...)
	g.replace(end, end, g.scratch)
}

// repeatUnit repeats a unit so often that a counter or a buffer might be full.
func (g *Generator) repeatUnit(at int) {
	start, end := units.roll(g.r).around(g.b, at)
	times := counts[g.r.IntN(len(counts))] + g.r.IntN(3) - 2
	times = min(times, max(g.maxLen-len(g.b), 0)/(end-start))
	g.scratch = g.scratch[:0]
	for range times {
		g.scratch = append(g.scratch, g.b[start:end]...)
	}
	g.replace(end, end, g.scratch)
}

// swapUnits swaps a unit with one behind it, mostly the next.
func (g *Generator) swapUnits(at int) {
	u := units.roll(g.r)
	start, end := u.around(g.b, at)
	if end == len(g.b) {
		return
	}
	other := end
	if g.in(2) {
		other += g.r.IntN(len(g.b) - end)
	}
	from, to := u.around(g.b, other)
	g.scratch = slices.Concat(g.b[from:to], g.b[end:from], g.b[start:end])
	g.replace(start, to, g.scratch)
}

// renewLine writes another line in place of one.
func (g *Generator) renewLine(at int) {
	start, end := unit(lineBegins).around(g.b, at)
	g.replace(start, end, nil)
	g.writeAt(start, (*Generator).line)
}
