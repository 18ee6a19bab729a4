package emitblame_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

func list(all ...encoder.Item) []encoder.Item { return all }

var _ = Describe("A rule", func() {
	DescribeTable("names what is broken", func(requirement string, given []encoder.Item, wire string) {
		t := &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire)}}
		if wire == "refused" {
			word := "no"
			t.Emitted.Rejected = &word
		}
		d := emission.Rules{}.Judge(given, t)
		Expect(d).NotTo(BeNil())
		Expect(emitblame.ByRule(d)).To(Equal(requirement), "kind %s, index %d", d.Kind, d.Index)
	},
		Entry("other data", "format.data.exact", list(block("data=abc")), "data: xyz\n\n"),
		Entry("data of lines, as one", "format.data.split", list(block("data=a\nb")), "data: ab\n\n"),
		Entry("data cut at what ends no line", "format.data.split", list(block("data=a\u2028b")), "data: a\ndata: b\n\n"),
		Entry("data with a break too many", "format.data.exact", list(block(`data=a\nb`)), "data: a\ndata: b\n\n"),
		Entry("a space of the value lost", "format.value.leading-space", list(block("data= a\n b")), "data: a\ndata: b\n\n"),
		Entry("a space of a type lost", "format.value.leading-space", list(block("event= a", "data=b")), "event: a\ndata: b\n\n"),
		Entry("all blanks lost", "format.data.exact", list(block("data=  ")), "data: \n\n"),
		Entry("a character lost", "format.utf8", list(block("data=aéb")), "data: ab\n\n"),
		Entry("a character replaced", "format.utf8", list(block("data=aéb")), "data: a?b\n\n"),
		Entry("cut off in a character", "format.data.exact", list(block("data=ééé")), "data: éé\uFFFD\n\n"),
		Entry("Latin-1", "format.utf8", list(block("data=é")), "data: \xE9\n\n"),
		Entry("two surrogates", "format.scalar-values", list(block("data=\U0001F600")), "data: \xED\xA0\xBD\xED\xB8\x80\n\n"),
		Entry("the type of the item before", "format.item.no-leak", list(block("event=a", "data=b"), block("data=c")), "event: a\ndata: b\n\nevent: a\ndata: c\n\n"),
		Entry("data with the end of that before", "format.item.no-leak", list(block("data=abcdef"), block("data=xy")), "data: abcdef\n\ndata: xycdef\n\n"),
		Entry("another type", "format.event.exact", list(block("event=a", "data=b")), "data: b\n\n"),
		Entry("no id", "format.id.exact", list(block("id=a", "data=b")), "data: b\n\n"),
		Entry("no empty id", "format.id.empty-resets", list(block("id=a", "data=b"), block("id=", "data=c")), "id: a\ndata: b\n\ndata: c\n\n"),
		Entry("an id with NUL", "format.id.no-nul", list(block("id=a\x00", "data=b"), block("data=END")), "id: a\x00\ndata: b\n\ndata: END\n\n"),
		Entry("no reconnection time", "format.retry.exact", list(block("retry=5", "data=b")), "data: b\n\n"),
		Entry("a reconnection time that is none", "format.retry.digits", list(block("retry=-5", "data=b"), block("data=END")), "retry: -5\ndata: b\n\ndata: END\n\n"),
		Entry("no comment", "format.comment.exact", list(block("comment=abc"), block("data=b")), "data: b\n\n"),
		Entry("no empty comment", "format.comment", list(block("comment="), block("data=b")), "\ndata: b\n\n"),
		Entry("a comment that is a field", "format.comment", list(block("comment=abc"), block("data=b")), "comment: abc\n\ndata: b\n\n"),
		Entry("a comment in ASCII", "format.utf8", list(block("comment=aé"), block("data=b")), ": a?\n\ndata: b\n\n"),
		Entry("an event for an item without data", "format.item.no-data", list(block("id=1"), block("data=b")), "id: 1\ndata\n\ndata: b\n\n"),
		Entry("no event for empty data", "format.data.exact", list(block("data=")), "\n"),
		Entry("an event less", "format.item.one-block", list(block("data=a"), block("data=b")), "data: a\n\n"),
		Entry("no blank line", "format.block.blank-line", list(block("data=a"), block("data=b")), "data: a\n\ndata: b\n"),
		Entry("an unknown field", "format.field.known", list(block("data=a")), "time: 1\ndata: a\n\n"),
		Entry("a name in capitals", "format.field.known", list(block("data=a")), "DATA: a\n\n"),
		Entry("a blank before the colon", "format.field", list(block("data=a")), "data : a\n\n"),
		Entry("a byte order mark", "format.bom.none", list(block("data=a")), "\uFEFFdata: a\n\n"),
		Entry("line ends of two kinds", "format.line.consistent", list(block("data=a")), "data: a\n\r\n"),
		Entry("a break in a type", "secure.encoder.no-injection", list(block("event=x\nid: 1", "data=a"), block("data=END")), "event: x\nid: 1\ndata: a\n\ndata: END\n\n"),
		Entry("a break in an id, on which nothing hangs but the line end", "secure.encoder.no-injection", list(block("id=x\r", "data=a"), block("data=END")), "id: x\r\ndata: a\n\nid:\ndata: END\n\n"),
		Entry("a break in data", "secure.encoder.data-no-injection", list(block("data=a\revent: x")), "data: a\revent: x\n\n"),
		Entry("a type refused", "format.event.exact", list(block("event=a:b", "data=")), "refused"),
		Entry("lines refused", "format.data.split", list(block("data=a\nb")), "refused"),
		Entry("an empty id refused", "format.id.empty-resets", list(block("id=", "data=a")), "refused"),
		Entry("several items refused", "format.item.one-block", list(block("data=a"), block("data=a")), "refused"),
	)
})
