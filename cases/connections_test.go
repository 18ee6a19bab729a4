package cases_test

import (
	"encoding/json"
	"time"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
)

func ptr[T any](v T) *T { return &v }

// loadLines loads one case that must have no mistake.
func loadLines(lines string) *cases.Case {
	GinkgoHelper()
	c, err := loadCase(lines)
	Expect(err).NotTo(HaveOccurred())
	return c
}

var _ = Describe("Load, of connections", func() {
	It("reads what the server does and what must hold", func() {
		c := loadLines(`  - id: resumes
    title: A reconnection carries the id of the last dispatched event
    requirements: [parse.data.append]
    connections:
      - stream: ["retry: 10\nid: 1\ndata: a\n\n", "id: 2\ndata: lost", {drop: reset}]
      - request: {header: {Last-Event-ID: "1"}, includes: {Accept: text/event-stream}, like-first: [Accept], after: {at-least: 10ms, at-most: 2s}}
        stream: [{await: {opens: 2}}, "data: END\n\n"]
    expect:
      - {data: a, lastEventId: "1"}
      - {data: END, lastEventId: "1"}
    finally: {state: open, requests: 2, errors: 1}
`)
		Expect(c.Kind()).To(Equal(cases.KindConnections))
		Expect(c.Sides()).To(Equal([]string{"parser", "client"}), "the client's side is that of the kind")
		Expect(c.Connections).To(HaveLen(2))
		Expect(c.Connections[0]).To(Equal(cases.Connection{Stream: []cases.Item{
			text("retry: 10\nid: 1\ndata: a\n\n"), text("id: 2\ndata: lost"), {Drop: cases.DropReset},
		}}))
		second := c.Connections[1]
		Expect(second.Request).To(Equal(&cases.RequestCheck{
			Header:    cases.FieldChecks{{Name: "Last-Event-ID", Values: []*string{ptr("1")}}},
			Includes:  map[string]string{"Accept": "text/event-stream"},
			LikeFirst: []string{"Accept"},
			After:     &cases.After{AtLeast: "10ms", AtMost: "2s"},
		}))
		least, most := second.Request.After.Bounds()
		Expect([]time.Duration{least, most}).To(Equal([]time.Duration{10 * time.Millisecond, 2 * time.Second}))
		Expect(second.Stream).To(Equal([]cases.Item{{Await: &cases.Until{Opens: 2}}, text("data: END\n\n")}))
		Expect(c.Finally).To(Equal(&cases.Finally{State: cases.StateOpen, Requests: ptr(2), Errors: ptr(1)}))
		Expect(c.Expect.Answers()[0].Events).To(HaveLen(2))
	})

	It("reads every part of a head, in order", func() {
		c := loadLines(`  - id: a
    title: It is so
    requirements: [connect.retry]
    connections:
      - refuse: 50ms
        request: {method: GET, path: /, at: here, body: "", header: {X-B: null, X-A: [a, null, {repeat: ab, times: 2}]}}
        respond:
          status: 301
          header: {X-B: b, Location: "{{elsewhere}}/next", X-A: [c, {repeat: d, times: 3}], Content-Type: null}
          http: 1.0
          body: length
          length: 5
          before: [103, 100]
          pause: 20ms
        stream: ["hello", {stall: 30ms}]
      - respond: {encoding: gzip, http: "1.1"}
      - respond: {raw: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", await: {errors: 1}}
        stream: [{await: open}, {await: {errors: 1}}, "data: END\n\n", {await: {events: 1}}]
    expect: [{data: END}]
`)
		first := c.Connections[0]
		Expect(first.RefuseFor()).To(Equal(50 * time.Millisecond))
		Expect(first.Request).To(Equal(&cases.RequestCheck{Method: "GET", Path: "/", At: cases.AtHere, Body: ptr(""),
			Header: cases.FieldChecks{{Name: "X-B", Values: []*string{nil}}, {Name: "X-A", Values: []*string{ptr("a"), nil, ptr("abab")}}}}))
		Expect(first.Respond).To(Equal(&cases.Respond{Status: 301, HTTP: "1.0", Body: cases.BodyLength, Length: ptr(5), Before: []int{103, 100}, Pause: "20ms",
			Header: cases.HeaderLines{{Name: "X-B", Value: "b"}, {Name: "Location", Value: "{{elsewhere}}/next"},
				{Name: "X-A", Value: "c"}, {Name: "X-A", Value: "ddd"}, {Name: "Content-Type", Absent: true}}}))
		Expect(first.Respond.PauseFor()).To(Equal(20 * time.Millisecond))
		Expect(c.Connections[1].Respond).To(Equal(&cases.Respond{Encoding: cases.EncodingGzip, HTTP: "1.1"}))
		Expect(c.Connections[2].Respond.Await).To(Equal(&cases.Until{Errors: 1}))
		Expect(c.Connections[2].Stream).To(Equal([]cases.Item{{Await: &cases.Until{Opens: 1}}, {Await: &cases.Until{Errors: 1}},
			text("data: END\n\n"), {Await: &cases.Until{Events: 1}}}))
	})

	It("reads what a client is asked for, when it is closed, and what is watched", func() {
		c := loadLines(`  - id: a
    title: It is so
    requirements: [connect.retry]
    library: info
    http: 2
    connect: {headers: {A: b}, method: POST, body: c, lastEventId: d, retry: 5, withCredentials: true, elsewhere: true}
    connections:
      - respond: {header: {access-control-allow-origin: "{{page}}", access-control-allow-credentials: "true"}}
        stream: ["data: a\n\n", {frame: ping}, {frame: goaway}, {await: closed}]
    close: {on: event, in-handler: true}
    watch: 300ms
    facts: {url: "{{here}}", "": x}
    expect: [{data: a, lastEventId: d}]
    finally: {state: closed, opens: 1, disconnected: true}
`)
		Expect(c.HTTP).To(Equal(cases.HTTP2))
		Expect(c.Connect).To(Equal(&cases.Connect{Headers: map[string]string{"A": "b"}, Method: "POST", Body: "c", LastEventID: "d",
			Retry: ptr(int64(5)), WithCredentials: true, Elsewhere: true}))
		Expect(c.Connections[0].Stream[1:]).To(Equal([]cases.Item{{Frame: cases.FramePing}, {Frame: cases.FrameGoAway}, {Await: &cases.Until{Closed: true}}}))
		Expect(c.Close).To(Equal(&cases.Close{On: cases.OnEvent, Nth: 1, InHandler: true}))
		Expect(c.WatchFor()).To(Equal(300 * time.Millisecond))
		Expect(c.Facts).To(HaveKeyWithValue("url", "{{here}}"))
		Expect(c.Library).To(Equal("info"))
		Expect(c.Finally).To(Equal(&cases.Finally{State: cases.StateClosed, Opens: ptr(1), Disconnected: true}))
	})

	DescribeTable("reads a close in short, and each version of HTTP", func(line string, want cases.Case) {
		c := loadLines("  - id: a\n    title: It is so\n    requirements: [connect.retry]\n    connections: [{stream: [\"data: a\\n\\n\", {drop: fin}]}]\n    expect: [{data: a}]\n    " + line + "\n")
		Expect(c.Close).To(Equal(want.Close))
		Expect(c.HTTP).To(Equal(want.HTTP))
	},
		Entry("on open", "close: open", cases.Case{Close: &cases.Close{On: cases.OnOpen, Nth: 1}}),
		Entry("on an event", "close: event", cases.Case{Close: &cases.Close{On: cases.OnEvent, Nth: 1}}),
		Entry("on an error", "close: error", cases.Case{Close: &cases.Close{On: cases.OnError, Nth: 1}}),
		Entry("on a request", "close: request", cases.Case{Close: &cases.Close{On: cases.OnRequest, Nth: 1}}),
		Entry("on the end", "close: {on: end}", cases.Case{Close: &cases.Close{On: cases.OnEnd, Nth: 1}}),
		Entry("1.1, a number", "http: 1.1", cases.Case{HTTP: cases.HTTP1}),
		Entry("1.1, a text", `http: "1.1"`, cases.Case{HTTP: cases.HTTP1}),
		Entry("https", "http: https", cases.Case{HTTP: cases.HTTPS1}),
		Entry("2, a text", `http: "2"`, cases.Case{HTTP: cases.HTTP2}),
		Entry("h2c", "http: h2c", cases.Case{HTTP: cases.HTTP2C}),
	)

	It("takes an expectation that is left out for no event", func() {
		c := loadLines("  - {id: a, title: It is so, requirements: [connect.retry], connections: [{respond: {status: 204}}], finally: {state: closed}}\n")
		Expect(c.Expect).NotTo(BeNil())
		Expect(c.Expect.Answers()).To(Equal([]cases.Answer{{Grade: cases.GradePass}}))
	})

	It("lets a client go on after a failure where that is its own matter", func() {
		for _, key := range []string{"library: info", "level: info"} {
			loadLines("  - {id: a, title: It is so, requirements: [connect.retry], " + key + `, connections: [{respond: {status: 503}}, {stream: ["data: END\n\n"]}], finally: {errors: 1}}` + "\n")
		}
	})

	It("lets the stream end a raw head, and waits over a client that waits to reconnect", func() {
		loadLines(`  - id: a
    title: It is so
    requirements: [connect.retry]
    connections:
      - respond: {raw: "HTTP/1.1 20"}
        stream: ["0 OK\r\nContent-Type: text/event-stream\r\n", "\r\nretry: 60000\ndata: a\n\n", {drop: fin}]
    expect: [{data: a}]
    watch: 1s
    finally: {requests: 1, state: reconnecting}
`)
	})

	It("needs no request where something else is seen of the client", func() {
		loadLines("  - {id: a, title: It is so, requirements: [connect.retry], connections: [{refuse: 1s}], close: error, finally: {requests: 0, state: closed}}\n")
	})
})

var _ = Describe("An item of a connection", func() {
	DescribeTable("is written as a case file writes it", func(item cases.Item, flow, asJSON string) {
		text, err := yaml.MarshalWithOptions(item, yaml.Flow(true))
		Expect(err).NotTo(HaveOccurred())
		Expect(string(text)).To(Equal(flow + "\n"))
		Expect(json.Marshal(item)).To(MatchJSON(asJSON))
	},
		Entry("one open", cases.Item{Await: &cases.Until{Opens: 1}}, "{await: open}", `{"await": "open"}`),
		Entry("opens", cases.Item{Await: &cases.Until{Opens: 2}}, "{await: {opens: 2}}", `{"await": {"opens": 2}}`),
		Entry("events", cases.Item{Await: &cases.Until{Events: 2}}, "{await: {events: 2}}", `{"await": {"events": 2}}`),
		Entry("errors", cases.Item{Await: &cases.Until{Errors: 1}}, "{await: {errors: 1}}", `{"await": {"errors": 1}}`),
		Entry("closed", cases.Item{Await: &cases.Until{Closed: true}}, "{await: closed}", `{"await": "closed"}`),
		Entry("a frame", cases.Item{Frame: cases.FramePing}, "{frame: ping}", `{"frame": "ping"}`),
	)
})
