// Package shrink makes what a subject gets wrong as small as it can be: streams and
// the cuts in them, and the items that an encoder is handed.
//
// It assumes nothing: whatever it takes away, the subject is asked whether the fault is
// still there. The subject sits behind a pipe, so it is asked several questions at a
// time; the first of them, in order, that says yes is taken, so that the result does
// not depend on which answer came first.
package shrink

import "slices"

// List takes as much away from a list as it can, while holds says that what is left
// still has the fault: halves first, then smaller and smaller parts (ddmin). In the end
// no single item can be taken away.
//
// holds gets several candidates and answers for each; fewer answers than candidates end
// the search with what has held so far. Of the items themselves it is taken for granted
// that they have the fault. What holds gets is to be read only.
func List[T any](items []T, holds func(candidates [][]T) []bool) []T {
	if len(items) == 0 {
		return items
	}
	answers := holds([][]T{{}})
	switch {
	case len(answers) == 0:
		return items
	case answers[0]:
		return nil
	}
	for size := (len(items) + 1) / 2; ; {
		rest, ended := sweep(items, size, holds)
		removed := len(rest) < len(items)
		items = rest
		switch {
		case ended || len(items) == 1 || size == 1 && !removed:
			return items
		case size > 1:
			size = min(size/2, (len(items)+1)/2)
		}
	}
}

// sweep tries to take each part of that size away, from the first to the last.
func sweep[T any](items []T, size int, holds func([][]T) []bool) (rest []T, ended bool) {
	for from := 0; from < len(items) && size < len(items); {
		candidates := make([][]T, min(batch(len(items)), (len(items)-from+size-1)/size))
		for i := range candidates {
			begin := from + i*size
			candidates[i] = slices.Concat(items[:begin], items[min(begin+size, len(items)):])
		}
		answers := holds(candidates)
		hit := slices.Index(answers, true)
		switch {
		case hit >= 0:
			items = candidates[hit]
			from += hit * size
		case len(answers) < len(candidates):
			return items, true
		default:
			from += len(candidates) * size
		}
	}
	return items, false
}

const (
	mostAtOnce = 16
	mostHeld   = 1 << 18 // items of all candidates of a batch
)

// batch is how many candidates are made at once of a list of that length.
func batch(length int) int { return max(1, min(mostAtOnce, mostHeld/length)) }
