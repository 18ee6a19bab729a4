package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

const pkg = "github.com/ssecheck/ssecheck/reports"

// generate returns the JSON Schema of reports.Report. Unknown members are
// allowed, as a later minor version may add some.
func generate(source string) ([]byte, error) {
	reflector := jsonschema.Reflector{
		Anonymous:                 true,
		ExpandedStruct:            true,
		AllowAdditionalProperties: true,
		Mapper:                    words,
	}
	if err := reflector.AddGoComments(pkg, source); err != nil {
		return nil, fmt.Errorf("read the comments of %s: %w", source, err)
	}
	schema := reflector.Reflect(&reports.Report{})
	schema.ID = "https://github.com/ssecheck/ssecheck/reports/report.schema.json"
	schema.Title = "ssecheck report, version 1"
	if name, ok := schema.Properties.Get("schema"); ok {
		name.Const = reports.Schema
	}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(bytes.TrimSpace(text), '\n'), nil
}

// enums are the string types of the report and all their values.
var enums = map[reflect.Type][]any{
	reflect.TypeFor[reports.Verdict]():    {reports.Pass, reports.Fail, reports.Skip, reports.Error},
	reflect.TypeFor[reports.Compliance](): {reports.Compliant, reports.NotCompliant, reports.Incomplete},
	reflect.TypeFor[reports.SkipKind]():   {"", reports.SkipCapability, reports.SkipUnused, reports.SkipNotObserved},
	reflect.TypeFor[reports.Role]():       {reports.RoleParser, reports.RoleEncoder, reports.RoleClient, reports.RoleServer},
	reflect.TypeFor[reports.Status]():     {reports.StatusPass, reports.StatusFail, reports.StatusUntested},
	reflect.TypeFor[requirements.Level](): {requirements.Must, requirements.Should, requirements.May, requirements.Info},
}

// words maps a string type to the list of its values.
func words(t reflect.Type) *jsonschema.Schema {
	values, ok := enums[t]
	if !ok {
		return nil
	}
	return &jsonschema.Schema{Type: "string", Enum: values}
}
