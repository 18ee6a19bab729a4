package judge_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// through is a connection through a hop, whose events come so much later than
// those of conn.
func through(hop string, late time.Duration, ids ...string) *transcript.Conn {
	c := conn("through", ids...)
	c.Hop = hop
	for i := range c.Events {
		c.Events[i].At += late
	}
	c.EndAt += 2 * time.Second
	return c
}

// hopVerdict judges a check of hops beside two connections to the server.
func hopVerdict(k cases.Check, hops ...*transcript.Conn) judge.Judgement {
	k.That = "through"
	direct, control := conn("direct", "1", "2", "3", "4", "5"), conn("control", "1", "2", "3", "4", "5")
	direct.EndAt, control.EndAt = 3*time.Second, 3*time.Second
	return verdict(k, append([]*transcript.Conn{direct, control}, hops...)...)
}

var _ = Describe("The judge of hops", func() {
	same := cases.Check{SameStream: &cases.Shared{As: "direct", Control: "control"}}
	onTime := cases.Check{EventLag: &cases.Lag{Beside: "direct", Most: "500ms"}}
	changed := func(change func(c *transcript.Conn)) *transcript.Conn {
		c := through("a", 0, "1", "2", "3", "4", "5")
		change(c)
		return c
	}

	DescribeTable("compares the streams",
		func(c *transcript.Conn, want reports.Verdict, part string) {
			j := hopVerdict(same, c)
			Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
			Expect(j.Message + j.SkipReason).To(ContainSubstring(part))
		},
		Entry("the same", through("a", 0, "1", "2", "3", "4", "5"), reports.Pass, ""),
		Entry("the same, from later on and not to the end", through("a", 0, "2", "3", "4"), reports.Pass, ""),
		Entry("one lost", through("a", 0, "1", "2", "4", "5"), reports.Fail, `1 did not come, first the one with the id "3"`),
		Entry("one repeated", through("a", 0, "1", "2", "2", "3"), reports.Fail, `"2" came again`),
		Entry("two swapped", through("a", 0, "1", "3", "2", "4"), reports.Fail, `"2" came after the one with the id "3"`),
		Entry("one added", through("a", 0, "1", "2", "x", "3"), reports.Fail, `"x" came`),
		Entry("one changed", changed(func(c *transcript.Conn) { c.Events[2].Data = "else" }), reports.Fail, `data "else" here`),
		Entry("another type", changed(func(c *transcript.Conn) { c.Events[2].Type = "else" }), reports.Fail, `type "else"`),
		Entry("others altogether", through("a", 0, "7", "8"), reports.Fail, "2 other ones came"),
		Entry("none at all", through("a", 0), reports.Skip, "no event"),
		Entry("no response yet", changed(func(c *transcript.Conn) { c.Status, c.Proto, c.Events = 0, "", nil }), reports.Skip, "no response"),
	)

	It("lets a greeting of each connection's own pass", func() {
		greeted := changed(func(c *transcript.Conn) { c.Events[0].Data, c.Events[0].OwnID = "hello, number 3", nil })
		Expect(hopVerdict(same, greeted).Verdict).To(Equal(reports.Pass))
	})

	It("says nothing where each connection has a stream of its own", func() {
		k := same
		k.That = "through"
		j := verdict(k, conn("direct", "1", "2"), conn("control", "7", "8"), through("a", 0, "5", "6"))
		Expect(j.Verdict).To(Equal(reports.Skip))
		Expect(j.SkipKind).To(Equal(reports.SkipUnused))
	})

	DescribeTable("measures the lag",
		func(want reports.Verdict, part string, hops ...*transcript.Conn) {
			j := hopVerdict(onTime, hops...)
			Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
			Expect(j.Message + j.SkipReason).To(ContainSubstring(part))
		},
		Entry("none", reports.Pass, "", through("a", 5*ms, "1", "2", "3", "4", "5")),
		Entry("a small one", reports.Pass, "", through("a", 450*ms, "1", "2", "3", "4", "5")),
		Entry("a large one", reports.Fail, "4 came later and 0 not yet, by 900ms at most and 900ms in the middle", through("a", 900*ms, "1", "2", "3", "4", "5")),
		Entry("of those that did not come", reports.Fail, "not yet", through("a", 0)),
		Entry("one late event", reports.Pass, "", changed(func(c *transcript.Conn) { c.Events[3].At += 2 * time.Second })),
		Entry("behind a hop that has none", reports.Fail, "(hop b): events at most 500ms later",
			through("a", 5*ms, "1", "2", "3", "4", "5"), through("b", 900*ms, "1", "2", "3", "4", "5")),
		Entry("behind a hop that has none, which is named", reports.Fail, "through a, nearer to the server, this does not show",
			through("a", 5*ms, "1", "2", "3", "4", "5"), through("b", 900*ms, "1", "2", "3", "4", "5")),
		Entry("in a burst", reports.Fail, "up to 5 came at once", changed(func(c *transcript.Conn) {
			for i := range c.Events {
				c.Events[i].At = 1500 * ms
			}
		})),
	)

	head := func(name string, at time.Duration) *transcript.Conn {
		c := through("a", 0)
		c.Name, c.HeadAt = name, at
		if at == 0 {
			c.Status, c.Proto = 0, ""
		}
		return c
	}
	DescribeTable("measures the head, on two visits",
		func(first, second time.Duration, want reports.Verdict) {
			k := cases.Check{HeadLag: &cases.Lag{Beside: "direct", Most: "500ms", Again: "again"}}
			j := hopVerdict(k, head("through", first), head("again", second))
			Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
		},
		Entry("both in time", 5*ms, 5*ms, reports.Pass),
		Entry("one late", 800*ms, 5*ms, reports.Pass),
		Entry("both late", 800*ms, 900*ms, reports.Fail),
		Entry("none at all", time.Duration(0), time.Duration(0), reports.Fail),
	)

	DescribeTable("looks for what the server replays",
		func(want reports.Verdict, part string, ids ...string) {
			had, again := conn("had", "1", "2", "3", "4", "5"), conn("again", "2", "3", "4", "5", "6")
			again.Request.At = time.Minute
			k := cases.Check{That: "through", ReplaysLike: &cases.Replay{As: "again", Had: "had"}}
			j := verdict(k, had, again, through("a", 0, ids...))
			Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
			Expect(j.Message + j.SkipReason).To(ContainSubstring(part))
		},
		Entry("all of it", reports.Pass, "", "2", "3", "4", "5", "6"),
		Entry("the rest of it still on its way", reports.Pass, "", "2", "3"),
		Entry("none of it", reports.Fail, `"2" was expected`, "6", "7", "8"),
		Entry("not the begin", reports.Fail, `"2" was expected`, "4", "5"),
		Entry("one lost", reports.Fail, `"3" was expected`, "2", "4", "5"),
		Entry("the end lost", reports.Fail, `"5" was expected`, "2", "3", "4", "6"),
		Entry("no event yet", reports.Skip, "no event"),
	)

	It("tells a stream that was cut from one that the server ended", func() {
		k := cases.Check{OpenAsLong: "direct"}
		cut := changed(func(c *transcript.Conn) { c.End, c.EndAt = transcript.EndClean, 2*time.Second })
		j := hopVerdict(k, cut)
		Expect(j.Verdict).To(Equal(reports.Fail))
		Expect(j.Message).To(ContainSubstring("ended after 2s and 5 events (clean)"))
		k.That = "through"
		ended := conn("direct", "1")
		ended.End = transcript.EndClean
		Expect(verdict(k, ended, cut).Verdict).To(Equal(reports.Skip))
	})
})

var _ = Describe("The judge of answers that come to an end", func() {
	over := func(last string, method, asks string) *transcript.Probe {
		survey := conn("survey", "1", "2")
		survey.End = transcript.EndClean
		survey.Events[1].Data = last
		return &transcript.Probe{Survey: survey, Target: transcript.Target{Method: method, Asks: asks}}
	}
	judged := func(p *transcript.Probe, k cases.Check) judge.Judgement {
		k.That = "survey"
		return judge.Probe(&cases.Case{Check: []cases.Check{k}}, &transcript.Transcript{Probe: p})
	}

	DescribeTable("holds no stream that is complete to be cut off",
		func(p *transcript.Probe, want reports.Verdict) {
			Expect(judged(p, cases.Check{StaysOpen: true}).Verdict).To(Equal(want))
		},
		Entry("[DONE]", over("[DONE]", "GET", ""), reports.Skip),
		Entry("a JSON-RPC response", over(`{"jsonrpc":"2.0","id":1,"result":{}}`, "GET", ""), reports.Skip),
		Entry("the answer to a POST", over("whatever", "POST", ""), reports.Skip),
		Entry("a GET that just ends", over("whatever", "GET", ""), reports.Fail),
	)

	It("takes only the answer to the run's own request for an answer", func() {
		answer := `{"jsonrpc":"2.0","id":"a","error":{"code":1}}`
		Expect(judged(over(answer, "POST", `"a"`), cases.Check{JSONRPCAnswered: true}).Verdict).To(Equal(reports.Pass))
		j := judged(over(answer, "POST", `"b"`), cases.Check{JSONRPCAnswered: true})
		Expect(j.Verdict).To(Equal(reports.Fail))
		Expect(j.Message).To(ContainSubstring(`and one to the request "a"`))
	})

	It("skips as unused what such a stream cannot show", func() {
		c := &cases.Case{Needs: []string{"three-events"}, Check: []cases.Check{{That: "survey", UTF8: true}}}
		for method, kind := range map[string]reports.SkipKind{"POST": reports.SkipUnused, "GET": reports.SkipNotObserved} {
			j := judge.Probe(c, &transcript.Transcript{Probe: over("whatever", method, "")})
			Expect(j.SkipKind).To(Equal(kind), method)
		}
	})
})
