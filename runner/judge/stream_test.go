package judge_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// expecting is a case that expects these events.
func expecting(events ...cases.Event) *cases.Case {
	return &cases.Case{Suite: "s", ID: "c", Expect: &cases.Expect{Events: events}}
}

// got is the transcript of a parser that surfaced these events.
func got(events ...spec.Event) *transcript.Transcript {
	return &transcript.Transcript{Parsed: &transcript.Parsed{Events: events}}
}

func message(data string) spec.Event { return spec.Event{Type: "message", Data: data} }

func ptr[T any](v T) *T { return &v }

var _ = Describe("Stream", func() {
	DescribeTable("events",
		func(expected []cases.Event, came []spec.Event, verdict reports.Verdict, words string) {
			j := judge.Stream(expecting(expected...), got(came...))
			Expect(j.Verdict).To(Equal(verdict))
			Expect(j.Message).To(ContainSubstring(words))
			if verdict == reports.Fail {
				Expect(j.Message).NotTo(BeEmpty())
				Expect(j.Diff).NotTo(BeEmpty())
			}
		},
		Entry("none, as expected", nil, nil, reports.Pass, ""),
		Entry("the defaults are filled in",
			[]cases.Event{{Data: "a"}}, []spec.Event{message("a")}, reports.Pass, ""),
		Entry("type and last event ID as expected",
			[]cases.Event{{Event: "x", Data: "a", LastEventID: "1"}},
			[]spec.Event{{Type: "x", Data: "a", LastEventID: "1"}}, reports.Pass, ""),
		Entry("data differs",
			[]cases.Event{{Data: "a"}, {Data: "first\nsecond"}},
			[]spec.Event{message("a"), message("firstsecond")}, reports.Fail,
			`event 2 of 2: expected data "first\nsecond", got "firstsecond" (they differ from byte 5 on)`),
		Entry("the type differs",
			[]cases.Event{{Data: "a"}}, []spec.Event{{Type: "", Data: "a"}}, reports.Fail,
			`event 1 of 1: expected event type "message", got "" (they differ from byte 0 on)`),
		Entry("the last event ID differs",
			[]cases.Event{{Data: "a", LastEventID: "12"}}, []spec.Event{{Type: "message", Data: "a", LastEventID: "1"}}, reports.Fail,
			`event 1 of 1: expected lastEventId "12", got "1" (they differ from byte 1 on)`),
		Entry("none came",
			[]cases.Event{{Data: "a"}}, nil, reports.Fail, "expected 1 event, none came"),
		Entry("the last one is missing",
			[]cases.Event{{Data: "a"}, {Data: "END"}}, []spec.Event{message("a")}, reports.Fail,
			`expected 2 events, got 1: event 2 is missing: event "message", data "END"`),
		Entry("the first one is missing",
			[]cases.Event{{Data: "a"}, {Data: "END"}}, []spec.Event{message("END")}, reports.Fail,
			`event 1 of 2: expected data "a", got "END" (they differ from byte 0 on); 1 event came in all`),
		Entry("one too many",
			[]cases.Event{{Data: "a"}}, []spec.Event{message("a"), message("b")}, reports.Fail,
			`expected 1 event, got 2: event 2 is one too many: event "message", data "b"`),
		Entry("one too many where none may be",
			nil, []spec.Event{message("b")}, reports.Fail, "expected 0 events, got 1"),
	)

	It("marks what differs in a diff, and keeps what is equal around it", func() {
		j := judge.Stream(expecting(cases.Event{Data: "a"}, cases.Event{Data: "b"}, cases.Event{Data: "END"}),
			got(message("a"), message("END")))
		Expect(j.Diff).To(Equal(strings.Join([]string{
			`  event "message", data "a", lastEventId ""`,
			`- event "message", data "b", lastEventId ""`,
			`  event "message", data "END", lastEventId ""`,
		}, "\n")))
	})

	It("lets nothing of a subject through unescaped", func() {
		evil := "\x1b[31m\r\n\x00\xff\u202e"
		j := judge.Stream(expecting(cases.Event{Data: "a"}), got(spec.Event{Type: evil, Data: evil, LastEventID: evil}))
		for _, text := range []string{j.Message, strings.ReplaceAll(j.Diff, "\n", "")} {
			Expect(text).NotTo(MatchRegexp(`[^ -~]`))
		}
		refused := judge.Stream(expecting(), &transcript.Transcript{Parsed: &transcript.Parsed{Refused: &evil}})
		Expect(refused.Message).NotTo(MatchRegexp(`[^ -~]`))
	})

	It("shows of long values what is around the difference", func() {
		long := strings.Repeat("x", 1<<20)
		j := judge.Stream(expecting(cases.Event{Data: long + "a" + long}), got(message(long+"b"+long)))
		Expect(j.Message).To(ContainSubstring("they differ from byte 1048576 on"))
		Expect(j.Message).To(ContainSubstring("xa"))
		Expect(j.Message).To(ContainSubstring("xb"))
		Expect(len(j.Message) + len(j.Diff)).To(BeNumerically("<", 4096))
	})

	It("shows a page of a diff between very many events", func() {
		many := make([]spec.Event, 100_000)
		j := judge.Stream(expecting(cases.Event{Data: "a"}), got(many...))
		Expect(j.Verdict).To(Equal(reports.Fail))
		Expect(len(j.Diff)).To(BeNumerically("<", 16<<10))
	})

	DescribeTable("how the subject ended",
		func(t *transcript.Transcript, verdict reports.Verdict, words string) {
			j := judge.Stream(expecting(), t)
			Expect(j.Verdict).To(Equal(verdict))
			Expect(j.Message).To(ContainSubstring(words))
		},
		Entry("it failed", &transcript.Transcript{Failed: "it hung"}, reports.Fail, "it hung"),
		Entry("the harness broke", &transcript.Transcript{Broken: "no process"}, reports.Error, "no process"),
		Entry("nothing is known of a subject that failed behind a broken harness",
			&transcript.Transcript{Broken: "no process", Failed: "it hung"}, reports.Error, "no process"),
		Entry("it refused", &transcript.Transcript{Parsed: &transcript.Parsed{Refused: ptr("bad line")}},
			reports.Fail, `its own word: "bad line"`),
		Entry("no answer at all", &transcript.Transcript{}, reports.Error, "no answer"),
	)

	Describe("where the standard leaves several answers", func() {
		open := &cases.Case{Suite: "s", ID: "c", Expect: &cases.Expect{AnyOf: []cases.Answer{
			{Grade: "pass", Events: []cases.Event{{Data: "a"}, {Data: "END"}}},
			{Grade: "info", Note: "some take it so", Events: []cases.Event{{Data: "b"}, {Data: "END"}}},
		}}}

		It("passes plainly on the one of grade pass", func() {
			Expect(judge.Stream(open, got(message("a"), message("END")))).To(Equal(judge.Judgement{Verdict: reports.Pass}))
		})
		It("passes with the note on the one of grade info", func() {
			Expect(judge.Stream(open, got(message("b"), message("END")))).To(
				Equal(judge.Judgement{Verdict: reports.Pass, Message: "some take it so"}))
		})
		It("fails on any other, against the nearest", func() {
			j := judge.Stream(open, got(message("b"), message("c")))
			Expect(j.Verdict).To(Equal(reports.Fail))
			Expect(j.Message).To(HavePrefix(`none of the 2 right answers came; against the nearest: event 2 of 2: expected data "END", got "c"`))
		})
	})

	DescribeTable("the reconnection time at the end",
		func(p transcript.Parsed, verdict reports.Verdict, words string) {
			c := expecting(cases.Event{Data: "a"})
			c.Finally = &cases.Finally{ReconnectionTime: ptr(int64(1500))}
			p.Events = []spec.Event{message("a")}
			j := judge.Stream(c, &transcript.Transcript{Parsed: &p})
			Expect(j.Verdict).To(Equal(verdict))
			Expect(j.Message + j.SkipReason).To(ContainSubstring(words))
			if verdict == reports.Skip {
				Expect(j.SkipKind).To(Equal(reports.SkipCapability))
			}
		},
		Entry("right", transcript.Parsed{Retry: ptr(int64(1500)), ReportsRetry: true}, reports.Pass, ""),
		Entry("right, of a parser that did not say it would", transcript.Parsed{Retry: ptr(int64(1500))}, reports.Pass, ""),
		Entry("wrong", transcript.Parsed{Retry: ptr(int64(15)), ReportsRetry: true}, reports.Fail, "expected a reconnection time of 1500 ms at the end, got 15 ms"),
		Entry("none, of a parser that reports them", transcript.Parsed{ReportsRetry: true}, reports.Fail, "none was reported"),
		Entry("none, of a parser that does not", transcript.Parsed{}, reports.Skip, "does not report reconnection times"),
	)

	DescribeTable("no reconnection time at the end",
		func(p transcript.Parsed, verdict reports.Verdict, words string) {
			c := expecting(cases.Event{Data: "a"})
			c.Finally = &cases.Finally{NoReconnectionTime: true}
			p.Events = []spec.Event{message("a")}
			j := judge.Stream(c, &transcript.Transcript{Parsed: &p})
			Expect(j.Verdict).To(Equal(verdict))
			Expect(j.Message + j.SkipReason).To(ContainSubstring(words))
		},
		Entry("none, of a parser that reports them", transcript.Parsed{ReportsRetry: true}, reports.Pass, ""),
		Entry("one", transcript.Parsed{Retry: ptr(int64(15)), ReportsRetry: true}, reports.Fail, "expected no reconnection time at the end, got 15 ms"),
		Entry("one, of a parser that did not say it would", transcript.Parsed{Retry: ptr(int64(15))}, reports.Fail, "got 15 ms"),
		Entry("none, of a parser that does not report them", transcript.Parsed{}, reports.Skip, "does not report reconnection times"),
	)

	It("judges the events before the reconnection time", func() {
		c := expecting(cases.Event{Data: "a"})
		c.Finally = &cases.Finally{ReconnectionTime: ptr(int64(1500))}
		Expect(judge.Stream(c, got()).Verdict).To(Equal(reports.Fail))
	})
})

var _ = Describe("EqualEvents", func() {
	It("is a Gomega matcher", func() {
		Expect([]spec.Event{message("a")}).To(judge.EqualEvents([]spec.Event{message("a")}))
		Expect([]spec.Event{message("a")}).NotTo(judge.EqualEvents(nil))
	})
	It("says what it matches when it is given something else", func() {
		_, err := judge.EqualEvents(nil).Match(42)
		Expect(err).To(MatchError(ContainSubstring("not a int")))
	})
})

var _ = Describe("Judge", func() {
	It("judges a stream by its events", func() {
		c := expecting(cases.Event{Data: "a"})
		Expect(judge.Judge(c, got(message("a"))).Verdict).To(Equal(reports.Pass))
		Expect(judge.Judge(c, got(message("b"))).Verdict).To(Equal(reports.Fail))
	})
})
