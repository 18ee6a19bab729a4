package cases_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// clientCase is a case of one line.
func clientCase(connections, more string) string {
	return fmt.Sprintf("  - {id: a, title: It is so, requirements: [connect.retry], connections: [%s], %s}\n", connections, more)
}

// streaming is a case of one connection with the respond, and the stream of
// one event.
func streaming(respond, more string) string {
	return clientCase(`{respond: {`+respond+`}, stream: ["data: a\n\n"]}`, more)
}

var _ = Describe("Lint, of connections", func() {
	const (
		closed = "expect: [], finally: {state: closed}"
		opened = "expect: [{data: a}]"
		other  = "the standard's own steps give other events over these connections (- expected, + given)"
	)

	DescribeTable("knows what a response means", func(respond, more string) {
		Expect(lint(streaming(respond, more)).Errors).To(BeEmpty())
		if more == closed {
			more = opened
		} else {
			more = closed
		}
		Expect(lint(streaming(respond, more)).Errors.Err()).To(MatchError(ContainSubstring(other)))
	},
		Entry("200", "status: 200", opened),
		Entry("a status that is not", "status: 206", closed),
		Entry("a status that nobody knows", "status: 999", closed),
		Entry("a redirect to nowhere", "status: 307", closed),
		Entry("no type", "header: {Content-Type: null}", closed),
		Entry("an empty type", `header: {Content-Type: ""}`, closed),
		Entry("another type", "header: {content-type: text/plain}", closed),
		Entry("a longer type", "header: {Content-Type: text/event-streams}", closed),
		Entry("the type in any case", "header: {Content-Type: TEXT/Event-Stream}", opened),
		Entry("the type with a parameter", `header: {content-type: "text/event-stream ;charset=x, y"}`, opened),
		Entry("the type in white space", `header: {Content-Type: "\t text/event-stream \t"}`, opened),
		Entry("white space within", `header: {Content-Type: "text /event-stream"}`, closed),
		Entry("the last of several", "header: {Content-Type: [text/plain, text/event-stream]}", opened),
		Entry("the last of several on a line", `header: {Content-Type: "text/event-stream, text/plain"}`, closed),
		Entry("what cannot be parsed beside it", `header: {Content-Type: "text/event-stream, */*, text"}`, opened),
		Entry("a comma in quotes", `header: {Content-Type: "text/event-stream;a=\"\\\",text/plain\""}`, opened),
		Entry("a field beside it", "header: {Cache-Control: no-store}", opened),
		Entry("a coding of its own", "encoding: gzip", opened),
		Entry("no coding", "header: {Content-Encoding: identity}", opened),
		Entry("a length", "body: length", opened),
		Entry("a raw head", `raw: "HTTP/1.0 200\nContent-Type: text/event-stream\n\n"`, opened),
		Entry("a raw head behind another", `raw: "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"`, opened),
		Entry("a raw head of another type", `raw: "HTTP/1.1 200 OK\r\n\r\n"`, closed),
	)

	DescribeTable("knows what a page on another origin may read", func(connect, respond, finally string) {
		lines := func(finally string) string {
			return clientCase(`{respond: {`+respond+`}}`, "connect: {elsewhere: true"+connect+"}, expect: [], finally: {"+finally+"}")
		}
		Expect(lint(lines(finally)).Errors).To(BeEmpty())
		other := map[string]string{"opens: 1": "opens: 0", "opens: 0": "opens: 1"}[finally]
		Expect(lint(lines(other)).Errors).To(HaveLen(1))
	},
		Entry("what is for any origin", "", `header: {Access-Control-Allow-Origin: "*"}`, "opens: 1"),
		Entry("what is for its own", "", `header: {access-control-allow-origin: "{{page}}"}`, "opens: 1"),
		Entry("not what is for nobody", "", "status: 200", "opens: 0"),
		Entry("not what is for others", "", `header: {Access-Control-Allow-Origin: "http://other.example"}`, "opens: 0"),
		Entry("not what is for two", "", `header: {Access-Control-Allow-Origin: ["*", "{{page}}"]}`, "opens: 0"),
		Entry("with credentials what allows them", ", withCredentials: true", `header: {Access-Control-Allow-Origin: "{{page}}", Access-Control-Allow-Credentials: "true"}`, "opens: 1"),
		Entry("not what is for any origin", ", withCredentials: true", `header: {Access-Control-Allow-Origin: "*", Access-Control-Allow-Credentials: "true"}`, "opens: 0"),
		Entry("not what does not allow them", ", withCredentials: true", `header: {Access-Control-Allow-Origin: "{{page}}"}`, "opens: 0"),
		Entry("not what allows them in other letters", ", withCredentials: true", `header: {Access-Control-Allow-Origin: "{{page}}", Access-Control-Allow-Credentials: "TRUE"}`, "opens: 0"),
		Entry("in a raw head", "", `raw: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n\r\n"`, "opens: 1"),
	)

	DescribeTable("knows what HTTP/2 does not allow", func(http, header, opens string) {
		lines := clientCase(`{respond: {header: {`+header+`}}}`, "http: "+http+", expect: [], finally: {opens: "+opens+"}")
		Expect(lint(lines).Errors).To(BeEmpty())
	},
		Entry("a field of the connection", "2", "connection: keep-alive", "0"),
		Entry("one without TLS", "h2c", "upgrade: h3", "0"),
		Entry("a name in capitals", "2", "X-A: b", "0"),
		Entry("any other field", "2", "x-a: b", "1"),
		Entry("either on HTTP/1.1", "1.1", "Connection: keep-alive, X-A: b", "1"),
	)

	It("takes everything for shared where no page is at home", func() {
		lines := clientCase(`{stream: ["data: a\n\n"]}`, "http: https, connect: {elsewhere: true}, expect: [{data: a}], finally: {opens: 1}")
		Expect(lint(lines).Errors).To(BeEmpty())
	})

	DescribeTable("has nothing to say of", func(lines string) {
		report := lint(lines)
		Expect(report.Errors).To(BeEmpty())
		Expect(report.Warnings).To(BeEmpty())
	},
		Entry("an id that survives", clientCase(`{stream: ["id: 1\ndata: a\n\nid: 2\n"]}, {stream: [": a\n\ndata: b\n\n"]}, {stream: ["id\n\ndata: END\n\n"]}`,
			`expect: [{data: a, lastEventId: "1"}, {data: b, lastEventId: "1"}, {data: END}], finally: {state: open, requests: 3, opens: 3, errors: 2}`)),
		Entry("an id to begin with", clientCase(`{stream: ["data: a\n\n"]}`, "connect: {lastEventId: x}, expect: [{data: a, lastEventId: x}]")),
		Entry("a redirect, whose body is none", clientCase(`{respond: {status: 307, header: {Location: "{{path}}/next"}}, stream: ["data: no\n\n"]}, {stream: ["data: END\n\n"]}`,
			"expect: [{data: END}], finally: {state: open, opens: 1, errors: 0}")),
		Entry("a redirect that nobody can follow", clientCase(`{respond: {status: 302, header: {Location: "ftp://a/"}}}, {stream: ["data: END\n\n"]}`,
			"expect: [{data: END}], finally: {state: open, opens: 1, errors: 1}")),
		Entry("twenty redirects", clientCase(strings.Repeat(`{respond: {status: 302, header: {Location: "{{here}}"}}}, `, 20)+`{stream: ["data: END\n\n"]}`,
			"expect: [{data: END}], finally: {state: open, errors: 0}")),
		Entry("a wait after one too many", clientCase(strings.Repeat(`{respond: {status: 302, header: {Location: "{{here}}"}}}, `, 21)+`{request: {after: {at-least: 1s}}, stream: ["data: END\n\n"]}`,
			"expect: [{data: END}]")),
		Entry("one too many", clientCase(strings.Repeat(`{respond: {status: 302, header: {Location: "{{here}}"}}}, `, 21)+`{stream: ["data: END\n\n"]}`,
			"expect: [{data: END}], finally: {state: open, errors: 1}")),
		Entry("a body that is longer than its length", clientCase(`{respond: {body: length, length: 9}, stream: ["data: a\n\ndata: b\n\n"]}, {stream: ["data: END\n\n"]}`,
			"expect: [{data: a}, {data: END}]")),
		Entry("chunks that are written out", clientCase(`{respond: {raw: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"}, stream: ["9\r\ndata: a\n\n\r\n", {await: {events: 1}}, "0\r\n\r\n"]}`,
			"expect: [{data: a}], finally: {state: reconnecting, errors: 1}")),
		Entry("a coding that cannot be", clientCase(`{respond: {header: {Content-Encoding: gzip}}, stream: ["data: a\n\n"]}, {stream: ["data: END\n\n"]}`, "expect: [{data: END}]")),
		Entry("a field that HTTP/2 does not allow", clientCase(`{respond: {header: {Keep-Alive: "timeout=5"}}, stream: ["data: no\n\n"]}, {stream: ["data: END\n\n"]}`, "http: 2, expect: [{data: END}]")),
		Entry("the same field on HTTP/1.1", clientCase(`{respond: {header: {Keep-Alive: "timeout=5"}}, stream: ["data: a\n\n"]}, {stream: ["data: END\n\n"]}`, "expect: [{data: a}, {data: END}]")),
		Entry("a head that is none", clientCase(`{respond: {raw: "HTPP\r\n\r\n"}}, {stream: ["data: END\n\n"]}`, "expect: [{data: END}], finally: {errors: 1}")),
		Entry("a connection that ends at last", clientCase(`{stream: ["data: a\n\n", {drop: reset}]}`, "expect: [{data: a}], finally: {state: reconnecting, errors: 1}")),
		Entry("a client that is closed in time", clientCase(`{stream: ["data: a\n\n", "data: b\n\n"]}`, "close: event, expect: [{data: a}], finally: {errors: 0}")),
		Entry("errors while refused", clientCase(`{refuse: 1s, stream: ["data: a\n\n"]}`, "expect: [{data: a}], finally: {opens: 1}")),
		Entry("one of several answers", clientCase(`{stream: ["data: a\n\n"]}`, "expect: {any-of: [{grade: info, note: n, events: []}, {grade: pass, events: [{data: a}]}]}")),
		Entry("what is only shown", clientCase(`{stream: ["data: a\n\n"]}`, "level: info, expect: [{data: a}], finally: {state: closed}")),
		Entry("an end that is not the stream's", clientCase(`{}`, "expect: [], close: open, finally: {errors: 0}")),
		Entry("a last connection that was reported open", clientCase(`{stream: ["data: a\n\n"]}, {}`, "expect: [{data: a}], finally: {opens: 2}")),
	)

	DescribeTable("finds", func(lines, wantError, wantWarning string) {
		report := lint(lines)
		if wantError == "" {
			Expect(report.Errors).To(BeEmpty())
		} else {
			Expect(report.Errors).To(HaveLen(1))
			Expect(report.Errors[0].Error()).To(ContainSubstring(wantError))
		}
		if wantWarning == "" {
			Expect(report.Warnings).To(BeEmpty())
		} else {
			Expect(report.Warnings).To(HaveLen(1))
			Expect(report.Warnings[0].Error()).To(ContainSubstring(wantWarning))
		}
	},
		Entry("an id that the expectation forgot", clientCase(`{stream: ["id: 1\ndata: a\n\n"]}, {stream: ["data: END\n\n"]}`,
			`expect: [{data: a, lastEventId: "1"}, {data: END}]`), other, ""),
		Entry("an event of a block that was lost", clientCase(`{stream: ["data: a\n"]}, {stream: ["\n", "data: END\n\n"]}`, "expect: [{data: a}, {data: END}]"), other, ""),
		Entry("events that the expectation forgot", clientCase(`{stream: ["data: a\n\n"]}`, "expect: [], finally: {state: open}"), other, ""),
		Entry("other events than those before the close", clientCase(`{stream: ["data: a\n\n", "data: b\n\n"]}`, "close: event, expect: [{data: b}]"), other, ""),
		Entry("a state that is not the standard's", clientCase(`{respond: {status: 404}}`, "finally: {state: reconnecting}"),
			"fields/data/a: finally has the state reconnecting, and the standard's own steps come to closed", ""),
		Entry("opens that are not the standard's", clientCase(`{stream: ["data: a\n\n"]}`, "expect: [{data: a}], finally: {opens: 2}"),
			"finally has opens 2, and the standard's own steps come to 1", ""),
		Entry("errors that are not the standard's", clientCase(`{stream: ["data: a\n\n"]}, {stream: ["data: END\n\n"]}`, "expect: [{data: a}, {data: END}], finally: {errors: 2}"),
			"finally has errors 2, and the standard's own steps come to 1", ""),
		Entry("errors that a closed client cannot have", clientCase(`{stream: ["data: a\n\n"]}`, "close: event, expect: [{data: a}], finally: {errors: 1}"),
			"finally has errors 1, and the standard's own steps come to 0", ""),
		Entry("a last connection that nobody has to be at", clientCase(`{stream: ["data: a\n\n"]}, {stream: [": nothing\n\n"]}`, "expect: [{data: a}], finally: {requests: 2}"),
			"", "fields/data/a: the last connection is held open, and no event of it is expected: nothing shows that the client is there"),
		Entry("a long text written out", clientCase(`{stream: ["data: a\n\n"]}, {stream: ["`+strings.Repeat("x", 1100)+`\n", "data: END\n\n"]}`, "expect: [{data: a}, {data: END}]"),
			"", "item 1 of connection 2 of fields/data/a has 1101 bytes written out"),
		Entry("connections that come again", clientCase(`{stream: ["data: a\n\n"]}`, opened)+strings.NewReplacer("id: a", "id: b", "is so", "is that").Replace(clientCase(`{stream: ["data: a\n\n"]}`, opened)),
			"", "fields/data/b has the same connections and expectation as fields/data/a"),
	)
})
