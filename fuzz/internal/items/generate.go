package items

import (
	"math/rand/v2"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// MaxItems bounds the items of a list.
const MaxItems = 64

// A Generator makes lists of items, the same ones from the same source of numbers.
// Most are small: faults that need much are few. It may not be used by several
// goroutines at once.
type Generator struct {
	r      *rand.Rand
	maxLen int
	claims func(capability string) bool
}

// New makes a generator of lists whose values have up to maxLen bytes together.
func New(r *rand.Rand, maxLen int) *Generator {
	return &Generator{r: r, maxLen: max(maxLen, 1), claims: func(string) bool { return true }}
}

// Claims restricts the items to what a subject claims to take: comments and
// reconnection times are of the two capabilities of package encoder.
func (g *Generator) Claims(claims func(capability string) bool) *Generator {
	g.claims = claims
	return g
}

// Generate makes a new list. The rules of the corpus are fair with it.
func (g *Generator) Generate() []encoder.Item {
	var list []encoder.Item
	hostile := g.oneIn(3)
	for range g.howMany() {
		list = append(list, g.item(list, hostile && g.oneIn(2)))
	}
	return g.finish(list)
}

// howMany is how many items a list has, before a sentinel.
func (g *Generator) howMany() int {
	switch n := g.r.IntN(100); {
	case n < 55:
		return 1
	case n < 80:
		return 2
	case n < 92:
		return 3
	case n < 98:
		return 4 + g.r.IntN(5)
	}
	return 9 + g.r.IntN(MaxItems-9)
}

// item makes an item, knowing those before.
func (g *Generator) item(before []encoder.Item, hostile bool) encoder.Item {
	if len(before) > 0 && g.oneIn(8) {
		return before[len(before)-1] // the same once more
	}
	var item encoder.Item
	has := map[Part]bool{Data: !g.oneIn(8), Event: g.oneIn(3), ID: g.oneIn(3), Comment: g.oneIn(6), Retry: g.oneIn(6)}
	if hostile && g.oneIn(3) { // what is hostile shows best beside the other parts
		has[Event], has[ID] = true, true
	}
	victim := pick(g.r, []Part{Event, ID, Event, ID, Comment, Retry, Data})
	for p := range parts {
		switch {
		case p == victim && hostile:
			g.set(&item, p, before, true)
		case has[p]:
			g.set(&item, p, before, false)
		}
	}
	return item
}

// set gives a part a new value.
func (g *Generator) set(item *encoder.Item, p Part, before []encoder.Item, hostile bool) {
	switch {
	case p == Retry && !hostile && len(before) > 0 && before[len(before)-1].Retry != nil && g.oneIn(4):
		item.Retry = before[len(before)-1].Retry
	case p == Retry:
		item.Retry = g.retry(hostile)
	default:
		value := g.value(p, before, hostile)
		*text(item, p) = &value
	}
}

// finish makes what the list needs for the rules to be fair with it, within the bounds.
func (g *Generator) finish(list []encoder.Item) []encoder.Item {
	list = list[:min(len(list), MaxItems-1)]
	room := g.maxLen
	for i := range list {
		item := &list[i]
		if !g.claims(encoder.Comments) {
			item.Comment = nil
		}
		if !g.claims(encoder.Retry) || len(item.Retry) > room {
			item.Retry = nil
		}
		room -= len(item.Retry)
		for _, p := range []Part{Event, ID, Data, Comment} {
			if t := text(item, p); *t != nil {
				value := cut(wellFormed(**t), room)
				*t = &value
				room -= len(value)
			}
		}
	}
	return settle(list)
}

func (g *Generator) oneIn(n int) bool { return g.r.IntN(n) == 0 }

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
