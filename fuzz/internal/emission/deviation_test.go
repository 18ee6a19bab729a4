package emission_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

var _ = Describe("A deviation", func() {
	two := list(block("event=login", "id=1", "comment=c", "retry=5", "data=a"), block("data=b"))
	const first, second = ": c\nevent: login\nid: 1\nretry: 5\ndata: a\n\n", "data: b\n\n"

	It("is none where all came back, nor where nothing is known", func() {
		Expect(emission.Rules{}.Judge(two, wrote(first+second))).To(BeNil())
		t := refused("no")
		t.Broken = "the adapter broke"
		Expect(emission.Rules{}.Judge(two, t)).To(BeNil())
	})

	DescribeTable("has a kind and a place", func(given []encoder.Item, wire string, kind emission.Kind, index int, signature string) {
		d := emission.Rules{}.Judge(given, wrote(wire))
		Expect(d).NotTo(BeNil())
		Expect(d.Kind).To(Equal(kind))
		Expect(d.Index).To(Equal(index))
		Expect(d.Signature).To(Equal(signature))
		Expect(d.Sentence).NotTo(BeEmpty())
		Expect(string(d.Transcript.Emitted.Wire)).To(Equal(wire))
	},
		Entry("an event is missing", two, first, emission.Missing, 1, "event missing: id number"),
		Entry("one too many", two, first+second+second, emission.Extra, 2, "event too many: id number"),
		Entry("one too many before others", two, "data: x\n\n"+first+second, emission.Extra, 0, "event too many: id number"),
		Entry("data", two, first+"data: \n\n", emission.Data, 1, "data: word, shorter"),
		Entry("longer data", list(block("data= a")), "data:    a\n\n", emission.Data, 0, "data: leading-space, longer"),
		Entry("a type", two, swap(first, "login", "logon")+second, emission.Type, 0, "event type: word, of the same length"),
		Entry("a last event ID", two, swap(first, "id: 1", "id: 2")+second, emission.LastEventID, 0, "last event ID: number"),
		Entry("one where none was given", list(block("data=a")), "id: 2\ndata: a\n\n", emission.LastEventID, 0, "last event ID: none"),
		Entry("a reconnection time", two, swap(first, "retry: 5", "retry: 50")+second, emission.Retry, 0, "reconnection time: number"),
		Entry("a comment", two, swap(first, ": c", ": d")+second, emission.Comment, 0, "comment: word"),
		Entry("a line that readers ignore", two, first+"foo: x\n"+second, emission.Lines, 0, "lines: [unknown-field] false false"),
		Entry("line ends", two, first+"data: b\r\n\r\n", emission.Lines, 0, "lines: [] false true"),
		Entry("a byte order mark", two, "\uFEFF"+first+second, emission.Lines, 0, "lines: [] true false"),
	)

	It("of a subject that refuses, or that fails, has its word", func() {
		d := emission.Rules{}.Judge(two, refused("not today"))
		Expect(d.Kind).To(Equal(emission.Refused))
		Expect(d.Sentence).To(ContainSubstring("not today"))
		t := wrote("")
		t.Failed = `the encoder panicked: index 17 out of "range"`
		d = emission.Rules{}.Judge(two, t)
		Expect(d.Kind).To(Equal(emission.Failed))
		Expect(d.Signature).To(Equal("failed: the encoder panicked: index 9 out of "))
	})

	It("has one signature for the same fault on lists of the same kind", func() {
		of := func(data string) string {
			given := list(block("data="+data), block("data=END"))
			d := emission.Rules{}.Judge(given, wrote("data: END\n\n"))
			return d.Signature
		}
		Expect(of("0")).To(Equal(of("false")))
		Expect(of("0")).NotTo(Equal(of("a\nb")))
	})

	DescribeTable("has a lean case", func(given []encoder.Item, wire string, never int, checks ...string) {
		d := emission.Rules{}.Judge(given, wrote(wire))
		c := d.Lean()
		Expect(c.Never).To(HaveLen(never))
		Expect(c.Wire).To(HaveExactElements(checks))
		Expect(d.Case.Wire).NotTo(BeEmpty())
	},
		Entry("that looks at events alone", list(block("data=a")), "data: b\n\n", 0),
		Entry("that looks at the bytes", list(block("data=a")), "\uFEFFdata: a\n\n", 0, cases.NoBOM),
		Entry("that looks for what must never be seen", list(block("event=x\rretry: 5", "data=a"), block("data=END")),
			"event: x\rretry: 5\rdata: a\r\rdata: END\r\r", 1),
		Entry("and not where the events show it", list(block("event=x\nid: y", "data=a"), block("data=END")),
			"event: x\nid: y\ndata: a\n\ndata: END\n\n", 0),
	)
})
