package emission

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

// mostForgeries bounds what a case says must never be seen.
const mostForgeries = 16

// forgeries are what readers would see if the lines of a value were lines of the
// stream: what no item has, and no value that is cut off at its break. Forged data is
// not among them, since each event's data is held against its item's anyway.
func forgeries(c *cases.Case) (never []cases.Forged) {
	list := items.Of(c)
	honest := honestOf(list)
	for _, item := range list {
		for _, p := range []items.Part{items.Comment, items.Event, items.ID, items.Retry, items.Data} {
			value, _ := items.Value(item, p)
			for _, line := range laterLines(value) {
				f, is := forged(line, p)
				if is && !honest.has(f) && !slices.ContainsFunc(never, same(f)) && len(never) < mostForgeries {
					never = append(never, f)
				}
			}
		}
	}
	return never
}

// laterLines are the lines of a value behind its first one.
func laterLines(value string) []string {
	if !strings.ContainsAny(value, "\r\n") {
		return nil
	}
	return strings.FieldsFunc(value, isBreak)[firstLines(value):]
}

// firstLines is how many of the lines that are not empty stand before the first break.
func firstLines(value string) int {
	if isBreak(rune(value[0])) {
		return 0
	}
	return 1
}

func isBreak(c rune) bool { return c == '\r' || c == '\n' }

// forged is what a reader makes of a line that a value of a part has let out.
func forged(line string, p items.Part) (f cases.Forged, is bool) {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch {
	case name == "" && p == items.Comment: // it was a comment before
		return f, false
	case name == "" && strings.HasPrefix(line, ":"):
		f.Comment = &value
	case name == "event" && value != "":
		f.Event = &value
	case name == "id" && !strings.Contains(value, "\x00") && strings.Trim(value, "0123456789") != "": // digits a subject gives by itself
		f.LastEventID = &value
	case name == "retry":
		ms, err := strconv.ParseInt(value, 10, 64)
		if err != nil || strings.Trim(value, "0123456789") != "" {
			return f, false
		}
		f.Retry = &ms
	default:
		return f, false
	}
	return f, true
}

// An honest is what a reader may see of items without any forgery.
type honest struct {
	types, ids, comments map[string]bool
	retries              map[int64]bool
}

func honestOf(list []encoder.Item) honest {
	h := honest{map[string]bool{"message": true}, map[string]bool{}, map[string]bool{"": true}, map[int64]bool{}}
	for _, item := range list {
		for p, seen := range map[items.Part]map[string]bool{items.Event: h.types, items.ID: h.ids, items.Comment: h.comments} {
			if value, has := items.Value(item, p); has {
				seen[value] = true
				for _, line := range strings.FieldsFunc(value, isBreak) {
					seen[line], seen[strings.TrimPrefix(line, " ")] = true, true
				}
			}
		}
		retry, _ := items.Value(item, items.Retry)
		first, _, _ := strings.Cut(strings.TrimLeft(strings.ReplaceAll(retry, "\r", "\n"), "\n"), "\n")
		if ms, err := strconv.ParseInt(first, 10, 64); err == nil {
			h.retries[ms] = true
		}
	}
	return h
}

func (h honest) has(f cases.Forged) bool {
	switch {
	case f.Event != nil:
		return h.types[*f.Event]
	case f.LastEventID != nil:
		return h.ids[*f.LastEventID]
	case f.Comment != nil:
		return h.comments[*f.Comment]
	}
	return h.retries[*f.Retry]
}

// same finds an entry.
func same(f cases.Forged) func(cases.Forged) bool {
	equal := func(a, b *string) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
	return func(g cases.Forged) bool {
		return equal(f.Event, g.Event) && equal(f.LastEventID, g.LastEventID) && equal(f.Comment, g.Comment) &&
			(f.Retry == nil) == (g.Retry == nil) && (f.Retry == nil || *f.Retry == *g.Retry)
	}
}
