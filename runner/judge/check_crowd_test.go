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

// gathered is a crowd of three with which all is well.
func gathered() *transcript.Crowd {
	c := &transcript.Crowd{Name: "many", Wanted: 3, ByID: true, Events: 10, EndAt: 3 * time.Second,
		Spread: transcript.Spread{Events: 10, Median: 2 * time.Millisecond, Worst: 5 * time.Millisecond}}
	one := transcript.Subscriber{Status: 200, End: transcript.EndOpen, EndAt: 3 * time.Second, LastAt: 2900 * time.Millisecond,
		Longest: 200 * time.Millisecond, Connections: 1, Events: 8, First: 2, Last: 9, Due: 6}
	c.Reference = one
	c.Subscribers = []transcript.Subscriber{one, one, one}
	return c
}

var _ = Describe("The judge of crowds", func() {
	on := func(k cases.Check, c *transcript.Crowd) judge.Judgement {
		k.That = "many"
		return judge.Probe(&cases.Case{Probe: []cases.Step{{Crowd: &cases.Crowd{Conn: "many"}}}, Check: []cases.Check{k}},
			&transcript.Transcript{Probe: &transcript.Probe{Crowds: []*transcript.Crowd{c}, Survey: conn("survey", "1", "2")}})
	}
	served, same, fed, undisturbed := cases.Check{CrowdServed: true}, cases.Check{CrowdSame: true}, cases.Check{CrowdFed: true}, cases.Check{CrowdUndisturbed: true}

	It("passes one with which all is well, and says how long an event took", func() {
		for _, k := range []cases.Check{served, same, fed, undisturbed} {
			Expect(on(k, gathered()).Verdict).To(Equal(reports.Pass), k.Name())
		}
		Expect(on(same, gathered()).Message).To(ContainSubstring("2ms (median of 10 events), 5ms at worst"))
	})

	It("passes none that was never opened, and none whose reference got no answer", func() {
		for _, k := range []cases.Check{served, same, fed, undisturbed} {
			elsewhere := gathered()
			elsewhere.Name = "others"
			Expect(on(k, elsewhere).Verdict).To(Equal(reports.Skip), k.Name())
			silent := gathered()
			silent.Reference = transcript.Subscriber{Err: "no response: refused"}
			j := on(k, silent)
			Expect(j.Verdict).To(Equal(reports.Fail), k.Name())
			Expect(j.Message).To(ContainSubstring("refused"))
		}
	})

	DescribeTable("fails one with a fault, in words",
		func(k cases.Check, spoil func(*transcript.Crowd), part string) {
			c := gathered()
			spoil(c)
			j := on(k, c)
			Expect(j.Verdict).To(Equal(reports.Fail), j.SkipReason)
			Expect(j.Message).To(HavePrefix("many: "))
			Expect(j.Message).To(ContainSubstring(part))
		},
		Entry("one is refused", served, func(c *transcript.Crowd) { c.Subscribers[1].Status = 503 }, "1 did not get it, the first of them number 2: it was answered with 503"),
		Entry("one is not answered", served, func(c *transcript.Crowd) { c.Subscribers[2].Status = 0 }, "number 3: no response came until 3.0 s"),
		Entry("one misses events", same, func(c *transcript.Crowd) {
			c.Subscribers[0].Fault = &transcript.Fault{Kind: transcript.FaultMissed, Want: "5", Got: "7", Count: 2}
		}, `1 of 3 subscribers differ, the first of them number 1, to which "7" came where "5" was next: 2 lost`),
		Entry("one gets an event again", same, func(c *transcript.Crowd) {
			c.Subscribers[0].Fault = &transcript.Fault{Kind: transcript.FaultAgain, Got: "7"}
		}, `"7" came a second time`),
		Entry("one gets another order", same, func(c *transcript.Crowd) {
			c.Subscribers[0].Fault = &transcript.Fault{Kind: transcript.FaultOrder, Want: "5", Got: "6"}
		}, `"6" came before "5"`),
		Entry("one gets other data", same, func(c *transcript.Crowd) {
			c.Subscribers[0].Fault = &transcript.Fault{Kind: transcript.FaultChanged, Want: "5", Got: "5"}
		}, "another content"),
		Entry("the reference lacks an event", same, func(c *transcript.Crowd) {
			c.Subscribers[0].Fault = &transcript.Fault{Kind: transcript.FaultUnshared, Got: "6"}
		}, "the reference never got"),
		Entry("the reference gets an event again", same, func(c *transcript.Crowd) {
			c.Reference.Fault = &transcript.Fault{Kind: transcript.FaultAgain, Got: "6"}
		}, `the reference got "6" again`),
		Entry("one that came back misses events", same, func(c *transcript.Crowd) {
			c.Returns, c.Seed = 4, 42
			c.Subscribers[0].Fault = &transcript.Fault{Kind: transcript.FaultMissed, Want: "5", Got: "7", Count: 2, Connection: 3, LastEventID: "4"}
		}, `on its connection 3, after Last-Event-ID "4") (the moments of leaving come from the seed 42)`),
		Entry("nobody gets an event", same, func(c *transcript.Crowd) {
			for i := range c.Subscribers {
				c.Subscribers[i].Events = 0
			}
		}, "no subscriber got one"),
		Entry("one is left without", fed, func(c *transcript.Crowd) { c.Subscribers[1].Events, c.Subscribers[1].Missing = 0, 6 }, "1 of 3 are left without the latest, the first of them number 2: it got 0 of 6 events"),
		Entry("one is ended", undisturbed, func(c *transcript.Crowd) { c.Subscribers[1].End = transcript.EndReset }, "subscriber 2 of 3: a stream that goes on was expected"),
		Entry("the reference is ended", undisturbed, func(c *transcript.Crowd) { c.Reference.End = transcript.EndClean }, "the reference: a stream that goes on"),
		Entry("one waits too long", undisturbed, func(c *transcript.Crowd) { c.Subscribers[1].Longest = 10 * time.Second }, "none came for 10s"),
	)

	DescribeTable("says nothing where nothing can be said",
		func(k cases.Check, spoil func(*transcript.Crowd), kind reports.SkipKind) {
			c := gathered()
			spoil(c)
			j := on(k, c)
			Expect(j.Verdict).To(Equal(reports.Skip), j.Message)
			Expect(j.SkipKind).To(Equal(kind))
		},
		Entry("each connection has a stream of its own", same, func(c *transcript.Crowd) {
			for i := range c.Subscribers {
				c.Subscribers[i].Events, c.Subscribers[i].Own = 0, 8
			}
		}, reports.SkipUnused),
		Entry("each connection has contents of its own", same, func(c *transcript.Crowd) {
			for i := range c.Subscribers {
				c.Subscribers[i].Fault = &transcript.Fault{Kind: transcript.FaultChanged}
			}
		}, reports.SkipUnused),
		Entry("hardly an event came", same, func(c *transcript.Crowd) { c.Events = 2 }, reports.SkipNotObserved),
		Entry("more events came than are compared", same, func(c *transcript.Crowd) { c.Full = true }, reports.SkipNotObserved),
		Entry("all came in the last second", fed, func(c *transcript.Crowd) {
			for i := range c.Subscribers {
				c.Subscribers[i].Due = 0
			}
		}, reports.SkipNotObserved),
	)
})

var _ = Describe("The judge of a long survey", func() {
	soaked := func(change func(*transcript.Soak)) *transcript.Conn {
		c := conn("survey", "1", "2", "3")
		c.EndAt = 600 * time.Second
		c.Soak = &transcript.Soak{Bytes: 1 << 30, Events: 6000, IDs: 6000, Steps: 5999, One: 5999, LastByte: c.EndAt, LastEvent: c.EndAt,
			Wait: transcript.Stretch{From: 30 * time.Second, Took: 400 * time.Millisecond}, EarlyWait: 200 * time.Millisecond}
		change(c.Soak)
		return c
	}
	on := func(k cases.Check, c *transcript.Conn) judge.Judgement {
		k.That = cases.Survey
		return judge.Probe(&cases.Case{Probe: []cases.Step{{Await: &cases.Await{Conn: cases.Survey, End: true}}}, Check: []cases.Check{k}},
			&transcript.Transcript{Probe: &transcript.Probe{Survey: c}})
	}
	late := &transcript.SoakID{ID: "77", Before: "70", Event: 5000, Offset: 123456, At: 500 * time.Second}
	gap, forward, steady, unique, alive := cases.Check{IDsWithoutGap: true}, cases.Check{IDsForward: true}, cases.Check{Steady: true}, cases.Check{IDsUnique: true}, cases.Check{KeepAliveWithin: "30s"}

	DescribeTable("looks at all of it",
		func(k cases.Check, change func(*transcript.Soak), want reports.Verdict, part string) {
			j := on(k, soaked(change))
			Expect(j.Verdict).To(Equal(want), j.Message+j.SkipReason)
			Expect(j.Message + j.SkipReason).To(ContainSubstring(part))
		},
		Entry("no gap", gap, func(*transcript.Soak) {}, reports.Pass, ""),
		Entry("a gap", gap, func(s *transcript.Soak) { s.Skipped, s.FirstSkipped = 3, late }, reports.Fail, `the id "77" of event 5000 (byte 123456, 500.0 s) came after "70" (3 such gaps in 6000 events)`),
		Entry("ids that are no count", gap, func(s *transcript.Soak) { s.One, s.Skipped, s.FirstSkipped = 100, 5899, late }, reports.Skip, "no count"),
		Entry("ids that are no numbers", gap, func(s *transcript.Soak) { s.Steps, s.One = 0, 0 }, reports.Skip, "too few"),
		Entry("ids that go on", forward, func(*transcript.Soak) {}, reports.Pass, ""),
		Entry("ids that go back", forward, func(s *transcript.Soak) { s.Back, s.FirstBack = 1, late }, reports.Fail, "a higher number was expected"),
		Entry("a steady stream", steady, func(*transcript.Soak) {}, reports.Pass, "watched for 600.0 s: 1073741824 bytes, 6000 events"),
		Entry("a late pause", steady, func(s *transcript.Soak) { s.Wait = transcript.Stretch{From: 300 * time.Second, Took: 20 * time.Second} }, reports.Fail, "from 300.0 s on, none came for 20.0 s"),
		Entry("a stream that fell silent", steady, func(s *transcript.Soak) { s.LastEvent = 400 * time.Second }, reports.Fail, "from 400.0 s on, none came for 200.0 s"),
		Entry("too few events", steady, func(s *transcript.Soak) { s.Events = 3 }, reports.Skip, "too few"),
		Entry("ids that are unique", unique, func(*transcript.Soak) {}, reports.Pass, ""),
		Entry("an id that comes again late", unique, func(s *transcript.Soak) { s.Again, s.FirstAgain = 2, late }, reports.Fail, `the id "77" of event 5000`),
		Entry("signs of life", alive, func(*transcript.Soak) {}, reports.Pass, ""),
		Entry("a long silence", alive, func(s *transcript.Soak) {
			s.Silence = transcript.Stretch{From: 100 * time.Second, Took: 45 * time.Second}
		}, reports.Fail, "from 100.0 s on, nothing came for 45.0 s"),
	)

	It("says nothing of a survey of which nothing came", func() {
		c := conn("survey")
		for _, k := range []cases.Check{gap, forward, steady} {
			Expect(on(k, c).Verdict).To(Equal(reports.Skip), k.Name())
		}
	})
})
