package emission

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/ssecheck/ssecheck/fuzz/internal/items"
)

// signature says what kind of thing differs, and of which kind the value is that it is
// about; neither where nor which. There are some hundred of them, and for a subject that
// fails as many as it has words for that.
func (d *Deviation) signature() string {
	kind := string(d.Kind) + ": "
	switch d.Kind {
	case Failed:
		return kind + worded(d.Got.Failed)
	case Lines:
		return kind + fmt.Sprint(d.Got.Findings, d.Got.Marked, d.Got.Mixed)
	case Data:
		return kind + d.class(items.Data) + relation(d.Expected.Events[d.Index].Data, d.Got.Events[d.Index].Data)
	case Type:
		return kind + d.class(items.Event) + relation(d.Expected.Events[d.Index].Type, d.Got.Events[d.Index].Type)
	case LastEventID:
		return kind + d.class(items.ID)
	case Retry:
		return kind + d.classOfAll(items.Retry)
	case Comment:
		return kind + d.classOfAll(items.Comment)
	}
	part, class := items.MostTelling(d.Items)
	return kind + part.String() + " " + class
}

// class is of which kind the part is of the item that the deviation is about.
func (d *Deviation) class(p items.Part) string {
	if i := d.ItemOf(d.Index); i >= 0 {
		if value, has := items.Value(d.Items[i], p); has {
			return items.ClassesOf(value).First()
		}
	}
	return "none"
}

// classOfAll is what tells most of a part in all items.
func (d *Deviation) classOfAll(p items.Part) string {
	var c items.Classes
	for _, item := range d.Items {
		if value, has := items.Value(item, p); has {
			c |= items.ClassesOf(value)
		}
	}
	return c.First()
}

func relation(expected, got string) string {
	switch {
	case len(got) < len(expected):
		return ", shorter"
	case len(got) > len(expected):
		return ", longer"
	}
	return ", of the same length"
}

// worded is the wording of a failure without its numbers, and without what it quotes.
func worded(failure string) string {
	const shown = 80
	failure = strings.ToValidUTF8(failure[:min(len(failure), shown)], "")
	before, _, _ := strings.Cut(failure, `"`)
	return strings.Join(strings.FieldsFunc(before, func(c rune) bool { return unicode.IsDigit(c) || unicode.IsControl(c) }), "9")
}
