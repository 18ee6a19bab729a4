package judge_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

var _ = Describe("Emit, of the bytes", func() {
	DescribeTable("checks", func(check, wire string, verdict reports.Verdict, words string) {
		c := emitting(end())
		c.Wire = []string{check}
		judged(c, wrote(wire), verdict, words)
	},
		Entry("a blank line at the end", cases.EndsWithBlankLine, endBlock, pass, ""),
		Entry("one by CR", cases.EndsWithBlankLine, "data: END\r\r", pass, ""),
		Entry("one by CRLF", cases.EndsWithBlankLine, "data: END\r\n\r\n", pass, ""),
		Entry("a block that is cut off", cases.EndsWithBlankLine, endBlock+": bye\n", fail, "the last block is not ended by a blank line"),
		Entry("half a line at the end", cases.EndsWithBlankLine, endBlock+"data", fail, "the last block is not ended by a blank line"),
		Entry("a byte order mark at the start", cases.NoBOM, "\uFEFF"+endBlock, fail, "begins with a byte order mark"),
		Entry("one elsewhere", cases.NoBOM, endBlock+"\uFEFF\n", pass, ""),
		Entry("UTF-8", cases.WellFormed, ": é\n"+endBlock, pass, ""),
		Entry("Latin-1", cases.WellFormed, ": \xE9\n"+endBlock, fail, "not well-formed UTF-8: line 1, at byte 2"),
		Entry("a surrogate", cases.WellFormed, ": \xED\xA0\x80\n"+endBlock, fail, "not well-formed UTF-8"),
		Entry("one kind of line end", cases.LineEndingsConsistent, ": a\r\n\r\ndata: END\r\n\r\n", pass, ""),
		Entry("CR alone", cases.LineEndingsConsistent, ": a\r\rdata: END\r\r", pass, ""),
		Entry("two kinds", cases.LineEndingsConsistent, ": a\n"+"data: END\r\n\r\n", fail, `lines are ended in two ways: by "\n", and at byte 13 by "\r\n"`),
		Entry("LF and CR", cases.LineEndingsConsistent, ": a\n\rdata: END\n\n", fail, `by "\n", and at byte 4 by "\r"`),
		Entry("lines that readers take", cases.Grammar, ": c\nid\nretry: 5\nevent:e\n\n"+endBlock, pass, ""),
		Entry("an unknown field", cases.Grammar, "foo: x\n"+endBlock, fail, "a line is none that readers take: line 1, at byte 0"),
		Entry("a line without a colon", cases.Grammar, "foo\n"+endBlock, fail, "no-colon"),
		Entry("a name in upper case", cases.Grammar, "ID: x\n"+endBlock, fail, "field-name-case"),
		Entry("a name with a space", cases.Grammar, "id : x\n"+endBlock, fail, "field-name-blanks"),
		Entry("a retry that is none", cases.Grammar, "retry: -1\n"+endBlock, fail, "bad-retry"),
		Entry("an empty retry", cases.Grammar, "retry:\n"+endBlock, fail, "empty-retry"),
		Entry("a retry of many digits", cases.Grammar, "retry: 99999999999999999999\n"+endBlock, pass, ""),
		Entry("NUL in an id", cases.Grammar, "id: a\x00\n"+endBlock, fail, "nul-in-id"),
		Entry("a block that is cut off", cases.Grammar, endBlock+": bye\n", fail, "cut-off-block"),
	)

	It("knows every word", func() {
		for _, w := range cases.WireChecks() {
			c := emitting(end())
			c.Wire = []string{w.Name}
			judged(c, wrote(endBlock), pass, "")
			judged(c, wrote("\uFEFFdata: END\n\n\xFF\r\n"), fail, "")
		}
	})

	It("does not look at the bytes of a body that is compressed, nor at the end of one that it has not whole", func() {

		conn := served(0, 0)
		conn.Body, conn.BodyBytes = []byte("\x1f\x8b\n\r\n\r"), 6
		c := emitting(block("data=a"), end())
		c.Wire = []string{cases.LineEndingsConsistent, cases.EndsWithBlankLine}
		t := &transcript.Transcript{Emitted: &transcript.Emitted{Conn: conn}}
		Expect(judge.Emit(c, t).Verdict).To(Equal(fail))
		conn.Header = append(conn.Header, transcript.Field{Name: "Content-Encoding", Value: "gzip"})
		judged(c, t, pass, "")
		conn.Header, conn.Body, conn.BodyBytes = nil, []byte("data: a"), 99
		judged(c, t, pass, "")
	})
})
