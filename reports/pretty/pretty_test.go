package pretty_test

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/internal/sample"
	"github.com/ssecheck/ssecheck/reports/pretty"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func page(r *reports.Report, o pretty.Options) string {
	GinkgoHelper()
	var out bytes.Buffer
	Expect(pretty.Write(&out, r, o)).To(Succeed())
	return out.String()
}

// clean is a subject that passed.
func clean() *reports.Report {
	r := sample.Report()
	r.Verdict = reports.Compliant
	r.Subjects = r.Subjects[1:]
	r.Subjects[0].Verdict = reports.Compliant
	r.Subjects[0].Results = r.Subjects[0].Results[:2]
	return r
}

var _ = DescribeTable("golden pages",
	func(name string, r *reports.Report, o pretty.Options) { golden(name, page(r, o)) },
	Entry("plain", "plain.txt", sample.Report(), pretty.Options{}),
	Entry("120 columns", "wide.txt", sample.Report(), pretty.Options{Width: 120}),
	Entry("narrow", "narrow.txt", sample.Report(), pretty.Options{Width: 40}),
	Entry("colours", "colours.txt", sample.Report(), pretty.Options{Profile: colorprofile.ANSI}),
	Entry("NO_COLOR on a terminal", "no-color.txt", sample.Report(), pretty.Options{Profile: colorprofile.ASCII}),
	Entry("verbose", "verbose.txt", sample.Report(), pretty.Options{Verbose: true}),
	Entry("quiet", "quiet.txt", sample.Report(), pretty.Options{Quiet: true}),
	Entry("compliant", "compliant.txt", clean(), pretty.Options{}),
	Entry("a hostile subject", "hostile.txt", sample.Hostile(), pretty.Options{}),
	Entry("nothing was done", "nothing.txt", &reports.Report{Verdict: reports.Incomplete, Interrupted: true}, pretty.Options{}),
)

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

var _ = DescribeTable("a hostile subject gives no orders",
	func(o pretty.Options) {
		text := page(sample.Hostile(), o)
		Expect(utf8.ValidString(text)).To(BeTrue())
		for _, r := range sgr.ReplaceAllString(text, "") {
			Expect(r == '\n' || unicode.IsPrint(r)).To(BeTrue(), "%U", r)
		}
		for line := range strings.SplitSeq(ansi.Strip(text), "\n") {
			Expect(strings.TrimSpace(line)).NotTo(HavePrefix("::"), "an order to GitHub Actions")
			Expect(line).NotTo(ContainSubstring("##vso["))
			Expect(line).NotTo(HavePrefix("COMPLIANT"))
		}
	},
	Entry("plain", pretty.Options{}),
	Entry("verbose", pretty.Options{Verbose: true}),
	Entry("narrow", pretty.Options{Width: 40, Verbose: true}),
	Entry("in colour", pretty.Options{Profile: colorprofile.TrueColor, Verbose: true}),
	Entry("quiet", pretty.Options{Quiet: true}),
)

var _ = Describe("A page", func() {
	DescribeTable("keeps to its width, but for links and commands",
		func(width int) {
			for line := range strings.SplitSeq(page(sample.Report(), pretty.Options{Width: width, Verbose: true}), "\n") {
				if strings.Contains(line, "https://") || strings.Contains(line, "ssecheck run") {
					continue
				}
				Expect(ansi.StringWidth(line)).To(BeNumerically("<=", width), line)
			}
		},
		Entry("80", 80), Entry("100", 100), Entry("120", 120),
	)

	It("says the same in colour as without", func() {
		Expect(ansi.Strip(page(sample.Report(), pretty.Options{Profile: colorprofile.TrueColor}))).
			To(Equal(page(sample.Report(), pretty.Options{})))
	})

	It("shows of a failure the rule, the link, the level, the wire, the difference, the variant and the command", func() {
		text := page(sample.Report(), pretty.Options{})
		for _, part := range []string{
			"fields/data/two-lines", "parse.data.append (must)",
			"https://html.spec.whatwg.org/multipage/server-sent-events.html#processField",
			`line\r\ndata: second line\r\n\r\n`, `+ data: "first line second line"`, "^",
			"cut at byte 12, CRLF", "ssecheck run --parser 'node adapter.mjs' --run fields/data/two-lines",
		} {
			Expect(text).To(ContainSubstring(part))
		}
	})

	It("shortens long repeats", func() {
		Expect(page(sample.Report(), pretty.Options{})).To(ContainSubstring(`data: x⟨×1048576⟩\n\ndata: END\n\n`))
	})

	It("shows a write's trailing space", func() {
		Expect(page(sample.Report(), pretty.Options{})).To(ContainSubstring(`data: first\x20`))
	})

	It("puts writes of one byte on one row and cuts the middle of a long transcript", func() {
		r := sample.Report()
		result := &r.Subjects[0].Results[1]
		result.Transcript = nil
		for _, b := range []byte("data: a\n\n") {
			result.Transcript = append(result.Transcript, reports.Entry{End: "runner", Kind: "send", Bytes: []byte{b}})
		}
		for range 100 {
			result.Transcript = append(result.Transcript, reports.Entry{End: "runner", Kind: "send", Bytes: []byte("id: 1\n")})
		}
		text := page(r, pretty.Options{})
		Expect(text).To(ContainSubstring(`data: a\n\n  (9 writes of one byte)`))
		Expect(text).To(ContainSubstring("… 77 more"))
		Expect(text).To(MatchRegexp(`603 │ id: 1\\n`), "the last write's offset: 9 + 99*6")
	})

	It("counts offsets for each connection and direction apart", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].Transcript = []reports.Entry{
			{Conn: 1, End: "subject", Kind: "receive", Bytes: []byte("12345")},
			{Conn: 2, End: "subject", Kind: "receive", Bytes: []byte("other")},
			{Conn: 1, End: "subject", Kind: "receive", Bytes: []byte("67")},
		}
		text := page(r, pretty.Options{})
		Expect(text).To(MatchRegexp(`#2 +← receive 0 │ other`))
		Expect(text).To(MatchRegexp(`#1 +← receive 5 │ 67`))
	})

	It("marks by carets what differs, in columns", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].Diff = "- data \"дом家a\"\n+ data \"дом家bc\""
		Expect(page(r, pretty.Options{})).To(ContainSubstring(
			"               - data \"дом家a\"\n" +
				"               + data \"дом家bc\"\n" +
				"                            ^^\n"))
	})

	It("shows of a long line what is around the difference", func() {
		r := sample.Report()
		long := strings.Repeat("abcdefghij", 50)
		r.Subjects[0].Results[1].Diff = "- " + long + "X" + long + "\n+ " + long + "Y" + long
		text := page(r, pretty.Options{})
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			if strings.Contains(line, "^") {
				at := ansi.StringWidth(line[:strings.Index(line, "^")])
				Expect(string([]rune(lines[i-2])[at])).To(Equal("X"))
				Expect(string([]rune(lines[i-1])[at])).To(Equal("Y"))
				return
			}
		}
		Fail("no caret in " + text)
	})

	It("shows the same error once and names the other cases", func() {
		r := sample.Report()
		results := &r.Subjects[0].Results
		broken := (*results)[6]
		for _, name := range []string{"a/b", "a/c", "a/d", "a/e", "a/f"} {
			broken.Case = name
			*results = append(*results, broken)
		}
		text := page(r, pretty.Options{})
		Expect(strings.Count(text, "could not be started anew")).To(Equal(1))
		Expect(text).To(ContainSubstring("The same error ended 5 other cases:\n        a/b\n        a/c\n        a/d\n        … 2 more (-v names them)"))
		Expect(page(r, pretty.Options{Verbose: true})).To(ContainSubstring("        a/f\n"))
	})

	It("shows the head of a response a field a line", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].Transcript = []reports.Entry{
			{Conn: 1, End: "subject", Kind: "response", Text: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX: \x1b open\r\n\r\n"},
		}
		text := page(r, pretty.Options{})
		Expect(text).To(MatchRegexp(`(?m)response *│ HTTP/1.1 200 OK$`))
		Expect(text).To(MatchRegexp(`(?m)^ *│ Content-Type: text/event-stream$`))
		Expect(text).To(MatchRegexp(`(?m)^ *│ X: \\x1b open$`))
	})

	It("shows the head of a response that came as bytes in the same way", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].Transcript = []reports.Entry{
			{Conn: 1, End: "subject", Kind: "response", Bytes: []byte("HTTP/1.1 200 OK\r\nX: y\nz\r\n\r\n")},
		}
		text := page(r, pretty.Options{})
		Expect(text).To(MatchRegexp(`(?m)response *│ HTTP/1.1 200 OK$`))
		Expect(text).To(MatchRegexp(`(?m)^ *│ X: y\\nz$`))
	})

	It("shows the same transcript once", func() {
		r := sample.Report()
		r.Subjects[0].Results[2].Transcript = r.Subjects[0].Results[1].Transcript
		text := page(r, pretty.Options{})
		Expect(strings.Count(text, `line\r\ndata: second line`)).To(Equal(1))
		Expect(text).To(ContainSubstring("wire     the same as of fields/data/two-lines, above\n"))
	})

	It("names no variant where there is only one", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].FailedVariant, r.Subjects[0].Results[1].Variants = "as written", 1
		Expect(strings.Count(page(r, pretty.Options{}), "variant  ")).To(Equal(2), "those of the two others")
	})

	It("keeps a lone removal and a lone addition apart from pairs", func() {
		r := sample.Report()
		r.Subjects[0].Results[1].Diff = "  same\n- gone\n  same\n+ extra\n+ more"
		text := page(r, pretty.Options{})
		Expect(text).To(ContainSubstring("- gone\n"))
		Expect(text).To(ContainSubstring("+ extra\n"))
		Expect(text).NotTo(ContainSubstring("^"))
	})

	It("does not count what is for information only", func() {
		r := clean()
		r.Subjects[0].Results[0].Level = requirements.Info
		r.Subjects[0].Results[0].Verdict = reports.Fail
		r.Subjects[0].Results[0].Message = "an empty retry is taken for 0"
		text := page(r, pretty.Options{})
		Expect(text).To(ContainSubstring("For information: 1"))
		Expect(text).To(ContainSubstring("an empty retry is taken for 0"))
		Expect(text).NotTo(ContainSubstring("FAIL "))
	})

	It("says when it cannot be written", func() {
		Expect(pretty.Write(brokenWriter{}, sample.Report(), pretty.Options{})).To(MatchError("write the report: no space"))
	})
})

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space") }
