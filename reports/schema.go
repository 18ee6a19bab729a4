package reports

import _ "embed"

//go:generate go run ./internal/schema

// JSONSchema is the JSON Schema (draft 2020-12) of the JSON report.
//
//go:embed report.schema.json
var JSONSchema []byte
