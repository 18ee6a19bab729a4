package finding_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/finding"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// in is a stream whose cuts are bars.
func in(text string) stream.Input {
	var in stream.Input
	for i, chunk := range strings.Split(text, "|") {
		if i > 0 {
			in.Cuts = append(in.Cuts, len(in.Bytes))
		}
		in.Bytes = append(in.Bytes, chunk...)
	}
	return in
}

// saw is what a reader saw: messages with these data.
func saw(data ...string) stream.Seen {
	var seen stream.Seen
	for _, d := range data {
		seen.Events = append(seen.Events, spec.Event{Type: "message", Data: d})
	}
	return seen
}

// filled puts the finding's name and the title and link of its rule into a text.
func filled(text string, f finding.Finding) string {
	GinkgoHelper()
	catalogue, err := catalogue()
	Expect(err).NotTo(HaveOccurred())
	rule, ok := catalogue.Get(f.Requirement)
	Expect(ok).To(BeTrue())
	return strings.NewReplacer("NAME", f.Name(), "TITLE", rule.Title, "LINK", rule.URL).Replace(text)
}

func texts(chunks [][]byte) []string {
	var all []string
	for _, chunk := range chunks {
		all = append(all, string(chunk))
	}
	return all
}

func ptr[T any](value T) *T { return &value }

// emission is a finding in what was emitted of one item.
func emission(item cases.EmitItem, wire string) finding.Finding {
	c := &cases.Case{Emit: []cases.EmitItem{item}, Never: []cases.Forged{{Data: ptr("forged\x1b")}}, Wire: []string{cases.Grammar}}
	return finding.Emit("secure.encoder.no-injection", c, &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire)}})
}

// catalogue is read once.
var catalogue = sync.OnceValues(requirements.Default)

// loaded is the finding as the strict loader reads it, in which lint finds nothing.
func loaded(f finding.Finding) *cases.Case {
	GinkgoHelper()
	text := string(f.YAML())
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		Expect(reports.Line(line)).To(Equal(line), "all of it can be seen, and harms no terminal")
	}
	catalogue, err := catalogue()
	Expect(err).NotTo(HaveOccurred())
	corpus, err := cases.Load(fstest.MapFS{f.Name() + ".yaml": {Data: []byte(text)}}, catalogue)
	Expect(err).NotTo(HaveOccurred(), text)
	lint := cases.Lint(corpus, nil)
	Expect(lint.Errors.Err()).NotTo(HaveOccurred(), text)
	Expect(lint.Warnings.Err()).NotTo(HaveOccurred(), text)
	Expect(corpus.Cases()).To(HaveLen(1))
	c := corpus.Cases()[0]
	Expect(c.Name()).To(Equal(f.CaseName()))
	Expect(c.Requirements).To(Equal([]string{f.Requirement}))
	return c
}

var _ = Describe("A finding of a parser", func() {
	told := stream.Reports{Retries: true}

	It("is a case, with what was seen instead and how to see it again", func() {
		f := finding.Stream("parse.line.crlf", in("data: a\r|\ndata: b\r\n\r\n"), saw("a", "b"), stream.Reports{})
		f.Title = "A CRLF that two reads share ends one line"
		f.Note = "3 times of 3"
		f.Subject = runner.Info{Name: "my-parser", Version: "1.2", Flags: "--parser './my-parser'"}
		f.Campaign = "ssecheck fuzz --parser './my-parser' --seed 42"
		Expect(f.Name()).To(MatchRegexp(`^parse\.line\.crlf-[0-9a-f]{10}$`))
		Expect(string(f.YAML())).To(Equal(filled(`# yaml-language-server: $schema=https://github.com/ssecheck/ssecheck/cases/case.schema.json
# TITLE
# LINK
#
# my-parser 1.2: event 1 of 1: expected data "a\nb", got "a" (they differ from byte 1 on); 2 events came in all
#   - event "message", data "a\nb", lastEventId ""
#   + event "message", data "a", lastEventId ""
#   + event "message", data "b", lastEventId ""
#
# Play it again:
#   ssecheck run --parser './my-parser' --cases findings --run NAME/found
suite: NAME
title: "TITLE"
cases:
  - id: found
    title: "A CRLF that two reads share ends one line"
    note: "3 times of 3"
    found: "my-parser 1.2, by ssecheck fuzz --parser './my-parser' --seed 42"
    requirements: [parse.line.crlf]
    variants: [as-written]
    stream:
      - "data: a\r"
      - "\ndata: b\r\n\r\n"
    expect:
      - {data: "a\nb"}
`, f)))
		loaded(f)
	})

	It("is shown with the rule, the difference, the bytes and the case", func() {
		f := finding.Stream("parse.line.crlf", in("data: \x1b[31m\xffa\r|\n\r\n"), saw("a", "b"), stream.Reports{})
		f.Subject.Name = "my-parser"
		f.Note = "3 times of 3\nin a row\x1b"
		text := f.Text()
		Expect(text).To(HavePrefix(filled(`parse.line.crlf (must, parser)
  TITLE
  LINK

my-parser: event 1 of 1: expected data "\x1b[31m�a", got "a" (they differ from byte 0 on); 2 events came in all
  - event "message", data "\x1b[31m�a", lastEventId ""
  + event "message", data "a", lastEventId ""
  + event "message", data "b", lastEventId ""
3 times of 3
in a row\x1b

Stream (17 bytes in 2 chunks)
    1  data: \x1b[31m\xffa\r
    2  \n
       \r\n

NAME.yaml
# yaml-language-server`, f)))
		Expect(text).To(HaveSuffix(string(f.YAML())))
	})

	DescribeTable("has one write for each chunk, and the cuts that it was found with",
		func(given string, stream ...string) {
			f := finding.Stream("parse.data.append", in(given), saw("x"), told)
			c := loaded(f)
			variants := cases.ParserVariants(c)
			Expect(c.Stream).To(HaveLen(len(in(given).Chunks())))
			Expect(texts(variants[0].Chunks)).To(Equal(texts(in(given).Chunks())))
			if strings.Contains(given, "|") {
				Expect(variants).To(HaveLen(1))
			}
			_, text, _ := strings.Cut(string(f.YAML()), "    stream:\n")
			text, _, _ = strings.Cut(text, "    expect:")
			Expect(strings.Split(strings.TrimSuffix(text, "\n"), "\n")).To(Equal(stream))
		},
		Entry("text", "data: a\n\n", `      - "data: a\n\n"`),
		Entry("nothing", "", `      - ""`),
		Entry("chunks of nothing", "||", `      - ""`, `      - ""`, `      - ""`),
		Entry("what YAML cannot show", "\x00\x1b\x7f\t\"\\#\u00a0\u2028\ufeff\U0001f388", `      - "\x00\x1b\x7f\t\"\\#\u00a0\u2028\ufeff🎈"`),
		Entry("bytes that are no UTF-8", "a\xff\xc3b|\x80", `      - ["a", {hex: "ff c3"}, "b"]`, `      - {hex: "80"}`),
		Entry("half a character", "data: \xe2\x82|\xac", `      - ["data: ", {hex: "e2 82"}]`, `      - {hex: "ac"}`),
		Entry("what is long", "data: "+strings.Repeat("a", 65530)+"|\n", `      - ["data: ", {repeat: "a", times: 65530}]`, `      - "\n"`),
		Entry("many lines", strings.Repeat("id: 1\ndata: é\n\n", 40)+"x", `      - [{repeat: "id: 1\ndata: é\n\n", times: 40}, "x"]`),
		Entry("what is not long enough", strings.Repeat("a", 63), `      - "`+strings.Repeat("a", 63)+`"`),
		Entry("what is just long enough", strings.Repeat("a", 64), `      - {repeat: "a", times: 64}`),
		Entry("what comes twice before something else", strings.Repeat("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst", 2)+"\n", `      - "`+strings.Repeat("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst", 2)+`\n"`),
		Entry("what comes twice", strings.Repeat("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst", 2), `      - "`+strings.Repeat("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst", 2)+`"`),
	)

	It("may be longer than what a reader likes to see written out", func() {
		var b strings.Builder
		for i := range 2000 {
			b.WriteRune(rune(0x100 + i*i%3000))
		}
		c := loaded(finding.Stream("parse.data.append", in("data: "+b.String()), saw("x"), told))
		Expect(cases.ParserVariants(c)[0].Chunks).To(Equal(in("data: " + b.String()).Chunks()))
	})

	It("expects what the standard says, equal events as one line", func() {
		f := finding.Stream("parse.data.append", in("event: e\nid: 1\ndata: a\n\n\ndata: b\n\ndata: b\n\nevent: message\nid\ndata\n\n"), saw(), told)
		Expect(string(f.YAML())).To(HaveSuffix(`    expect:
      - {event: "e", data: "a", lastEventId: "1"}
      - {data: "b", lastEventId: "1", times: 2}
      - {data: ""}
`))
		loaded(f)
	})

	It("may expect nothing", func() {
		f := finding.Stream("parse.end.discard", in("data: a"), saw("a"), told)
		Expect(string(f.YAML())).To(HaveSuffix("    stream:\n      - \"data: a\"\n    expect: []\n"))
		loaded(f)
	})

	DescribeTable("is about reconnection times when these are what differs",
		func(text string, retries []int64, told bool, want string) {
			seen := saw()
			seen.Retries = retries
			f := finding.Stream("parse.retry.set", in(text), seen, stream.Reports{Retries: told})
			_, end, _ := strings.Cut(string(f.YAML()), "    expect: []\n")
			Expect(end).To(Equal(want))
			loaded(f)
		},
		Entry("none was accepted", "retry:5\n", nil, true, "    finally: {reconnection-time: 5}\n"),
		Entry("another one was accepted", "retry:1\nretry:05\n", []int64{1}, true, "    finally: {reconnection-time: 5}\n"),
		Entry("one was accepted that is none", "retry:5x\n", []int64{5}, true, "    finally: {no-reconnection-time: true}\n"),
		Entry("the last one is right", "retry:5\n", []int64{1, 5}, true, ""),
		Entry("the reader does not tell them", "retry:5\n", nil, false, ""),
		Entry("the greatest", "retry:99999999999999999999\n", nil, true, "    finally: {reconnection-time: 9223372036854775807}\n"),
	)

	It("is about nothing but the failure when there was no answer", func() {
		seen := stream.Seen{Failed: "the parser panicked: \x1b[2J\n# x", Retries: []int64{7}}
		f := finding.Stream("parse.retry.set", in("retry:5\n"), seen, told)
		Expect(string(f.YAML())).To(And(ContainSubstring(`
# the parser panicked: \x1b[2J\n# x
#
# Play it again:
#   ssecheck run --parser 'CMD' --cases findings --run parse.retry.set-`), HaveSuffix("expect: []\n")))
		loaded(f)
	})

	It("says so when a case cannot say what was wrong", func() {
		seen := saw()
		seen.Retries = []int64{5, 5}
		f := finding.Stream("parse.retry.set", in("retry:5\n"), seen, told)
		Expect(string(f.YAML())).To(ContainSubstring("\n# what was wrong is nothing that a case can say; when it is played again, it may pass\n#\n"))
	})

	It("shows the beginning of a long difference in its file", func() {
		f := finding.Stream("parse.data.append", in(strings.Repeat("data: a\n\n", 40)), saw(), told)
		Expect(string(f.YAML())).To(ContainSubstring("\n#   - event \"message\", data \"a\", lastEventId \"\"\n#   (20 more lines)\n#\n"))
	})

	It("quotes the folder for a shell", func() {
		f := finding.Stream("parse.data.append", in(""), saw("x"), told)
		f.Cases = "what's found"
		Expect(f.Command()).To(Equal(`ssecheck run --parser 'CMD' --cases 'what'\''s found' --run ` + f.CaseName()))
	})

	It("fails when it is played again, and not on one that is right", func() {
		f := finding.Stream("parse.data.append", in("data: a\n\n"), saw("b"), told)
		c := loaded(f)
		Expect(judge.Judge(c, &transcript.Transcript{Parsed: &transcript.Parsed{Events: saw("b").Events}}).Verdict).To(Equal(reports.Fail))
		Expect(judge.Judge(c, &transcript.Transcript{Parsed: &transcript.Parsed{Events: saw("a").Events}}).Verdict).To(Equal(reports.Pass))
	})
})

var _ = Describe("A finding of an encoder", func() {
	It("is a case", func() {
		item := cases.EmitItem{Comment: ptr("c\x1b"), Event: ptr("x\ndata: forged"), ID: ptr(""), Data: ptr(strings.Repeat("y", 70)), Retry: json.RawMessage("1500")}
		f := emission(item, "event: x\ndata: forged\x1b\n\n")
		f.Subject.Flags = "--encoder 'node e.mjs'"
		f.Cases = "my findings"
		Expect(string(f.YAML())).To(Equal(filled(`# yaml-language-server: $schema=https://github.com/ssecheck/ssecheck/cases/case.schema.json
# TITLE
# LINK
#
# a value forged structure: event 1 of 1 is event "x", data "forged\x1b", lastEventId ""
#
# Play it again:
#   ssecheck run --encoder 'node e.mjs' --cases 'my findings' --run NAME/found
suite: NAME
title: "TITLE"
cases:
  - id: found
    title: "TITLE"
    found: "by ssecheck fuzz"
    requirements: [secure.encoder.no-injection]
    emit:
      - {comment: "c\x1b", event: "x\ndata: forged", id: "", retry: 1500, data: [{repeat: "y", times: 70}]}
    never: [{data: "forged\x1b"}]
    wire: [grammar]
`, f)))
		c := loaded(f)
		Expect(c.Emit).To(Equal([]cases.EmitItem{item}))
		Expect(c.Never).To(HaveLen(1))
	})

	It("is shown with what was emitted", func() {
		f := emission(cases.EmitItem{Data: ptr("a")}, "data: forged\x1b\n\n")
		Expect(f.Text()).To(ContainSubstring(`

What was emitted (15 bytes)
    1  data: forged\x1b\n
       \n

secure.encoder.no-injection-`))
	})

	It("is shown without bytes when there were none", func() {
		f := finding.Emit("format.item.no-data", &cases.Case{Emit: []cases.EmitItem{{Data: ptr("a")}}},
			&transcript.Transcript{Emitted: &transcript.Emitted{Rejected: ptr("no\x1b")}})
		Expect(f.Text()).To(And(ContainSubstring(`the subject's own word: "no\x1b"`), Not(ContainSubstring("What was emitted"))))
	})

	It("puts nothing into the file but its own lines, whatever a reconnection time is", func() {
		f := emission(cases.EmitItem{Retry: json.RawMessage("1\nmore: yes")}, "")
		Expect(string(f.YAML())).NotTo(ContainSubstring("\nmore"))
	})

	DescribeTable("has the ways out that are right, where the loader would set others",
		func(item cases.EmitItem, accept []string, want string) {
			f := finding.Emit("format.item.no-data", &cases.Case{Emit: []cases.EmitItem{item}, Accept: accept}, nil)
			Expect(loaded(f).Ways()).To(Equal(accept))
			_, line, _ := strings.Cut(string(f.YAML()), "    accept: ")
			Expect(line).To(Equal(want))
		},
		Entry("exact", cases.EmitItem{Data: ptr("a")}, []string{cases.Exact}, ""),
		Entry("exact or rejected", cases.EmitItem{Comment: ptr("a")}, []string{cases.Exact, cases.Rejected}, "[exact, rejected]\n"),
		Entry("what cannot be carried", cases.EmitItem{ID: ptr("a\n")}, []string{cases.Rejected, cases.Neutralised}, ""),
		Entry("what must be rejected", cases.EmitItem{ID: ptr("a\n")}, []string{cases.Rejected}, "[rejected]\n"),
	)
})

var _ = Describe("The name of a finding", func() {
	base := finding.Stream("parse.data.append", in("data: a|\n\n"), saw(), stream.Reports{})

	It("is the same whoever failed it, and whatever came", func() {
		again := finding.Stream("parse.data.append", in("data: a|\n\n"), saw("x"), stream.Reports{Retries: true})
		again.Title, again.Subject.Name, again.Campaign = "Another title", "other", "other"
		Expect(again.Name()).To(Equal(base.Name()))
	})

	DescribeTable("is another",
		func(f finding.Finding) { Expect(f.Name()).NotTo(Equal(base.Name())) },
		Entry("for another rule", finding.Stream("parse.data.append-x", in("data: a|\n\n"), saw(), stream.Reports{})),
		Entry("for other bytes", finding.Stream("parse.data.append", in("data: b|\n\n"), saw(), stream.Reports{})),
		Entry("for other cuts", finding.Stream("parse.data.append", in("data: |a\n\n"), saw(), stream.Reports{})),
		Entry("without cuts", finding.Stream("parse.data.append", in("data: a\n\n"), saw(), stream.Reports{})),
		Entry("for items", finding.Emit("parse.data.append", &cases.Case{Emit: []cases.EmitItem{{}}}, nil)),
	)

	It("differs with the items", func() {
		Expect(emission(cases.EmitItem{Data: ptr("a")}, "").Name()).NotTo(Equal(emission(cases.EmitItem{Data: ptr("b")}, "").Name()))
		Expect(emission(cases.EmitItem{Data: ptr("")}, "").Name()).NotTo(Equal(emission(cases.EmitItem{}, "").Name()))
	})
})
