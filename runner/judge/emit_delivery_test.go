package judge_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

func sleep(ms int) cases.EmitItem {
	return cases.EmitItem{Sleep: time.Duration(ms) * time.Millisecond}
}

func at(ms int) time.Duration { return time.Duration(ms) * time.Millisecond }

// served is the response of a scripted server that sent the events a and END, at these
// times in ms, and came to its end.
func served(first, second int) *transcript.Conn {
	const a = "data: a\n\n"
	return &transcript.Conn{
		Status: 200, Header: []transcript.Field{{Name: "Content-Type", Value: "text/event-stream"}},
		Body: []byte(a + endBlock), BodyBytes: int64(len(a + endBlock)),
		Chunks: []transcript.Chunk{{At: at(first), Len: len(a)}, {At: at(second), Offset: int64(len(a)), Len: len(endBlock)}},
		Events: []transcript.Event{
			{Event: spec.Event{Type: "message", Data: "a"}, At: at(first)},
			{Event: spec.Event{Type: "message", Data: "END"}, At: at(second)}},
		End: transcript.EndClean, EndAt: at(second),
	}
}

// delivering is a case about the delivery.
func delivering(check string, items ...cases.EmitItem) *cases.Case {
	c := emitting(items...)
	c.Delivery = []string{check}
	return c
}

func over(conn *transcript.Conn) *transcript.Transcript {
	return &transcript.Transcript{Emitted: &transcript.Emitted{Conn: conn}}
}

// changed is served with a change.
func changed(first, second int, change func(*transcript.Conn)) *transcript.Transcript {
	conn := served(first, second)
	change(conn)
	return over(conn)
}

var _ = Describe("Emit, of the delivery", func() {
	a := block("data=a")
	DescribeTable("checks", judged,
		Entry("events apart", delivering(cases.DeliveryApart, a, sleep(400), end()), over(served(10, 410)), pass, ""),
		Entry("events apart on a busy machine", delivering(cases.DeliveryApart, a, sleep(400), end()), over(served(150, 410)), pass, ""),
		Entry("events together", delivering(cases.DeliveryApart, a, sleep(400), end()), over(served(410, 411)), fail,
			"event 1 was emitted 400ms before event 2, and arrived 1ms before it: it is held back"),
		Entry("a sleep before the first event", delivering(cases.DeliveryApart, sleep(400), a, end()), over(served(410, 411)), pass, ""),
		Entry("a sleep behind the last one", delivering(cases.DeliveryApart, a, end(), sleep(400)), over(served(10, 11)), pass, ""),
		Entry("the head first", delivering(cases.DeliveryHeadFirst, sleep(400), a, end()), changed(410, 411, func(c *transcript.Conn) { c.HeadAt = at(5) }), pass, ""),
		Entry("the head with the first event", delivering(cases.DeliveryHeadFirst, sleep(400), a, end()), changed(410, 411, func(c *transcript.Conn) { c.HeadAt = at(409) }), fail,
			"the head of the response arrived only 1ms before it"),
		Entry("a clean end", delivering(cases.DeliveryEnds, a, end()), over(served(1, 2)), pass, ""),
		Entry("an end that is none", delivering(cases.DeliveryEnds, a, end()), changed(1, 2, func(c *transcript.Conn) { c.End, c.EndDetail = transcript.EndReset, "reset by peer" }), fail,
			"did not come to a clean end: reset (reset by peer)"),
		Entry("still open", delivering(cases.DeliveryStaysOpen, a, end()), changed(1, 2, func(c *transcript.Conn) { c.End = transcript.EndOpen }), pass, ""),
		Entry("left by the client", delivering(cases.DeliveryStaysOpen, a, end()), changed(1, 2, func(c *transcript.Conn) { c.End = transcript.EndDropped }), pass, ""),
		Entry("ended too early", delivering(cases.DeliveryStaysOpen, a, end()), over(served(1, 2)), fail, "the script says end: hold, and the response ended 0s after its last event"),
		Entry("an event stream", delivering(cases.DeliveryEventStream, a, end()), over(served(1, 2)), pass, ""),
		Entry("another status", delivering(cases.DeliveryEventStream, a, end()), changed(1, 2, func(c *transcript.Conn) { c.Status = 203 }), fail, "expected the status 200, got 203"),
		Entry("another media type", delivering(cases.DeliveryEventStream, a, end()), changed(1, 2, func(c *transcript.Conn) { c.Header[0].Value = "text/plain" }), fail,
			`expected the media type text/event-stream, got "text/plain"`),
		Entry("no media type", delivering(cases.DeliveryEventStream, a, end()), changed(1, 2, func(c *transcript.Conn) { c.Header = nil }), fail, "expected the media type"),
		Entry("events that are not those of the items", delivering(cases.DeliveryEnds, a, a, end()), over(served(1, 2)), fail, `expected data "a", got "END"`),
	)

	DescribeTable("holds comments apart", func(commentAt int, verdict reports.Verdict, words string) {
		const comment = ": hi\n\n"
		conn := served(0, 400)
		conn.Body = []byte("data: a\n\n" + comment + endBlock)
		conn.Comments = []string{"hi"}
		conn.Chunks = []transcript.Chunk{{At: 0, Len: 9}, {At: at(commentAt), Offset: 9, Len: len(comment)}, {At: at(400), Offset: 9 + int64(len(comment)), Len: len(endBlock)}}
		judged(delivering(cases.DeliveryCommentsStay, block("data=a"), block("comment=hi"), sleep(400), end()), over(conn), verdict, words)
	},
		Entry("at once", 1, pass, ""),
		Entry("a little later", 150, pass, ""),
		Entry("with the next event", 400, fail, `the comment "hi" was emitted 400ms before event 2, and did not arrive before it`),
	)

	It("sees whether the server notices that its client has left", func() {
		c := delivering(cases.DeliveryNoticesLeaving, a, end())
		t := over(served(1, 2))
		t.Emitted.LeftAt, t.Emitted.Conn.EndAt = at(100), at(1100)
		j := judge.Emit(c, t)
		Expect(j.Verdict).To(Equal(reports.Skip))
		Expect(j.SkipKind).To(Equal(reports.SkipCapability))
		t.Emitted.Watched = true
		judged(c, t, fail, "the server had not closed its side of it 1s later")
		t.Emitted.Noticed = at(150)
		judged(c, t, pass, "")
	})

	It("is skipped for an encoder, which hands over its bytes at once", func() {
		j := judge.Emit(delivering(cases.DeliveryEnds, a, end()), wrote("data: a\n\n"+endBlock))
		Expect(j.Verdict).To(Equal(reports.Skip))
		Expect(j.SkipKind).To(Equal(reports.SkipCapability))
	})
})
