package cases

import (
	"maps"
	"slices"
)

// maxCuts is at how many offsets a stream of that many bytes is cut in two. A
// stream of up to 257 bytes is cut at every offset. A longer one is sampled,
// and the longer it is the less: each variant costs its whole length again.
func maxCuts(length int) int {
	switch {
	case length <= 16<<10:
		return 256
	case length <= 256<<10:
		return 48
	}
	return 12
}

// cutOffsets lists where to cut the wire in two, ascending. When there is not
// room for all offsets, those come first at which parsers go wrong: at both
// ends of the stream and around the writes of the case, then around line ends,
// colons and inside UTF-8 sequences, then any. Of each class an even sample is
// taken, so the list is the same in every run.
func (w *wire) cutOffsets() []int {
	room := maxCuts(len(w.bytes))
	last := len(w.bytes) - 1 // the last offset that leaves a byte behind it
	if last <= room {
		return upTo(last)
	}
	chosen := map[int]bool{}
	edges := w.edges(last)
	sample(len(edges), room/2, func(i int) bool { return true }, func(i int) { chosen[edges[i]] = true })
	sample(last, (room-len(chosen))*3/4, w.isDelicate, func(i int) { chosen[i+1] = true })
	sample(last, room-len(chosen), func(i int) bool { return true }, func(i int) { chosen[i+1] = true })
	return slices.Sorted(maps.Keys(chosen))
}

// edges are the offsets at both ends of the stream and around its writes.
func (w *wire) edges(last int) []int {
	around := append([]int{1, 2, 3, last}, w.writes...)
	for _, offset := range w.writes {
		around = append(around, offset-1, offset+1)
	}
	slices.Sort(around)
	around = slices.Compact(around)
	return slices.DeleteFunc(around, func(offset int) bool { return offset < 1 || offset > last })
}

// isDelicate says that a cut after byte i is next to a line end or a colon, or
// inside or beside a byte sequence that is no ASCII.
func (w *wire) isDelicate(i int) bool {
	delicate := func(b byte) bool { return b == '\n' || b == '\r' || b == ':' || b == 0 || b >= 0x80 }
	return delicate(w.bytes[i]) || delicate(w.bytes[i+1])
}

// sample takes at most most of the numbers below n that belong, evenly, the
// first and the last among them.
func sample(n, most int, belongs func(i int) bool, take func(i int)) {
	total := 0
	for i := range n {
		if belongs(i) {
			total++
		}
	}
	most = min(most, total)
	taken, met := 0, 0
	for i := 0; i < n && taken < most; i++ {
		if !belongs(i) {
			continue
		}
		// the taken-th of most, spread over all that belong
		if most == 1 || met == taken*(total-1)/(most-1) {
			take(i)
			taken++
		}
		met++
	}
}

// upTo lists 1 to n.
func upTo(n int) []int {
	list := make([]int, max(n, 0))
	for i := range list {
		list[i] = i + 1
	}
	return list
}
