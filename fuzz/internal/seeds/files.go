package seeds

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
)

// FileName is where a file of cases must lie for the loader to take its suite.
const FileName = "fields/data.yaml"

const fileHead = "suite: fields/data\ntitle: T\ncases:\n"

// files are the cases of the corpus, each in a file of its own, and inputs on which YAML
// parsers have stumbled.
func files(*cases.Corpus) ([]Seed, error) {
	names, err := fs.Glob(cases.Files(), "*/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Seed
	for _, name := range names {
		file, err := fs.ReadFile(cases.Files(), name)
		if err != nil {
			return nil, err
		}
		parts := strings.Split(string(file), firstLine)
		if len(parts) < 2 {
			return nil, fmt.Errorf("%s has no case that begins with %q: fuzz/internal/seeds cuts files of cases there", name, firstLine)
		}
		for _, part := range parts[1:] {
			if len(part) <= MaxFile {
				all = append(all, Seed{[]byte(fileHead + firstLine[1:] + part + "\n")})
			}
		}
	}
	for _, file := range oddFiles() {
		all = append(all, Seed{[]byte(file)})
	}
	return all, nil
}

// firstLine is how a case begins.
const firstLine = "\n  - id:"

func oddFiles() []string {
	return append(oddYAML(),
		oddCase("stream: [{repeat: x, times: 9999999999}], expect: []"),
		oddCase("line-endings: any, stream: [\"\\n\"], expect: [{data: [\"\", {repeat: x, times: 2}]}]"),
		oddCase("connections: [{}, {respond: {raw: \"HTTP/1.1 200\\n\"}, stream: [\"a: b\\n\\n\"]}], expect: []"),
		oddCase("connections: [{respond: {raw: \"HTTP/1.1 100\\n\\nHTTP/1.1 200\\nTransfer-Encoding: chunked\\n\\n\"}, stream: [\"7fffffffffffffff\\r\\n\", {await: closed}]}], close: open"),
		oddCase("http: 1.10, connections: [{refuse: 1h, request: {header: {a: [[]], b: {repeat: x, times: 9999999999}}, after: {at-least: 1ns}}}]"),
		oddCase("connections: [{respond: {status: 302, header: {Location: \"{{{here}}}\", location: ~}, length: 9223372036854775807, body: length}, stream: [{drop: truncate}]}]"),
		oddCase("connections: [{stream: [{await: {events: 9223372036854775807}}, {frame: ping}]}], http: h2c, finally: {requests: 0}"),
		oddCase("connections: [~, [], {stream: ~}], close: {on: event, nth: -9223372036854775808}, watch: ~, facts: {~: ~}"),
	)
}

// oddCase is a file with a case that has these keys.
func oddCase(keys string) string {
	return fileHead + "  - {id: a, title: A b, requirements: [parse.data.append], " + keys + "}\n"
}

// oddYAML are inputs that are odd, or long, as YAML.
func oddYAML() []string {
	return []string{
		"", " ", "\n", "---", "---\n---\n", "a", "[]", "{}", "- a", "null", "~: ~", "? a", ": a", "a: b: c", fileHead,
		"cases: [", "cases: {", "cases: ]", "a: [b, c", "'", "\"", "|", ">", "a: |", "a: |\n  b\n c",
		"&a a: *a", "a: &a [*a]", "!!binary x", "a: !t b", "<<: {a: b}", "%YAML 1.2\n---\na: b", "\t", "a:\tb", "\ta: b",
		"a: 1\na: 2", "{a: 1, a: 2}", "? [a]\n: b", "[a]: b", "{a: b}: c", "a: 0x", "a: 1e999", "a: .nan", "a: 99999999999999999999",
		"\xff", "\xef\xbb\xbfa: b", "a: \x00", "a: \x1b[31m", "a: \"\\x4\"", "a: \"\\u12\"", "a: \"\\q\"", "a: 'b", "#", "# a\n# b",
		strings.Repeat("[", 5000), strings.Repeat("{a: ", 5000), strings.Repeat("- ", 5000), strings.Repeat("? ", 3000),
		"a: b\r\nc: d\r\n", "a: b\rc: d\r", "a:\n  - b\n - c", "- - - a", "a: - b", "a: [b]c", "a: {b}c", "a: 'b'c",
	}
}
