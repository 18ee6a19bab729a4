package junit_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/internal/sample"
	"github.com/ssecheck/ssecheck/reports/junit"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// The elements as a CI system reads them: types of our own, so that a mistake
// in the writer's types cannot hide here.
type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Suites   []struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Cases    []testcase `xml:"testcase"`
	} `xml:"testsuite"`
}

type testcase struct {
	Name      string   `xml:"name,attr"`
	Classname string   `xml:"classname,attr"`
	Time      string   `xml:"time,attr"`
	Failure   *element `xml:"failure"`
	Error     *element `xml:"error"`
	Skipped   *element `xml:"skipped"`
	Out       string   `xml:"system-out"`
}

type element struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func written(r *reports.Report) string {
	GinkgoHelper()
	var out bytes.Buffer
	Expect(junit.Write(&out, r)).To(Succeed())
	return out.String()
}

func read(text string) suites {
	GinkgoHelper()
	var doc suites
	Expect(xml.Unmarshal([]byte(text), &doc)).To(Succeed())
	return doc
}

// elements counts start tags, without any structure of ours.
func elements(text string) map[string]int {
	GinkgoHelper()
	counts := map[string]int{}
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if token == nil {
			Expect(err).To(MatchError("EOF"))
			return counts
		}
		if start, ok := token.(xml.StartElement); ok {
			counts[start.Name.Local]++
		}
	}
}

func find(doc suites, name string) testcase {
	GinkgoHelper()
	for _, s := range doc.Suites {
		for _, c := range s.Cases {
			if c.Name == name {
				return c
			}
		}
	}
	Fail("no testcase " + name)
	return testcase{}
}

var _ = Describe("The JUnit report", func() {
	It("is the golden file", func() {
		text, file := written(sample.Report()), filepath.Join("testdata", "report.xml")
		if *update {
			Expect(os.WriteFile(file, []byte(text), 0o644)).To(Succeed())
		}
		want, err := os.ReadFile(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(text).To(Equal(string(want)), "go test ./reports/junit -update, then look at git diff")
	})

	It("has an element for each case, failure, error and skip", func() {
		// The sample: 10 cases; 2 failures and 1 stale entry of the known-failing
		// list; 1 error; 3 skips and 1 known failure.
		Expect(elements(written(sample.Report()))).To(And(
			HaveKeyWithValue("testsuite", 2),
			HaveKeyWithValue("testcase", 10),
			HaveKeyWithValue("failure", 3),
			HaveKeyWithValue("error", 1),
			HaveKeyWithValue("skipped", 4),
		))
	})

	It("counts in its attributes what it holds", func() {
		doc := read(written(sample.Report()))
		Expect([]int{doc.Tests, doc.Failures, doc.Errors}).To(Equal([]int{10, 3, 1}))
		parser, server := doc.Suites[0], doc.Suites[1]
		Expect([]int{parser.Tests, parser.Failures, parser.Errors, parser.Skipped}).To(Equal([]int{7, 3, 1, 2}))
		Expect([]int{server.Tests, server.Failures, server.Errors, server.Skipped}).To(Equal([]int{3, 0, 0, 2}))
	})

	It("names suites by subject and cases by their full names, in order", func() {
		r := sample.Report()
		doc := read(written(r))
		Expect(doc.Suites).To(HaveLen(2))
		Expect(doc.Suites[0].Name).To(Equal("parser npm eventsource-parser 3.0.6"))
		Expect(doc.Suites[1].Name).To(Equal("server nginx 1.26.3"))
		for i, s := range r.Subjects {
			for j, result := range s.Results {
				Expect(doc.Suites[i].Cases[j].Name).To(Equal(result.Case))
				Expect(doc.Suites[i].Cases[j].Classname).To(Equal(doc.Suites[i].Name))
			}
		}
		Expect(doc.Suites[0].Cases[0].Time).To(Equal("0.00225"))
	})

	It("tells two subjects of one name apart", func() {
		r := sample.Report()
		r.Subjects = append(r.Subjects, r.Subjects[0])
		Expect(read(written(r)).Suites[2].Name).To(Equal("parser npm eventsource-parser 3.0.6 (2)"))
	})

	It("tells of a failure the rule, the variant, the difference and the command", func() {
		failure := find(read(written(sample.Report())), "fields/data/two-lines").Failure
		for _, part := range []string{
			`expected data "first line\nsecond line", got "first line second line"`,
			"parse.data.append", "https://html.spec.whatwg.org/multipage/server-sent-events.html#processField",
			"cut at byte 12, CRLF", `- data: "first line\nsecond line"`, `+ data: "first line second line"`,
			"ssecheck run --parser 'node adapter.mjs' --run fields/data/two-lines",
		} {
			Expect(failure.Text).To(ContainSubstring(part))
		}
	})

	It("tells of an error what the adapter wrote", func() {
		broken := find(read(written(sample.Report())), "fields/data/crash")
		Expect(broken.Failure).To(BeNil())
		Expect(broken.Error.Text).To(ContainSubstring("could not be started anew"))
		Expect(broken.Out).To(ContainSubstring("TypeError: Cannot read properties of undefined\n    at parse"))
	})

	It("tells of a problem outside the cases", func() {
		r := sample.Report()
		r.Subjects[1].Problem = "one answer too many"
		text := written(r)
		Expect(elements(text)).To(And(HaveKeyWithValue("testcase", 11), HaveKeyWithValue("error", 2)))
		Expect(find(read(text), junit.Problem).Error.Text).To(ContainSubstring("one answer too many"))
	})

	It("tells of a skip the kind and the reason", func() {
		Expect(find(read(written(sample.Report())), "resume/ids/no-gap").Skipped.Message).
			To(Equal("skipped - not-observed: no event arrived within 10s"))
	})

	It("makes a known failure neither red nor green", func() {
		known := find(read(written(sample.Report())), "fields/event/case")
		Expect(known.Failure).To(BeNil())
		Expect(known.Skipped.Message).To(Equal("skipped - known failure: mended in the next release: expected no event, got 1"))
	})

	It("makes a stale entry of the known-failing list red", func() {
		stale := find(read(written(sample.Report())), "fields/id/empty")
		Expect(stale.Failure.Message).To(ContainSubstring("take the entry out of the list"))
		Expect(stale.Failure.Message).To(ContainSubstring("issue 12"))
	})

	It("holds nothing of level info against a subject", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].Level = requirements.Info
		Expect(find(read(written(r)), "fields/data/two-lines").Skipped.Message).To(HavePrefix("skipped - for information: event 1"))
	})

	It("takes no orders from a subject", func() {
		text := written(sample.Hostile())
		for _, r := range text {
			Expect(r == '\n' || unicode.IsPrint(r)).To(BeTrue(), "%U", r)
		}
		for line := range strings.SplitSeq(text, "\n") {
			Expect(strings.TrimSpace(line)).NotTo(HavePrefix("::"))
			Expect(line).NotTo(ContainSubstring("##vso["))
		}
		doc := read(text)
		Expect(doc.Suites[0].Cases).To(HaveLen(5), "four, and the problem outside of them")
		Expect(text).NotTo(ContainSubstring("\ufffd"), "encoding/xml had to replace a character")
		Expect(doc.Suites[0].Cases[0].Failure.Text).To(ContainSubstring(`\x1b[2J`))
	})

	It("keeps what looks like a colour of Ginkgo's", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].Message = "got {{red}}x{{/}}"
		Expect(find(read(written(r)), "fields/data/two-lines").Failure.Text).To(ContainSubstring(`got {\x7bred}}x{\x7b/}}`))
	})

	It("is a document without any subject, too", func() {
		Expect(elements(written(&reports.Report{}))).To(Equal(map[string]int{"testsuites": 1}))
	})

	It("leaves nothing in the temporary folder", func() {
		folder := GinkgoT().TempDir()
		GinkgoT().Setenv("TMPDIR", folder)
		GinkgoT().Setenv("TMP", folder) // Windows
		written(sample.Report())
		Expect(os.ReadDir(folder)).To(BeEmpty())
	})

	It("says when it cannot be written", func() {
		Expect(junit.Write(brokenWriter{}, sample.Report())).To(MatchError("write the JUnit report: no space"))
	})
})

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space") }
