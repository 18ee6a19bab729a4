package items

import (
	"strings"

	"github.com/ssecheck/ssecheck/runner/encoder"
)

// Sentinel is the last item of a list that ends with none whose event must arrive, so
// that no subject is right that emits nothing.
const Sentinel = "END"

// longestRetry is a hundred years in milliseconds. The format carries more, and a
// language's own type for times may not; nobody waits so long, and to the corpus it is
// information.
const longestRetry = 100 * 365 * 24 * 3600 * 1000

// Judgeable says that the rules of the corpus are fair to every encoder with this list,
// and to none that emits nothing. Some item has an event that must come back. And where
// the format cannot carry an item, the others are of the kind that every library has:
// the judge lets a subject refuse the one or the other, not both in one list. No
// reconnection time is longer than anyone waits.
func Judgeable(list []encoder.Item) bool {
	hostile, sentinel := Hostile(list), false
	for _, item := range list {
		if hostile && unfair(item) || tooLong(item) {
			return false
		}
		sentinel = sentinel || item.Data != nil && Carriable(item)
	}
	return sentinel
}

// Hostile says that an item holds what the format cannot carry.
func Hostile(list []encoder.Item) bool {
	for _, item := range list {
		if !Carriable(item) {
			return true
		}
	}
	return false
}

// Carriable says that the format can carry an item.
func Carriable(item encoder.Item) bool {
	e := Emitted(item)
	_, ok := e.Carriable()
	return ok
}

// Rare says that an item is of the kind that not every library has: without data, but
// for a comment alone; with a text for its reconnection time; with a comment of several
// lines.
func Rare(item encoder.Item) bool {
	return !dispatches(item) || isText(item) || item.Comment != nil && breaks(*item.Comment)
}

// dispatches says that an item has data, or is a comment alone, which every library has
// that has comments.
func dispatches(item encoder.Item) bool { return item.Data != nil || Mask(item) == 1<<Comment }

// unfair says that an item has no place beside one that the format cannot carry. What
// is rare in an item that it cannot carry itself is left out with the rest of it.
func unfair(item encoder.Item) bool {
	return !dispatches(item) || Carriable(item) && Rare(item)
}

// tooLong says that the reconnection time is beyond the longest one.
func tooLong(item encoder.Item) bool {
	e := Emitted(encoder.Item{Retry: item.Retry})
	block, ok := e.Carriable()
	return ok && block.Retry != nil && *block.Retry > longestRetry
}

func isText(item encoder.Item) bool { return len(item.Retry) > 0 && item.Retry[0] == '"' }

// Breaks says that a value of the item has a line break.
func Breaks(item encoder.Item) bool {
	for p := range parts {
		if value, _ := Value(item, p); breaks(value) {
			return true
		}
	}
	return false
}

func breaks(value string) bool { return strings.ContainsAny(value, "\r\n") }

// settle makes a list judgeable, with as little change as that takes.
func settle(list []encoder.Item) []encoder.Item {
	for i := range list {
		if tooLong(list[i]) {
			list[i].Retry = []byte("4294967296")
		}
	}
	if Hostile(list) {
		for i := range list {
			settleItem(&list[i])
		}
	}
	if n := len(list); n == 0 || list[n-1].Data == nil || !Carriable(list[n-1]) {
		end := Sentinel
		list = append(list, encoder.Item{Data: &end})
	}
	return list
}

func settleItem(item *encoder.Item) {
	if safe := "safe"; !dispatches(*item) {
		item.Data = &safe
	}
	if !unfair(*item) {
		return
	}
	if isText(*item) {
		item.Retry = []byte("1500")
	}
	if item.Comment != nil {
		line, _, _ := strings.Cut(strings.ReplaceAll(strings.TrimLeft(*item.Comment, "\r\n"), "\r", "\n"), "\n")
		item.Comment = &line
	}
}
