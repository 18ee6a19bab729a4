package cases

import (
	"strings"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
	"github.com/ssecheck/ssecheck/spec"
)

// An Expect is the whole list of events, in order, or one of several lists.
type Expect struct {
	// Events is the one right answer, when AnyOf is empty.
	Events []Event
	// AnyOf are the answers where the standard leaves more than one.
	AnyOf []Answer
}

// Answers are the right answers: those of AnyOf, or the one list of Events.
func (e *Expect) Answers() []Answer {
	if len(e.AnyOf) > 0 {
		return e.AnyOf
	}
	return []Answer{{Grade: GradePass, Events: e.Events}}
}

// ReadYAML reads a list of events, or a mapping with any-of.
func (e *Expect) ReadYAML(n strictyaml.Node) {
	if n.Kind() == strictyaml.List {
		e.Events = readEvents(n)
		return
	}
	if n.Kind() != strictyaml.Mapping {
		n.Errorf("", "expected a list of events or {any-of: [...]}, got %s", n.Kind())
		return
	}
	var form struct {
		AnyOf []Answer `yaml:"any-of"`
	}
	n.DecodeStruct(&form)
	e.AnyOf = form.AnyOf
	if !n.Has("any-of") {
		n.Errorf("", "expected a list of events or {any-of: [...]}, got a mapping without any-of")
	} else if len(e.AnyOf) < 2 && n.At("any-of").Kind() == strictyaml.List {
		n.At("any-of").Errorf("", "expected two answers or more, got %d", len(e.AnyOf))
	}
}

// A Grade says what an answer among several is worth.
type Grade string

const (
	GradePass Grade = "pass" // as right as any
	GradeInfo Grade = "info" // allowed, and shown with its note
)

// An Answer is one of several answers that the standard leaves open.
type Answer struct {
	// Grade is "pass" or "info".
	Grade Grade `yaml:"grade"`
	// Note says who answers so, and why it is not wrong.
	Note string `yaml:"note,omitempty"`
	// Events is the whole list of events, in order.
	Events []Event `yaml:"events"`
}

// ReadYAML reads an answer and checks what a reader of the report needs of it.
func (a *Answer) ReadYAML(n strictyaml.Node) {
	var form struct {
		Grade  Grade     `yaml:"grade"`
		Note   string    `yaml:"note"`
		Events eventList `yaml:"events"`
	}
	n.DecodeStruct(&form)
	*a = Answer{Grade: form.Grade, Note: form.Note, Events: form.Events}
	if n.Kind() != strictyaml.Mapping {
		return
	}
	switch {
	case a.Grade != GradePass && a.Grade != GradeInfo:
		n.At("grade").Errorf("the grades are pass and info", "%q is no grade", a.Grade)
	case a.Grade == GradeInfo && strings.TrimSpace(a.Note) == "":
		n.Errorf("note: who answers so, and why it is not wrong", "an answer of grade info needs a note")
	}
	if !n.Has("events") {
		n.Errorf("", "an answer without events")
	}
}

// An Event is an expected event; what the file does not say is the standard's
// default. In YAML each of the three is a text, or a list of texts and
// {repeat, times} that are joined, and {..., times: N} is N equal events.
type Event struct {
	Event       string `yaml:"event,omitempty"` // default: message
	Data        string `yaml:"data"`
	LastEventID string `yaml:"lastEventId,omitempty"`
}

// Spec is the event as a parser reports it, with the defaults filled in.
func (e *Event) Spec() spec.Event {
	event := spec.Event{Type: e.Event, Data: e.Data, LastEventID: e.LastEventID}
	if event.Type == "" {
		event.Type = spec.DefaultType
	}
	return event
}

// eventList reads a list of events in which an entry may stand for several.
type eventList []Event

func (l *eventList) ReadYAML(n strictyaml.Node) { *l = readEvents(n) }

// eventForm is an entry of the list.
type eventForm struct {
	Event       *pieces `yaml:"event"`
	Data        *pieces `yaml:"data"`
	LastEventID *pieces `yaml:"lastEventId"`
	Times       *int    `yaml:"times"`
}

func readEvents(n strictyaml.Node) []Event {
	var events []Event
	size := 0
	for _, entry := range n.Items() {
		event, times, ok := readEvent(entry)
		if !ok {
			continue
		}
		if size += len(event.Event) + len(event.Data) + len(event.LastEventID); size > MaxStream {
			entry.Errorf("", "more than the %d bytes of text that one list may have", MaxStream)
			return events
		}
		if times > MaxEvents-len(events) {
			entry.Errorf("", "more than the %d events that one list may have", MaxEvents)
			return events
		}
		for range times {
			events = append(events, event)
		}
	}
	return events
}

func readEvent(n strictyaml.Node) (event Event, times int, ok bool) {
	var form eventForm
	n.DecodeStruct(&form)
	if n.Kind() != strictyaml.Mapping {
		return Event{}, 0, false
	}
	if form.Data == nil {
		n.Errorf(`write data: "" for an event with empty data`, "an event without data")
		return Event{}, 0, false
	}
	event = Event{Data: string(*form.Data)}
	if form.Event != nil {
		event.Event = string(*form.Event)
		if strings.ContainsAny(event.Event, "\r\n") || event.Event == "" {
			n.At("event").Errorf("leave the key out for the type message", "no stream can name the event type %.40q", event.Event)
		}
	}
	if form.LastEventID != nil {
		event.LastEventID = string(*form.LastEventID)
		if strings.ContainsAny(event.LastEventID, "\r\n\x00") {
			n.At("lastEventId").Errorf("", "no stream can set the last event ID %.40q", event.LastEventID)
		}
	}
	times = 1
	if form.Times != nil {
		times = *form.Times
		if times < 1 {
			if n.At("times").Kind() == strictyaml.Number {
				n.At("times").Errorf("", "times must be at least 1, got %d", times)
			}
			times = 1
		}
	}
	return event, times, true
}

// pieces is a text that may be written in several pieces.
type pieces string

// ReadYAML reads a text, or a list of texts and {repeat, times}.
func (p *pieces) ReadYAML(n strictyaml.Node) {
	if n.Kind() != strictyaml.List {
		text, _ := n.Text()
		*p = pieces(text)
		return
	}
	var b strings.Builder
	for _, item := range n.Items() {
		if item.Kind() == strictyaml.Text {
			text, _ := item.Text()
			b.WriteString(text)
			continue
		}
		repeat := readRepeated(item)
		if b.Len()+repeat.Size() > MaxStream {
			item.Errorf("", "more than the %d bytes that one text may have", MaxStream)
			break
		}
		b.WriteString(repeat.String())
	}
	*p = pieces(b.String())
}

// Finally says what must hold at the end.
type Finally struct {
	// ReconnectionTime is the last accepted reconnection time in ms; a parser
	// that does not report it is skipped.
	ReconnectionTime *int64 `yaml:"reconnection-time,omitempty"`
	// NoReconnectionTime: the parser has accepted none; one that does not report it is
	// skipped.
	NoReconnectionTime bool `yaml:"no-reconnection-time,omitempty"`
	// State is what the client says of itself: open, reconnecting or closed.
	State string `yaml:"state,omitempty"`
	// Requests is how many requests the client made, in all.
	Requests *int `yaml:"requests,omitempty"`
	// Opens and Errors are how often the client reported each.
	Opens  *int `yaml:"opens,omitempty"`
	Errors *int `yaml:"errors,omitempty"`
	// Disconnected: the client's connections are gone.
	Disconnected bool `yaml:"disconnected,omitempty"`
}
