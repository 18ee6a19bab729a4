package cases_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func lint(lines string) cases.LintReport {
	GinkgoHelper()
	corpus, err := load(map[string]string{"fields/data.yaml": inSuite(lines)})
	Expect(err).NotTo(HaveOccurred())
	return cases.Lint(corpus, nil)
}

// oneCase is a case of one line, named by its id.
func oneCase(id, more string) string {
	return fmt.Sprintf("  - {id: %s, title: About %s, requirements: [parse.data.append], %s}\n", id, id, more)
}

var _ = Describe("Lint", func() {
	It("has nothing to say of a good corpus", func() {
		report := lint(good)
		Expect(report.Errors).To(BeEmpty())
		Expect(report.Warnings).To(BeEmpty())
	})

	It("demands a case or an exclusion for every requirement", func() {
		corpus, err := load(map[string]string{"fields/data.yaml": inSuite(good)})
		Expect(err).NotTo(HaveOccurred())
		report := cases.Lint(corpus, []requirements.Requirement{
			{ID: "parse.data.append", Level: "must", Side: requirements.Parser, Title: "A"},
			{ID: "parse.other", Level: "must", Side: requirements.Parser, Title: "B"},
			{ID: "format.other", Level: "should", Side: requirements.Format, Title: "C"},
			{ID: "serve.other", Level: "may", Side: requirements.Server, Title: "D"},
			{ID: "serve.hidden", Level: "may", Side: requirements.Server, Title: "D", Excluded: "nobody sees it"},
			{ID: "connect.other", Level: "must", Side: requirements.Client, Title: "E"},
		})
		Expect(report.Errors).To(HaveLen(4))
		Expect(report.Errors.Err()).To(MatchError(`requirements.yaml: no case names the requirement connect.other (must, client): E
requirements.yaml: no case names the requirement format.other (should, format): C
requirements.yaml: no case names the requirement parse.other (must, parser): B
requirements.yaml: no case names the requirement serve.other (may, server): D`))
	})

	It("reports a requirement that is excluded and named all the same", func() {
		corpus, err := load(map[string]string{"fields/data.yaml": inSuite(good)})
		Expect(err).NotTo(HaveOccurred())
		report := cases.Lint(corpus, []requirements.Requirement{{ID: "parse.data.append", Excluded: "nobody sees it"}})
		Expect(report.Errors.Err()).To(MatchError(
			"fields/data.yaml:4:9: fields/data/two-lines names the requirement parse.data.append, which is excluded: nobody sees it"))
	})

	DescribeTable("finds", func(lines, wantError, wantWarning string) {
		report := lint(lines)
		for text, errs := range map[string]cases.Errors{wantError: report.Errors, wantWarning: report.Warnings} {
			if text == "" {
				Expect(errs).To(BeEmpty())
				continue
			}
			Expect(errs).To(HaveLen(1))
			Expect(errs[0].Error()).To(ContainSubstring(text))
		}
	},
		Entry("a title that comes again in the suite", good+`  - {id: b, title: Lines are joined, requirements: [parse.data.append], stream: ["data: a\n\n"], expect: [{data: a}]}`+"\n",
			`fields/data.yaml:9:10: the title of fields/data/b is that of fields/data/two-lines: "Lines are joined"`, ""),
		Entry("a stream that comes again with the same expectation",
			oneCase("a", `stream: ["data: a\n\n"], expect: [{data: a}]`)+oneCase("b", `stream: ["data: a\n\n"], expect: [{data: a}]`),
			"", "fields/data.yaml:5:10: fields/data/b has the same stream and expectation as fields/data/a"),
		Entry("nothing in a stream that comes again cut elsewhere",
			oneCase("a", `stream: ["data: a\n\n"], expect: [{data: a}]`)+oneCase("b", `stream: ["data: ", "a\n\n"], expect: [{data: a}]`), "", ""),
		Entry("items that come again with the same checks",
			oneCase("a", `emit: [{data: a}], never: [{data: b}], wire: [no-bom]`)+oneCase("b", `emit: [{data: a}], accept: [exact], never: [{data: b}], wire: [no-bom]`),
			"", "fields/data.yaml:5:10: fields/data/b has the same items as fields/data/a"),
		Entry("nothing in items that come again with other checks",
			oneCase("a", `emit: [{data: a}], never: [{data: b}]`)+oneCase("b", `emit: [{data: a}], never: [{data: c}]`), "", ""),
		Entry("a long text written out", oneCase("a", `stream: ["data: `+strings.Repeat("x", 1100)+`\n\n"], expect: [{data: [{repeat: x, times: 1100}]}]`),
			"", "item 1 of fields/data/a has 1108 bytes written out"),
		Entry("an expectation that is not the standard's", oneCase("a", `stream: ["data: a\n\n"], expect: [{data: " a"}]`),
			"fields/data/a: the standard's own steps give other events (- expected, + given)", ""),
		Entry("an id that the expectation forgot", oneCase("a", `line-endings: any, stream: ["data: a\n\nid: 1\n\n\ndata: b\n\n"], expect: [{data: a}, {data: b}]`),
			"the standard's own steps give other events", ""),
		Entry("no answer of several that is the standard's", oneCase("a", `stream: ["data: a\n\n"], expect: {any-of: [{grade: pass, events: [{data: b}]}, {grade: pass, events: [{data: c}]}]}`),
			"the standard's own steps give other events", ""),
		Entry("nothing where one of several answers is the standard's", oneCase("a", `stream: ["data: a\n\n"], expect: {any-of: [{grade: pass, events: [{data: b}]}, {grade: pass, events: [{data: a}]}]}`),
			"", ""),
		Entry("a long text written out among the pieces of a write", oneCase("a", `stream: [["data: ", "`+strings.Repeat("x", 1100)+`", "\n\n"]], expect: [{data: [{repeat: x, times: 1100}]}]`),
			"", "item 1 of fields/data/a has 1100 bytes written out"),
		Entry("a write of pieces that comes again",
			oneCase("a", `stream: [["data: ", "a\n\n"]], expect: [{data: a}]`)+oneCase("b", `stream: [["data: ", "a\n\n"]], expect: [{data: a}]`),
			"", "fields/data/b has the same stream and expectation as fields/data/a"),
		Entry("nothing in pieces that come again as writes of their own",
			oneCase("a", `stream: [["data: ", "a\n\n"]], expect: [{data: a}]`)+oneCase("b", `stream: ["data: ", "a\n\n"], expect: [{data: a}]`), "", ""),
		Entry("nothing in streams that differ in what must hold at the end alone",
			oneCase("a", `stream: ["retry: 5\ndata: a\n\n"], expect: [{data: a}], finally: {reconnection-time: 5}`)+
				oneCase("b", `stream: ["retry: 5\ndata: a\n\n"], expect: [{data: a}]`), "", ""),
		Entry("a reconnection time that must not be", oneCase("a", `stream: ["retry: 5\ndata: a\n\n"], expect: [{data: a}], finally: {no-reconnection-time: true}`),
			"the standard's own steps give the reconnection times [5], and not none at the end", ""),
		Entry("nothing where there is no reconnection time", oneCase("a", `stream: ["retry: x\ndata: a\n\n"], expect: [{data: a}], finally: {no-reconnection-time: true}`),
			"", ""),
		Entry("a reconnection time that is not the standard's", oneCase("a", `stream: ["retry: 5\nretry: x\ndata: a\n\n"], expect: [{data: a}], finally: {reconnection-time: 6}`),
			"the standard's own steps give the reconnection times [5], and not 6 at the end", ""),
		Entry("nothing in a reconnection time that is the standard's", oneCase("a", `stream: ["retry: 5\nretry: 6\ndata: a\n\n"], expect: [{data: a}], finally: {reconnection-time: 6}`),
			"", ""),
	)
})

var _ = Describe("LoadFolder", func() {
	folder := func(files map[string]string) string {
		dir := GinkgoT().TempDir()
		for name, text := range files {
			file := filepath.Join(dir, filepath.FromSlash(name))
			Expect(os.MkdirAll(filepath.Dir(file), 0o700)).To(Succeed())
			Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
		}
		return dir
	}

	It("reads a user's cases and the requirements beside them", func() {
		dir := folder(map[string]string{
			"requirements.yaml": "- {id: mine.order, level: should, side: server, title: Orders come in order}\n",
			"mine.yaml": `suite: mine
title: Mine
cases: [{id: a, title: It is mine, requirements: [mine.order, parse.data.append], stream: ["data: a\n\n"], expect: [{data: a}]}]
`})
		loaded, err := cases.LoadFolder(dir, catalogue())
		Expect(err).NotTo(HaveOccurred())
		Expect(loaded.Own).To(HaveLen(1))
		Expect(loaded.Catalogue.All()).To(HaveLen(5))
		c := loaded.Corpus.Cases()[0]
		Expect(c.Name()).To(Equal("mine/a"))
		Expect(c.Sides()).To(Equal([]string{"server", "parser"}))
		file, line := c.Position()
		Expect(file).To(Equal(filepath.Join(dir, "mine.yaml")))
		Expect(line).To(Equal(3))
	})

	It("names the files of mistakes so that an editor finds them", func() {
		dir := folder(map[string]string{"mine.yaml": "suite: mine\n"})
		_, err := cases.LoadFolder(dir, catalogue())
		Expect(err).To(MatchError(HavePrefix(filepath.Join(dir, "mine.yaml") + ":1:1: ")))
	})

	It("reports mistakes in the requirements in the same form", func() {
		dir := folder(map[string]string{"mine.yaml": "suite: mine\n", "requirements.yaml": "- {id: Mine, level: most, side: server, title: T}\n"})
		_, err := cases.LoadFolder(dir, catalogue())
		Expect(err).To(BeAssignableToTypeOf(cases.Errors{}))
		Expect(err.(cases.Errors)).To(HaveLen(2))
		Expect(err).To(MatchError(ContainSubstring(filepath.Join(dir, "requirements.yaml") + ":1:")))
	})

	It("reports an id that the catalogue has already", func() {
		dir := folder(map[string]string{"requirements.yaml": "- {id: serve.status, level: must, side: server, title: T}\n"})
		_, err := cases.LoadFolder(dir, catalogue())
		Expect(err).To(MatchError(ContainSubstring(`the id "serve.status" is taken`)))
	})

	It("says what is no folder", func() {
		dir := folder(map[string]string{"a": ""})
		for _, name := range []string{filepath.Join(dir, "gone"), filepath.Join(dir, "a")} {
			_, err := cases.LoadFolder(name, catalogue())
			Expect(err).To(MatchError(ContainSubstring(name)))
		}
	})
})

var _ = Describe("Join", func() {
	It("puts two corpora together, and refuses a name that is in both", func() {
		a, err := load(map[string]string{"fields/data.yaml": inSuite(good)})
		Expect(err).NotTo(HaveOccurred())
		b, err := load(map[string]string{"a/mine.yaml": "suite: a/mine\ntitle: T\ncases:\n" + good})
		Expect(err).NotTo(HaveOccurred())
		joined, err := cases.Join(a, b)
		Expect(err).NotTo(HaveOccurred())
		Expect(joined.Cases()).To(HaveLen(2))
		Expect(joined.Cases()[0].Name()).To(Equal("a/mine/two-lines"))
		Expect(joined.Digest()).NotTo(BeElementOf(a.Digest(), b.Digest()))
		_, err = cases.Join(joined, a)
		Expect(err).To(MatchError("fields/data.yaml:4:9: the name fields/data/two-lines is taken by a case of the corpus"))
	})
})
