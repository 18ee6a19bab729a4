package emission_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

var _ = Describe("A reading", func() {
	hostile := list(block("event=x\ny", "id=a\x00", "data=a"), block("data=b"), block("id=2", "data=\xED\xA0\x80"), block("data=END"))

	It("is the same whatever a subject makes of what cannot be carried", func() {
		a := emission.Read(hostile, wrote("event: xy\nid: a\ndata: a\n\ndata: b\n\nid: 2\ndata: ?\n\ndata: END\n\n"))
		b := emission.Read(hostile, wrote("data: a\n\ndata: b\n\nid: 2\ndata: \uFFFD\n\ndata: END\n\n"))
		Expect(a.Outcome(b) && a.Manner(b)).To(BeTrue())
		c := emission.Read(hostile, wrote("data: a\n\ndata: b\n\nid: 3\ndata: \uFFFD\n\ndata: END\n\n"))
		Expect(a.Outcome(c)).To(BeFalse())
	})

	It("has no ids that are the subject's own, and data that was JSON", func() {
		given := list(block("data=a\r\nb"), block("id=7", "data=c"), block("data=d"))
		t := wrote("id: x1\ndata: \"a\\r\\nb\"\n\nid: 7\ndata: \"c\"\n\nid: x2\ndata: \"d\"\n\n")
		t.Emitted.OwnIDs, t.Emitted.JSONData = true, true
		r := emission.Read(given, t)
		Expect(r.Outcome(emission.Of(mutants.SoundEncoder(), given, true))).To(BeTrue())
		Expect(r.Events[0].Data).To(Equal("a\nb"))
		Expect(r.Events[1].LastEventID).To(Equal("7"))
	})

	DescribeTable("is the same of what a subject may choose", func(given []encoder.Item, a, b string, same bool) {
		r, s := emission.Read(given, wrote(a)), emission.Read(given, wrote(b))
		Expect(r.Outcome(s) && r.Manner(s)).To(Equal(same), "%+v\n%+v", r, s)
	},
		Entry("a reconnection time that was rounded", list(block("retry=1.5", "data=a")), "retry: 2\ndata: a\n\n", "data: a\n\n", true),
		Entry("not two of them", list(block("retry=1.5", "data=a")), "retry: 2\nretry: 3\ndata: a\n\n", "data: a\n\n", false),
		Entry("not one that can be carried", list(block("retry=1.5", "data=a"), block("retry=2", "data=b")),
			"data: a\n\nretry: 2\ndata: b\n\n", "data: a\n\ndata: b\n\n", false),
		Entry("one that was rounded to that", list(block("retry=1.5", "data=a"), block("retry=2", "data=b")),
			"retry: 2\ndata: a\n\nretry: 2\ndata: b\n\n", "data: a\n\nretry: 2\ndata: b\n\n", true),
		Entry("one that is given as a text", list(block(`retry="5"`, "data=a")), "retry: 5\ndata: a\n\n", "data: a\n\n", true),
		Entry("one of an item that cannot be carried", list(block("event=x\ny", "retry=5", "data=a")), "retry: 5\ndata: a\n\n", "data: a\n\n", true),
		Entry("one of such an item, though another has the same", list(block("event=x\ny", "retry=5", "data=a"), block("retry=5", "data=b")),
			"retry: 5\ndata: a\n\nretry: 5\ndata: b\n\n", "data: a\n\nretry: 5\ndata: b\n\n", true),
		Entry("a comment of such an item", list(block("event=x\ny", "comment=c\nd", "data=a")), ": c\n: d\ndata: a\n\n", ": c\ndata: a\n\n", true),
		Entry("not that of another", list(block("event=x\ny", "data=a"), block("comment=c", "data=a")),
			"data: a\n\n: c\ndata: a\n\n", "data: a\n\ndata: a\n\n", false),
		Entry("how often a surrogate is replaced", list(block("comment=\xED\xA0\x80", "data=a")), ": \uFFFD\ndata: a\n\n", ": \uFFFD\uFFFD\uFFFD\ndata: a\n\n", true),
		Entry("a type that cannot be carried, where an event is missing", list(block("event=x\ny", "data=a"), block("data=b")),
			"event: xy\ndata: a\n\n", "event: x\ndata: a\n\n", true),
		Entry("the space behind the colon of a comment", list(block("comment=  c", "data=a")), ":   c\ndata: a\n\n", ":  c\ndata: a\n\n", true),
	)

	It("takes every failure for the same, and every refusal", func() {
		fails := func(word string) emission.Reading { t := wrote(""); t.Failed = word; return emission.Read(hostile, t) }
		Expect(fails("a").Outcome(fails("b"))).To(BeTrue())
		no, never := emission.Read(hostile, refused("no")), emission.Read(hostile, refused(""))
		Expect(no.Outcome(never)).To(BeTrue())
		Expect(no.Outcome(fails("a"))).To(BeFalse())
		Expect(no.Outcome(emission.Read(hostile, wrote("")))).To(BeFalse())
	})

	It("calls an encoder that panics failed", func() {
		r := emission.Of(func([]encoder.Item) ([]byte, error) { panic("oh") }, hostile, false)
		Expect(r.Failed).To(Equal("the encoder panicked: oh"))
	})
})
