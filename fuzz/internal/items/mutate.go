package items

import (
	"slices"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// Mutate makes a list that differs from another one in one place, or in a few.
func (g *Generator) Mutate(list []encoder.Item) []encoder.Item {
	list = Clone(list)
	for more := true; more; more = g.oneIn(3) {
		list = g.mutateOnce(list)
	}
	return g.finish(list)
}

func (g *Generator) mutateOnce(list []encoder.Item) []encoder.Item {
	if len(list) == 0 {
		return append(list, g.item(nil, g.oneIn(3)))
	}
	i := g.r.IntN(len(list))
	switch g.r.IntN(10) {
	case 0:
		return slices.Insert(list, i, g.item(list[:i], g.oneIn(3)))
	case 1:
		return slices.Delete(list, i, i+1)
	case 2:
		return slices.Insert(list, i, list[i])
	case 3:
		k := g.r.IntN(len(list))
		list[i], list[k] = list[k], list[i]
	default:
		g.mutateItem(&list[i], list[:i])
	}
	return list
}

// mutateItem changes one part: it takes it away, or gives it another value, or one that
// is near the one it has.
func (g *Generator) mutateItem(item *encoder.Item, before []encoder.Item) {
	p := Part(g.r.IntN(int(parts)))
	value, has := Value(*item, p)
	switch {
	case has && g.oneIn(5):
		remove(item, p)
	case has && p != Retry && !g.oneIn(4):
		near := g.near(value)
		*text(item, p) = &near
	default:
		g.set(item, p, before, g.oneIn(3))
	}
}

func remove(item *encoder.Item, p Part) {
	if p == Retry {
		item.Retry = nil
		return
	}
	*text(item, p) = nil
}

// near makes a text that differs from another one in one place.
func (g *Generator) near(value string) string {
	from := g.boundary(value, 0)
	to := g.boundary(value, from)
	switch g.r.IntN(6) {
	case 0: // take a piece out
		return value[:from] + value[to:]
	case 1: // repeat a piece
		return value[:to] + value[from:to] + value[to:]
	case 2: // put something in place of a piece
		return value[:from] + g.atom() + value[to:]
	case 3: // put something at an end
		if g.oneIn(2) {
			return g.atom() + value
		}
		return value + g.atom()
	}
	return value[:from] + g.atom() + value[from:]
}

// atom is something to put into a text.
func (g *Generator) atom() string {
	if g.oneIn(6) {
		return g.character()
	}
	return pick(g.r, pick(g.r, [][]string{breakings, breakings, forgeries, characters, words, letters}))
}

// boundary is a place between two characters, not before from.
func (g *Generator) boundary(value string, from int) int {
	at := from + g.r.IntN(len(value)-from+1)
	for at < len(value) && !utf8.RuneStart(value[at]) {
		at++
	}
	return at
}

// Splice makes a list of the start of one and the end of another one; where they meet,
// an item may have parts of both.
func (g *Generator) Splice(a, b []encoder.Item) []encoder.Item {
	list := append(Clone(a[:g.r.IntN(len(a)+1)]), b[g.r.IntN(len(b)+1):]...)
	if len(a) > 0 && len(b) > 0 && g.oneIn(2) {
		list = append(list, g.cross(pick(g.r, a), pick(g.r, b)))
	}
	return g.finish(list)
}

// cross makes an item of some parts of one and the other parts of another.
func (g *Generator) cross(a, b encoder.Item) encoder.Item {
	for p := range parts {
		switch {
		case g.oneIn(2):
		case p == Retry:
			a.Retry = b.Retry
		default:
			*text(&a, p) = *text(&b, p)
		}
	}
	return a
}
