package main

import (
	"encoding/json"
	"fmt"

	"github.com/invopop/jsonschema"

	"github.com/ssecheck/ssecheck/cases"
)

// forms are the schemas of the types that read themselves (strictyaml.Reader).
func forms() map[string]*jsonschema.Schema {
	return map[string]*jsonschema.Schema{
		"Item":           &jsonschema.Schema{OneOf: items()},
		"ConnectionItem": &jsonschema.Schema{OneOf: append(items(), clientItems()...)},
		"Event":          event(),
		"Expect":         expect(),
		"Until":          until(),
		"Close":          closing(),
		"HeaderLines":    headerLines(),
		"FieldChecks":    fieldChecks(),
		"EmitItem":       emitItem(),
	}
}

// writes are what puts bytes on the wire.
func writes() []*jsonschema.Schema {
	return []*jsonschema.Schema{
		described(text(), "One write of this text, as UTF-8."),
		object([]string{"hex"}, property{"hex", described(pattern(`^[0-9A-Fa-f\s]*$`), `One write of these bytes, such as "ef bb bf".`)}),
		object([]string{"base64"}, property{"base64", described(text(), "One write of these bytes.")}),
		repeat(),
	}
}

// pieces are several texts and bytes that are one write together.
func pieces() *jsonschema.Schema {
	return described(&jsonschema.Schema{Type: "array", MinItems: least(1), Items: oneOf(writes()...)}, "One write of these pieces.")
}

func items() []*jsonschema.Schema {
	return append(writes(),
		pieces(),
		object([]string{"pause"}, property{"pause", described(text(), "Nothing is written for this long, such as 20ms.")}),
		object([]string{"drop"}, property{"drop", described(enum(cases.DropFin, cases.DropReset, cases.DropTruncate), "The connection ends in this way.")}),
		object([]string{"stall"}, property{"stall", described(text(), "The connection stays open and silent for this long, such as 2s.")}),
	)
}

func event() *jsonschema.Schema {
	pieces := &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		text(),
		{Type: "array", Items: &jsonschema.Schema{OneOf: []*jsonschema.Schema{text(), repeat()}}},
	}}
	return object([]string{"data"},
		property{"event", described(pieces, "The event type; message where it is left out.")},
		property{"data", described(pieces, "The data, without a newline at its end.")},
		property{"lastEventId", described(pieces, "The last event ID; empty where it is left out.")},
		property{"times", described(number(1, cases.MaxEvents), "So many equal events.")},
	)
}

// emitItem is a block of the stream or a sleep.
func emitItem() *jsonschema.Schema {
	value := &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		text(),
		{Type: "array", Items: &jsonschema.Schema{OneOf: []*jsonschema.Schema{text(), repeat()}}},
		object([]string{"utf16"}, property{"utf16", described(pattern(`^\s*[0-9A-Fa-f]{4}(\s+[0-9A-Fa-f]{4})*\s*$`),
			"The text by its UTF-16 code units, which may be lone surrogates.")}),
	}}
	block := object(nil,
		property{"comment", described(value, "A comment.")},
		property{"event", described(value, "The event type.")},
		property{"id", described(value, "The last event ID from this item on.")},
		property{"data", described(value, "The data; an item without any is no event.")},
		property{"retry", described(&jsonschema.Schema{OneOf: []*jsonschema.Schema{text(), {Type: "number"}}},
			"The reconnection time in milliseconds, as the subject is given it: a number, or a text.")},
	)
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{block,
		object([]string{"sleep"}, property{"sleep", described(text(), "A scripted server emits nothing for this long, such as 300ms.")})}}
}

func expect() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		events(),
		object([]string{"any-of"}, property{"any-of", &jsonschema.Schema{
			Type: "array", MinItems: least(2), Items: object([]string{"grade", "events"},
				property{"grade", described(enum(cases.GradePass, cases.GradeInfo), "What the answer is worth: as right as any, or allowed and shown with its note.")},
				property{"note", described(text(), "Who answers so, and why it is not wrong.")},
				property{"events", events()},
			)}}),
	}}
}

func events() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Ref: "#/$defs/Event"}}
}

// someEvent says of an expectation that every answer has an event.
func someEvent() *jsonschema.Schema {
	answer := with("events", &jsonschema.Schema{MinItems: least(1)}, &jsonschema.Schema{})
	return with("any-of", &jsonschema.Schema{Items: answer}, &jsonschema.Schema{MinItems: least(1)})
}

func repeat() *jsonschema.Schema {
	return object([]string{"repeat", "times"},
		property{"repeat", described(&jsonschema.Schema{Type: "string", MinLength: least(1)}, "The text that is repeated.")},
		property{"times", described(number(1, cases.MaxStream), "How often.")},
	)
}

type property struct {
	name   string
	schema *jsonschema.Schema
}

// object has these properties and no others.
func object(required []string, properties ...property) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(),
		AdditionalProperties: jsonschema.FalseSchema, Required: required}
	for _, p := range properties {
		s.Properties.Set(p.name, p.schema)
	}
	return s
}

func described(s *jsonschema.Schema, text string) *jsonschema.Schema {
	described := *s
	described.Description = text
	return &described
}

func text() *jsonschema.Schema { return &jsonschema.Schema{Type: "string"} }

func pattern(p string) *jsonschema.Schema { return &jsonschema.Schema{Type: "string", Pattern: p} }

func number(least, most int) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Minimum: json.Number(fmt.Sprint(least)), Maximum: json.Number(fmt.Sprint(most))}
}
