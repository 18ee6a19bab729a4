package cases_test

import (
	. "github.com/onsi/ginkgo/v2"
)

var _ = Describe("A mistake in a stream case", func() {
	entries := []any{check}
	for _, m := range streamMistakes() {
		entries = append(entries, Entry(m.what, m))
	}
	DescribeTable("is reported at its place", entries...)
})

// item puts one item into the stream of the good case; it stands at 7:27.
func item(text string) string {
	return broken("stream", `stream: ["data: a\n\n", `+text+`]`)
}

func streamMistakes() []mistake {
	const sentinel = "no event is expected, so a subject that does nothing would pass"
	return []mistake{
		{what: "a stream that is text", text: broken("stream", `stream: "data: a\n\n"`), want: []string{"7:13: expected a list, got text"}},
		{what: "a stream without a byte", text: broken("stream", `stream: ["", {pause: 20ms}]`), want: []string{"7:13: a stream without a byte"}},
		{what: "an item that is a number", text: item("12"), want: []string{"7:29: expected one write of the stream, got a number"}, hint: `{hex: "ef bb bf"}`},
		{what: "an item of two forms", text: item(`{hex: "00", pause: 20ms}`), want: []string{"7:29: expected one of hex, base64, repeat, pause, drop, stall, await and frame, got 2"}},
		{what: "an item of no form", text: item(`{}`), want: []string{"7:29: expected one of hex, base64, repeat, pause, drop, stall, await and frame, got 0"}},
		{what: "an item of an unknown form", text: item(`{hexx: "00"}`), want: []string{
			"7:29: expected one of hex, base64, repeat, pause, drop, stall, await and frame, got 0", `7:30: unknown key "hexx"`}},
		{what: "an odd number of digits", text: item(`{hex: "0"}`), want: []string{`7:35: "0" is not hexadecimal: odd length hex string`}},
		{what: "a letter that is no digit", text: item(`{hex: "0g"}`), want: []string{`7:35: "0g" is not hexadecimal: invalid byte: U+0067 'g'`}},
		{what: "a hex without quotes", text: item(`{hex: 00}`), want: []string{"7:35: expected text, got a number"}, hint: `"00"`},
		{what: "base64 without padding", text: item(`{base64: AAE}`), want: []string{`7:38: "AAE" is not base64: illegal base64 data at input byte 0`}},
		{what: "a write of no pieces", text: item(`[]`), want: []string{"7:29: a write without pieces"}, hint: `""`},
		{what: "pieces within pieces", text: item(`["a", ["b"]]`), want: []string{"7:35: a list of pieces within another"}, hint: "hex"},
		{what: "a piece that is no text", text: item(`["a", {pause: 20ms}]`), want: []string{"7:35: this is no text and no bytes, so it is no piece of a write"}, hint: "hex"},
		{what: "a piece that is wrong in itself", text: item(`["a", {hex: "0"}]`), want: []string{`7:41: "0" is not hexadecimal: odd length hex string`}},
		{what: "times without repeat", text: item(`{times: 3}`), want: []string{"7:29: times without the text to repeat"}},
		{what: "repeat without times", text: item(`{repeat: x}`), want: []string{"7:29: repeat without times"}},
		{what: "zero times", text: item(`{repeat: x, times: 0}`), want: []string{"7:48: times must be at least 1, got 0"}},
		{what: "nothing repeated", text: item(`{repeat: "", times: 2}`), want: []string{"7:38: nothing to repeat"}},
		{what: "more than one case may have", text: item(`{repeat: ab, times: 33554433}`), want: []string{
			"7:49: 33554433 times 2 bytes is more than the 67108864 bytes that one case may have"}},
		{what: "more than one case may have, in two items", text: item(`{repeat: ab, times: 33554432}, "x"`), want: []string{
			"7:29: the stream has more than the 67108864 bytes that one case may have"}},
		{what: "times out of range", text: item(`{repeat: ab, times: 99999999999999999999}`), want: []string{
			"7:49: expected a whole number of at most 64 bits, got text"}},
		{what: "a pause that is no duration", text: item(`{pause: 20}`), want: []string{"7:37: expected text, got a number"}},
		{what: "a pause without a unit", text: item(`{pause: "20"}`), want: []string{`7:37: "20" is no duration`}, hint: "20ms"},
		{what: "a pause of no time", text: item(`{pause: 0s}`), want: []string{"7:37: a wait of 0s; it must be more than 0 and at most 1m0s"}},
		{what: "an hour of silence", text: item(`{stall: 1h}`), want: []string{"7:37: a wait of 1h0m0s; it must be more than 0 and at most 1m0s"}},
		{what: "a drop that is none", text: item(`{drop: cut}`), want: []string{`7:36: "cut" is no way to drop a connection`}, hint: "fin, reset and truncate"},
		{what: "a write after a drop", text: item(`{drop: fin}, "data: b\n\n"`), want: []string{"7:42: nothing can follow a drop or a stall"}},
		{what: "a write after a stall", text: item(`{stall: 1s}, "data: b\n\n"`), want: []string{"7:42: nothing can follow a drop or a stall"}},
		{what: "line endings that are no choice", text: broken("title", "title: Lines are joined", "line-endings: all"), want: []string{
			`6:19: "all" is no choice of line endings`}, hint: "any"},
		{what: "a CR where line endings vary", text: broken("stream", "line-endings: any", `stream: ["data: a\n", "data: b\r\n\r\n"]`), want: []string{
			"8:27: line-endings: any replaces every LF, and this item holds a CR already"}},
		{what: "a CR in a piece where line endings vary", text: broken("stream", "line-endings: any", `stream: ["data: a\n\n", ["b", {repeat: "\r", times: 2}]]`), want: []string{
			"8:29: line-endings: any replaces every LF, and this item holds a CR already"}},
		{what: "a CR in bytes where line endings vary", text: broken("stream", "line-endings: any", `stream: ["data: a\n\n", {hex: "0d"}]`), want: []string{
			"8:29: line-endings: any replaces every LF, and this item holds a CR already"}},
		{what: "a variant that is none", text: broken("title", "title: Lines are joined", "variants: [as written]"), want: []string{
			`6:16: "as written" is no variant`}, hint: "as-written"},
		{what: "no variants", text: broken("title", "title: Lines are joined", "variants: []"), want: []string{"6:15: an empty list of variants"}},
		{what: "line endings beside variants", text: broken("title", "title: Lines are joined", "variants: [whole]", "line-endings: any"), want: []string{
			"7:5: line endings cannot vary where variants are restricted"}},
		{what: "no expectation", text: broken("expect"), want: []string{"4:5: a stream without expect: it must say which events come out"}},
		{what: "an expectation of nothing", text: broken("expect", "expect: []"), want: []string{"8:13: " + sentinel}, hint: "END"},
		{what: "a finding of nobody", text: broken("title", "title: Lines are joined", `found: " "`), want: []string{
			"6:12: found says who failed the case first, and this one says nothing"}},
		{what: "an expectation that is text", text: broken("expect", "expect: a"), want: []string{"8:13: expected a list of events or {any-of: [...]}, got text"}},
		{what: "an event without data", text: broken("expect", "expect: [{event: a}]"), want: []string{"8:14: an event without data"}, hint: `data: ""`},
		{what: "data that is a number", text: broken("expect", "expect: [{data: 1}]"), want: []string{"8:21: expected text, got a number"}, hint: `"1"`},
		{what: "an event type that cannot be", text: broken("expect", `expect: [{event: "a\nb", data: a}]`), want: []string{`8:22: no stream can name the event type "a\nb"`}},
		{what: "an id that cannot be", text: broken("expect", `expect: [{data: a, lastEventId: "a\0"}]`), want: []string{`8:37: no stream can set the last event ID "a\x00"`}},
		{what: "zero events", text: broken("expect", `expect: [{data: a, times: 0}]`), want: []string{"8:31: times must be at least 1, got 0"}},
		{what: "too many events", text: broken("expect", `expect: [{data: a, times: 100000}, {data: b}]`), want: []string{"8:40: more than the 100000 events that one list may have"}},
		{what: "too much text", text: broken("expect", `expect: [{data: [{repeat: a, times: 67108864}, {repeat: a, times: 1}]}]`), want: []string{"8:52: more than the 67108864 bytes that one text may have"}},
		{what: "one answer of several", text: broken("expect", `expect: {any-of: [{grade: pass, events: [{data: a}]}]}`), want: []string{"8:22: expected two answers or more, got 1"}},
		{what: "no answer that is right", text: broken("expect", `expect: {any-of: [{grade: info, note: so, events: [{data: a}]}, {grade: info, note: no, events: [{data: b}]}]}`), want: []string{
			"8:22: no answer of grade pass"}},
		{what: "an answer of nothing", text: broken("expect", `expect: {any-of: [{grade: pass, events: []}, {grade: pass, events: [{data: b}]}]}`), want: []string{"8:45: " + sentinel}},
		{what: "an answer of no grade", text: broken("expect", `expect: {any-of: [{grade: fail, events: [{data: a}]}, {grade: pass, events: [{data: b}]}]}`), want: []string{
			`8:31: "fail" is no grade`}},
		{what: "an answer of grade info without a note", text: broken("expect", `expect: {any-of: [{grade: info, events: [{data: a}]}, {grade: pass, events: [{data: b}]}]}`), want: []string{
			"8:23: an answer of grade info needs a note"}},
		{what: "a finally of nothing", text: broken("expect", `expect: [{data: a}]`, "finally: {}"), want: []string{"9:14: a finally that demands nothing"}},
		{what: "a reconnection time below zero", text: broken("expect", `expect: [{data: a}]`, "finally: {reconnection-time: -1}"), want: []string{
			"9:34: a reconnection time is 0 ms or more, got -1"}},
		{what: "a reconnection time, and none", text: broken("expect", `expect: [{data: a}]`, "finally: {reconnection-time: 1, no-reconnection-time: true}"), want: []string{
			"9:37: a reconnection time at the end, and none"}},
		{what: "not without a reconnection time", text: broken("expect", `expect: [{data: a}]`, "finally: {no-reconnection-time: false}"), want: []string{
			"9:37: no-reconnection-time: false is what it is in any case"}},
		{what: "a key of finally that a stream cannot show", text: broken("expect", `expect: [{data: a}]`, "finally: {requests: 2}"), want: []string{
			"9:15: requests is seen of clients only, in a case of the kind connections"}, hint: "connections"},
		{what: "an await", text: item(`{await: open}`), want: []string{"7:29: an await belongs into a case of the kind connections: nobody reports to this server"}},
		{what: "a frame", text: item(`{frame: ping}`), want: []string{"7:29: a frame belongs into a case of the kind connections"}},
	}
}
