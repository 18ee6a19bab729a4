package items

import (
	"math/rand/v2"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// neighbours is how many a list has at most, but for those with a value in another part.
const neighbours = 160

// Neighbours are lists that differ from this one in little, the same ones each time, and
// that have what a subject claims to take alone: with a value in another part, with the
// item twice, behind an item with all parts, before another one, and with small changes
// by chance. Some are not judgeable.
func Neighbours(list []encoder.Item, claims func(capability string) bool) [][]encoder.Item {
	one, full := "1", "t"
	all := [][]encoder.Item{append(Clone(list), list...)}
	before := encoder.Item{Event: &full, ID: &one, Data: &full}
	all = append(all, append([]encoder.Item{before}, list...), append(Clone(list), encoder.Item{Data: &one}))
	for i := range list {
		all = append(all, moved(list, i)...)
	}
	all = all[:min(len(all), neighbours)]
	g := New(rand.New(rand.NewPCG(1, 2)), Size(list)+64).Claims(claims)
	for range neighbours {
		all = append(all, g.Mutate(list))
	}
	kept := all[:0]
	for _, neighbour := range all {
		if Claimed(neighbour, claims) {
			kept = append(kept, neighbour)
		}
	}
	return kept
}

// moved has each value of an item in each other part.
func moved(list []encoder.Item, i int) (all [][]encoder.Item) {
	for p := range parts {
		value, has := Value(list[i], p)
		for other := range parts {
			if !has || other == p || other == Retry {
				continue
			}
			next := Clone(list)
			*text(&next[i], other) = &value
			all = append(all, next)
			if p != Data {
				next = Clone(next)
				remove(&next[i], p)
				all = append(all, next)
			}
		}
	}
	return all
}

// Claimed says that a list has nothing that a subject does not claim to take.
func Claimed(list []encoder.Item, claims func(capability string) bool) bool {
	for _, item := range list {
		if item.Comment != nil && !claims(encoder.Comments) || item.Retry != nil && !claims(encoder.Retry) {
			return false
		}
	}
	return true
}
