package cases_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
)

var _ = Describe("A mistake in an emit case", func() {
	entries := []any{check}
	for _, list := range [][]mistake{emitItemMistakes(), emitMistakes(), emitDeliveryMistakes()} {
		for _, m := range list {
			entries = append(entries, Entry(m.what, m))
		}
	}
	DescribeTable("is reported at its place", entries...)
})

// emitted is an emit case with the items on line 7, from column 12 on, and more lines
// from line 8 on, from column 5.
func emitted(items string, more ...string) string {
	lines := []string{"  - id: a", "    title: It is so", "    requirements: [parse.data.append]", "    emit: [" + items + "]"}
	for _, line := range more {
		lines = append(lines, "    "+line)
	}
	return inSuite(strings.Join(lines, "\n") + "\n")
}

// emitItemMistakes are those of one item.
func emitItemMistakes() []mistake {
	units := func(text string) string { return emitted(`{data: {utf16: "` + text + `"}}`) }
	return []mistake{
		{what: "an item that is text", text: emitted(`"data: a"`), want: []string{"7:12: expected a mapping, got text"}},
		{what: "an unknown part of an item", text: emitted(`{data: a, type: b}`), want: []string{`7:22: unknown key "type"`}},
		{what: "data that is a number", text: emitted(`{data: 1}`), want: []string{"7:19: expected text, got a number"}, hint: `"1"`},
		{what: "an id that is a number", text: emitted(`{id: 1, data: a}`), want: []string{"7:17: expected text, got a number"}, hint: `"1"`},
		{what: "data of nothing", text: emitted(`{data: ~}`), want: []string{"7:19: expected text, got nothing"}},
		{what: "too much data", text: emitted(`{data: [{repeat: ab, times: 33554433}]}`), want: []string{
			"7:40: 33554433 times 2 bytes is more than the 67108864 bytes that one case may have"}},
		{what: "too much of several items", text: emitted(`{data: [{repeat: ab, times: 33554432}]}, {comment: x}`), want: []string{
			"7:53: more than the 67108864 bytes that one case may have"}},
		{what: "a code unit of three digits", text: units("061"), want: []string{`7:27: "061" is no UTF-16 code unit`}, hint: "four hexadecimal digits"},
		{what: "a code unit of five digits", text: units("0061 1f600"), want: []string{`7:27: "1f600" is no UTF-16 code unit`}},
		{what: "a code unit that is no number", text: units("zzzz"), want: []string{`7:27: "zzzz" is no UTF-16 code unit`}},
		{what: "code units of none", text: units(" "), want: []string{"7:19: a text without a code unit"}, hint: "0061 d800"},
		{what: "code units in another form", text: emitted(`{data: {utf8: "61"}}`), want: []string{"7:19: a text without a code unit", `7:20: unknown key "utf8"`}},
		{what: "a retry that JSON does not have", text: emitted(`{data: a, retry: 0x10}`), want: []string{"7:29: 0x10 is no number of JSON"}, hint: "quotes"},
		{what: "a retry with a zero before it", text: emitted(`{data: a, retry: 010}`), want: []string{"7:29: 010 is no number of JSON"}},
		{what: "a retry that is a list", text: emitted(`{data: a, retry: [1]}`), want: []string{"7:29: expected text, got a list"}},
		{what: "a sleep beside data", text: emitted(`{data: a, sleep: 300ms}`), want: []string{"7:29: an item is a block of the stream or a sleep"}, hint: "two items"},
		{what: "a sleep without a unit", text: emitted(`{data: a}, {sleep: "300"}`, "delivery: [apart]"), want: []string{`7:31: "300" is no sleep of 1ms to 5s`}, hint: "300ms"},
		{what: "a sleep of no time", text: emitted(`{data: a}, {sleep: 0s}`, "delivery: [apart]"), want: []string{`7:31: "0s" is no sleep of 1ms to 5s`}},
		{what: "a sleep that is too long", text: emitted(`{data: a}, {sleep: 6s}`, "delivery: [apart]"), want: []string{`7:31: "6s" is no sleep of 1ms to 5s`}},
		{what: "a sleep that is a number", text: emitted(`{data: a}, {sleep: 300}`, "delivery: [apart]"), want: []string{"7:31: expected text, got a number"}},
	}
}

// emitMistakes are those of a whole case.
func emitMistakes() []mistake {
	const event = "no item has an event that must arrive, so a subject that emits nothing would pass"
	return []mistake{
		{what: "nothing to emit", text: emitted(""), want: []string{"7:11: nothing to emit"}},
		{what: "no event", text: emitted(`{comment: a}, {id: "1"}, {}`), want: []string{"7:11: " + event}, hint: "{data: END}"},
		{what: "a hostile event alone", text: emitted(`{event: "a\nb", data: c}`), want: []string{"7:11: " + event}},
		{what: "a way out that is none", text: emitted(`{data: a}`, "accept: [exactly]"), want: []string{`8:14: "exactly" is no way out`}, hint: "exact, rejected, neutralised"},
		{what: "a way out twice", text: emitted(`{data: a}`, "accept: [exact, exact]"), want: []string{`8:21: "exact" comes twice`}},
		{what: "no way out", text: emitted(`{data: a}`, "accept: []"), want: []string{"8:13: an empty list"}, hint: "leave the key out"},
		{what: "exactly what cannot be carried", text: emitted(`{id: "a\nb", data: c}, {data: END}`, "accept: [exact]"), want: []string{
			"8:13: the format cannot carry every item, so exact is no way out"}, hint: "[rejected, neutralised]"},
		{what: "an empty list of what must never be seen", text: emitted(`{data: a}`, "never: []"), want: []string{"8:12: an empty list"}, hint: "leave the key out"},
		{what: "nothing that must never be seen", text: emitted(`{data: a}`, "never: [{}]"), want: []string{"8:13: nothing is said of what must never be seen"}, hint: "{data: forged}"},
		{what: "an event and a retry that must never be seen", text: emitted(`{data: a}`, "never: [{data: b, retry: 1}]"), want: []string{
			"8:13: an event, a retry and a comment are seen apart: make an entry of each"}},
		{what: "a comment and a retry that must never be seen", text: emitted(`{data: a}`, "never: [{comment: b, retry: 1}]"), want: []string{
			"8:13: an event, a retry and a comment are seen apart: make an entry of each"}},
		{what: "an unknown part that must never be seen", text: emitted(`{data: a}`, "never: [{data: b, id: c}]"), want: []string{`8:23: unknown key "id"`}},
		{what: "a check of the bytes that is none", text: emitted(`{data: a}`, "wire: [bom]"), want: []string{`8:12: "bom" is no check of the wire`}, hint: "no-bom"},
		{what: "a check of the bytes that is of the delivery", text: emitted(`{data: a}`, "wire: [apart]"), want: []string{`8:12: "apart" is no check of the wire`}},
		{what: "an expectation", text: emitted(`{data: a}`, "expect: [{data: a}]"), want: []string{
			`8:5: the key "expect" does not belong in a case of the kind emit`}},
		{what: "keys of other kinds", text: emitted(`{data: a}`, "line-endings: any", "close: open", "needs: [ids]"), want: []string{
			`8:5: the key "line-endings" does not belong in a case of the kind emit`, `9:5: the key "close" does not belong in a case of the kind emit`,
			`10:5: the key "needs" does not belong in a case of the kind emit`}},
		{what: "keys of an emit case in a stream case", text: broken("title", "title: Lines are joined", "accept: [exact]", "never: [{data: a}]", "wire: [grammar]", "delivery: [ends]", "end: hold"), want: []string{
			`6:5: the key "accept" does not belong in a case of the kind stream`, `7:5: the key "never" does not belong in a case of the kind stream`,
			`8:5: the key "wire" does not belong in a case of the kind stream`, `9:5: the key "delivery" does not belong in a case of the kind stream`,
			`10:5: the key "end" does not belong in a case of the kind stream`}},
		{what: "a label of the kind", text: emitted(`{data: a}`, "labels: [emit]"), want: []string{
			`8:14: "emit" is a label already of every case that it is true of: a case's level, its kind and the sides of its requirements are`}},
	}
}

// emitDeliveryMistakes are those of how a stream arrives.
func emitDeliveryMistakes() []mistake {
	return []mistake{
		{what: "an end that is none", text: emitted(`{data: a}`, "end: open"), want: []string{`8:10: "open" is no end of a script`}, hint: "close and hold"},
		{what: "an end that is a list", text: emitted(`{data: a}`, "end: [hold]"), want: []string{"8:10: expected text, got a list"}},
		{what: "a check of the delivery that is none", text: emitted(`{data: a}`, "delivery: [spread]"), want: []string{`8:16: "spread" is no check of the delivery`}, hint: "apart"},
		{what: "no check of the delivery", text: emitted(`{data: a}`, "delivery: []"), want: []string{"8:15: an empty list"}},
		{what: "a sleep that nothing looks at", text: emitted(`{data: a}, {sleep: 300ms}, {data: b}`), want: []string{
			"7:11: a sleep, and no check of the delivery that could see it"}, hint: "[apart]"},
		{what: "apart without a sleep", text: emitted(`{data: a}, {data: b}`, "delivery: [apart]"), want: []string{"8:15: no sleep by which to see when something arrives"}},
		{what: "comments apart without a sleep", text: emitted(`{comment: a}, {data: b}`, "delivery: [comments-apart]"), want: []string{
			"8:15: no sleep by which to see when something arrives"}, hint: "{sleep: 300ms}"},
		{what: "the head first without a sleep before the first item", text: emitted(`{data: a}, {sleep: 300ms}, {data: b}`, "delivery: [head-first]"), want: []string{
			"8:15: head-first is seen by a sleep before the first item"}, hint: "{sleep: 500ms}"},
		{what: "a stream that ends and stays open", text: emitted(`{data: a}`, "delivery: [stays-open]"), want: []string{
			"8:15: a stream stays open where the script says so"}, hint: "end: hold"},
		{what: "a stream that is held and ends", text: emitted(`{data: a}`, "end: hold", "delivery: [ends]"), want: []string{
			"9:15: a stream that is held has no end"}},
	}
}
