package judge_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// withEnd is a case of these items and a sentinel.
func withEnd(items ...cases.EmitItem) *cases.Case {
	return &cases.Case{Suite: "s", ID: "c", Emit: append(items, cases.EmitItem{Data: ptr("END")})}
}

var _ = Describe("Emit, of a value that begins a field", func() {
	DescribeTable("a field that a value begins, and that the item's own field writes over",
		func(item cases.EmitItem, wire string, verdict reports.Verdict, words string) {
			t := &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire + "data: END\n\n")}}
			j := judge.Emit(withEnd(item), t)
			Expect(j.Verdict).To(Equal(verdict), j.Message)
			Expect(j.Message).To(ContainSubstring(words))
		},
		Entry("an id of an event type",
			cases.EmitItem{Event: ptr("x\nid: forged"), ID: ptr("1"), Data: ptr("safe")},
			"event: x\nid: forged\nid: 1\ndata: safe\n\n", reports.Fail, "line 3, at byte 20, is the second id of one block"),
		Entry("an event type of an id",
			cases.EmitItem{ID: ptr("7\revent: forged"), Event: ptr("login"), Data: ptr("safe")},
			"id: 7\revent: forged\nevent: login\ndata: safe\n\n", reports.Fail, "line 3, at byte 20, is the second event of one block"),
		Entry("none, where the break is taken out",
			cases.EmitItem{Event: ptr("x\nid: forged"), ID: ptr("1"), Data: ptr("safe")},
			"event: xid: forged\nid: 1\ndata: safe\n\n", reports.Pass, "arrived without the break"),
		Entry("one written twice is no fault where no value holds a break",
			cases.EmitItem{Event: ptr("x"), ID: ptr("1"), Data: ptr("safe")},
			"event: x\nid: 0\nid: 1\ndata: safe\n\n", reports.Pass, ""),
	)

	It("an id that stands behind one with NUL, which readers ignore", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		all := corpus.Cases()
		at := slices.IndexFunc(all, func(c *cases.Case) bool { return c.Name() == "emit/injection-id/lf-behind-nul" })
		wire := "id: 7\x00\nid: data: forged\nevent: login\ndata: safe\n\ndata: END\n\n"
		j := judge.Emit(all[at], &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire)}})
		Expect(j.Verdict).To(Equal(reports.Fail))
		Expect(j.Message).To(ContainSubstring(`a value forged structure: event 1 of 2 is event "login", data "safe", lastEventId "data: forged"`))
	})
})
