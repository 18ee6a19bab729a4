package cases_test

import (
	"errors"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
)

// mistake is one file with the errors that it must give, each as
// line:column: message, and what the first hint must hold.
type mistake struct {
	what, file, text string
	want             []string
	hint             string
}

// broken puts lines in place of the good case's line that begins with the key.
func broken(key string, lines ...string) string {
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(good, "\n"), "\n") {
		if strings.HasPrefix(strings.TrimLeft(line, " -"), key+":") {
			for _, l := range lines {
				out = append(out, line[:4]+l)
			}
			continue
		}
		out = append(out, line)
	}
	return inSuite(strings.Join(out, "\n") + "\n")
}

func check(m mistake) {
	GinkgoHelper()
	if m.file == "" {
		m.file = "fields/data.yaml"
	}
	_, err := load(map[string]string{m.file: m.text})
	var errs cases.Errors
	Expect(errors.As(err, &errs)).To(BeTrue(), "no errors, but %v", err)
	lines := strings.Split(strings.ReplaceAll(m.text, "\r\n", "\n"), "\n")
	var got []string
	for _, e := range errs {
		Expect(e.File).To(Equal(m.file))
		if e.Line > 0 {
			Expect(e.Source).To(Equal(lines[e.Line-1]))
		}
		got = append(got, fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message))
	}
	Expect(got).To(Equal(m.want))
	Expect(errs[0].Hint).To(ContainSubstring(m.hint))
}

var _ = Describe("A mistake in a case file", func() {
	entries := []any{check}
	for _, m := range mistakes() {
		entries = append(entries, Entry(m.what, m))
	}
	DescribeTable("is reported at its place", entries...)

	It("shows the line, the place and the hint", func() {
		_, err := load(map[string]string{"fields/data.yaml": broken("requirements", "requirements: [parse.data.apend]")})
		var errs cases.Errors
		Expect(errors.As(err, &errs)).To(BeTrue())
		Expect(errs.Detail()).To(Equal(`fields/data.yaml:6:20: no requirement "parse.data.apend"
        requirements: [parse.data.apend]
                       ^
    hint: did you mean parse.data.append?
1 error`))
	})
})

func mistakes() []mistake {
	return []mistake{
		{what: "an empty file", text: "", want: []string{"0:0: expected a mapping, got nothing"}},
		{what: "a list instead of a suite", text: "- a\n", want: []string{"1:1: expected a mapping, got a list"}},
		{what: "a tab for indentation", text: "suite: fields/data\n\ttitle: x\n", want: []string{"2:1: found character '\t' that cannot start any token"}},
		{what: "an unclosed quote", text: broken("title", `title: 'Lines`), want: []string{"5:12: could not find end character of single-quoted text"}},
		{what: "bytes that are no UTF-8", text: head + "  - id: \xff\n", want: []string{"4:9: the file is not UTF-8: byte 0xff is not part of any character here"}, hint: "{hex: ...}"},
		{what: "a raw control character", text: broken("title", "title: a\x1b b"), want: []string{"5:13: a raw control character U+001B"}, hint: `"\x1b"`},
		{what: "an anchor", text: broken("title", "title: &a Lines are joined"), want: []string{"5:12: expected text, got an anchor, alias or tag"}},
		{what: "an alias", text: broken("title", "title: *a"), want: []string{"5:12: expected text, got an anchor, alias or tag"}},
		{what: "a tag", text: broken("title", "title: !!str Lines are joined"), want: []string{"5:12: expected text, got an anchor, alias or tag"}},
		{what: "a second document", text: inSuite(good) + "---\na: b\n", want: []string{"10:1: a second document; one file holds one"}},
		{what: "brackets without end", text: "suite: " + strings.Repeat("[", 2000), want: []string{"1:72: nested more than 64 deep"}},
		{what: "an unknown key of a suite", text: inSuite(good) + "titel: x\n", want: []string{`9:1: unknown key "titel"`}, hint: "did you mean title?"},
		{what: "an unknown key of a case", text: broken("title", "title: Lines are joined", "label: [a]"), want: []string{`6:5: unknown key "label"`}, hint: "did you mean labels"},
		{what: "a key of no kind", text: broken("stream", "play: [{data: a}]"), want: []string{
			"4:5: a case without a stream, connections, items to emit or a probe does nothing", `7:5: unknown key "play"`}},
		{what: "the same key twice", text: broken("title", "title: Lines are joined", "title: Once more"), want: []string{
			`6:5: the key "title" stands here a second time; the first is on line 5`}},
		{what: "a suite of another name", text: strings.Replace(inSuite(good), "fields/data", "fields/date", 1), want: []string{
			`1:8: the suite "fields/date" stands in the file fields/data.yaml`}, hint: "suite: fields/data"},
		{what: "a file whose path is no name", file: "Fields/da ta.yaml", text: strings.Replace(inSuite(good), "fields/data", "Fields/da ta", 1), want: []string{
			`1:1: the file's path "Fields/da ta.yaml" cannot be the name of a suite`}},
		{what: "no suite", text: strings.TrimPrefix(inSuite(good), "suite: fields/data\n"), want: []string{"1:1: a suite without its name"}},
		{what: "no cases", text: "suite: fields/data\ntitle: T\n", want: []string{"1:1: a suite without cases"}},
		{what: "cases that are no list", text: "suite: fields/data\ntitle: T\ncases: {a: b}\n", want: []string{"3:8: expected a list, got a mapping"}},
		{what: "a case that is no mapping", text: head + "  - text\n", want: []string{"4:5: expected a mapping, got text"}},
		{what: "no id", text: strings.Replace(inSuite(good), "  - id: two-lines\n    title", "  - title", 1), want: []string{"4:5: a case without an id"}},
		{what: "an id that is no name", text: broken("id", "id: Two_lines"), want: []string{`4:9: "Two_lines" is no id`}},
		{what: "an id that is a number", text: broken("id", "id: 12"), want: []string{"4:9: expected text, got a number"}, hint: `"12"`},
		{what: "an id twice", text: inSuite(good) + good, want: []string{"9:9: a second case fields/data/two-lines; the first is on line 4"}},
		{what: "no title", text: broken("title"), want: []string{"4:5: a case without a title"}},
		{what: "a title of one word", text: broken("title", "title: Joined"), want: []string{`5:12: the title "Joined" is no sentence`}},
		{what: "an empty title", text: broken("title", `title: ""`), want: []string{"5:12: an empty title"}},
		{what: "no requirements", text: broken("requirements"), want: []string{"4:5: a case without requirements: it must say what it demands"}},
		{what: "an empty list of requirements", text: broken("requirements", "requirements: []"), want: []string{"6:19: a case without requirements: it must say what it demands"}},
		{what: "a requirement twice", text: broken("requirements", "requirements: [parse.data.append, parse.data.append]"), want: []string{
			`6:39: the requirement "parse.data.append" comes twice`}},
		{what: "a level that is none", text: broken("title", "title: Lines are joined", "level: mus"), want: []string{`6:12: "mus" is no level`}},
		{what: "a level above its requirements", text: broken("requirements", "requirements: [parse.field.ignore]", "level: must"), want: []string{
			"7:12: the case is of level must, and the strongest of its requirements is only may"}, hint: "level: may"},
		{what: "a label that is no word", text: broken("title", "title: Lines are joined", "labels: [Multi line]"), want: []string{`6:14: "Multi line" is no label`}},
		{what: "a label that every case has where it is true", text: broken("title", "title: Lines are joined", "labels: [must]"), want: []string{
			`6:14: "must" is a label already of every case that it is true of: a case's level, its kind and the sides of its requirements are`}},
		{what: "a label twice", text: broken("title", "title: Lines are joined", "labels: [a, a]"), want: []string{`6:17: the label "a" comes twice`}},
		{what: "two kinds at once", text: broken("stream", `stream: ["data: a\n\n"]`, "probe: [{connect: first}]"), want: []string{
			"8:5: a case is of one kind: stream, connections, emit or probe"}},
		{what: "a probe's key in a stream case", text: broken("title", "title: Lines are joined", "needs: [ids]"), want: []string{
			`6:5: the key "needs" does not belong in a case of the kind stream`}},
		{what: "a stream's key in a probe case", text: broken("stream", "probe: [{connect: first}]", `check: [{that: first, status: ["200"]}]`), want: []string{
			`9:5: the key "expect" does not belong in a case of the kind probe`}},
		{what: "a fault of a probe", text: head + "  - id: a\n    title: It is so\n    requirements: [serve.status]\n    probe:\n      - connect: first\n      - await: {conn: second, events: 1}\n    check:\n      - {that: first, utf-8: true}\n", want: []string{
			`9:9: no earlier step opens connection "second"; open are first, survey`}},
		{what: "a mistake after text of several lines", text: broken("title", "title: Lines are joined", "note: |", "  one", "  two", "", "levels: must"), want: []string{
			`10:5: unknown key "levels"`}},
		{what: "a mistake after folded text", text: broken("title", "title: Lines are joined", "note: >-", "  one", "  two", "levels: must"), want: []string{
			`9:5: unknown key "levels"`}},
		{what: "a mistake after a quoted text of several lines", text: broken("title", "title: Lines are joined", `note: "one\`, `  two`, "", `  three"`, "levels: must"), want: []string{
			`10:5: unknown key "levels"`}},
		{what: "a mistake after comments", text: broken("title", "title: Lines are joined # é", "# ünï", "", "levels: must"), want: []string{
			`8:5: unknown key "levels"`}},
		{what: "a mistake behind letters of several bytes", text: broken("expect", `expect: [{data: "éü\u00e9😀", dta: x}]`), want: []string{
			`8:34: unknown key "dta"`}, hint: "did you mean data?"},
		{what: "a mistake in a flow list of several lines", text: broken("expect", "expect: [{data: a},", "  {data: b}, {date: c}]"), want: []string{
			"9:18: an event without data", `9:19: unknown key "date"`}},
		{what: "a mistake in a file with CRLF", text: "suite: fields/data\r\ntitle: T\r\ncases: []\r\n", want: []string{"3:8: a suite without cases"}},
	}
}
