package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

const pkg = "github.com/ssecheck/ssecheck/cases"

// generate returns the JSON Schema of cases.Suite, which is one case file. It
// says no more than the loader does: what loads is valid.
func generate(source string) ([]byte, error) {
	reflector := jsonschema.Reflector{
		Anonymous:      true,
		ExpandedStruct: true,
		FieldNameTag:   "yaml",
		Mapper:         mapped,
	}
	// The reflector joins the two, so that the base must take back each "..".
	base := pkg + strings.Repeat("/up", strings.Count(source, ".."))
	if err := reflector.AddGoComments(base, source); err != nil {
		return nil, fmt.Errorf("read the comments of %s: %w", source, err)
	}
	schema := reflector.Reflect(&cases.Suite{})
	schema.ID = "https://github.com/ssecheck/ssecheck/cases/case.schema.json"
	schema.Title = "ssecheck case file, version 1"
	for name, form := range forms() {
		schema.Definitions[name] = form
		form.Description = reflector.CommentMap[pkg+"."+name]
	}
	named(schema, "suite").Pattern = path
	named(schema, "cases").MinItems = least(1)
	kinds(schema.Definitions["Case"])
	forged(schema.Definitions["Forged"])
	finally(schema.Definitions["Finally"])
	client(schema.Definitions)
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(bytes.TrimSpace(text), '\n'), nil
}

// mapped gives the types their schema whose YAML form is not that of their
// fields.
func mapped(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[cases.Item](), reflect.TypeFor[cases.Expect](), reflect.TypeFor[cases.Event](),
		reflect.TypeFor[cases.Until](), reflect.TypeFor[cases.Close](),
		reflect.TypeFor[cases.HeaderLines](), reflect.TypeFor[cases.FieldChecks](), reflect.TypeFor[cases.EmitItem]():
		return &jsonschema.Schema{Ref: "#/$defs/" + t.Name()}
	case reflect.TypeFor[requirements.Level]():
		return enum(requirements.Must, requirements.Should, requirements.May, requirements.Info)
	case reflect.TypeFor[cases.Grade]():
		return enum(cases.GradePass, cases.GradeInfo)
	}
	return nil
}

// kinds tells the kinds of a case apart, as the loader does.
func kinds(c *jsonschema.Schema) {
	named(c, "id").Pattern = word
	named(c, "title").Pattern = `^\S.* .*\S$`
	named(c, "found").Pattern = `\S`
	named(c, "requirements").MinItems = least(1)
	named(c, "requirements").UniqueItems = true
	named(c, "labels").Items.Pattern = word
	named(c, "labels").UniqueItems = true
	named(c, "line-endings").Enum = []any{cases.LineEndingsAny}
	named(c, "variants").MinItems = least(1)
	named(c, "variants").UniqueItems = true
	named(c, "variants").Items = enum(cases.AsWritten, cases.Whole, cases.ByteByByte, cases.Cuts)
	for _, key := range []string{"stream", "connections", "emit", "accept", "never", "wire", "delivery", "probe", "check"} {
		named(c, key).MinItems = least(1)
	}
	var needs []any
	for _, need := range cases.NeedVocabulary() {
		needs = append(needs, need.Name)
	}
	named(c, "needs").Items = &jsonschema.Schema{Type: "string", Enum: needs}
	named(c, "end").Enum = []any{cases.EndClose, cases.EndHold}
	named(c, "accept").Items = enum(cases.Exact, cases.Rejected, cases.Neutralised)
	named(c, "wire").Items = checkNames(cases.WireChecks())
	named(c, "delivery").Items = checkNames(cases.DeliveryChecks())
	for _, key := range []string{"accept", "wire", "delivery"} {
		named(c, key).UniqueItems = true
	}
	stream := []string{"line-endings", "variants"}
	emit := []string{"end", "accept", "never", "wire", "delivery"}
	client := []string{"http", "certificate", "connect", "close", "watch", "facts", "library"}
	probe := []string{"needs", "check"}
	const found = "found"
	c.OneOf = []*jsonschema.Schema{
		with("finally", &jsonschema.Schema{Not: hasAny(finallyOfClient...)}, &jsonschema.Schema{
			Required: []string{"stream", "expect"}, Not: hasAny(slices.Concat([]string{"connections", "emit", "probe"}, client, emit, probe)...),
			AnyOf: []*jsonschema.Schema{with("expect", someEvent(), &jsonschema.Schema{}), {Required: []string{"found"}}}}),
		with("finally", &jsonschema.Schema{Not: hasAny("reconnection-time", "no-reconnection-time")}, &jsonschema.Schema{
			Required: []string{"connections"}, Not: hasAny(slices.Concat([]string{"stream", "emit", "probe", found}, stream, emit, probe)...)}),
		{Required: []string{"emit"}, Not: hasAny(slices.Concat([]string{"stream", "connections", "probe", "expect", "finally"}, stream, client, probe)...)},
		{Required: []string{"probe", "check"}, Not: hasAny(slices.Concat([]string{"stream", "connections", "emit", "expect", "finally"}, stream, client, emit)...)},
	}
}

// forged demands one thing that must not be seen: an event, a reconnection time or a
// comment.
func forged(f *jsonschema.Schema) {
	f.MinProperties = least(1)
	event := []string{"event", "data", "lastEventId"}
	f.OneOf = []*jsonschema.Schema{
		{Required: []string{"retry"}, Not: hasAny(append(event, "comment")...)},
		{Required: []string{"comment"}, Not: hasAny(append(event, "retry")...)},
		{Not: hasAny("retry", "comment")},
	}
}

// with is s, whose property of that name is as said, too.
func with(name string, property, s *jsonschema.Schema) *jsonschema.Schema {
	if s.Properties == nil {
		s.Properties = jsonschema.NewProperties()
	}
	s.Properties.Set(name, property)
	return s
}

// The grammar of names, as the loader has it.
const (
	word = `^[a-z0-9]+(-[a-z0-9]+)*$`
	path = `^[a-z0-9]+(-[a-z0-9]+)*([/.][a-z0-9]+(-[a-z0-9]+)*)*$`
)

func named(s *jsonschema.Schema, name string) *jsonschema.Schema {
	property, ok := s.Properties.Get(name)
	if !ok {
		panic("schema: no property " + name)
	}
	return property
}

func hasAny(keys ...string) *jsonschema.Schema {
	s := &jsonschema.Schema{}
	for _, key := range keys {
		s.AnyOf = append(s.AnyOf, &jsonschema.Schema{Required: []string{key}})
	}
	return s
}

func enum[T ~string](words ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range words {
		s.Enum = append(s.Enum, w)
	}
	return s
}

func checkNames(all []cases.Word) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, w := range all {
		s.Enum = append(s.Enum, w.Name)
		s.Description += w.Name + ": " + w.Sentence + " "
	}
	s.Description = strings.TrimSpace(s.Description)
	return s
}

func least(n uint64) *uint64 { return &n }
