package cases

import "slices"

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
	take := func(class []int, room int) {
		for _, offset := range sample(class, room) {
			chosen[offset] = true
		}
	}
	take(w.edges(last), room/2)
	take(w.delicate(last), (room-len(chosen))*3/4)
	take(upTo(last), room-len(chosen))
	offsets := make([]int, 0, len(chosen))
	for offset := range chosen {
		offsets = append(offsets, offset)
	}
	slices.Sort(offsets)
	return offsets
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

// delicate are the offsets next to a line end or a colon, or inside or beside a
// byte sequence that is no ASCII.
func (w *wire) delicate(last int) []int {
	var offsets []int
	for offset := 1; offset <= last; offset++ {
		if isDelicate(w.bytes[offset-1]) || isDelicate(w.bytes[offset]) {
			offsets = append(offsets, offset)
		}
	}
	return offsets
}

func isDelicate(b byte) bool {
	return b == '\n' || b == '\r' || b == ':' || b == 0 || b >= 0x80
}

// sample takes at most n of the list, evenly, the first and the last among them.
func sample(list []int, n int) []int {
	if len(list) <= n {
		return list
	}
	if n < 2 {
		return list[:max(n, 0)]
	}
	sampled := make([]int, n)
	for i := range sampled {
		sampled[i] = list[i*(len(list)-1)/(n-1)]
	}
	return sampled
}

// upTo lists 1 to n.
func upTo(n int) []int {
	list := make([]int, max(n, 0))
	for i := range list {
		list[i] = i + 1
	}
	return list
}
