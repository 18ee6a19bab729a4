package judge_test

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

var _ = Describe("Emit, of equal comments and reconnection times, the first of which may be left out", func() {
	hostile := cases.EmitItem{Event: ptr("x\ny"), Comment: ptr("hi"), Retry: json.RawMessage("5"), Data: ptr("a")}
	same := cases.EmitItem{Comment: ptr("hi"), Retry: json.RawMessage("5"), Data: ptr("b")}
	rare := cases.EmitItem{ID: ptr("1"), Comment: ptr("hi"), Retry: json.RawMessage("5")}
	lines := cases.EmitItem{Comment: ptr("hi\nthere")}
	either := []string{cases.Exact, cases.Rejected}

	DescribeTable("holds what came against the item that it must be of",
		func(first cases.EmitItem, accept []string, wire string, verdict reports.Verdict, words string) {
			c := withEnd(first, same)
			c.Accept = accept
			j := judge.Emit(c, &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire + "data: END\n\n")}})
			Expect(j.Verdict).To(Equal(verdict), j.Message)
			Expect(j.Message).To(ContainSubstring(words))
		},
		Entry("beside what cannot be carried", hostile, nil, ": hi\nretry: 5\ndata: b\n\n", reports.Pass, ""),
		Entry("beside what not every library has", rare, either, ": hi\nretry: 5\ndata: b\n\n", reports.Pass, ""),
		Entry("a comment of several lines", lines, either, ": hi\nretry: 5\ndata: b\n\n", reports.Pass, ""),
		Entry("one that came", rare, either, "id: 1\n: hi\nretry: 5\n\n: hi\nretry: 5\ndata: b\n\n", reports.Pass, ""),
		Entry("a comment of several lines that was cut", lines, either, ": hi\n\n: hi\nretry: 5\ndata: b\n\n", reports.Fail,
			`the comment of item 1 did not come back: no comment line "there"`),
		Entry("one that came before and not again", rare, either, "retry: 5\n\ndata: b\n\n", reports.Fail, `the comment of item 2 did not come back`),
		Entry("no reconnection time", rare, either, ": hi\n\ndata: b\n\n", reports.Fail, "the reconnection time of item 2 did not come back"),
	)
})
