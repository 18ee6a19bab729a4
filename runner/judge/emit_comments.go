package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
)

// comments holds the comments that came against those of the items, line by line, with
// or without the space that most encoders put behind the colon. A server may send more
// of its own.
func comments(c *cases.Case, r *reading) string {
	w := &commentWalk{c: c, r: r, dead: map[[2]int]bool{}}
	if w.from(0, 0) {
		return ""
	}
	return w.missing
}

// A commentWalk walks through items and comments side by side. A comment that may have
// been left out may be the same as one that was not, so that there may be two ways to
// go on.
type commentWalk struct {
	c       *cases.Case
	r       *reading
	dead    map[[2]int]bool // places from which no way leads to the end
	missing string          // the first comment that was not found
}

// from matches the comments from an item on with those that came from a place on.
func (w *commentWalk) from(i, at int) bool {
	for i < len(w.c.Emit) && !hasComment(&w.c.Emit[i]) {
		i++
	}
	place := [2]int{i, at}
	switch {
	case i == len(w.c.Emit):
		return true
	case w.dead[place]:
		return false
	}
	item, got := &w.c.Emit[i], w.r.comments[at:]
	rest, missing := commentLines(*item.Comment, got)
	if missing == nil && w.from(i+1, len(w.r.comments)-len(rest)) {
		return true
	}
	// The whole comment on one line, with its breaks made harmless, is right too.
	one := slices.IndexFunc(got, func(text string) bool { return sameWords(*item.Comment, text) })
	if one >= 0 && w.from(i+1, at+one+1) {
		w.r.note = "the comment arrived on one line, as " + around(got[one], 0)
		return true
	}
	if w.c.MayRefuse(item) && !w.cutOff(i, at) && w.from(i+1, at) {
		return true
	}
	if missing != nil && w.missing == "" {
		w.missing = fmt.Sprintf("the comment of item %d did not come back: no comment line %s", i+1, around(*missing, 0))
	}
	w.dead[place] = true
	return false
}

// hasComment says that the item has a comment that the format can carry.
func hasComment(item *cases.EmitItem) bool {
	if item.Comment == nil {
		return false
	}
	_, ok := (&cases.EmitItem{Comment: item.Comment}).Carriable()
	return ok
}

// cutOff says that the first of several lines came, beside all that comes behind it, and
// the others did not, where that is no way to make a comment harmless.
func (w *commentWalk) cutOff(i, at int) bool {
	first, _, several := strings.Cut(normalised(*w.c.Emit[i].Comment), "\n")
	if !several || slices.Contains(w.c.Ways(), cases.Neutralised) {
		return false
	}
	one := slices.IndexFunc(w.r.comments[at:], func(text string) bool { return sameComment(first, text) })
	return one >= 0 && w.from(i+1, at+one+1)
}

// commentLines finds the lines of a comment among those that came, in order.
func commentLines(comment string, got []string) (rest []string, missing *string) {
	for _, want := range strings.Split(normalised(comment), "\n") {
		at := slices.IndexFunc(got, func(text string) bool { return sameComment(want, text) })
		if at < 0 {
			return nil, &want
		}
		got = got[at+1:]
	}
	return got, nil
}

// sameComment says that text is the comment as it came: readers take one space from
// behind the colon, which may be the encoder's or the comment's own.
func sameComment(want, text string) bool {
	return text == want || text == strings.TrimPrefix(want, " ")
}

// sameWords says that a comment arrived with its line breaks replaced.
func sameWords(comment, text string) bool {
	at := 0
	for _, part := range strings.Split(normalised(comment), "\n") {
		i := strings.Index(text[at:], part)
		if i < 0 {
			return false
		}
		at += i + len(part)
	}
	return strings.ContainsAny(comment, "\r\n")
}
