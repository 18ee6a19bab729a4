package emission

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// anything stands for a value that a subject may choose.
const anything = "\x00*"

// A choice is which values of an event a subject may choose.
type choice struct{ data, typ, id bool }

// choicesOf are the choices for the event of each item that has one, and for the last
// event ID at the end: what the format cannot carry, and ids that are the subject's own.
func choicesOf(list []encoder.Item, ownIDs bool) (choices []choice, id bool) {
	for _, item := range list {
		switch {
		case item.ID != nil:
			id = !items.Carriable(encoder.Item{ID: item.ID})
		case ownIDs:
			id = true
		}
		if item.Data != nil {
			choices = append(choices, choice{
				data: !items.Carriable(encoder.Item{Data: item.Data}),
				typ:  item.Event != nil && !items.Carriable(encoder.Item{Event: item.Event}),
				id:   id,
			})
		}
	}
	return choices, id
}

// free makes the same of all values that a subject may choose. Where there are more events
// than items, or fewer, nobody knows which is whose, and what one may choose all may.
func (r *Reading) free(list []encoder.Item, ownIDs bool) {
	choices, last := choicesOf(list, ownIDs)
	var all choice
	for _, c := range choices {
		all = choice{all.data || c.data, all.typ || c.typ, all.id || c.id}
	}
	for i := range r.Events {
		c, e := all, &r.Events[i]
		if len(choices) == len(r.Events) {
			c = choices[i]
		}
		if c.data {
			e.Data = anything
		}
		if c.typ {
			e.Type = anything
		}
		if c.id {
			e.LastEventID = anything
		}
	}
	if last {
		r.LastEventID = anything
	}
	if items.ClassesOfAll(list).Has("surrogate") {
		r.leaveOut("\uFFFD")
	}
	r.freeRetries(list)
	r.freeComments(list)
}

// leaveOut takes a character out of all texts: that which may stand for a surrogate, as
// often as one likes.
func (r *Reading) leaveOut(character string) {
	clean := func(text *string) { *text = strings.ReplaceAll(*text, character, "") }
	for i := range r.Events {
		e := &r.Events[i]
		clean(&e.Data)
		clean(&e.Type)
		clean(&e.LastEventID)
	}
	for i := range r.Comments {
		clean(&r.Comments[i])
	}
	clean(&r.LastEventID)
}

// freeRetries takes out the reconnection times that need not have come: of items that the
// format cannot carry, and those that are given as texts. Where it is the time itself that
// it cannot carry, another one may have come: a subject may round.
func (r *Reading) freeRetries(list []encoder.Item) {
	var honest, optional []int64
	rounded := 0
	for _, item := range list {
		ms, ok := milliseconds(item.Retry)
		switch {
		case item.Retry == nil:
		case !ok:
			rounded++
		case items.Carriable(item) && item.Retry[0] != '"':
			honest = append(honest, ms)
		default:
			optional = append(optional, ms)
		}
	}
	r.Retries = without(r.Retries, optional, honest)
	for ; rounded > 0; rounded-- {
		at := slices.IndexFunc(r.Retries, func(ms int64) bool {
			is := func(v int64) bool { return v == ms }
			return count(r.Retries, is) > count(honest, is)
		})
		if at < 0 {
			break
		}
		r.Retries = slices.Delete(r.Retries, at, at+1)
	}
}

func milliseconds(retry []byte) (ms int64, ok bool) {
	e := items.Emitted(encoder.Item{Retry: retry})
	block, ok := e.Carriable()
	if !ok || block.Retry == nil {
		return 0, false
	}
	return *block.Retry, true
}

// freeComments takes out the comments of items that the format cannot carry.
func (r *Reading) freeComments(list []encoder.Item) {
	var honest, optional []string
	for _, item := range list {
		if item.Comment == nil {
			continue
		}
		for _, line := range strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(*item.Comment), "\n") {
			if line = strings.TrimLeft(line, " "); items.Carriable(item) {
				honest = append(honest, line)
			} else {
				optional = append(optional, line)
			}
		}
	}
	r.Comments = without(r.Comments, optional, honest)
}

// without takes out what is optional, once each, as far as there are more of it than are
// needed.
func without[T comparable](all, optional, needed []T) []T {
	all = slices.Clone(all)
	for _, value := range optional {
		is := func(v T) bool { return v == value }
		if at := slices.IndexFunc(all, is); at >= 0 && count(all, is) > count(needed, is) {
			all = slices.Delete(all, at, at+1)
		}
	}
	return all
}

func count[T any](all []T, is func(T) bool) (n int) {
	for _, v := range all {
		if is(v) {
			n++
		}
	}
	return n
}
