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

// saw is an observation of an event with this data.
func saw(data string) transcript.Observation {
	return transcript.Observation{Kind: transcript.SawEvent, Event: message(data)}
}

func sawError(reconnecting bool) transcript.Observation {
	return transcript.Observation{Kind: transcript.SawError, Reconnecting: &reconnecting}
}

var sawOpen, sawClosed = transcript.Observation{Kind: transcript.SawOpen}, transcript.Observation{Kind: transcript.SawClosed}

// twoRequests is what a right client does with [resuming]: the connection ends
// after 10 ms, and the next request comes 30 ms later.
func twoRequests() *transcript.Client {
	return &transcript.Client{
		Offers: transcript.Offers{Opens: true, Errors: true}, Connections: 2,
		Here: "http://127.0.0.1:1/c/1", Elsewhere: "http://127.0.0.1:2/c/1",
		Requests: []*transcript.Exchange{
			{Number: 1, Method: "GET", Path: "/", Ended: 10 * time.Millisecond,
				Header: []transcript.Field{{Name: "Accept", Value: "text/event-stream"}}},
			{Number: 2, Method: "GET", Path: "/", At: 40 * time.Millisecond, After: 30 * time.Millisecond,
				Header: []transcript.Field{{Name: "accept", Value: "text/event-stream"}, {Name: "Last-Event-ID", Value: "1"}}},
		},
		Seen: []transcript.Observation{sawOpen, saw("a"), sawError(true), sawOpen, saw("END")},
	}
}

// resuming demands of the second request all that can be demanded.
func resuming() *cases.Case {
	return &cases.Case{
		Suite: "client/s", ID: "c",
		Connections: []cases.Connection{{}, {Request: &cases.RequestCheck{
			Method: "GET", Path: "/", At: cases.AtHere, Body: ptr(""),
			Header:    []cases.FieldCheck{{Name: "Last-Event-ID", Values: []*string{ptr("1")}}, {Name: "Cookie", Values: []*string{nil}}},
			Includes:  map[string]string{"Accept": "text/event-stream"},
			LikeFirst: []string{"Accept"},
			After:     &cases.After{AtLeast: "20ms", AtMost: "2s"},
		}}},
		Expect:  &cases.Expect{Events: []cases.Event{{Data: "a"}, {Data: "END"}}},
		Finally: &cases.Finally{State: cases.StateOpen, Requests: ptr(2), Opens: ptr(2), Errors: ptr(1), Disconnected: true},
	}
}

var _ = Describe("Client", func() {
	DescribeTable("holds a case of connections against what came",
		func(change func(*transcript.Client), words string) {
			k := twoRequests()
			change(k)
			j := judge.Judge(resuming(), &transcript.Transcript{Client: k})
			if words == "" {
				Expect(j).To(Equal(judge.Judgement{Verdict: reports.Pass}))
				return
			}
			Expect(j.Verdict).To(Equal(reports.Fail))
			Expect(j.Message).To(ContainSubstring(words))
		},
		Entry("right", func(*transcript.Client) {}, ""),
		Entry("a timer that ticks early", func(k *transcript.Client) { k.Requests[1].After = 17 * time.Millisecond }, ""),
		Entry("sent again at once when a connection that served before was lost in the head", func(k *transcript.Client) {
			k.Requests[0].Reused, k.Requests[0].Cut, k.Requests[1].After = true, true, time.Millisecond
		}, ""),
		Entry("what the client does not report is not judged", func(k *transcript.Client) {
			k.Offers, k.Seen = transcript.Offers{}, []transcript.Observation{saw("a"), saw("END")}
		}, ""),
		Entry("members of a list in any case, with parameters", func(k *transcript.Client) {
			for _, x := range k.Requests {
				x.Header = append(x.Header, transcript.Field{Name: "ACCEPT", Value: "*/*, Text/Event-Stream;q=0.9"})
				x.Header[0].Name = "X-Other"
			}
		}, ""),

		Entry("no request", func(k *transcript.Client) { k.Requests = nil }, "expected a request, none came"),
		Entry("no second request", func(k *transcript.Client) { k.Requests = k.Requests[:1] },
			"expected 2 requests, got 1: none came after the end of connection 1"),
		Entry("a third request", func(k *transcript.Client) {
			k.Requests = append(k.Requests, &transcript.Exchange{Number: 3, At: 50 * time.Millisecond, Beyond: true})
		}, "expected 2 requests in all, got 3: request 3 came 50ms after the case began"),
		Entry("another method", func(k *transcript.Client) { k.Requests[1].Method = "POST" }, `request 2: expected the method GET, got "POST"`),
		Entry("another path", func(k *transcript.Client) { k.Requests[1].Path = "/x" }, "expected the path / below the case's URL"),
		Entry("a query of its own", func(k *transcript.Client) { k.Requests[1].Target = "/c/1?again=1" }, `got "/?again=1"`),
		Entry("another origin", func(k *transcript.Client) { k.Requests[1].Elsewhere = true }, "called elsewhere"),
		Entry("a body", func(k *transcript.Client) { k.Requests[1].Body = []byte("x") }, `expected no body, got "x"`),
		Entry("another value", func(k *transcript.Client) { k.Requests[1].Header[1].Value = "2" },
			`expected Last-Event-ID: "1", got Last-Event-ID: "2"`),
		Entry("a field missing", func(k *transcript.Client) { k.Requests[1].Header = k.Requests[1].Header[:1] },
			`expected Last-Event-ID: "1", got no Last-Event-ID`),
		Entry("a field that must be absent", func(k *transcript.Client) {
			k.Requests[1].Header = append(k.Requests[1].Header, transcript.Field{Name: "cookie", Value: ""})
		}, `expected no Cookie, got Cookie: ""`),
		Entry("a member missing", func(k *transcript.Client) {
			for _, x := range k.Requests {
				x.Header[0].Value = "text/event-streaming"
			}
		}, "expected text/event-stream among the values of Accept"),
		Entry("another value than in the first request", func(k *transcript.Client) { k.Requests[0].Header[0].Value = "*/*" },
			`expected Accept: "*/*" as in the first request`),
		Entry("too early", func(k *transcript.Client) { k.Requests[1].After = 10 * time.Millisecond },
			"expected it 20ms or more after connection 1 had ended, it came after 10ms"),
		Entry("too early after a new connection was lost in the head", func(k *transcript.Client) {
			k.Requests[0].Cut, k.Requests[1].After = true, time.Millisecond
		}, "expected it 20ms or more"),
		Entry("too early after one that served before was lost later", func(k *transcript.Client) {
			k.Requests[0].Reused, k.Requests[1].After = true, time.Millisecond
		}, "expected it 20ms or more"),
		Entry("before the end", func(k *transcript.Client) { k.Requests[0].Ended = 0 }, "it came before"),
		Entry("far too late", func(k *transcript.Client) { k.Requests[1].After = 3 * time.Second }, "at most 2s"),
		Entry("what the server could not do", func(k *transcript.Client) { k.Requests[1].Problem = "waited in vain" },
			"on connection 2 waited in vain"),
		Entry("an event missing", func(k *transcript.Client) { k.Seen = k.Seen[:4]; k.Unmet = []string{"event 2 of 2"} },
			"event 2 is missing: event \"message\", data \"END\", lastEventId \"\"; waited in vain for event 2 of 2"),
		Entry("an event too many", func(k *transcript.Client) { k.Seen = append(k.Seen, saw("x")) }, "one too many"),
		Entry("open once", func(k *transcript.Client) { k.Seen = k.Seen[1:] }, "expected the client to report open 2 times, it did so once"),
		Entry("no error", func(k *transcript.Client) {
			k.Seen[2] = saw("a")
			k.Seen = k.Seen[2:]
			k.Seen = append([]transcript.Observation{sawOpen}, k.Seen...)
		},
			"expected the client to report error once, it did so 0 times"),
		Entry("another state", func(k *transcript.Client) {
			k.Seen = []transcript.Observation{sawOpen, saw("a"), sawOpen, saw("END"), sawError(false)}
		}, "expected the client to be open in the end, by its own word it is closed"),
		Entry("a connection left open", func(k *transcript.Client) { k.StillOpen = 1 }, "1 still open"),
		Entry("a wait in vain", func(k *transcript.Client) { k.Unmet = []string{"the word that it is closed"} }, "did not come: the word"),
	)

	It("takes an event for open, of a client that has no word for it", func() {
		c := resuming()
		c.Finally = &cases.Finally{State: cases.StateOpen}
		k := twoRequests()
		k.Offers.Opens, k.Seen = false, []transcript.Observation{saw("a"), sawError(true), saw("END")}
		Expect(judge.Judge(c, &transcript.Transcript{Client: k}).Verdict).To(Equal(reports.Pass))
		k.Offers.Opens = true
		Expect(judge.Judge(c, &transcript.Transcript{Client: k}).Message).To(ContainSubstring("by its own word it is reconnecting"))
	})

	It("wants nothing after the client was closed", func() {
		c := resuming()
		c.Close, c.Finally = &cases.Close{On: cases.OnEvent}, nil
		k := twoRequests()
		k.ClosedByCase, k.Seen = 45*time.Millisecond, []transcript.Observation{saw("a"), saw("END"), sawClosed}
		Expect(judge.Judge(c, &transcript.Transcript{Client: k}).Verdict).To(Equal(reports.Pass))
		k.Seen = append(k.Seen, sawError(true))
		j := judge.Judge(c, &transcript.Transcript{Client: k})
		Expect(j.Message).To(Equal("the client was closed, and reported after that error"))
	})

	It("wants no event where none is expected", func() {
		c := &cases.Case{Connections: []cases.Connection{{}}}
		k := &transcript.Client{Connections: 1, Requests: []*transcript.Exchange{{Number: 1}}}
		Expect(judge.Judge(c, &transcript.Transcript{Client: k}).Verdict).To(Equal(reports.Pass))
		k.Seen = append(k.Seen, saw("x"))
		Expect(judge.Judge(c, &transcript.Transcript{Client: k}).Message).To(ContainSubstring("expected no event, got 1 event"))
	})

	It("holds the facts of the object against the case", func() {
		c := &cases.Case{Connections: []cases.Connection{{}}, Facts: map[string]string{"construction.url": "{{here}}", "event.origin": "{{origin}}"}}
		k := twoRequests()
		k.Requests, k.Connections, k.Seen = k.Requests[:1], 1, nil
		judged := func(facts ...map[string]string) judge.Judgement {
			k.Seen = nil
			for _, f := range facts {
				k.Seen = append(k.Seen, transcript.Observation{Kind: transcript.SawOpen, Facts: f})
			}
			return judge.Judge(c, &transcript.Transcript{Client: k})
		}
		right := map[string]string{"construction.url": k.Here, "event.origin": "http://127.0.0.1:1", "other": "x"}
		Expect(judged(right).Verdict).To(Equal(reports.Pass))
		Expect(judged(right, map[string]string{"event.origin": "null"}).Message).To(ContainSubstring(`expected event.origin to be "http://127.0.0.1:1", it was "null"`))
		Expect(judged(map[string]string{"event.origin": "http://127.0.0.1:1"}).Message).To(ContainSubstring("did not tell it"))
	})

	Describe("a stream case", func() {
		stream := &cases.Case{Stream: []cases.Item{{Text: ptr("data: a\n\n")}}, Expect: &cases.Expect{Events: []cases.Event{{Data: "a"}}}}
		judged := func(change func(*transcript.Client)) judge.Judgement {
			k := &transcript.Client{Connections: 1, Requests: []*transcript.Exchange{{Number: 1}},
				Seen: []transcript.Observation{saw("a"), saw(transcript.Sentinel)}}
			change(k)
			return judge.Judge(stream, &transcript.Transcript{Client: k})
		}

		It("passes when the events and the end came", func() {
			Expect(judged(func(*transcript.Client) {})).To(Equal(judge.Judgement{Verdict: reports.Pass}))
		})
		It("judges what came of a stream that ended, from a client that did not come back", func() {
			j := judged(func(k *transcript.Client) { k.Connections, k.Seen = 2, k.Seen[:1] })
			Expect(j.Verdict).To(Equal(reports.Pass))
		})
		DescribeTable("fails otherwise", func(change func(*transcript.Client), words string) {
			j := judged(change)
			Expect(j.Verdict).To(Equal(reports.Fail))
			Expect(j.Message).To(ContainSubstring(words))
		},
			Entry("no request", func(k *transcript.Client) { k.Requests = nil }, "none came"),
			Entry("no end", func(k *transcript.Client) { k.Seen = k.Seen[:1] }, "reads no further"),
			Entry("another event", func(k *transcript.Client) { k.Seen[0] = saw("b") }, `expected data "a", got "b"`),
			Entry("one too many, behind the end", func(k *transcript.Client) { k.Seen = append(k.Seen, saw("a")) }, "one too many"),
			Entry("two connections for one source", func(k *transcript.Client) {
				k.Requests = append(k.Requests, &transcript.Exchange{Number: 2, Beyond: true})
			}, "expected 1 request in all, got 2"),
			Entry("nothing at all", func(k *transcript.Client) { k.Seen, k.Unmet = nil, []string{"the end"} }, "none came; waited in vain for the end"),
		)
	})

	DescribeTable("says when nothing can be judged", func(t *transcript.Transcript, verdict reports.Verdict, words string) {
		j := judge.Judge(resuming(), t)
		Expect(j.Verdict).To(Equal(verdict))
		Expect(j.Message).To(ContainSubstring(words))
	},
		Entry("the harness broke", &transcript.Transcript{Broken: "no port", Client: twoRequests()}, reports.Error, "no port"),
		Entry("the client crashed", &transcript.Transcript{Failed: "the adapter ended", Client: twoRequests()}, reports.Fail, "the adapter ended"),
		Entry("nothing was seen", &transcript.Transcript{Parsed: &transcript.Parsed{Events: []spec.Event{message("a")}}}, reports.Error, "nothing of a client"),
	)
})
