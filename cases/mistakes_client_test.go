package cases_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
)

var _ = Describe("A mistake in a case of connections", func() {
	entries := []any{check}
	for _, list := range [][]mistake{scriptMistakes(), requestMistakes(), respondMistakes(), connectMistakes(), streamOfConnectionMistakes(), endMistakes()} {
		for _, m := range list {
			entries = append(entries, Entry(m.what, m))
		}
	}
	DescribeTable("is reported at its place", entries...)
})

const (
	plain    = `stream: ["data: a\n\n"]`
	sentinel = `stream: ["data: END\n\n"]`
)

// script is a case of two connections, on lines 8 and 9 from column 9 on, and
// more lines from line 11 on, from column 5.
func script(first, second string, more ...string) string {
	return scriptOf(first, second, "expect: [{data: a}, {data: END}]", more...)
}

// scriptOf is script with line 10 said.
func scriptOf(first, second, expect string, more ...string) string {
	lines := []string{"  - id: a", "    title: It is so", "    requirements: [connect.retry]", "    connections:",
		"      - " + first, "      - " + second, "    " + expect}
	for _, line := range more {
		lines = append(lines, "    "+line)
	}
	return inSuite(strings.Join(lines, "\n") + "\n")
}

// scriptMistakes are those of a whole case.
func scriptMistakes() []mistake {
	return []mistake{
		{what: "no connections", text: broken("stream", "connections: []"), want: []string{"7:18: a case without a connection"}},
		{what: "connections that are no list", text: broken("stream", "connections: {stream: []}"), want: []string{"7:18: expected a list, got a mapping"}},
		{what: "a connection of nothing", text: script(plain, "# nothing"), want: []string{"9:8: expected a mapping, got nothing"}},
		{what: "too many connections", text: broken("stream", "connections: ["+strings.Repeat("{}, ", 100)+"{}]"), want: []string{
			"7:419: more than the 100 connections that one case may have"}},
		{what: "an unknown key of a connection", text: script(plain, `streams: ["data: END\n\n"]`), want: []string{`9:9: unknown key "streams"`}, hint: "did you mean stream?"},
		{what: "a stream's key among connections", text: script(plain, sentinel, "line-endings: any", "variants: [whole]"), want: []string{
			`11:5: the key "line-endings" does not belong in a case of the kind connections`, `12:5: the key "variants" does not belong in a case of the kind connections`}},
		{what: "a probe's key among connections", text: script(plain, sentinel, "needs: [ids]", "check: [{that: first, utf-8: true}]"), want: []string{
			`11:5: the key "needs" does not belong in a case of the kind connections`, `12:5: the key "check" does not belong in a case of the kind connections`}},
		{what: "a client's keys in a stream case", text: broken("title", "title: Lines are joined", "http: 2", "connect: {retry: 1}", "close: open", "watch: 1s", "facts: {a: b}", "library: info"), want: []string{
			`6:5: the key "http" does not belong in a case of the kind stream`, `7:5: the key "connect" does not belong in a case of the kind stream`,
			`8:5: the key "close" does not belong in a case of the kind stream`, `9:5: the key "watch" does not belong in a case of the kind stream`,
			`10:5: the key "facts" does not belong in a case of the kind stream`, `11:5: the key "library" does not belong in a case of the kind stream`}},
		{what: "all three kinds", text: broken("stream", "stream: [a]", "connections: [{}]", "probe: [{connect: first}]"), want: []string{
			"8:5: a case is of one kind: stream, connections, emit or probe", "9:5: a case is of one kind: stream, connections, emit or probe"}},
		{what: "the label of the kind", text: script(plain, sentinel, "labels: [connections]"), want: []string{
			`11:14: "connections" is a label already of every case that it is true of: a case's level, its kind and the sides of its requirements are`}},
		{what: "a version of HTTP that is none", text: script(plain, sentinel, "http: 3"), want: []string{`11:11: "3" is no version of HTTP`}, hint: "1.1, https, 2, h2c"},
		{what: "a fault of a certificate that is none", text: script(plain, sentinel, "http: https", "certificate: self-made", "finally: {requests: 0}"), want: []string{
			`12:18: "self-made" is no fault of a certificate`}, hint: "other-authority, other-name, expired"},
		{what: "a certificate in cleartext", text: script(plain, sentinel, "http: h2c", "certificate: expired", "finally: {requests: 0}"), want: []string{
			"12:5: certificates are shown over TLS only"}, hint: "http: https"},
		{what: "a bad certificate, and requests all the same", text: script(plain, sentinel, "http: 2", "certificate: expired", "finally: {requests: 2}"), want: []string{
			"12:5: a client that looks at the certificate sends no request, and the case does not demand that"}, hint: "requests: 0"},
		{what: "a library that is no info", text: script(plain, sentinel, "library: skip"), want: []string{`11:14: "skip" is no grade for other clients than browsers`}},
		{what: "a library of a case that is info already", text: script(plain, sentinel, "level: info", "library: info"), want: []string{"12:5: the case is of level info for every client already"}},
		{what: "facts of nothing", text: script(plain, sentinel, "facts: {}"), want: []string{"11:12: facts that demand nothing"}},
		{what: "a fact that is a number", text: script(plain, sentinel, "facts: {readyState: 1}"), want: []string{"11:25: expected text, got a number"}, hint: `"1"`},
		{what: "a fact of something that is not put in", text: script(plain, sentinel, `facts: {url: "{{hear}}", page: "{{path}}"}`), want: []string{
			"11:18: nothing is put in place of {{hear}}", "11:36: nothing is put in place of {{path}}"}, hint: "here"},
		{what: "nothing that is seen", text: scriptOf(plain, sentinel, "level: must"), want: []string{
			"4:5: a case that expects no event and demands nothing at the end: it would hardly fail"}, hint: "END"},
		{what: "an expectation of nothing, and nothing at the end", text: scriptOf(plain, sentinel, "expect: []"), want: []string{
			"10:13: a case that expects no event and demands nothing at the end: it would hardly fail"}},
		{what: "answers of nothing, and nothing at the end", text: scriptOf(plain, sentinel, "expect: {any-of: [{grade: pass, events: []}, {grade: pass, events: []}]}"), want: []string{
			"10:13: a case that expects no event and demands nothing at the end: it would hardly fail"}},
		{what: "no answer that is right", text: scriptOf(plain, sentinel, "expect: {any-of: [{grade: info, note: a, events: [{data: a}]}, {grade: info, note: b, events: []}]}"), want: []string{
			"10:22: no answer of grade pass"}},
		{what: "a connection after a failure", text: scriptOf("respond: {status: 404}", sentinel, "expect: [{data: END}]"), want: []string{
			"9:9: no request comes to this connection: the response before it fails the connection for good"}, hint: "leave it out"},
		{what: "a connection after one of another type", text: scriptOf("respond: {header: {Content-Type: text/plain}}", sentinel, "expect: [{data: END}]"), want: []string{
			"9:9: no request comes to this connection: the response before it fails the connection for good"}},
		{what: "a connection after a redirect to nowhere", text: scriptOf("respond: {status: 302}", sentinel, "expect: [{data: END}]"), want: []string{
			"9:9: no request comes to this connection: the response before it fails the connection for good"}},
	}
}

func requestMistakes() []mistake {
	// request stands at 9:9, what is in its braces at 9:19.
	request := func(text string) string { return script(plain, "request: {"+text+"}\n        "+sentinel) }
	first := func(text string) string { return script("request: {"+text+"}\n        "+plain, sentinel) }
	return []mistake{
		{what: "a request of nothing", text: request(""), want: []string{"9:18: a request that demands nothing"}},
		{what: "an unknown key of a request", text: request("headers: {A: b}"), want: []string{`9:19: unknown key "headers"`}, hint: "did you mean header?"},
		{what: "a method that is none", text: request(`method: "GET /"`), want: []string{`9:27: "GET /" is no method`}},
		{what: "a path without a slash", text: request("path: next"), want: []string{`9:25: the path "next" does not begin with a slash`}},
		{what: "an origin that is none", text: request("at: there"), want: []string{`9:23: "there" is no origin`}, hint: "here, elsewhere"},
		{what: "a header of nothing", text: request("header: {}"), want: []string{"9:27: a header that demands nothing"}},
		{what: "a name of a field that is none", text: request(`header: {"A b": c}`), want: []string{`9:28: "A b" cannot be the name of a field`}},
		{what: "a field twice in other letters", text: request("header: {Accept: a, accept: b}"), want: []string{"9:39: the field accept stands here a second time"}, hint: "a list of values"},
		{what: "a list of no values", text: request("header: {Accept: []}"), want: []string{"9:36: a list of no values"}},
		{what: "a value twice", text: request("header: {Accept: [a, null, a, null]}"), want: []string{"9:46: this value comes twice", "9:49: this value comes twice"}},
		{what: "a value that is a number", text: request("header: {Last-Event-ID: 1}"), want: []string{"9:43: expected text, got a number"}, hint: `"1"`},
		{what: "a value of several lines", text: request(`header: {Accept: "a\nb"}`), want: []string{"9:36: a field value holds no CR, LF or NUL"}},
		{what: "a value that is repeated in vain", text: request(`header: {Accept: [{repeat: a}]}`), want: []string{"9:37: repeat without times"}},
		{what: "a value that nothing is put into", text: request(`header: {Referer: "{{here}}"}`), want: []string{"9:37: nothing is put in place of {{here}} in a request's check"}},
		{what: "includes of nothing", text: request("includes: {}"), want: []string{"9:29: includes that demand nothing"}},
		{what: "a member that is two", text: request(`includes: {Accept: "a, b"}`), want: []string{`9:38: "a, b" is no one member of a list, without parameters`}},
		{what: "a member that is null", text: request(`includes: {Accept: null}`), want: []string{"9:38: expected text, got nothing"}},
		{what: "a name in includes that is none", text: request(`includes: {"Accept:": a}`), want: []string{`9:30: "Accept:" cannot be the name of a field`}},
		{what: "a field in includes and in header", text: request(`header: {accept: a}, includes: {Accept: a}`), want: []string{"9:51: the values of Accept stand in header already"}},
		{what: "like-first of nothing", text: request("like-first: []"), want: []string{"9:31: a list of no fields"}},
		{what: "a field twice in like-first", text: request("like-first: [Accept, accept]"), want: []string{"9:40: the field accept comes twice"}},
		{what: "like-first of the first", text: first("like-first: [Accept]"), want: []string{"8:19: there is nothing before the first request that like-first could be about"}},
		{what: "after of the first", text: first("after: {at-least: 1s}"), want: []string{"8:19: there is nothing before the first request that after could be about"}},
		{what: "an after without a bound", text: request("after: {}"), want: []string{"9:26: an after without a bound"}},
		{what: "a bound that is no duration", text: request("after: {at-least: soon}"), want: []string{`9:37: "soon" is no duration`}},
		{what: "bounds in no order", text: request("after: {at-least: 2s, at-most: 1s}"), want: []string{"9:50: at most 1s is not more than at least 2s"}},
		{what: "a wait after a redirect", text: scriptOf(`respond: {status: 302, header: {Location: "{{here}}"}}`, "request: {after: {at-least: 1s}}\n        "+sentinel, "expect: [{data: END}]"), want: []string{
			"9:37: a redirect is followed at once"}},
		{what: "a wait within the time of refusal", text: script(plain, "refuse: 1s\n        request: {after: {at-least: 500ms}}\n        "+sentinel), want: []string{
			"10:37: nobody listens for 1s in any case"}},
		{what: "a bound within the time of refusal", text: script(plain, "refuse: 1s\n        request: {after: {at-most: 500ms}}\n        "+sentinel), want: []string{
			"10:36: nobody listens for 1s, so that no request can come by then"}},
		{what: "a refusal that is no duration", text: script(plain, "refuse: 1\n        "+sentinel), want: []string{"9:17: expected text, got a number"}},
		{what: "a refusal of an hour", text: script(plain, "refuse: 1h\n        "+sentinel), want: []string{"9:17: a wait of 1h0m0s; it must be more than 0 and at most 1m0s"}},
	}
}

func respondMistakes() []mistake {
	// respond stands at 8:9, what is in its braces at 8:19.
	respond := func(text string) string { return script("respond: {"+text+"}\n        "+plain, sentinel) }
	over2 := func(text string) string {
		return script("respond: {"+text+"}\n        "+plain, sentinel, "http: h2c")
	}
	bare := func(text string) string {
		return inSuite("  - id: a\n    title: It is so\n    requirements: [connect.retry]\n    connections:\n      - respond: {" + text + "}\n    finally: {state: closed}\n")
	}
	return []mistake{
		{what: "a respond of nothing", text: respond(""), want: []string{"8:18: a respond that says nothing"}},
		{what: "a status that is none", text: respond("status: 99"), want: []string{"8:27: 99 is no status of a response"}},
		{what: "a status that goes before another", text: respond("status: 103"), want: []string{"8:27: 103 is a status that goes before another"}, hint: "before: [103]"},
		{what: "a status in quotes", text: respond(`status: "200"`), want: []string{"8:27: expected a whole number of at most 64 bits, got text"}},
		{what: "a stream of 204", text: scriptOf("respond: {status: 204}\n        "+plain, "{}", "level: must", "finally: {state: closed}"), want: []string{
			"9:17: a response of status 204 has no body"}, hint: "raw"},
		{what: "a stream of 205", text: respond("status: 205"), want: []string{"9:17: a response of status 205 has no body"}},
		{what: "a header of nothing", text: respond("header: {}"), want: []string{"8:27: a header without a field"}},
		{what: "a name of a field that is none", text: respond(`header: {"A:": b}`), want: []string{`8:28: "A:" cannot be the name of a field`}},
		{what: "a field twice in other letters", text: respond("header: {A: b, a: b}"), want: []string{"8:34: the field a stands here a second time"}},
		{what: "a list of no values", text: respond("header: {A: []}"), want: []string{"8:31: a list of no values"}},
		{what: "a value in a list of several lines", text: respond(`header: {A: [a, "b\0c"]}`), want: []string{"8:35: a field value holds no CR, LF or NUL"}, hint: "raw"},
		{what: "a value that is a number", text: respond("header: {Retry-After: 1}"), want: []string{"8:41: expected text, got a number"}},
		{what: "null for a field without a default", text: respond("header: {Cache-Control: null}"), want: []string{"8:28: null takes a default away, and Content-Type alone has one"}},
		{what: "a Content-Length", text: respond(`header: {Content-Length: "5"}`), want: []string{"8:28: Content-Length follows from how the body is framed"}, hint: "length: 5"},
		{what: "another Content-Encoding", text: respond(`header: {Content-Encoding: br}, encoding: gzip`), want: []string{"8:28: encoding: gzip declares itself in Content-Encoding"}},
		{what: "a second Content-Encoding", text: respond(`header: {Content-Encoding: gzip}, encoding: gzip`), want: []string{"8:28: encoding: gzip declares itself in Content-Encoding"}},
		{what: "something that is not put in", text: respond(`header: {A: "{{there}}"}`), want: []string{"8:31: nothing is put in place of {{there}}"}, hint: "here"},
		{what: "a redirect out of the case", text: scriptOf(`respond: {status: 301, header: {Location: /next}}`, sentinel, "expect: [{data: END}]"), want: []string{
			`8:51: "/next" is not below the case's URL, so that nobody would see the request`}, hint: "{{path}}/next"},
		{what: "a version that is none", text: respond("http: 0.9"), want: []string{`8:25: "0.9" is no version that a response can say`}, hint: "1.0, 1.1"},
		{what: "a version on HTTP/2", text: over2(`http: "1.1"`), want: []string{"8:19: on HTTP/2 a response says no version"}},
		{what: "a framing that is none", text: respond("body: none"), want: []string{`8:25: "none" is no framing of a body`}, hint: "chunked, length, close"},
		{what: "a framing of HTTP/1 on HTTP/2", text: over2("body: chunked"), want: []string{"8:25: HTTP/2 frames bodies itself, and not in the way chunked"}},
		{what: "chunks of HTTP/1.0", text: respond("http: 1.0, body: chunked"), want: []string{"8:36: HTTP/1.0 knows no chunks"}},
		{what: "a framing of no body", text: bare("status: 304, body: close"), want: []string{"8:32: a response of status 304 has no body"}},
		{what: "a coding of no body", text: bare("status: 204, encoding: gzip"), want: []string{"8:32: a response of status 204 has no body"}},
		{what: "a length without body: length", text: respond("length: 5"), want: []string{"8:19: a length of a body that has none"}},
		{what: "a length of a compressed body", text: respond("body: length, length: 5, encoding: gzip"), want: []string{"8:33: the length of a body that is compressed cannot be foretold"}},
		{what: "a length below zero", text: respond("body: length, length: -1"), want: []string{"8:41: a length is 0 or more, got -1"}, hint: "raw"},
		{what: "a coding that is none", text: respond("encoding: br"), want: []string{`8:29: "br" is no coding of a body`}},
		{what: "nothing before", text: respond("before: []"), want: []string{"8:27: nothing that goes before the response"}},
		{what: "another protocol before", text: respond("before: [101]"), want: []string{"8:28: 101 is a response of its own: the connection would speak another protocol after it"}},
		{what: "a response before the response", text: respond("before: [103, 200]"), want: []string{"8:33: 200 does not go before a response: that is 100, or 102 to 199"}},
		{what: "a pause that is no duration", text: respond(`pause: "5"`), want: []string{`8:26: "5" is no duration`}},
		{what: "a raw head beside others", text: respond(`raw: "HTTP/1.1 200\r\n\r\n", status: 200, header: {A: b}, http: 1.1, body: close, length: 5, encoding: gzip, before: [103]`), want: []string{
			"8:48: status beside raw, which is the whole head", "8:61: header beside raw, which is the whole head", "8:77: http beside raw, which is the whole head",
			"8:88: body beside raw, which is the whole head", "8:101: length beside raw, which is the whole head", "8:112: encoding beside raw, which is the whole head",
			"8:128: before beside raw, which is the whole head"}},
		{what: "a raw head of nothing", text: respond(`raw: ""`), want: []string{"8:24: a head without a byte"}},
		{what: "a raw head on HTTP/2", text: over2(`raw: "HTTP/1.1 200\r\nContent-Type: text/event-stream\r\n\r\n"`), want: []string{
			"8:19: a raw head is one of HTTP/1: HTTP/2 has none that could be written out"}},
		{what: "a raw head without an end", text: script(`respond: {raw: "HTTP/1.1 200\r\n"}`+"\n        "+`stream: ["data: a\n"]`, sentinel), want: []string{"9:17: the raw head does not end in a blank line, so that the whole stream is a part of it"}},
		{what: "something that is not put into a raw head", text: respond(`raw: "HTTP/1.1 200\r\nA: {{}}\r\n\r\n"`), want: []string{"8:24: nothing is put in place of {{}}"}, hint: "{{elsewhere}}"},
	}
}

func connectMistakes() []mistake {
	connect := func(text string) string { return script(plain, sentinel, "connect: {"+text+"}") }
	return []mistake{
		{what: "a connect of nothing", text: connect(""), want: []string{"11:14: a connect that asks for nothing"}},
		{what: "an unknown key of connect", text: connect("header: {A: b}"), want: []string{`11:15: unknown key "header"`}, hint: "headers"},
		{what: "headers of nothing", text: connect("headers: {}"), want: []string{"11:24: headers of nothing"}},
		{what: "a name of a header that is none", text: connect(`headers: {"": b}`), want: []string{`11:25: "" cannot be the name of a field`}},
		{what: "a header of several lines", text: connect(`headers: {A: "b\r\nC: d"}`), want: []string{"11:28: a field value holds no CR, LF or NUL"}},
		{what: "a header that has its own key", text: connect(`headers: {last-event-id: a}`), want: []string{"11:25: the last event ID to begin with is asked for by its own key"}},
		{what: "a header of the connection", text: connect(`headers: {Host: a}`), want: []string{"11:25: Host is a matter of the connection: no client can be asked for it"}},
		{what: "a method that is none", text: connect(`method: ""`), want: []string{`11:23: "" is no method`}},
		{what: "the method of every client", text: connect("method: GET"), want: []string{"11:23: GET is what a client asks with in any case"}},
		{what: "a body without a method", text: connect("body: a"), want: []string{"11:15: a body needs a method: a GET has none"}, hint: "method: POST"},
		{what: "an empty body", text: connect(`method: POST, body: ""`), want: []string{"11:35: an empty body is what a request has in any case"}},
		{what: "an empty last event ID", text: connect(`lastEventId: ""`), want: []string{"11:28: an empty last event ID is what a client begins with in any case"}},
		{what: "a last event ID that cannot be", text: connect(`lastEventId: "a\n"`), want: []string{`11:28: no field can carry the last event ID "a\n"`}},
		{what: "no reconnection time", text: connect("retry: 0"), want: []string{"11:22: a wished reconnection time is 1 ms or more, got 0"}},
		{what: "a query of nothing", text: connect(`query: ""`), want: []string{`11:22: "" is no query as it stands in a URL`}},
		{what: "a query that no URL holds", text: connect(`query: "a b#c"`), want: []string{`11:22: "a b#c" is no query as it stands in a URL`}, hint: "%2F"},
		{what: "no credentials, and not elsewhere", text: connect("withCredentials: false, elsewhere: false"), want: []string{
			"11:32: withCredentials: false is what it is in any case", "11:50: elsewhere: false is what it is in any case"}},
	}
}

func streamOfConnectionMistakes() []mistake {
	// what comes after the first write of the second stream stands at 9:33.
	item := func(text string) string { return script(plain, `stream: ["data: END\n\n", `+text+"]") }
	first := func(text string, more ...string) string {
		return script(`stream: ["data: a\n\n", `+text+"]", sentinel, more...)
	}
	const hint = "await what the client must have done by then"
	return []mistake{
		{what: "a stream of nothing", text: script(plain, "stream: []\n      - "+sentinel), want: []string{"9:17: a stream of nothing"}},
		{what: "a write after a drop", text: item(`{drop: fin}, a`), want: []string{"9:48: nothing can follow a drop or a stall"}},
		{what: "a write after a stall", text: first(`{stall: 1s}, a`), want: []string{"8:46: nothing can follow a drop or a stall"}},
		{what: "a stall of what is held open", text: item(`{stall: 1s}`), want: []string{"9:35: the last connection stays open and silent in any case, until the case is over"}},
		{what: "a frame on HTTP/1.1", text: item(`{frame: ping}`), want: []string{"9:35: frames are sent on HTTP/2 only, and this case speaks HTTP/1.1"}, hint: "http: 2"},
		{what: "a frame that is none", text: first(`{frame: rst}`, "http: 2"), want: []string{`8:41: "rst" is no frame that a case can send`}},
		{what: "a body on HTTP/2 that is cut short", text: first(`{drop: truncate}`, "http: 2"), want: []string{"8:33: on HTTP/2 a body can be cut short only where it has a length"}, hint: "drop: reset"},
		{what: "a body that is cut short, and ends so in any case", text: script(`respond: {body: close}`+"\n        "+`stream: ["data: a\n\n", {drop: truncate}]`, sentinel), want: []string{
			"9:33: the end of the connection is the end of this body: nobody can tell that it was cut short"}},
		{what: "a body after a raw head that is cut short", text: script(`respond: {raw: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"}`+"\n        "+`stream: ["data: a\n\n", {drop: truncate}]`, sentinel), want: []string{
			"9:33: a raw head frames its body itself: the server cannot cut it short"}},
		{what: "more than one case may have", text: item(`{repeat: a, times: 67108864}`), want: []string{"9:9: the streams have more than the 67108864 bytes that one case may have"}},
		{what: "too many awaits", text: script(plain, "stream: ["+strings.Repeat("{await: open}, ", 101)+`"data: END\n\n"]`), want: []string{
			"9:1518: more than the 100 awaits that one stream may have"}},
		{what: "an await for nothing that a client does", text: item("{await: opened}"), want: []string{`9:43: "opened" is nothing that a client can be awaited to do`}, hint: "await: open"},
		{what: "an await that is a number", text: item("{await: 1}"), want: []string{"9:43: expected what the client is awaited to do, got a number"}},
		{what: "an await for two things", text: item("{await: {opens: 1, events: 1}}"), want: []string{"9:43: expected one of opens, events and errors, got 2"}},
		{what: "an await for something unknown", text: item("{await: {event: 1}}"), want: []string{"9:43: expected one of opens, events and errors, got 0", `9:44: unknown key "event"`}},
		{what: "an await for none", text: item("{await: {events: 0}}"), want: []string{"9:52: await waits for 1 or more, got 0"}},
		{what: "an await for an event that never comes", text: item("{await: {events: 3}}"), want: []string{
			"9:35: awaits 3 events, and a client that keeps to the standard has come to 2 by then"}, hint: hint},
		{what: "an await for an event that comes later", text: script(plain, `stream: [{await: {events: 2}}, "data: END\n\n"]`), want: []string{
			"9:18: awaits 2 events, and a client that keeps to the standard has come to 1 by then"}},
		{what: "an await for an event that is not whole", text: script(plain, `stream: ["data: END\n", {await: {events: 2}}, "\n"]`), want: []string{
			"9:33: awaits 2 events, and a client that keeps to the standard has come to 1 by then"}},
		{what: "an await for an open before the response", text: script("respond: {await: open}\n        "+plain, sentinel), want: []string{
			"8:26: awaits 1 open, and a client that keeps to the standard has come to 0 by then"}},
		{what: "an await for an error that nothing causes", text: first("{await: {errors: 1}}"), want: []string{
			"8:33: awaits 1 error, and a client that keeps to the standard has come to 0 by then"}},
		{what: "an await for a close that does not happen", text: item("{await: closed}"), want: []string{"9:35: awaits that the client is closed, and the case does not close it"}, hint: "close: open"},
		{what: "an await for a close that comes later", text: script(plain, `stream: [{await: closed}, "data: END\n\n"]`, "close: {on: event, nth: 2}"), want: []string{
			"9:18: awaits that the client is closed, and event 2 has not come by then"}},
	}
}

func endMistakes() []mistake {
	finally := func(text string, more ...string) string {
		return script(plain, sentinel, append([]string{"finally: {" + text + "}"}, more...)...)
	}
	one := func(text, expect string, more ...string) string {
		lines := append([]string{"  - id: a", "title: It is so", "requirements: [connect.retry]",
			"connections: [{" + text + "}]", expect}, more...)
		return inSuite(strings.Join(lines, "\n    ") + "\n")
	}
	return []mistake{
		{what: "a close on nothing", text: script(plain, sentinel, "close: {nth: 2}"), want: []string{"11:12: a close that does not say on what"}},
		{what: "a close that is a number", text: script(plain, sentinel, "close: 1"), want: []string{"11:12: expected when the client is closed, got a number"}},
		{what: "a close on no occasion", text: script(plain, sentinel, "close: events"), want: []string{`11:12: "events" is no occasion to close`}, hint: "did you mean event?"},
		{what: "a close on no occasion, in a mapping", text: script(plain, sentinel, "close: {on: never}"), want: []string{`11:17: "never" is no occasion to close`}},
		{what: "a close on none of them", text: script(plain, sentinel, "close: {on: open, nth: 0}"), want: []string{"11:28: nth counts from 1, got 0"}},
		{what: "a close in no handler", text: script(plain, sentinel, "close: {on: open, in-handler: true}"), want: []string{
			"11:23: only an event has a handler that a client can be closed in"}},
		{what: "a close not in a handler", text: script(plain, sentinel, "close: {on: event, nth: 2, in-handler: false}"), want: []string{"11:44: in-handler: false is what it is in any case"}},
		{what: "a close on an event that never comes", text: script(plain, sentinel, "close: {on: event, nth: 3}"), want: []string{
			"11:12: event 3 never comes, so that the client is not closed"}},
		{what: "a close on the end of what is held open", text: script(plain, sentinel, "close: {on: end, nth: 2}"), want: []string{
			"11:12: the end of connection 2 never comes, so that the client is not closed"}, hint: "held open"},
		{what: "a close on a request that never comes", text: script(plain, sentinel, "close: {on: request, nth: 3}"), want: []string{
			"11:12: request 3 never comes, so that the client is not closed"}},
		{what: "a connection after the close", text: script(plain, sentinel, "close: {on: end, nth: 1}"), want: []string{
			"9:9: no request comes to this connection: the client was closed before, on the end of connection 1"}},
		{what: "events after the one whose handler closes", text: one(`stream: ["data: a\n\ndata: b\n\n"]`, "expect: [{data: a}, {data: b}]", "close: {on: event, in-handler: true}"), want: []string{
			"8:13: the client is closed in the handler of event 1, so that 1 event must come, and not 2"}},
		{what: "too few events for the close", text: one(`stream: ["data: a\n\ndata: b\n\n"]`, "expect: [{data: a}]", "close: {on: event, nth: 2}"), want: []string{
			"8:13: the client is closed on event 2, and only 1 event must come"}},
		{what: "a finally of nothing", text: finally(""), want: []string{"11:14: a finally that demands nothing"}},
		{what: "a reconnection time of a client", text: finally("reconnection-time: 1"), want: []string{
			"11:15: no client tells its reconnection time: it is seen in when it comes back"}, hint: "after"},
		{what: "no reconnection time at the end of a client", text: finally("no-reconnection-time: true"), want: []string{
			"11:15: no client tells its reconnection time: it is seen in when it comes back"}, hint: "after"},
		{what: "a connection that a campaign found", text: finally("opens: 1", "found: by chance"), want: []string{
			`12:5: the key "found" does not belong in a case of the kind connections`}},
		{what: "a state that is none", text: finally("state: opened"), want: []string{`11:22: "opened" is no state of a client`}, hint: "open, reconnecting, closed"},
		{what: "counts below zero", text: finally("requests: -1, opens: -1, errors: -1"), want: []string{
			"11:25: a count is 0 or more, got -1", "11:36: a count is 0 or more, got -1", "11:48: a count is 0 or more, got -1"}},
		{what: "not disconnected", text: finally("disconnected: false"), want: []string{"11:29: disconnected: false is what it is in any case"}},
		{what: "disconnected without an end", text: finally("disconnected: true"), want: []string{"11:15: a client that is not done keeps its connection"}},
		{what: "open after the close", text: finally("state: open", "close: {on: event, nth: 2}"), want: []string{"11:22: the case closes the client, which is then not open"}},
		{what: "a count of errors while refused", text: script(plain, "refuse: 1s\n        "+sentinel, "finally: {errors: 2}"), want: []string{
			"12:15: a client may be refused any number of times, with an error each"}},
		{what: "fewer requests than connections", text: finally("requests: 1"), want: []string{"11:25: 1 request, and the case has 2 connections, each of which must be met"}},
		{what: "more requests than connections", text: finally("requests: 3"), want: []string{"11:25: 3 requests, and only 2 connections: the others would be refused"}},
		{what: "no request, and nothing else to be seen", text: scriptOf(plain, sentinel, "expect: []", "finally: {requests: 0}"), want: []string{
			"11:25: no request and nothing else to be seen: a client that does nothing would pass"}},
		{what: "no request, and events", text: finally("requests: 0, errors: 1"), want: []string{"11:25: no request, and yet events must come"}},
		{what: "a watch that is no duration", text: one(plain, "expect: [{data: a}]", "close: event", `watch: "1"`), want: []string{`10:12: "1" is no duration`}},
		{what: "a watch over an open connection", text: script(plain, sentinel, "watch: 1s"), want: []string{
			"11:5: a watch over a client that has its connection open: there is nothing that it should leave be"}, hint: "state: closed"},
	}
}
