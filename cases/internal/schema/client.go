package main

import (
	"encoding/json"

	"github.com/invopop/jsonschema"

	"github.com/ssecheck/ssecheck/cases"
)

// finallyOfClient are the keys of finally that only a client can show.
var finallyOfClient = []string{"state", "requests", "opens", "errors", "disconnected"}

func finally(f *jsonschema.Schema) {
	f.MinProperties = least(1)
	for _, count := range []string{"reconnection-time", "requests", "opens", "errors"} {
		named(f, count).Minimum = "0"
	}
	named(f, "state").Enum = words(cases.StateOpen, cases.StateReconnecting, cases.StateClosed)
	yes(f, "disconnected")
	yes(f, "no-reconnection-time")
	f.Not = &jsonschema.Schema{Required: []string{"reconnection-time", "no-reconnection-time"}}
}

// client bounds what stands in cases of the kind connections.
func client(defs jsonschema.Definitions) {
	c := defs["Case"]
	named(c, "connections").MaxItems = least(cases.MaxConnections)
	named(c, "certificate").Enum = words(cases.CertificateOtherAuthority, cases.CertificateOtherName, cases.CertificateExpired)
	named(c, "library").Enum = words("info")
	named(c, "facts").MinProperties = least(1)
	version(c, json.Number("1.1"), json.Number("2"), cases.HTTP1, cases.HTTPS1, cases.HTTP2, cases.HTTP2C)

	connection := defs["Connection"]
	named(connection, "stream").MinItems = least(1)
	named(connection, "stream").Items = &jsonschema.Schema{Ref: "#/$defs/ConnectionItem"}

	connect := defs["Connect"]
	connect.MinProperties = least(1)
	named(connect, "retry").Minimum = "1"
	named(connect, "query").Pattern = `^[!$-&(-;=?-~]+$`
	named(connect, "method").Pattern = token
	named(connect, "headers").PropertyNames = pattern(token)
	named(connect, "headers").MinProperties = least(1)
	yes(connect, "withCredentials")
	yes(connect, "elsewhere")

	respond(defs["Respond"])
	request(defs["RequestCheck"])
	defs["After"].MinProperties = least(1)
}

func respond(r *jsonschema.Schema) {
	r.MinProperties = least(1)
	named(r, "status").Minimum, named(r, "status").Maximum = "200", "999"
	named(r, "body").Enum = words(cases.BodyChunked, cases.BodyLength, cases.BodyClose)
	named(r, "encoding").Enum = words(cases.EncodingGzip)
	named(r, "length").Minimum = "0"
	named(r, "raw").MinLength = least(1)
	named(r, "before").MinItems = least(1)
	named(r, "before").Items = number(100, 199)
	version(r, json.Number("1.0"), json.Number("1.1"), "1.0", "1.1")
	r.DependentSchemas = map[string]*jsonschema.Schema{
		"raw":    {Not: hasAny("status", "header", "http", "body", "length", "encoding", "before")},
		"length": {Required: []string{"body"}},
	}
}

func request(r *jsonschema.Schema) {
	r.MinProperties = least(1)
	named(r, "method").Pattern = token
	named(r, "path").Pattern = "^/"
	named(r, "at").Enum = words(cases.AtHere, cases.AtElsewhere)
	named(r, "includes").MinProperties = least(1)
	named(r, "includes").PropertyNames = pattern(token)
	named(r, "like-first").MinItems = least(1)
	named(r, "like-first").UniqueItems = true
	named(r, "like-first").Items = pattern(token)
}

// token is the grammar of the names of fields and methods.
const token = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"

// version allows texts and the numbers that a file may write for them.
func version(s *jsonschema.Schema, words ...any) {
	http := named(s, "http")
	http.Type, http.Enum = "", words
}

// yes is a switch that can only be on: off is what it is without.
func yes(s *jsonschema.Schema, name string) { named(s, name).Enum = []any{true} }

func words(list ...string) []any {
	var words []any
	for _, word := range list {
		words = append(words, word)
	}
	return words
}

func until() *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		described(enum("open", "closed"), "The client has reported that it is open; or has confirmed that it was closed."),
		object([]string{"opens"}, property{"opens", described(atLeast(1), "The client has reported so many opens since the case began.")}),
		object([]string{"events"}, property{"events", described(atLeast(1), "The client has reported so many events since the case began.")}),
		object([]string{"errors"}, property{"errors", described(atLeast(1), "The client has reported so many errors since the case began.")}),
	}}
}

func closing() *jsonschema.Schema {
	on := enum(cases.OnOpen, cases.OnEvent, cases.OnError, cases.OnRequest, cases.OnEnd)
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
		described(on, "The client is closed on the first of these."),
		object([]string{"on"},
			property{"on", described(on, "What it is closed on: open, event, error, request (the request has come and is not answered) or end (the connection has ended).")},
			property{"nth", described(atLeast(1), "Which of them; the first where it is left out.")},
			property{"in-handler", described(&jsonschema.Schema{Type: "boolean", Enum: []any{true}}, "Inside the handler of the event.")},
		),
	}}
}

func headerLines() *jsonschema.Schema {
	value := fieldText()
	return fields(value, &jsonschema.Schema{Type: "null"}, &jsonschema.Schema{Type: "array", MinItems: least(1), Items: oneOf(value...)})
}

func fieldChecks() *jsonschema.Schema {
	value := append(fieldText(), &jsonschema.Schema{Type: "null"})
	return fields(value, &jsonschema.Schema{Type: "array", MinItems: least(1), UniqueItems: true, Items: oneOf(value...)})
}

// fields is a mapping from names to these.
func fields(values []*jsonschema.Schema, more ...*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", MinProperties: least(1), PropertyNames: pattern(token),
		AdditionalProperties: oneOf(append(values, more...)...)}
}

// fieldText is a value of a field, a long one too.
func fieldText() []*jsonschema.Schema { return []*jsonschema.Schema{text(), repeat()} }

func clientItems() []*jsonschema.Schema {
	return []*jsonschema.Schema{
		object([]string{"await"}, property{"await", &jsonschema.Schema{Ref: "#/$defs/Until"}}),
		object([]string{"frame"}, property{"frame", described(enum(cases.FramePing, cases.FrameGoAway), "A frame of HTTP/2.")}),
	}
}

func oneOf(schemas ...*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: schemas}
}

func atLeast(n int) *jsonschema.Schema {
	s := number(n, 0)
	s.Maximum = ""
	return s
}
