package campaign

import "math/rand/v2"

// most bounds the inputs that are kept.
const most = 4096

// kept are the inputs that taught something: new inputs are made of them.
type kept[I any] struct{ list []I }

func (k *kept[I]) len() int { return len(k.list) }

// add keeps an input; once there are too many, in the place of another.
func (k *kept[I]) add(in I, r *rand.Rand) {
	if len(k.list) < most {
		k.list = append(k.list, in)
		return
	}
	k.list[r.IntN(most)] = in
}

// pick picks one; half of the time one of the last that came, which have been changed
// less often.
func (k *kept[I]) pick(r *rand.Rand) I {
	const last = 64
	n := len(k.list)
	if n > last && r.IntN(2) == 0 {
		return k.list[n-1-r.IntN(last)]
	}
	return k.list[r.IntN(n)]
}
