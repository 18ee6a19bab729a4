package cases_test

import (
	"encoding/json"
	"errors"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// catalogue is a small one, so that these specs stand alone.
func catalogue() *requirements.Catalogue {
	GinkgoHelper()
	c, err := requirements.Parse([]byte(`
- {id: parse.data.append, level: must, side: parser, title: Data is appended}
- {id: parse.field.ignore, level: may, side: parser, title: Others are ignored}
- {id: connect.retry, level: must, side: client, title: The client reconnects}
- {id: serve.status, level: must, side: server, title: The status is 200}
`), "requirements.yaml")
	Expect(err).NotTo(HaveOccurred())
	return c
}

func load(files map[string]string) (*cases.Corpus, error) {
	GinkgoHelper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return cases.Load(fsys, catalogue())
}

// loadCase loads one suite with the lines of one case in it.
func loadCase(lines string) (*cases.Case, error) {
	GinkgoHelper()
	corpus, err := load(map[string]string{"fields/data.yaml": inSuite(lines)})
	if err != nil {
		return nil, err
	}
	return corpus.Cases()[0], nil
}

// head is what comes before the lines of a case: the case's first line is line 4.
const head = "suite: fields/data\ntitle: The data field\ncases:\n"

func inSuite(lines string) string { return head + lines }

// good is a case without a mistake, lines 4 to 8 of its file.
const good = `  - id: two-lines
    title: Lines are joined
    requirements: [parse.data.append]
    stream: ["data: a\n", "data: b\n\n"]
    expect: [{data: "a\nb"}]
`

var _ = Describe("Load", func() {
	It("reads a case with all that a stream case may have", func() {
		c, err := loadCase(`  - id: everything
    title: Every form of an item and of an event
    note: "Source: https://example.org/1"
    level: may
    requirements: [parse.data.append, parse.field.ignore]
    labels: [multi-line, long]
    variants: [as-written, whole]
    stream:
      - "data: é\n"
      - ""
      - {hex: "ef bb BF"}
      - {base64: "AAE="}
      - {repeat: "ab", times: 3}
      - {pause: 20ms}
      - {stall: 2s}
    expect:
      any-of:
        - grade: pass
          events: [{event: login, data: [a, {repeat: b, times: 3}, c], lastEventId: "1"}, {data: x, times: 2}]
        - {grade: info, note: Some engines do, events: [{data: ""}]}
    finally: {reconnection-time: 1500}
`)
		Expect(err).NotTo(HaveOccurred())
		Expect(c.Name()).To(Equal("fields/data/everything"))
		Expect(c.Area()).To(Equal("fields"))
		Expect(c.Kind()).To(Equal(cases.KindStream))
		Expect(c.Level).To(Equal(requirements.May))
		Expect(c.Sides()).To(Equal([]string{"parser"}))
		Expect(c.Stream).To(HaveLen(7))
		var wire []byte
		for i := range c.Stream {
			wire = c.Stream[i].Append(wire)
		}
		Expect(string(wire)).To(Equal("data: é\n\xef\xbb\xbf\x00\x01ababab"))
		Expect(c.Stream[5].Wait().Milliseconds()).To(BeEquivalentTo(20))
		Expect(c.Stream[6].Ends()).To(BeTrue())
		answers := c.Expect.Answers()
		Expect(answers).To(HaveLen(2))
		Expect(answers[0].Events).To(Equal([]cases.Event{
			{Event: "login", Data: "abbbc", LastEventID: "1"}, {Data: "x"}, {Data: "x"},
		}))
		Expect(answers[0].Events[1].Spec().Type).To(Equal("message"))
		Expect(*c.Finally.ReconnectionTime).To(BeEquivalentTo(1500))
		file, line := c.Position()
		Expect(file).To(Equal("fields/data.yaml"))
		Expect(line).To(Equal(4))
	})

	It("reads several pieces as one write", func() {
		c, err := loadCase(`  - id: pieces
    title: A write of pieces
    requirements: [parse.data.append]
    stream: [["data: ", {hex: "ff"}, {repeat: "x\n", times: 2}, {base64: "Cg=="}], "data: b\n\n"]
    expect: [{data: "\uFFFDx"}, {data: b}]
`)
		Expect(err).NotTo(HaveOccurred())
		Expect(c.Stream[0].Size()).To(Equal(12))
		Expect(chunks(named(c, "as written"))).To(Equal([]string{"data: \xffx\nx\n\n", "data: b\n\n"}))
		c.LineEndings = cases.LineEndingsAny
		Expect(chunks(named(c, "as written, CRLF"))).To(Equal([]string{"data: \xffx\r\nx\r\n\r\n", "data: b\r\n\r\n"}))
		written, err := json.Marshal(c.Stream[0])
		Expect(err).NotTo(HaveOccurred())
		Expect(written).To(MatchJSON(`["data: ", {"hex": "ff"}, {"repeat": "x\n", "times": 2}, {"hex": "0a"}]`))
	})

	It("lets a case that a campaign found expect nothing, of a stream of nothing, too", func() {
		corpus, err := load(map[string]string{"parse.data.append-1a2b3c4d5e.yaml": `suite: parse.data.append-1a2b3c4d5e
title: Data is appended
cases:
  - {id: found, title: Nothing comes of nothing, found: by chance, requirements: [parse.data.append], stream: [""], expect: []}
  - {id: other, title: One of several answers, found: by chance, requirements: [parse.data.append], stream: [a],
     expect: {any-of: [{grade: pass, events: []}, {grade: pass, events: [{data: a}]}]}}
  - {id: emitted, title: Nothing must arrive, found: by chance, requirements: [parse.data.append], emit: [{event: a}]}
`})
		Expect(err).NotTo(HaveOccurred())
		c := corpus.Cases()[0]
		Expect(c.Name()).To(Equal("parse.data.append-1a2b3c4d5e/found"))
		Expect(c.Found).To(Equal("by chance"))
		Expect(names(cases.ParserVariants(c))).To(Equal([]string{"as written"}))
		Expect(cases.Lint(corpus, nil).Errors).To(HaveLen(0))
	})

	It("takes the level from the strongest requirement", func() {
		c, err := loadCase(`  - {id: a, title: It is joined, requirements: [parse.field.ignore, parse.data.append], stream: ["data: a\n\n"], expect: [{data: a}]}`)
		Expect(err).NotTo(HaveOccurred())
		Expect(c.Level).To(Equal(requirements.Must))
	})

	It("reads text in every style of YAML to the byte", func() {
		c, err := loadCase(`  - id: styles
    title: All styles of text
    requirements: [parse.data.append]
    stream:
      - "\0\a\b\e\f\n\r\t\v\N\_\L\P\x41\u00e9\U0001F600\/\\\"\
         joined"
      - 'it''s \n'
      - plain text
      - |
        literal
          text
      - >-
        folded
        text
      - "\uFEFFdata"
    expect: [{data: a}]
`)
		Expect(err).NotTo(HaveOccurred())
		var texts []string
		for i := range c.Stream {
			texts = append(texts, string(c.Stream[i].Append(nil)))
		}
		Expect(texts).To(Equal([]string{
			"\x00\a\b\x1b\f\n\r\t\v\u0085\u00a0\u2028\u2029Aé😀/\\\"joined",
			`it's \n`, "plain text", "literal\n  text\n", "folded text", "\uFEFFdata",
		}))
	})

	It("reads a file with CRLF and a byte order mark", func() {
		corpus, err := load(map[string]string{"fields/data.yaml": "\uFEFF" + crlf(inSuite(good))})
		Expect(err).NotTo(HaveOccurred())
		Expect(string(corpus.Cases()[0].Stream[0].Append(nil))).To(Equal("data: a\n"))
	})

	It("leaves hidden files and the catalogue beside the cases alone", func() {
		corpus, err := load(map[string]string{
			"fields/data.yaml": inSuite(good), "requirements.yaml": "- {}", ".hidden.yaml": "x", ".git/a.yaml": "x", "README.md": "x",
		})
		Expect(err).NotTo(HaveOccurred())
		Expect(corpus.Suites).To(HaveLen(1))
	})

	It("gives other files another digest", func() {
		a, err := load(map[string]string{"fields/data.yaml": inSuite(good)})
		Expect(err).NotTo(HaveOccurred())
		b, err := load(map[string]string{"fields/data.yaml": inSuite(good) + "# more\n"})
		Expect(err).NotTo(HaveOccurred())
		Expect(a.Digest()).NotTo(Equal(b.Digest()))
	})

	It("reports every mistake of every file at once, in order", func() {
		_, err := load(map[string]string{
			"b/two.yaml":  "suite: b/two\ntitle: Two\ncases: []\nmore: 1\n",
			"a/one.yaml":  "suite: [\n",
			"b/three.yml": "x",
		})
		var errs cases.Errors
		Expect(errors.As(err, &errs)).To(BeTrue())
		var places []string
		for _, e := range errs {
			places = append(places, e.Error())
		}
		Expect(places).To(Equal([]string{
			"a/one.yaml:1:8: sequence end token ']' not found",
			"b/three.yml: a case file ends in .yaml; this one would not be read",
			"b/two.yaml:3:8: a suite without cases",
			`b/two.yaml:4:1: unknown key "more"`,
		}))
		var one *cases.Error
		Expect(errors.As(err, &one)).To(BeTrue())
	})

	It("says where there is no case file at all", func() {
		_, err := load(nil)
		Expect(err).To(MatchError(ContainSubstring("no case file here")))
	})
})

func crlf(text string) string {
	out := ""
	for _, r := range text {
		if r == '\n' {
			out += "\r"
		}
		out += string(r)
	}
	return out
}
