package emitblame

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/spec"
)

// The requirements that rules name.
const (
	dataExact    = "format.data.exact"
	dataSplit    = "format.data.split"
	dataStays    = "secure.encoder.data-no-injection"
	noInjection  = "secure.encoder.no-injection"
	leadingSpace = "format.value.leading-space"
	inUTF8       = "format.utf8"
	scalarValues = "format.scalar-values"
	oneBlock     = "format.item.one-block"
	noData       = "format.item.no-data"
	noLeak       = "format.item.no-leak"
	idResets     = "format.id.empty-resets"
	idNoNUL      = "format.id.no-nul"
	retryDigits  = "format.retry.digits"
	aComment     = "format.comment"
	aField       = "format.field"
	knownField   = "format.field.known"
	blankLine    = "format.block.blank-line"
)

// exact is the requirement that a part comes back as it was.
func exact(p items.Part) string { return "format." + p.String() + ".exact" }

// byRule names a requirement by what differs first, and by the kinds of the values that
// it differs in.
func byRule(d *emission.Deviation) string {
	if r := ofInjection(d); r != "" {
		return r
	}
	switch d.Kind {
	case emission.Failed, emission.Refused:
		return ofList(d.Items)
	case emission.Extra, emission.Missing:
		return ofEvents(d)
	case emission.Data:
		return ofData(d)
	case emission.Type:
		return ofValue(d, items.Event)
	case emission.LastEventID:
		return ofValue(d, items.ID)
	case emission.Retry:
		return ofRetry(d)
	case emission.Comment:
		return ofComment(d)
	}
	return ofLines(d)
}

// ofInjection is about structure that came out of a value: a break in it, and more
// lines, or other ones, than the item has.
func ofInjection(d *emission.Deviation) string {
	stray := d.Got.Has(spec.UnknownField, spec.NoColon, spec.RepeatedField, spec.EventWithoutData)
	loose := stray || slices.Contains([]emission.Kind{emission.Extra, emission.Missing, emission.Type, emission.LastEventID,
		emission.Retry, emission.Forgery}, d.Kind)
	for _, item := range d.Items {
		for _, p := range []items.Part{items.Event, items.ID, items.Retry, items.Comment} {
			if breaks(item, p) && (loose || d.Got.Mixed || d.Kind == emission.Data) {
				return noInjection
			}
		}
	}
	for _, item := range d.Items {
		if breaks(item, items.Data) && (loose || otherParts(d)) {
			return dataStays
		}
	}
	return ""
}

// otherParts says that an event with other data has another type or last event ID, too.
func otherParts(d *emission.Deviation) bool {
	if d.Kind != emission.Data {
		return false
	}
	e, g := d.Expected.Events[d.Index], d.Got.Events[d.Index]
	return e.Type != g.Type || e.LastEventID != g.LastEventID
}

func breaks(item encoder.Item, p items.Part) bool {
	value, _ := items.Value(item, p)
	return strings.ContainsAny(value, "\r\n")
}

// ofList is about a list that was refused or came to nothing: what is special about it.
func ofList(list []encoder.Item) string {
	for _, item := range list {
		if items.Mask(item) == 0 {
			return noData
		}
	}
	p, class := items.MostTelling(list)
	switch {
	case p == items.Data && slices.ContainsFunc(list, func(i encoder.Item) bool { return breaks(i, p) }):
		return dataSplit
	case p == items.ID && class == "empty":
		return idResets
	case p == items.Data && len(list) > 1:
		return oneBlock
	}
	return exact(p)
}

// ofEvents is about events that are too many, or too few.
func ofEvents(d *emission.Deviation) string {
	if r := ofLines(d); r != "" {
		return r
	}
	for _, item := range d.Items {
		value, has := items.Value(item, items.Data)
		switch class := items.ClassesOf(value).First(); {
		case !has && d.Kind == emission.Extra:
			return noData
		case has && len(d.Items) == 1 && (class == "empty" || class == "falsy"):
			return dataExact
		}
	}
	return oneBlock
}

// ofData is about the data of an event.
func ofData(d *emission.Deviation) string {
	e, g := d.Expected.Events[d.Index].Data, d.Got.Events[d.Index].Data
	item := d.Items[d.ItemOf(d.Index)]
	switch r := ofText(d, e, g); {
	case r != "":
		return r
	case leaked(d, items.Data, g) && len(g) >= len(e):
		return noLeak
	case endsLines(item) && strings.Count(e, "\n") != strings.Count(g, "\n"):
		return dataSplit
	}
	return dataExact
}

// endsLines says that the data has what ends a line, or what something takes for that.
func endsLines(item encoder.Item) bool {
	c := items.ClassesOf(*item.Data)
	return breaks(item, items.Data) || c.Has("line-separator") || c.Has("VT-FF") || c.Has("information-separator")
}

// ofValue is about an event type or a last event ID.
func ofValue(d *emission.Deviation, p items.Part) string {
	var e, g string
	if d.Index < len(d.Expected.Events) {
		e, g = valueOf(d.Expected.Events[d.Index], p), valueOf(d.Got.Events[d.Index], p)
	} else {
		e, g = d.Expected.LastEventID, d.Got.LastEventID
	}
	given, has := "", false
	if i := d.ItemOf(d.Index); i >= 0 {
		given, has = items.Value(d.Items[i], p)
	}
	switch r := ofText(d, e, g); {
	case r != "":
		return r
	case !has && leaked(d, p, g):
		return noLeak
	case p == items.ID && (has && given == "" || e == ""):
		return idResets
	}
	return exact(p)
}

func valueOf(e spec.Event, p items.Part) string {
	if p == items.ID {
		return e.LastEventID
	}
	return e.Type
}

// ofRetry is about reconnection times.
func ofRetry(d *emission.Deviation) string {
	for _, item := range d.Items {
		if item.Retry != nil && !items.Carriable(encoder.Item{Retry: item.Retry}) {
			return retryDigits
		}
	}
	return exact(items.Retry)
}

// ofComment is about comments.
func ofComment(d *emission.Deviation) string {
	missing, got := "", ""
	if d.Index < len(d.Expected.Comments) {
		missing = d.Expected.Comments[d.Index]
	}
	if d.Index < len(d.Got.Comments) {
		got = d.Got.Comments[d.Index]
	}
	switch {
	case d.Got.Has(spec.UnknownField, spec.NoColon):
		return aComment
	case slices.ContainsFunc(d.Items, func(i encoder.Item) bool { return i.Comment != nil && *i.Comment == "" }):
		return aComment
	case d.Got.Has(spec.IllFormedUTF8):
		return encoding(d)
	case got != "" && changed(missing, got):
		return inUTF8
	}
	return exact(items.Comment)
}

// ofLines is about lines that are none that readers take, and the bytes as a whole; ""
// where nothing is wrong with these.
func ofLines(d *emission.Deviation) string {
	for _, rule := range []struct {
		kinds       []spec.FindingKind
		requirement string
	}{
		{[]spec.FindingKind{spec.IllFormedUTF8}, encoding(d)},
		{[]spec.FindingKind{spec.NULInID}, idNoNUL},
		{[]spec.FindingKind{spec.BadRetry, spec.EmptyRetry}, retryDigits},
		{[]spec.FindingKind{spec.UnknownField, spec.FieldNameCase}, knownField},
		{[]spec.FindingKind{spec.NoColon, spec.FieldNameBlanks}, aField},
		{[]spec.FindingKind{spec.CutOffBlock}, blankLine},
	} {
		if d.Got.Has(rule.kinds...) {
			return rule.requirement
		}
	}
	switch {
	case d.Kind != emission.Lines:
		return ""
	case d.Got.Marked:
		return "format.bom.none"
	case d.Got.Mixed:
		return "format.line.consistent"
	}
	return oneBlock
}
