package judge

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

// compare says in what an event differs from its item; what the format cannot carry
// may have become anything.
func (m *matching) compare(item emitted, got spec.Event, last, owed string) (wrong string) {
	data, ok := m.dataOf(got)
	if !ok {
		return fmt.Sprintf("the subject says that it hands data to a JSON encoder, and what came is no JSON text: %s", around(got.Data, 0))
	}
	want := normalised(cases.WithoutSurrogates(*item.Data, "\uFFFD"))
	switch at := commonPrefix(want, data); {
	case data != want && !surrogates(item.Data, data):
		return fmt.Sprintf("expected data %s, got %s (they differ from byte %d on)", around(want, at), around(data, at), at)
	case free(item.Event):
	case got.Type != typeOf(item):
		return fmt.Sprintf("expected event type %s, got %s", around(typeOf(item), 0), around(got.Type, 0))
	}
	return m.compareID(item, got, last, owed)
}

func (m *matching) compareID(item emitted, got spec.Event, last, owed string) string {
	switch {
	case item.ID == nil && (m.reading.emitted.OwnIDs || owed != ""):
		return ""
	case item.ID == nil && got.LastEventID != last:
		return fmt.Sprintf("the item has no id, so the last event ID stays %s; it is %s", around(last, 0), around(got.LastEventID, 0))
	case item.ID == nil:
		return ""
	}
	if carriableID(*item.ID) && got.LastEventID != *item.ID {
		return fmt.Sprintf("expected lastEventId %s, got %s", around(*item.ID, 0), around(got.LastEventID, 0))
	}
	return ""
}

// dataOf is the data of an event, read as JSON where the subject writes it so.
func (m *matching) dataOf(e spec.Event) (data string, ok bool) {
	if !m.reading.emitted.JSONData {
		return e.Data, true
	}
	ok = json.Unmarshal([]byte(e.Data), &data) == nil
	return normalised(data), ok // JSON carries CR as it is
}

// free says that a type cannot be carried.
func free(text *string) bool {
	if text == nil {
		return false
	}
	_, ok := (&cases.EmitItem{Event: text}).Carriable()
	return !ok
}

// surrogates says that the data holds some, and that what came is the rest of it, with
// anything in their place.
func surrogates(want *string, got string) bool {
	const mark = "\x00\uFFFD\x00"
	marked := cases.WithoutSurrogates(*want, mark)
	if marked == *want {
		return false
	}
	for i, part := range strings.Split(marked, mark) {
		at := strings.Index(got, normalised(part))
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		got = got[at+len(normalised(part)):]
	}
	return true
}

// normalised is data as it arrives: the format has one line break, which is LF.
func normalised(data string) string {
	return strings.ReplaceAll(strings.ReplaceAll(data, "\r\n", "\n"), "\r", "\n")
}

func typeOf(item emitted) string {
	if item.Event == nil || *item.Event == "" {
		return spec.DefaultType
	}
	return *item.Event
}

// wayOf says what became of what the format cannot carry.
func wayOf(item emitted, got spec.Event) string {
	var ways []string
	if free(item.Event) {
		ways = append(ways, "the type "+wordOf(*item.Event, got.Type, spec.DefaultType))
	}
	if item.ID != nil && !carriableID(*item.ID) {
		ways = append(ways, "the id "+wordOf(*item.ID, got.LastEventID, ""))
	}
	if len(ways) == 0 {
		return "neutralised: the event arrived"
	}
	return "neutralised: " + strings.Join(ways, ", ")
}

func carriableID(id string) bool {
	_, ok := (&cases.EmitItem{ID: &id}).Carriable()
	return ok
}

// wordOf names what became of a text.
func wordOf(text, got, otherwise string) string {
	isBreak := func(r rune) bool { return r == '\r' || r == '\n' || r == 0 }
	parts := strings.FieldsFunc(text, isBreak)
	switch {
	case got == otherwise:
		return "was left out"
	case got == strings.Join(parts, ""):
		return "arrived without the break, as " + around(got, 0)
	case len(parts) > 0 && got == parts[0]:
		return "was cut off at the break, to " + around(got, 0)
	}
	return "arrived as " + around(got, 0)
}

// itemLine is an item's event on one line.
func itemLine(item emitted) string {
	id := ""
	if item.ID != nil {
		id = *item.ID
	}
	return line(spec.Event{Type: typeOf(item), Data: normalised(*item.Data), LastEventID: id})
}
