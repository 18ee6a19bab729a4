package main

import (
	"encoding/json"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
)

// clientCases is a folder with cases of the kind connections.
func clientCases() string {
	GinkgoHelper()
	return folderOf(map[string]string{"mine/clients.yaml": `suite: mine/clients
title: Clients
cases:
  - id: all
    title: Everything that a client can be shown
    requirements: [connect.reestablish.last-event-id]
    library: info
    http: h2c
    connect: {query: a=b%2F, headers: {X-A: "b\tc"}, method: POST, body: d, lastEventId: e, retry: 5, withCredentials: true, elsewhere: true}
    connections:
      - request: {method: POST, path: /, at: elsewhere, body: ""}
        respond: {status: 307, header: {location: "{{path}}/next", content-type: null, access-control-allow-origin: "{{page}}", access-control-allow-credentials: "true"}, before: [103], pause: 20ms}
      - request: {path: /next, at: here, header: {Last-Event-ID: [e, null]}, includes: {Accept: text/event-stream}, like-first: [Accept, X-A]}
        respond: {header: {access-control-allow-origin: "{{page}}", access-control-allow-credentials: "true"}, body: length, length: 99}
        stream: ["data: a\e\n\n", {await: open}, {frame: ping}, {stall: 1s}]
      - refuse: 50ms
        request: {after: {at-most: 2s}}
        respond: {header: {access-control-allow-origin: "{{page}}", access-control-allow-credentials: "true"}, encoding: gzip, await: {errors: 1}}
        stream: ["data: b\n\n", {await: {events: 2}}, {await: closed}]
    close: {on: event, nth: 2, in-handler: true}
    watch: 300ms
    facts: {url: "{{elsewhere}}"}
    expect: [{data: "a\e", lastEventId: e}, {data: b, lastEventId: e}]
    finally: {state: closed, requests: 3, opens: 2, disconnected: true}
  - id: raw
    title: A head that is written out, and no event
    requirements: [response.status]
    connections:
      - respond: {raw: "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n"}
    finally: {state: closed, errors: 1}
`})
}

var _ = Describe("ssecheck explain, of connections", func() {
	It("says what the server does with each request, and what must be seen", func() {
		dir := clientCases()
		out, err := call(newExplainCommand, "mine/clients/all", "--cases", dir)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(HavePrefix(`mine/clients/all (must)
  Everything that a client can be shown
  labels: client, connections, mine, must
  binding for browsers; of other clients it is shown, and never counted against them

Rule
  connect.reestablish.last-event-id (must, client)
`))
		Expect(out).To(HaveSuffix(`
The URL
  its query: a=b%2F

The client is asked for (else the case is skipped)
  HTTP/2 in cleartext
  the header field X-A: b\tc
  the method POST
  the body "d"
  the last event ID "e" to begin with
  a reconnection time of 5 ms to begin with
  withCredentials
  the URL on another origin than the page's

Connection 1 of 3
  the request: its method is POST
  the request: it is for the case's URL itself
  the request: it comes to the other origin
  the request: its body is ""
  the response: after a pause of 20ms
  the response: 103 goes before it
  the response: 307 Temporary Redirect
  the response: location: {{path}}/next
  the response: no content-type
  the response: access-control-allow-origin: {{page}}
  the response: access-control-allow-credentials: true
  then: it ends cleanly

Connection 2 of 3
  the request: it is for /next below the case's URL
  the request: it comes to the origin of the case's URL
  the request: Last-Event-ID is "e" or absent
  the request: Accept includes text/event-stream
  the request: as in the first request: Accept, X-A
  the response: 200 OK, with a Content-Length of 99
  the response: Content-Type: text/event-stream
  the response: access-control-allow-origin: {{page}}
  the response: access-control-allow-credentials: true
  the stream (10 bytes, 1 write):
    1  data: a\x1b\n
       \n
    2  (nothing until the client has reported 1 open)
    3  (the frame PING)
    4  (the connection stays open and silent for 1s)

Connection 3 of 3
  nobody listens for 50ms before it
  the request: it comes at most 2s after the end of the connection before it
  the response: once the client has reported 1 error
  the response: 200 OK, compressed with gzip
  the response: Content-Type: text/event-stream
  the response: access-control-allow-origin: {{page}}
  the response: access-control-allow-credentials: true
  the stream (9 bytes, 1 write):
    1  data: b\n
       \n
    2  (nothing until the client has reported 2 events)
    3  (nothing until the client has confirmed that it is closed)
  then: it stays open until the case is over

Close
  the client is closed inside its handler of event 2

Expect (2 events)
    1  message  data "a\x1b"  lastEventId "e"
    2  message  data "b"  lastEventId "e"

Finally
  no further request comes for 300ms
  the client says that it is closed
  3 requests in all
  2 opens in all
  the client's connections are gone

Facts of the EventSource object
  url: "{{elsewhere}}"

Play it alone
  ssecheck run --client 'CMD' --cases '` + dir + `' --run mine/clients/all
  ssecheck run --cases '` + dir + `' --run mine/clients/all   (on the reference inside ssecheck)
`))
	})

	It("shows a head that is written out, and that nothing may come", func() {
		out, err := call(newExplainCommand, "mine/clients/raw", "--cases", clientCases())
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(ContainSubstring(`
Connection 1 of 1
  the response: a head as it is written, and the stream behind it in no framing of its own
       HTTP/1.1 404\r\n
       Content-Length: 0\r\n
       \r\n
  then: it ends cleanly

Expect (0 events)
  none may come

Finally
  the client says that it is closed
  1 error in all
`))
	})

	DescribeTable("has words for", func(want, got string) { Expect(got).To(Equal(want)) },
		Entry("a close on a request", "the client is closed when request 2 has come and is not answered", closeWords(&cases.Close{On: cases.OnRequest, Nth: 2})),
		Entry("a close on the end", "the client is closed when connection 1 has ended", closeWords(&cases.Close{On: cases.OnEnd})),
		Entry("a close on an open", "the client is closed once it has reported open 1", closeWords(&cases.Close{On: cases.OnOpen, Nth: 1})),
		Entry("both bounds", "10ms to 1s", boundWords(&cases.After{AtLeast: "10ms", AtMost: "1s"})),
		Entry("a lower bound", "at least 10ms", boundWords(&cases.After{AtLeast: "10ms"})),
		Entry("a body that ends with the connection", "HTTP/1.0 200 OK, whose body ends with the connection", statusLine(&cases.Respond{HTTP: "1.0", Body: cases.BodyClose})),
		Entry("a body in chunks", "200 OK, in chunks", statusLine(&cases.Respond{Body: cases.BodyChunked})),
		Entry("a status without a name", "299, with a Content-Length", statusLine(&cases.Respond{Status: 299, Body: cases.BodyLength})),
	)
})

var _ = Describe("ssecheck list, of connections", func() {
	It("counts them for the role client, with the streams", func() {
		out, err := call(newListCommand, "--roles", "--json", "--cases", clientCases(), "--run", "mine/**", "--run", "fields/data/two-lines")
		Expect(err).NotTo(HaveOccurred())
		var roles []listedRole
		Expect(json.Unmarshal([]byte(out), &roles)).To(Succeed())
		Expect(roles).To(HaveLen(4))
		Expect(roles[2]).To(Equal(listedRole{Role: reports.RoleClient, Means: "a URL to events, with reconnection", Flag: "--client CMD",
			Kinds: []cases.Kind{cases.KindStream, cases.KindConnections}, Cases: 3}))
	})

	It("gives their kind and labels to programs", func() {
		out, err := call(newListCommand, "--json", "--cases", clientCases(), "--label-filter", "mine && connections")
		Expect(err).NotTo(HaveOccurred())
		var list []listedCase
		Expect(json.Unmarshal([]byte(out), &list)).To(Succeed())
		Expect(list).To(HaveLen(2))
		Expect(list[1]).To(Equal(listedCase{Case: "mine/clients/raw", Title: "A head that is written out, and no event", Kind: cases.KindConnections, Level: "must",
			Labels: []string{"client", "connections", "mine", "must"}, Requirements: []string{"response.status"}}))
	})
})
