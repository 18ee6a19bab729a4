package cases_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// FuzzLoad feeds the loader files that no person would write: it must never
// panic, and every mistake must have a place inside the file.
func FuzzLoad(f *testing.F) {
	catalogue := mustCatalogue(f)
	files, err := fs.Glob(cases.Files(), "*/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		src, err := fs.ReadFile(cases.Files(), name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, src := range oddFiles {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		fsys := fstest.MapFS{"fields/data.yaml": {Data: src}}
		corpus, err := cases.Load(fsys, catalogue)
		if err == nil {
			for _, c := range corpus.Cases() {
				checkVariants(t, c)
				checkControl(t, c)
			}
			if isSmall(corpus) { // the oracle takes its time
				cases.Lint(corpus, nil)
			}
			return
		}
		var errs cases.Errors
		if !errors.As(err, &errs) {
			t.Fatalf("the error is a %T", err)
		}
		lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(string(src), "\uFEFF"), "\r\n", "\n"), "\n")
		for _, e := range errs {
			if e.File == "" || e.Message == "" || e.Detail() == "" {
				t.Fatalf("an error that says nothing: %#v", e)
			}
			if e.Line == 0 {
				continue
			}
			if e.Line > len(lines) || e.Source != lines[e.Line-1] || e.Column < 1 ||
				e.Column > utf8.RuneCountInString(e.Source)+1 {
				t.Fatalf("the place is outside of the file: %#v", e)
			}
		}
	})
}

func mustCatalogue(tb testing.TB) *requirements.Catalogue {
	tb.Helper()
	catalogue, err := requirements.Default()
	if err != nil {
		tb.Fatal(err)
	}
	return catalogue
}

// oddFiles are inputs on which YAML parsers have stumbled.
var oddFiles = []string{
	"", " ", "\n", "---", "---\n---\n", "a", "[]", "{}", "- a", "null", "~: ~", "? a", ": a", "a: b: c",
	"suite: fields/data\ntitle: T\ncases:\n", "cases: [", "cases: {", "cases: ]", "a: [b, c", "'", "\"", "|", ">", "a: |", "a: |\n  b\n c",
	"&a a: *a", "a: &a [*a]", "!!binary x", "a: !t b", "<<: {a: b}", "%YAML 1.2\n---\na: b", "\t", "a:\tb", "\ta: b",
	"a: 1\na: 2", "{a: 1, a: 2}", "? [a]\n: b", "[a]: b", "{a: b}: c", "a: 0x", "a: 1e999", "a: .nan", "a: 99999999999999999999",
	"\xff", "\xef\xbb\xbfa: b", "a: \x00", "a: \x1b[31m", "a: \"\\x4\"", "a: \"\\u12\"", "a: \"\\q\"", "a: 'b", "#", "# a\n# b",
	strings.Repeat("[", 5000), strings.Repeat("{a: ", 5000), strings.Repeat("- ", 5000), strings.Repeat("? ", 3000),
	"a: b\r\nc: d\r\n", "a: b\rc: d\r", "a:\n  - b\n - c", "- - - a", "a: - b", "a: [b]c", "a: {b}c", "a: 'b'c",
	"suite: fields/data\ntitle: T\ncases: [{id: a, title: A b, requirements: [parse.data.append], stream: [{repeat: x, times: 9999999999}], expect: []}]",
	"suite: fields/data\ntitle: T\ncases: [{id: a, title: A b, requirements: [parse.data.append], line-endings: any, stream: [\"\\n\"], expect: [{data: [\"\", {repeat: x, times: 2}]}]}]",
	oddCase("connections: [{}, {respond: {raw: \"HTTP/1.1 200\\n\"}, stream: [\"a: b\\n\\n\"]}], expect: []"),
	oddCase("connections: [{respond: {raw: \"HTTP/1.1 100\\n\\nHTTP/1.1 200\\nTransfer-Encoding: chunked\\n\\n\"}, stream: [\"7fffffffffffffff\\r\\n\", {await: closed}]}], close: open"),
	oddCase("http: 1.10, connections: [{refuse: 1h, request: {header: {a: [[]], b: {repeat: x, times: 9999999999}}, after: {at-least: 1ns}}}]"),
	oddCase("connections: [{respond: {status: 302, header: {Location: \"{{{here}}}\", location: ~}, length: 9223372036854775807, body: length}, stream: [{drop: truncate}]}]"),
	oddCase("connections: [{stream: [{await: {events: 9223372036854775807}}, {frame: ping}]}], http: h2c, finally: {requests: 0}"),
	oddCase("connections: [~, [], {stream: ~}], close: {on: event, nth: -9223372036854775808}, watch: ~, facts: {~: ~}"),
}

// oddCase is a case with these keys.
func oddCase(keys string) string {
	return "suite: fields/data\ntitle: T\ncases: [{id: a, title: A b, requirements: [parse.data.append], " + keys + "}]\n"
}

func isSmall(corpus *cases.Corpus) bool {
	size := 0
	for _, c := range corpus.Cases() {
		streams := [][]cases.Item{c.Stream}
		for i := range c.Connections {
			streams = append(streams, c.Connections[i].Stream)
		}
		for _, stream := range streams {
			for i := range stream {
				size += stream[i].Size()
			}
		}
	}
	return size < 64<<10
}

func checkVariants(t *testing.T, c *cases.Case) {
	for _, v := range slices.Concat(cases.ParserVariants(c), cases.ClientVariants(c)) {
		if v.Name == "" {
			t.Fatal("a variant without a name")
		}
	}
	if types := c.EventTypes(); types[0] != "message" || !slices.IsSorted(types[1:]) {
		t.Fatalf("the event types are %q", types)
	}
}

// checkControl demands that what is left of an emit case without what may be refused can
// be carried, has an event, and is JSON.
func checkControl(t *testing.T, c *cases.Case) {
	if c.Kind() != cases.KindEmit {
		return
	}
	control := c.Control()
	if control.Hostile() || !json.Valid(control.Script(true)) || !json.Valid(c.Script(true)) {
		t.Fatalf("%s has a control that is none: %s", c.Name(), control.Script(true))
	}
	if !slices.ContainsFunc(control.Emit, func(i cases.EmitItem) bool { return i.Data != nil }) {
		t.Fatalf("%s has a control without an event: %s", c.Name(), control.Script(true))
	}
}
