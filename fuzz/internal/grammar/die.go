package grammar

import "math/rand/v2"

// A die has sides that come up by their weight.
type die[T any] struct {
	sides []side[T]
	total int
}

type side[T any] struct {
	weight int
	face   T
}

func newDie[T any](sides ...side[T]) die[T] {
	d := die[T]{sides: sides}
	for _, s := range sides {
		d.total += s.weight
	}
	return d
}

func (d die[T]) roll(r *rand.Rand) T {
	n := r.IntN(d.total)
	for _, s := range d.sides {
		if n -= s.weight; n < 0 {
			return s.face
		}
	}
	panic("grammar: a die whose weights are not their total")
}

// A way writes something to the stream that is being made, or changes it.
type way = func(*Generator)

// ways are the sides of a die of ways.
type ways = side[way]
