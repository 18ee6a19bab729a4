package strictyaml_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases/strictyaml"
)

type inner struct {
	Name string `yaml:"name"`
	Port int    `yaml:"port"`
}

type embeds struct {
	Verbose bool `yaml:"verbose"`
}

type outer struct {
	embeds  `yaml:",inline"`
	Text    string            `yaml:"text"`
	Version string            `yaml:"version" strictyaml:"number"`
	Number  int64             `yaml:"number,omitempty"`
	Small   int32             `yaml:"small"`
	Wait    time.Duration     `yaml:"wait"`
	Inner   *inner            `yaml:"inner"`
	List    []inner           `yaml:"list"`
	Map     map[string]string `yaml:"map"`
	Custom  shout             `yaml:"custom"`
	Ignored string            `yaml:"-"`
}

// shout reads itself.
type shout string

func (s *shout) ReadYAML(n strictyaml.Node) {
	text, _ := n.Text()
	*s = shout(strings.ToUpper(text))
}

func decode(text string, v any) strictyaml.Errors {
	doc := strictyaml.Parse("f.yaml", []byte(text))
	if len(doc.Errors()) == 0 {
		doc.Root().Decode(v)
	}
	return doc.Errors().Sorted()
}

func lines(errs strictyaml.Errors) []string {
	var lines []string
	for _, e := range errs {
		lines = append(lines, fmt.Sprintf("%d:%d %s", e.Line, e.Column, e.Message))
	}
	return lines
}

var _ = Describe("Decode", func() {
	It("reads every type by its tags", func() {
		var got outer
		Expect(decode(`
text: a
number: -9223372036854775808
small: 7
wait: 1.5s
inner: {name: b, port: 80}
list: [{name: c}, {port: 0x10}]
map: {k: v, "k 2": "v 2"}
custom: loud
verbose: true
`, &got)).To(BeEmpty())
		Expect(got).To(Equal(outer{
			embeds: embeds{Verbose: true}, Text: "a", Number: -1 << 63, Small: 7, Wait: 1500 * time.Millisecond,
			Inner: &inner{"b", 80}, List: []inner{{Name: "c"}, {Port: 16}}, Map: map[string]string{"k": "v", "k 2": "v 2"}, Custom: "LOUD",
		}))
	})

	DescribeTable("reads a text that may be a number as it is written", func(text, want string) {
		var got outer
		Expect(decode("version: "+text, &got)).To(BeEmpty())
		Expect(got.Version).To(Equal(want))
	},
		Entry("a float", "1.0", "1.0"), Entry("a whole number", "2", "2"), Entry("digits after the point", "1.10", "1.10"),
		Entry("a text of digits", `"1.1"`, "1.1"), Entry("a text", "h2c", "h2c"),
	)

	DescribeTable("reports what is of the wrong kind", func(text string, want ...string) {
		var v outer
		Expect(lines(decode(text, &v))).To(HaveExactElements(want))
	},
		Entry("a number for a text", "text: 1", "1:7 expected text, got a number"),
		Entry("a boolean for a text", "text: true", "1:7 expected text, got a boolean"),
		Entry("nothing for a text", "text:", "1:6 expected text, got nothing"),
		Entry("a null for a text", "text: ~", "1:7 expected text, got nothing"),
		Entry("a boolean for a text that may be a number", "version: true", "1:10 expected text, got a boolean"),
		Entry("a float for a number", "number: 1.5", "1:9 expected a whole number of at most 64 bits, got a number"),
		Entry("a text for a number", "number: many", "1:9 expected a whole number of at most 64 bits, got text"),
		Entry("a number that does not fit", "small: 2147483648", "1:8 the number 2147483648 is out of range"),
		Entry("an unsigned number that does not fit", "number: 18446744073709551615", "1:9 the number 18446744073709551615 is out of range"),
		Entry("a text for a boolean", "verbose: yes", "1:10 expected true or false, got text"),
		Entry("a duration without a unit", `wait: "5"`, `1:7 "5" is no duration`),
		Entry("a list for a mapping", "inner: []", "1:8 expected a mapping, got a list"),
		Entry("a mapping for a list", "list: {}", "1:7 expected a list, got a mapping"),
		Entry("a text for a map", "map: a", "1:6 expected a mapping, got text"),
		Entry("a key that is hidden", "Ignored: a", `1:1 unknown key "Ignored"`),
		Entry("a key that is no text", "1: a", "1:1 expected a key of plain text, got a number"),
		Entry("a merge key", "<<: {text: a}", "1:1 expected a key of plain text, got an anchor, alias or tag"),
		Entry("all of it", "text: 1\nlist: [{name: 2}, {nam: x}]\nsmall: x", "1:7 expected text, got a number",
			"2:15 expected text, got a number", `2:20 unknown key "nam"`, "3:8 expected a whole number of at most 64 bits, got text"),
	)
})

var _ = Describe("Parse", func() {
	DescribeTable("bounds what it reads", func(text, want string) {
		errs := strictyaml.Parse("f.yaml", []byte(text)).Errors()
		Expect(errs).To(HaveLen(1))
		Expect(errs[0].Message).To(Equal(want))
	},
		Entry("bytes", strings.Repeat("#", strictyaml.MaxSize+1), "the file has 1048577 bytes; at most 1048576 are read"),
		Entry("brackets", strings.Repeat("[", 1<<14), "nested more than 64 deep"),
		Entry("braces", strings.Repeat("{a: ", 1<<13), "nested more than 64 deep"),
		Entry("entries of one line", strings.Repeat("- ", 1<<14), "nested more than 64 deep"),
		Entry("keys of one line", strings.Repeat("? ", 1<<14), "nested more than 64 deep"),
		Entry("keys in a row", strings.Repeat("a: b\n", 5001), "more than 5000 keys in a row"),
	)

	It("reads a long line of flow mappings", func() {
		Expect(strictyaml.Parse("f.yaml", []byte("["+strings.Repeat("{a: b}, ", 500)+"]")).Errors()).To(BeEmpty())
	})
})

var _ = Describe("A node", func() {
	doc := strictyaml.Parse("f.yaml", []byte("a:\n  - b: x\n    c: [1, y]\n"))
	root := doc.Root()

	It("goes down by key and index, and stays at the last value where the path ends early", func() {
		text, ok := root.At("a", 0, "c", 1).Text()
		Expect(ok).To(BeTrue())
		Expect(text).To(Equal("y"))
		missing := root.At("a", 0, "nothing", 3)
		Expect(missing.Kind()).To(Equal(strictyaml.Missing))
		line, column := missing.Position()
		Expect([]int{line, column}).To(Equal([]int{2, 5}))
		Expect(missing.Source()).To(Equal("  - b: x"))
		Expect(root.At("a").Has("b")).To(BeFalse())
		Expect(root.At("a", 0).Has("c")).To(BeTrue())
		line, column = root.At("a", 0).Key("c").Position()
		Expect([]int{line, column}).To(Equal([]int{3, 5}))
		Expect(root.File()).To(Equal("f.yaml"))
	})

	It("knows a text without quotes", func() {
		root := strictyaml.Parse("f.yaml", []byte("a: 1e3\nb: \"1e3\"\nc: '1e3'\nd: 1000\ne: |\n  1e3\nf: []\n")).Root()
		plain := map[string]bool{}
		for _, key := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			if root.At(key).Plain() && root.Has(key) {
				plain[key] = true
			}
		}
		Expect(plain).To(Equal(map[string]bool{"a": true}))
	})

	It("knows what is empty", func() {
		root := strictyaml.Parse("f.yaml", []byte("a: {}\nb: []\nc: {d: e}\n")).Root()
		Expect(root.At("a").IsEmptyMapping()).To(BeTrue())
		Expect(root.At("b").IsEmptyList()).To(BeTrue())
		for _, key := range []string{"b", "c", "d"} {
			Expect(root.At(key).IsEmptyMapping()).To(BeFalse(), key)
		}
	})

	It("knows whether it was complained about", func() {
		doc := strictyaml.Parse("f.yaml", []byte("a: {b: 1}\nc:\n  - d: 2\n"))
		doc.Root().At("c", 0, "d").Text()
		Expect(doc.Root().At("a").Spoiled()).To(BeFalse())
		Expect(doc.Root().At("c").Spoiled()).To(BeTrue())
		Expect(doc.Root().Spoiled()).To(BeTrue())
	})
})

var _ = Describe("Errors", func() {
	It("are sorted, each once, and reachable one by one", func() {
		one := &strictyaml.Error{File: "b", Line: 1, Column: 2, Message: "m"}
		errs := strictyaml.Errors{one, {File: "a", Line: 9, Column: 1, Message: "m"}, {File: "b", Line: 1, Column: 2, Message: "m"}, {File: "b", Line: 1, Column: 1, Message: "m"}}
		err := errs.Err()
		Expect(err).To(MatchError("a:9:1: m\nb:1:1: m\nb:1:2: m"))
		var got *strictyaml.Error
		Expect(errors.As(err, &got)).To(BeTrue())
		Expect(strictyaml.Errors(nil).Err()).To(Succeed())
	})

	DescribeTable("show the line with a caret, safe for a terminal", func(e strictyaml.Error, want string) {
		Expect(e.Detail()).To(Equal(want))
	},
		Entry("a plain one", strictyaml.Error{File: "f", Line: 3, Column: 3, Source: "a: é", Message: "m", Hint: "h"},
			"f:3:3: m\n    a: é\n      ^\n    hint: h"),
		Entry("at the end of the line", strictyaml.Error{File: "f", Line: 3, Column: 3, Source: "a:", Message: "m"}, "f:3:3: m\n    a:\n      ^"),
		Entry("of a whole file", strictyaml.Error{File: "f", Message: "m", Hint: "h"}, "f: m\n    hint: h"),
		Entry("with controls", strictyaml.Error{File: "f", Line: 1, Column: 4, Source: "\ta\x1b[\u202e", Message: "m"}, "f:1:4: m\n     a␛[�\n       ^"),
		Entry("of a long line", strictyaml.Error{File: "f", Line: 1, Column: 500, Source: strings.Repeat("a", 499) + "b" + strings.Repeat("c", 499), Message: "m"},
			"f:1:500: m\n    "+strings.Repeat("a", 79)+"b"+strings.Repeat("c", 80)+"\n    "+strings.Repeat(" ", 79)+"^"),
	)
})
