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

// conn is a stream that was answered well, with an event of the given ids every
// 100 ms.
func conn(name string, ids ...string) *transcript.Conn {
	c := &transcript.Conn{Name: name, Status: 200, Proto: "HTTP/1.1", End: transcript.EndOpen, HeadAt: time.Millisecond,
		Header: []transcript.Field{{Name: "Content-Type", Value: "text/event-stream"}}}
	for i, id := range ids {
		at := time.Duration(i+1) * 100 * time.Millisecond
		c.Events = append(c.Events, transcript.Event{OwnID: &id, At: at,
			Event: spec.Event{Type: "message", Data: "event " + id, LastEventID: id}})
		c.Chunks = append(c.Chunks, transcript.Chunk{At: at, Offset: int64(i * 10), Len: 10, Complete: i + 1})
	}
	c.EndAt = time.Duration(len(ids)+2) * 100 * time.Millisecond
	return c
}

// verdict judges one check on connections.
func verdict(k cases.Check, conns ...*transcript.Conn) judge.Judgement {
	return judge.Probe(&cases.Case{Probe: []cases.Step{{Connect: "a"}}, Check: []cases.Check{k}},
		&transcript.Transcript{Probe: &transcript.Probe{Conns: conns, Survey: conn("survey", "1", "2")}})
}

var _ = Describe("The judge of probes", func() {
	It("knows every word of the vocabulary", func() {
		for _, d := range cases.CheckVocabulary() {
			Expect(judge.Knows(d.Name)).To(BeTrue(), d.Name)
		}
	})

	It("passes nothing that got no response", func() {
		silent := &transcript.Conn{Name: "a"}
		for _, k := range []cases.Check{{Status: []string{"200"}}, {StillServing: true}, {UTF8: true}, {StaysOpen: true}, {BodyEmpty: true}, {IDsUnique: true}, {OneFraming: true}} {
			k.That = "a"
			Expect(verdict(k, silent).Verdict).To(Equal(reports.Fail), k.Name())
		}
	})

	It("makes a skip of a wait in vain when all checks hold", func() {
		j := judge.Probe(&cases.Case{Probe: []cases.Step{{Connect: "a"}}, Check: []cases.Check{{That: "a", Status: []string{"200"}}}},
			&transcript.Transcript{Probe: &transcript.Probe{Conns: []*transcript.Conn{conn("a")}, Unmet: []transcript.Unmet{{Conn: "a", For: "event 3", After: time.Second}}}})
		Expect(j.Verdict).To(Equal(reports.Skip))
		Expect(j.SkipKind).To(Equal(reports.SkipNotObserved))
		Expect(j.SkipReason).To(ContainSubstring("event 3"))
	})

	from := 1
	DescribeTable("judges a resumption by its ids",
		func(second *transcript.Conn, want reports.Verdict, part string) {
			j := verdict(cases.Check{That: "b", Continues: "a", From: &from}, conn("a", "1", "2", "3", "4"), second)
			Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
			Expect(j.Message + j.SkipReason).To(ContainSubstring(part))
		},
		Entry("that goes on", conn("b", "3", "4", "5"), reports.Pass, ""),
		Entry("that goes on, and no further", conn("b", "3"), reports.Pass, ""),
		Entry("that loses one", conn("b", "4", "5"), reports.Fail, `"3" was expected next`),
		Entry("that loses one later", conn("b", "3", "5"), reports.Fail, `"4"`),
		Entry("that repeats the last", conn("b", "2", "3"), reports.Fail, `"2" came again`),
		Entry("that repeats one of its own", conn("b", "3", "3"), reports.Fail, "two times"),
		Entry("that swaps two", conn("b", "4", "3"), reports.Fail, "lost"),
		Entry("that sends nothing", conn("b"), reports.Fail, `"3" was expected next`),
		Entry("that starts anew", conn("b", "1", "2"), reports.Fail, "came again"),
	)

	It("says nothing of a resumption that no witness shares", func() {
		j := verdict(cases.Check{That: "b", Continues: "a", Witness: "w"}, conn("a", "1"), conn("b", "2"), conn("w", "x1", "x2"))
		Expect(j.Verdict).To(Equal(reports.Skip))
		Expect(j.SkipKind).To(Equal(reports.SkipUnused))
	})

	It("judges the pace of a stream by another's", func() {
		slow := conn("a", "1", "2", "3")
		Expect(verdict(cases.Check{That: "a", KeepsPace: "survey"}, slow).Verdict).To(Equal(reports.Pass))
		slow.EndAt += 2 * time.Second
		Expect(verdict(cases.Check{That: "a", KeepsPace: "survey"}, slow).Verdict).To(Equal(reports.Fail))
		slow = conn("a", "1", "2")
		slow.Events[1].At += 2 * time.Second
		slow.EndAt += 2 * time.Second
		Expect(verdict(cases.Check{That: "a", KeepsPace: "survey"}, slow).Verdict).To(Equal(reports.Fail))
	})

	It("judges keep-alive by the longest silence", func() {
		c := conn("a", "1")
		c.EndAt = 31 * time.Second
		Expect(verdict(cases.Check{That: "a", KeepAliveWithin: "30s"}, c).Verdict).To(Equal(reports.Fail))
		c.Chunks = append(c.Chunks, transcript.Chunk{At: 15 * time.Second, Len: 3})
		Expect(verdict(cases.Check{That: "a", KeepAliveWithin: "30s"}, c).Verdict).To(Equal(reports.Pass))
	})

	It("does not take a server that makes bursts for one that holds events back", func() {
		burst := func(name string) *transcript.Conn {
			c := conn(name, "1", "2", "3", "4", "5", "6", "7", "8")
			for i := range c.Events {
				c.Events[i].At = time.Duration(i/4+1) * 2 * time.Second
				c.Chunks[i].At = c.Events[i].At
			}
			c.EndAt = 5 * time.Second
			return c
		}
		Expect(verdict(cases.Check{That: "a", Spread: &cases.Spread{Beside: "b"}}, burst("a"), burst("b")).Verdict).To(Equal(reports.Pass))
	})

	DescribeTable("finds events that are held back",
		func(spoil func(c *transcript.Conn), want reports.Verdict) {
			c := conn("a", "1", "2", "3", "4", "5", "6")
			spoil(c)
			j := verdict(cases.Check{That: "a", Spread: &cases.Spread{Beside: "b"}}, c, conn("b", "1", "2", "3", "4", "5", "6"))
			Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
		},
		Entry("not at all", func(*transcript.Conn) {}, reports.Pass),
		Entry("a second later than beside", func(c *transcript.Conn) {
			for i := range c.Events {
				c.Events[i].At += time.Second
			}
			c.EndAt += time.Second
		}, reports.Fail),
		Entry("in a burst that ends inside an event", func(c *transcript.Conn) {
			for i := range c.Events {
				c.Events[i].At = 100 * time.Millisecond
			}
			c.Chunks = []transcript.Chunk{{At: 100 * time.Millisecond, Len: 60, Complete: 5, Pending: true}, {At: 3 * time.Second, Len: 10, Complete: 6}}
		}, reports.Fail),
		Entry("until the end of the stream", func(c *transcript.Conn) {
			for i := range c.Events {
				c.Events[i].At = 2 * time.Second
				c.Events[i].Data += " of its own"
			}
			c.End, c.EndAt = transcript.EndClean, 2010*time.Millisecond
		}, reports.Fail),
	)

	It("has no fault to find with a stream whose ids come from an earlier block", func() {
		c := conn("a", "1", "2")
		c.Events = append(c.Events, transcript.Event{Event: spec.Event{Type: "message", Data: "x", LastEventID: "2"}})
		Expect(verdict(cases.Check{That: "a", IDsUnique: true}, c).Verdict).To(Equal(reports.Pass))
		again := "1"
		c.Events = append(c.Events, transcript.Event{OwnID: &again, Event: spec.Event{Type: "message", Data: "y", LastEventID: "1"}})
		Expect(verdict(cases.Check{That: "a", IDsUnique: true}, c).Verdict).To(Equal(reports.Fail))
	})

	It("tells what the stream does not use from what did not show", func() {
		needs := func(need string, survey *transcript.Conn) judge.Judgement {
			return judge.Probe(&cases.Case{Needs: []string{need}, Probe: []cases.Step{{Connect: "a"}}, Check: []cases.Check{{That: "survey", UTF8: true}}},
				&transcript.Transcript{Probe: &transcript.Probe{Survey: survey}})
		}
		noIDs := conn("survey")
		noIDs.Events = []transcript.Event{{Event: spec.Event{Data: "x"}}}
		Expect(needs("ids", noIDs).SkipKind).To(Equal(reports.SkipUnused))
		Expect(needs("ids", conn("survey")).SkipKind).To(Equal(reports.SkipNotObserved))
		Expect(needs("three-events", conn("survey", "1")).SkipKind).To(Equal(reports.SkipNotObserved))
		Expect(needs("three-events", conn("survey", "1", "2", "3")).Verdict).To(Equal(reports.Pass))
	})
})
