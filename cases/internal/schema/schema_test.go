package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func TestSchema(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "cases/internal/schema")
}

// compiled is the schema as another program reads it.
func compiled() *jsonschema.Schema {
	GinkgoHelper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(cases.JSONSchema))
	Expect(err).NotTo(HaveOccurred())
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	Expect(compiler.AddResource("case.schema.json", parsed)).To(Succeed())
	schema, err := compiler.Compile("case.schema.json")
	Expect(err).NotTo(HaveOccurred())
	return schema
}

// document is a YAML file as a validator of JSON sees it.
func document(src []byte) any {
	GinkgoHelper()
	var value any
	Expect(yaml.Unmarshal(src, &value)).To(Succeed())
	text, err := json.Marshal(value)
	Expect(err).NotTo(HaveOccurred())
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	Expect(err).NotTo(HaveOccurred())
	return parsed
}

var _ = Describe("The JSON Schema of case files", func() {
	It("is what the Go types give; go generate ./cases makes it anew", func() {
		want, err := generate("../..")
		Expect(err).NotTo(HaveOccurred())
		got, err := os.ReadFile("../../case.schema.json")
		Expect(err).NotTo(HaveOccurred())
		Expect(string(got)).To(Equal(string(want)))
	})

	It("holds of every case file", func() {
		schema := compiled()
		files, err := fs.Glob(cases.Files(), "*/*.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(files).NotTo(BeEmpty())
		for _, name := range files {
			src, err := fs.ReadFile(cases.Files(), name)
			Expect(err).NotTo(HaveOccurred())
			Expect(schema.Validate(document(src))).To(Succeed(), name)
		}
	})

	DescribeTable("agrees with the loader on", func(valid bool, text string) {
		src := []byte("suite: a/b\ntitle: T\ncases:\n  - {id: x, title: A b, requirements: [parse.data.append], " + text + "}\n")
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		_, loaded := cases.Load(fstest.MapFS{"a/b.yaml": {Data: src}}, catalogue)
		validated := compiled().Validate(document(src))
		if valid {
			Expect(loaded).NotTo(HaveOccurred())
			Expect(validated).NotTo(HaveOccurred())
		} else {
			Expect(loaded).To(HaveOccurred())
			Expect(validated).To(HaveOccurred())
		}
	},
		Entry("a plain case", true, `stream: ["data: a\n\n"], expect: [{data: a}]`),
		Entry("every key", true, `note: n, level: may, labels: [l], line-endings: any, stream: ["data: a\n\n"], expect: [{data: a}], finally: {reconnection-time: 0}`),
		Entry("every variant", true, `variants: [as-written, whole, byte-by-byte, cuts], stream: [a], expect: [{data: a}]`),
		Entry("every item", true, `stream: [a, "", {hex: "e9 00"}, {base64: "AAE="}, {repeat: x, times: 2}, {pause: 1ms}, {stall: 1s}], expect: [{data: a}]`),
		Entry("every drop", true, `stream: [a, {drop: truncate}], expect: [{data: a}]`),
		Entry("every part of an event", true, `stream: [a], expect: [{event: [a, {repeat: b, times: 3}], data: [{repeat: b, times: 3}], lastEventId: x, times: 2}]`),
		Entry("a write of pieces", true, `stream: [[a, {hex: "e9"}, {base64: "AAE="}, {repeat: x, times: 2}]], expect: [{data: a}]`),
		Entry("a write of no pieces", false, `stream: [[]], expect: [{data: a}]`),
		Entry("a pause as a piece", false, `stream: [[a, {pause: 1ms}]], expect: [{data: a}]`),
		Entry("pieces within pieces", false, `stream: [[a, [b]]], expect: [{data: a}]`),
		Entry("a finding that expects nothing", true, `found: by chance, stream: [a], expect: [], finally: {no-reconnection-time: true}`),
		Entry("a finding of an encoder", true, `found: by chance, emit: [{event: a}]`),
		Entry("a finding of nobody", false, `found: "", stream: [a], expect: [{data: a}]`),
		Entry("a finding among connections", false, `found: by chance, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a finding of a server", true, `found: by chance, probe: [{connect: first}], check: [{that: first, utf-8: true}]`),
		Entry("a reconnection time, and none", false, `stream: [a], expect: [{data: a}], finally: {reconnection-time: 1, no-reconnection-time: true}`),
		Entry("not without a reconnection time", false, `stream: [a], expect: [{data: a}], finally: {no-reconnection-time: false}`),
		Entry("no reconnection time of a client", false, `connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}], finally: {no-reconnection-time: true}`),
		Entry("several answers", true, `stream: [a], expect: {any-of: [{grade: pass, events: [{data: a}]}, {grade: info, note: n, events: [{data: b}]}]}`),
		Entry("a probe", true, `needs: [ids], probe: [{connect: first, header: {A: b, C: {repeat: x, times: 3}}}, {drop: {conn: first, how: reset}}], check: [{that: first, status: ["200"]}]`),
		Entry("nothing done", false, `level: may`),
		Entry("both kinds", false, `stream: [a], expect: [{data: a}], probe: [{connect: first}], check: [{that: first, utf-8: true}]`),
		Entry("a stream without expect", false, `stream: [a]`),
		Entry("a probe without check", false, `probe: [{connect: first}]`),
		Entry("needs of a stream", false, `needs: [ids], stream: [a], expect: [{data: a}]`),
		Entry("an unknown need", false, `needs: [idz], probe: [{connect: first}], check: [{that: first, utf-8: true}]`),
		Entry("an unknown key", false, `titel: x, stream: [a], expect: [{data: a}]`),
		Entry("an unknown level", false, `level: most, stream: [a], expect: [{data: a}]`),
		Entry("an unknown variant", false, `variants: [all], stream: [a], expect: [{data: a}]`),
		Entry("an unknown line ending", false, `line-endings: crlf, stream: [a], expect: [{data: a}]`),
		Entry("an empty stream", false, `stream: [], expect: [{data: a}]`),
		Entry("a stream of text", false, `stream: a, expect: [{data: a}]`),
		Entry("a number as an item", false, `stream: [1], expect: [{data: a}]`),
		Entry("an item of two forms", false, `stream: [{hex: "00", pause: 1ms}], expect: [{data: a}]`),
		Entry("an item of an unknown form", false, `stream: [{octal: "00"}], expect: [{data: a}]`),
		Entry("digits that are none", false, `stream: [{hex: "0x"}], expect: [{data: a}]`),
		Entry("an unknown drop", false, `stream: [a, {drop: cut}], expect: [{data: a}]`),
		Entry("repeat without times", false, `stream: [{repeat: x}], expect: [{data: a}]`),
		Entry("no event", false, `stream: [a], expect: []`),
		Entry("an event without data", false, `stream: [a], expect: [{event: a}]`),
		Entry("an unknown part of an event", false, `stream: [a], expect: [{data: a, id: b}]`),
		Entry("data that is a number", false, `stream: [a], expect: [{data: 1}]`),
		Entry("one answer of several", false, `stream: [a], expect: {any-of: [{grade: pass, events: [{data: a}]}]}`),
		Entry("a finally of nothing", false, `stream: [a], expect: [{data: a}], finally: {}`),
		Entry("a time below zero", false, `stream: [a], expect: [{data: a}], finally: {reconnection-time: -1}`),
		Entry("connections", true, `connections: [{stream: ["data: a\n\n", {await: open}, {await: {opens: 1}}, {await: {events: 1}}, {drop: reset}]}, {stream: ["data: b\n\n", {await: {errors: 1}}]}], expect: [{data: a}, {data: b}]`),
		Entry("every key of connections", true, `library: info, http: h2c, connect: {headers: {A: b}, method: POST, body: c, lastEventId: d, retry: 5, withCredentials: true, elsewhere: true}, `+
			`connections: [{respond: {header: {access-control-allow-origin: "{{page}}", access-control-allow-credentials: "true"}}, stream: ["data: a\n\n", {frame: ping}, {await: closed}]}], close: {on: event, nth: 1, in-handler: true}, watch: 1s, facts: {a: b}, `+
			`expect: [{data: a, lastEventId: d}], finally: {state: closed, requests: 1, opens: 1, errors: 0, disconnected: true}`),
		Entry("every part of a request", true, `connections: [{stream: ["data: a\n\n"]}, {refuse: 1ms, request: {method: GET, path: /, at: here, body: "", `+
			`header: {A: null, B: b, C: [c, null], D: {repeat: d, times: 2}, E: [{repeat: e, times: 2}]}, includes: {F: f}, like-first: [G], after: {at-least: 2ms, at-most: 1s}}, stream: ["data: b\n\n"]}], expect: [{data: a}, {data: b}]`),
		Entry("every part of a response", true, `connections: [{respond: {status: 200, header: {A: b, C: [d, {repeat: e, times: 2}], Content-Type: text/event-stream}, http: 1.0, body: length, length: 9, before: [103], pause: 1ms}, stream: ["data: a\n\n"]}, {respond: {encoding: gzip, http: "1.1", await: {errors: 1}}, stream: ["data: b\n\n"]}], expect: [{data: a}, {data: b}]`),
		Entry("a raw head", true, `connections: [{respond: {raw: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", pause: 1ms}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a type taken away, and no event", true, `connections: [{respond: {header: {Content-Type: null}}}], expect: [], finally: {state: closed}`),
		Entry("no expectation", true, `connections: [{respond: {status: 204}}], finally: {state: closed, requests: 1}`),
		Entry("versions of HTTP in numbers", true, `http: 2, close: open, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("no connections", false, `connections: [], expect: [{data: a}]`),
		Entry("connections and a stream", false, `connections: [{}], stream: [a], expect: [{data: a}]`),
		Entry("a close of a stream", false, `close: open, stream: [a], expect: [{data: a}]`),
		Entry("a watch of a probe", false, `watch: 1s, probe: [{connect: first}], check: [{that: first, utf-8: true}]`),
		Entry("line endings of connections", false, `line-endings: any, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("an await in a stream", false, `stream: [a, {await: open}], expect: [{data: a}]`),
		Entry("the state of a stream", false, `stream: [a], expect: [{data: a}], finally: {state: open}`),
		Entry("the reconnection time of a client", false, `connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}], finally: {reconnection-time: 1}`),
		Entry("an unknown version of HTTP", false, `http: 3, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("an unknown await", false, `connections: [{stream: ["data: a\n\n", {await: event}]}], expect: [{data: a}]`),
		Entry("an await of none", false, `connections: [{stream: ["data: a\n\n", {await: {events: 0}}]}], expect: [{data: a}]`),
		Entry("an await of two", false, `connections: [{stream: ["data: a\n\n", {await: {events: 1, opens: 1}}]}], expect: [{data: a}]`),
		Entry("an unknown frame", false, `http: 2, connections: [{stream: ["data: a\n\n", {frame: data}]}], expect: [{data: a}]`),
		Entry("an unknown close", false, `close: never, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a close on the zeroth", false, `close: {on: event, nth: 0}, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("an empty request", false, `connections: [{request: {}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a name that is no token", false, `connections: [{request: {header: {"a b": c}}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a field without a value", false, `connections: [{request: {header: {a: []}}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("an origin that is none", false, `connections: [{request: {at: home}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a path without a slash", false, `connections: [{request: {path: a}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("an after without a bound", false, `connections: [{stream: ["data: a\n\n"]}, {request: {after: {}}, stream: ["data: a\n\n"]}], expect: [{data: a}, {data: a}]`),
		Entry("an empty response", false, `connections: [{respond: {}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a status that goes before", false, `connections: [{respond: {status: 103}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a framing that is none", false, `connections: [{respond: {body: none}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a length alone", false, `connections: [{respond: {length: 3}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a raw head beside a status", false, `connections: [{respond: {status: 200, raw: "HTTP/1.1 200\r\n\r\n"}}], finally: {state: closed}`),
		Entry("a coding that is none", false, `connections: [{respond: {encoding: br}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a final response before", false, `connections: [{respond: {before: [200]}, stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("an empty connect", false, `connect: {}, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("credentials that are not asked for", false, `connect: {withCredentials: false}, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("facts of nothing", false, `facts: {}, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a library that is none", false, `library: skip, connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}]`),
		Entry("a state that is none", false, `connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}], finally: {state: opened}`),
		Entry("a count below zero", false, `connections: [{stream: ["data: a\n\n"]}], expect: [{data: a}], finally: {requests: -1}`),
		Entry("items to emit", true, `emit: [{data: a}, {}]`),
		Entry("every key of an emit case", true, `emit: [{comment: a, event: [b, {repeat: c, times: 2}], id: {utf16: "0061 D800"}, retry: 5, data: d}, {sleep: 300ms}, {data: END}], `+
			`end: hold, accept: [rejected, neutralised], never: [{event: a, data: b, lastEventId: c}, {retry: 1}, {comment: d}], wire: [ends-with-blank-line, no-bom, utf-8, line-endings-consistent, grammar], `+
			`delivery: [apart, comments-apart, stays-open, event-stream, others-served, notices-leaving]`),
		Entry("a stream that ends, its head first", true, `emit: [{sleep: 500ms}, {data: a}], end: close, accept: [exact], delivery: [head-first, ends]`),
		Entry("a retry in every form", true, `emit: [{retry: -1}, {retry: 1.5}, {retry: 1e3}, {retry: 18446744073709551616}, {retry: soon}, {retry: "1"}, {data: END}]`),
		Entry("no items", false, `emit: []`),
		Entry("items that are text", false, `emit: [a]`),
		Entry("items and a stream", false, `emit: [{data: a}], stream: [a], expect: [{data: a}]`),
		Entry("items and an expectation", false, `emit: [{data: a}], expect: [{data: a}]`),
		Entry("an unknown part of an item", false, `emit: [{data: a, type: b}]`),
		Entry("data of an item that is a number", false, `emit: [{data: 1}]`),
		Entry("a sleep beside a part", false, `emit: [{data: a, sleep: 300ms}], delivery: [apart]`),
		Entry("a retry that is a list", false, `emit: [{data: a, retry: [1]}]`),
		Entry("code units that are none", false, `emit: [{data: {utf16: "61"}}]`),
		Entry("code units of nothing", false, `emit: [{data: {utf16: ""}}]`),
		Entry("code units beside another key", false, `emit: [{data: {utf16: "0061", hex: "61"}}]`),
		Entry("an unknown way out", false, `emit: [{data: a}], accept: [refused]`),
		Entry("no way out", false, `emit: [{data: a}], accept: []`),
		Entry("a way out twice", false, `emit: [{data: a}], accept: [exact, exact]`),
		Entry("nothing that must never be seen", false, `emit: [{data: a}], never: [{}]`),
		Entry("an empty list of what must never be seen", false, `emit: [{data: a}], never: []`),
		Entry("an unknown part that must never be seen", false, `emit: [{data: a}], never: [{id: b}]`),
		Entry("a retry and data that must never be seen", false, `emit: [{data: a}], never: [{data: b, retry: 1}]`),
		Entry("an unknown check of the bytes", false, `emit: [{data: a}], wire: [bom]`),
		Entry("a check of the bytes twice", false, `emit: [{data: a}], wire: [no-bom, no-bom]`),
		Entry("an unknown check of the delivery", false, `emit: [{data: a}], delivery: [spread]`),
		Entry("an unknown end", false, `emit: [{data: a}], end: open`),
		Entry("ways out of a stream", false, `accept: [exact], stream: [a], expect: [{data: a}]`),
		Entry("an end of a probe", false, `end: hold, probe: [{connect: first}], check: [{that: first, utf-8: true}]`),
		Entry("an unknown check", false, `probe: [{connect: first}], check: [{that: first, stat: ["200"]}]`),
		Entry("an unknown step", false, `probe: [{conect: first}], check: [{that: first, utf-8: true}]`),
	)
})
