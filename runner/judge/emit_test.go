package judge_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/encoder/itemtest"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// block is an item; each part is written name=value.
func block(parts ...string) cases.EmitItem {
	i := itemtest.Block(parts...)
	return cases.EmitItem{Comment: i.Comment, Event: i.Event, ID: i.ID, Data: i.Data, Retry: i.Retry}
}

// end is the sentinel.
func end() cases.EmitItem { return block("data=END") }

// emitting is a case of these items.
func emitting(items ...cases.EmitItem) *cases.Case {
	return &cases.Case{Suite: "s", ID: "c", Emit: items}
}

// accepting is the same with ways out.
func accepting(c *cases.Case, ways ...string) *cases.Case {
	c.Accept = ways
	return c
}

// wrote is the transcript of an encoder.
func wrote(wire string) *transcript.Transcript {
	return &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire)}}
}

func refused(word string) *transcript.Transcript {
	return &transcript.Transcript{Emitted: &transcript.Emitted{Rejected: &word}}
}

const endBlock = "data: END\n\n"

// judged judges and looks for words in the message; a pass of "" has none.
func judged(c *cases.Case, t *transcript.Transcript, verdict reports.Verdict, words string) {
	GinkgoHelper()
	j := judge.Emit(c, t)
	Expect(j.Verdict).To(Equal(verdict), j.Message+j.SkipReason+"\n"+j.Diff)
	Expect(j.Message).To(ContainSubstring(words))
	if verdict == reports.Pass && words == "" {
		Expect(j.Message).To(BeEmpty())
	}
}

const (
	pass = reports.Pass
	fail = reports.Fail
)

var _ = Describe("Emit", func() {
	DescribeTable("of what the format can carry", judged,
		Entry("data", emitting(block("data=a"), end()), wrote("data: a\n\n"+endBlock), pass, ""),
		Entry("data without the optional space, and CRLF", emitting(block("data=a"), end()), wrote("data:a\r\n\r\ndata:END\r\n\r\n"), pass, ""),
		Entry("all fields", emitting(block("event=e", "id=1", "retry=5", "comment=c", "data=a\r\nb\rc"), end()),
			wrote(": c\nid: 1\nretry: 5\ndata: a\ndata: b\ndata: c\nevent: e\n\n"+endBlock), pass, ""),
		Entry("the type message, written or not", emitting(block("event=message", "data=a"), block("event=", "data=b"), end()), wrote("data: a\n\nevent: message\ndata: b\n\n"+endBlock), pass, ""),
		Entry("nothing came", emitting(block("data=a"), end()), wrote(""), fail, `the event of item 1 did not come back: event "message", data "a"`),
		Entry("the sentinel is missing", emitting(block("data=a"), end()), wrote("data: a\n\n"), fail, "the event of item 2 did not come back"),
		Entry("the last blank line is missing", emitting(block("data=a"), end()), wrote("data: a\n\ndata: END\n"), fail, "the event of item 2 did not come back"),
		Entry("one too many", emitting(block("data=a"), end()), wrote("data: a\n\ndata: a\n\n"+endBlock), fail, `expected data "END", got "a" (they differ from byte 0 on)`),
		Entry("one too many at the end", emitting(block("data=a"), end()), wrote("data: a\n\n"+endBlock+endBlock), fail, "event 3 is one too many"),
		Entry("a leading space eaten", emitting(block("data= a"), end()), wrote("data: a\n\n"+endBlock), fail, `expected data " a", got "a"`),
		Entry("another type", emitting(block("event=e", "data=a"), end()), wrote("data: a\n\n"+endBlock), fail, `expected event type "e", got "message"`),
		Entry("a type that leaks", emitting(block("event=e", "data=a"), end()), wrote("event: e\ndata: a\n\nevent: e\n"+endBlock), fail, `expected event type "message", got "e"`),
		Entry("an id lost", emitting(block("id=1", "data=a"), end()), wrote("data: a\n\n"+endBlock), fail, `expected lastEventId "1", got ""`),
		Entry("an id out of nothing", emitting(block("data=a"), end()), wrote("id: 1\ndata: a\n\n"+endBlock), fail, `the item has no id, so the last event ID stays ""; it is "1"`),
		Entry("an id that was not reset", emitting(block("id=1", "data=a"), block("id=", "data=b"), end()), wrote("id: 1\ndata: a\n\ndata: b\n\n"+endBlock), fail, `expected lastEventId "", got "1"`),
		Entry("a retry lost", emitting(block("retry=5", "data=a"), end()), wrote("data: a\n\n"+endBlock), fail, "the reconnection time of item 1 did not come back: expected 5 ms"),
		Entry("a retry that no reader takes", emitting(block("retry=5", "data=a"), end()), wrote("retry: 5.0\ndata: a\n\n"+endBlock), fail, "expected 5 ms, readers see []"),
		Entry("retries in another order", emitting(block("retry=5", "data=a"), block("retry=9", "data=b"), end()), wrote("retry: 9\ndata: a\n\nretry: 5\ndata: b\n\n"+endBlock), fail, "the reconnection time of item 2 did not come back: expected 9 ms"),
		Entry("a retry of the subject's own beside it", emitting(block("retry=5", "data=a"), end()), wrote("retry: 9\n\nretry: 5\ndata: a\n\n"+endBlock), pass, ""),
		Entry("a comment lost", emitting(block("comment=c", "data=a"), end()), wrote("data: a\n\n"+endBlock), fail, `the comment of item 1 did not come back: no comment line "c"`),
		Entry("a comment without a space, among the subject's own", emitting(block("comment=c", "data=a"), end()), wrote(":own\n\n:c\ndata: a\n\n"+endBlock), pass, ""),
		Entry("a comment with spaces of its own", emitting(block("comment=  c", "data=a"), end()), wrote(":   c\ndata: a\n\n"+endBlock), pass, ""),
		Entry("the same without a space behind the colon", emitting(block("comment=  c", "data=a"), end()), wrote(":  c\ndata: a\n\n"+endBlock), pass, ""),
		Entry("a comment that lost its spaces", emitting(block("comment=  c", "data=a"), end()), wrote(": c\ndata: a\n\n"+endBlock), fail, "did not come back"),
		Entry("comments in another order", emitting(block("comment=c"), block("comment=d"), end()), wrote(": d\n\n: c\n\n"+endBlock), fail, `no comment line "d"`),
		Entry("a comment of lines", emitting(block("comment=c\r\nd"), end()), wrote(": c\n: d\n\n"+endBlock), pass, ""),
		Entry("a comment of lines on one", emitting(block("comment=c\nd"), end()), wrote(": c d\n\n"+endBlock), pass, `the comment arrived on one line, as "c d"`),
		Entry("a comment cut at its break", emitting(block("comment=c\nd"), end()), wrote(": c\n\n"+endBlock), fail, `no comment line "d"`),
		Entry("a type alone, beside a line break elsewhere", emitting(block("event=e"), block("data=a\nb"), end()), wrote("event: e\n\ndata: a\ndata: b\n\n"+endBlock), pass, ""),
		Entry("refused", emitting(block("data=a"), end()), refused("no\x1b"), fail, `the items were refused, and the format can carry them; the subject's own word: "no\x1b"`),
	)

	DescribeTable("of what the format cannot carry", judged,
		Entry("refused", emitting(block("event=x\ny", "data=a"), end()), refused("no"), pass, `refused: "no"`),
		Entry("left out", emitting(block("event=x\ny", "data=a"), end()), wrote(endBlock), pass, "refused: left out"),
		Entry("left out with its id and comment", emitting(block("event=x\ny", "id=1", "retry=5", "comment=c", "data=a"), end()), wrote(endBlock), pass, "refused: left out"),
		Entry("left out with the sentinel", emitting(block("event=x\ny", "data=a"), end()), wrote(""), fail, "the event of item 2 did not come back"),
		Entry("the break removed", emitting(block("event=x\ny", "data=a"), end()), wrote("event: xy\ndata: a\n\n"+endBlock), pass, `neutralised: the type arrived without the break, as "xy"`),
		Entry("the break replaced", emitting(block("event=x\ny", "data=a"), end()), wrote("event: x y\ndata: a\n\n"+endBlock), pass, `the type arrived as "x y"`),
		Entry("cut off at the break", emitting(block("event=x\ny", "data=a"), end()), wrote("event: x\ndata: a\n\n"+endBlock), pass, `the type was cut off at the break, to "x"`),
		Entry("without its type", emitting(block("event=x\ny", "data=a"), end()), wrote("data: a\n\n"+endBlock), pass, "the type was left out"),
		Entry("without its id", emitting(block("id=1\ny", "data=a"), end()), wrote("data: a\n\n"+endBlock), pass, "the id was left out"),
		Entry("an id cut off, which then holds", emitting(block("id=1\ny", "data=a"), end()), wrote("id: 1\ndata: a\n\n"+endBlock), pass, `the id was cut off at the break, to "1"`),
		Entry("an id made harmless, an event late", emitting(block("id=1\ny"), block("data=a"), block("data=b"), end()), wrote("data: a\n\nid: 1\ndata: b\n\n"+endBlock), fail, `the item has no id, so the last event ID stays ""; it is "1"`),
		Entry("an id alone made harmless", emitting(block("id=1\ny"), block("data=a"), block("data=b"), end()), wrote("id: 1\n\ndata: a\n\ndata: b\n\n"+endBlock), pass, ""),
		Entry("other data", emitting(block("event=x\ny", "data=a"), end()), wrote("event: xy\ndata: b\n\n"+endBlock), fail, `expected data "a", got "b"`),
		Entry("a retry that is none left out", emitting(block("retry=-1", "data=a"), end()), wrote("data: a\n\n"+endBlock), pass, "neutralised: the event arrived"),
		Entry("a surrogate replaced", emitting(block("data=a\xED\xA0\x80b"), end()), wrote("data: a\uFFFDb\n\n"+endBlock), pass, "neutralised"),
		Entry("a surrogate removed", emitting(block("data=a\xED\xA0\x80b"), end()), wrote("data: ab\n\n"+endBlock), pass, "neutralised"),
		Entry("a surrogate that takes its neighbour along", emitting(block("data=a\xED\xA0\x80b"), end()), wrote("data: a\uFFFD\n\n"+endBlock), fail, "expected data"),
		Entry("an id alone that cannot be, made harmless", emitting(block("id=1\ny"), end()), wrote("id: 1y\n\n"+endBlock), pass, ""),
		Entry("two in a row, the first left out", emitting(block("event=x\ny", "data=a"), block("event=x\ny", "data=b"), end()), wrote("event: xy\ndata: b\n\n"+endBlock), pass, "refused: left out; neutralised"),
		Entry("two alike, one of them left out", emitting(block("event=x\ny", "data=a"), block("event=x\ny", "data=a"), end()), wrote("event: xy\ndata: a\n\n"+endBlock), pass, "left out"),
	)

	DescribeTable("of a forged field", func(items []cases.EmitItem, wire, words string, never ...cases.Forged) {
		c := emitting(append(items, end())...)
		c.Never = never
		judged(c, wrote(wire+endBlock), fail, words)
	},
		Entry("data in the same block", []cases.EmitItem{block("event=x\ndata: forged", "data=safe")}, "event: x\ndata: forged\ndata: safe\n\n", `expected data "safe", got "forged\nsafe"`),
		Entry("data in a block of its own", []cases.EmitItem{block("event=x\n\ndata: forged\n", "data=safe")}, "event: x\n\ndata: forged\n\ndata: safe\n\n",
			`a value forged structure: event 1 of 3 is event "message", data "forged"`, cases.Forged{Data: ptr("forged")}),
		Entry("an id", []cases.EmitItem{block("event=x\nid: 9", "data=safe")}, "event: x\nid: 9\ndata: safe\n\n", `the last event ID stays ""; it is "9"`),
		Entry("an id in place of one that cannot be", []cases.EmitItem{block("id=1\nid: 9", "data=safe")}, "id: 1\nid: 9\ndata: safe\n\n",
			"a value forged structure", cases.Forged{LastEventID: ptr("9")}),
		Entry("a type in place of one that cannot be", []cases.EmitItem{block("event=x\nevent: admin", "data=safe")}, "event: x\nevent: admin\ndata: safe\n\n",
			"a value forged structure", cases.Forged{Event: ptr("admin"), Data: ptr("safe")}),
		Entry("a type by an id", []cases.EmitItem{block("id=1\nevent: admin", "data=safe")}, "id: 1\nevent: admin\ndata: safe\n\n", `expected event type "message", got "admin"`),
		Entry("a reconnection time", []cases.EmitItem{block("event=x\nretry: 1", "data=safe")}, "event: x\nretry: 1\ndata: safe\n\n",
			"readers take a reconnection time of 1 ms from it", cases.Forged{Retry: ptr(int64(1))}),
		Entry("a comment", []cases.EmitItem{block("event=x\n: hi", "data=safe")}, "event: x\n: hi\ndata: safe\n\n", `a value forged the comment "hi"`, cases.Forged{Comment: ptr("hi")}),
		Entry("a line that is no field", []cases.EmitItem{block("event=x\nfoo", "data=safe")}, "event: x\nfoo\ndata: safe\n\n", `line 2, at byte 9, is "foo", which is no field of the item`),
		Entry("a field that nobody reads", []cases.EmitItem{block("event=x\nfoo: bar", "data=safe")}, "event: x\nfoo: bar\ndata: safe\n\n", `is "foo", which is no field of the item`),
		Entry("the end of the block", []cases.EmitItem{block("event=x\n", "data=safe")}, "event: x\n\ndata: safe\n\n", "a line break in a value ends the block: line 1"),
		Entry("data by a comment", []cases.EmitItem{block("comment=x\rdata: forged")}, ": x\rdata: forged\n\n", `expected data "END", got "forged"`),
		Entry("a type by data", []cases.EmitItem{block("data=x\revent: admin")}, "data: x\revent: admin\n\n", `expected data "x\nevent: admin", got "x"`),
		Entry("an id by a retry", []cases.EmitItem{block(`retry="1\u000aid: 9"`, "data=safe")}, "retry: 1\nid: 9\ndata: safe\n\n", `it is "9"`),
		Entry("a line that is no field, by a retry", []cases.EmitItem{block(`retry="1\u000afoo"`, "data=safe")}, "retry: 1\nfoo\ndata: safe\n\n", "which is no field of the item"),
	)

	DescribeTable("takes only the ways out of its case", judged,
		Entry("left out where it must be neutralised", accepting(emitting(block("event=x\ny", "data=a"), end()), cases.Neutralised), wrote(endBlock), fail, `expected data "a", got "END"`),
		Entry("refused where it must be neutralised", accepting(emitting(block("event=x\ny", "data=a"), end()), cases.Neutralised), refused("no"), fail, "the items were refused"),
		Entry("neutralised where it must be refused", accepting(emitting(block("event=x\ny", "data=a"), end()), cases.Rejected), wrote("event: xy\ndata: a\n\n"+endBlock), fail, `expected data "END", got "a"`),
		Entry("left out where it must be refused", accepting(emitting(block("event=x\ny", "data=a"), end()), cases.Rejected), wrote(endBlock), pass, "refused: left out"),
		Entry("refused where it may be", accepting(emitting(block("id=1"), end()), cases.Exact, cases.Rejected), refused("no"), pass, "refused"),
		Entry("an id alone that holds", accepting(emitting(block("id=1"), end()), cases.Exact, cases.Rejected), wrote("id: 1\n\n"+endBlock), pass, ""),
		Entry("an id alone left out", accepting(emitting(block("id=1"), end()), cases.Exact, cases.Rejected), wrote(endBlock), pass, "refused: left out"),
		Entry("an id alone that became another", accepting(emitting(block("id=1"), end()), cases.Exact, cases.Rejected), wrote("id: 2\n\n"+endBlock), fail, `the last event ID stays "1"; it is "2"`),
		Entry("an id alone that may not be left out", emitting(block("id=1"), end()), wrote(endBlock), fail, `the last event ID stays "1"; it is ""`),
		Entry("an item without data that dispatches", accepting(emitting(block("event=e"), end()), cases.Exact, cases.Rejected), wrote("event: e\ndata:\n\n"+endBlock), fail, `expected data "END", got ""`),
		Entry("a retry alone left out", accepting(emitting(block("retry=5"), end()), cases.Exact, cases.Rejected), wrote(endBlock), pass, ""),
		Entry("a comment of lines left out", accepting(emitting(block("comment=a\nb"), end()), cases.Exact, cases.Rejected), wrote(endBlock), pass, ""),
		Entry("half of a comment of lines", accepting(emitting(block("comment=a\nb"), end()), cases.Exact, cases.Rejected), wrote(": a\n\n"+endBlock), fail, `no comment line "b"`),
		Entry("half of it where it may be neutralised", accepting(emitting(block("comment=a\nb"), end()), cases.Exact, cases.Rejected, cases.Neutralised), wrote(": a\n\n"+endBlock), pass, ""),
		Entry("a text for a retry left out with its item", accepting(emitting(block(`retry="5"`, "data=a"), end()), cases.Exact, cases.Rejected), wrote(endBlock), pass, "refused: left out"),
		Entry("a harmless item left out beside it", accepting(emitting(block("data=a"), block(), end()), cases.Exact, cases.Rejected), wrote(endBlock), fail, `expected data "a", got "END"`),
	)

	It("holds the control to its own items, and says that it is the control", func() {
		c := emitting(block("event=x\ny", "data=a"), end())
		t := refused("no")
		t.Emitted.Control = true
		judged(c, t, fail, "the control, without what may be refused, must come back: the items were refused")
		t = wrote("event: xy\ndata: a\n\n" + endBlock)
		t.Emitted.Control = true
		judged(c, t, pass, "")
		t.Emitted.Wire = []byte(endBlock)
		judged(c, t, fail, "must come back: ")
	})

	It("finds its way among many items that may have been left out", func() {
		var items []cases.EmitItem
		for range 60 {
			items = append(items, block("event=x\ny", "data=a"))
		}
		judged(emitting(append(items, end())...), wrote(strings.Repeat("data: a\n\n", 30)), fail, "the event of item 61 did not come back")
		judged(emitting(append(items, end())...), wrote(strings.Repeat("data: a\n\n", 30)+endBlock), pass, "left out")
	})

	It("reads data as JSON where the subject says that it writes it so", func() {
		c := emitting(block("data=a\r\nb\rc \u2028"), block("data="), end())
		t := wrote("data: \"a\\r\\nb\\rc \\u2028\"\n\ndata: \"\"\n\ndata: \"END\"\n\n")
		judged(c, t, fail, "expected data")
		t.Emitted.JSONData = true
		judged(c, t, pass, "")
		t.Emitted.Wire = []byte("data: a\n\n")
		judged(c, t, fail, "what came is no JSON text")
		t.Emitted.Wire = []byte("data: \"a\\nb c\"\n\n")
		judged(c, t, fail, "expected data")
	})

	It("lets items without an id have one of the subject's own, where it says so", func() {
		c := emitting(block("data=a"), block("id=7", "data=b"), end())
		t := wrote("id: x1\ndata: a\n\nid: 7\ndata: b\n\nid: x3\n" + endBlock)
		judged(c, t, fail, "the item has no id")
		t.Emitted.OwnIDs = true
		judged(c, t, pass, "")
		t.Emitted.Wire = []byte("id: x1\ndata: a\n\nid: x2\ndata: b\n\nid: x3\n" + endBlock)
		judged(c, t, fail, `expected lastEventId "7", got "x2"`)
	})

	It("shows a diff of the events", func() {
		j := judge.Emit(emitting(block("data=a"), end()), wrote("data: b\n\n"+endBlock))
		Expect(j.Diff).To(ContainSubstring(`- event "message", data "a"`))
		Expect(j.Diff).To(ContainSubstring(`+ event "message", data "b"`))
	})

	DescribeTable("of a subject that fails", func(t *transcript.Transcript, verdict reports.Verdict, words string) {
		judged(emitting(block("event=x\n", "data=a"), end()), t, verdict, words)
	},
		Entry("it fell over", &transcript.Transcript{Failed: "the encoder panicked: x"}, fail, "panicked"),
		Entry("the harness broke", &transcript.Transcript{Broken: "the pipe broke"}, reports.Error, "the pipe broke"),
		Entry("it said nothing", &transcript.Transcript{}, reports.Error, "no answer"),
	)
})
