package emission_test

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

var _ = Describe("A list as a case", func() {
	DescribeTable("says what must never be seen", func(item encoder.Item, never ...string) {
		c := emission.Rules{}.Case(list(item, block("data=END", "event=known", "id=known", "retry=9", "comment=known")))
		var got []string
		for _, f := range c.Never {
			switch {
			case f.Event != nil:
				got = append(got, "event "+*f.Event)
			case f.LastEventID != nil:
				got = append(got, "id "+*f.LastEventID)
			case f.Comment != nil:
				got = append(got, "comment "+*f.Comment)
			case f.Retry != nil:
				got = append(got, "retry")
			}
		}
		Expect(slices.Equal(got, never)).To(BeTrue(), "%q", got)
	},
		Entry("nothing, without a break", block("event=id: x", "data=a")),
		Entry("a field behind a break in a type", block("event=x\nid: forged", "data=a"), "id forged"),
		Entry("in an id", block("id=x\r\nevent:forged", "data=a"), "event forged"),
		Entry("in a comment", block("comment=x\rretry: 86400000", "data=a"), "retry"),
		Entry("in the data", block("data=x\r: forged"), "comment forged"),
		Entry("in a text for a reconnection time", block(`retry="1\nevent: forged"`, "data=a"), "event forged"),
		Entry("behind a break at the start", block("event=\nid: forged", "data=a"), "id forged"),
		Entry("several, each once", block("event=x\nid: a\nid: b\nid: a", "data=a"), "id a", "id b"),
		Entry("not what another item has", block("event=x\nid: known\nevent: known\n: known\nretry: 9", "data=a")),
		Entry("not what is left where the value is cut off", block("id=7x\nid: 7x", "data=a")),
		Entry("not a comment of a comment", block("comment=x\n: forged", "data=a")),
		Entry("not what readers ignore", block("event=x\nid: \x00\nretry: 5s\nretry: -1\nfoo: bar\nid:\nevent:", "data=a")),
		Entry("not an id of digits, which a subject may give by itself", block("event=x\nid: 12", "data=a")),
	)

	It("looks at the bytes, but for what is tolerated", func() {
		c := emission.Rules{}.Case(list(block("data=a")))
		Expect(c.Wire).To(HaveLen(len(cases.WireChecks())))
		c = emission.Tolerating("format.bom.none", "format.data.exact").Case(list(block("data=a")))
		Expect(c.Wire).To(HaveLen(len(cases.WireChecks()) - 1))
		Expect(c.Wire).NotTo(ContainElement(cases.NoBOM))
	})

	DescribeTable("has a control for those who refuse", func(given []encoder.Item, control string) {
		got, ok := emission.Rules{}.Control(given)
		Expect(ok).To(Equal(control != ""))
		if ok {
			Expect(show(got)).To(Equal(control))
		}
	},
		Entry("none where nothing may be refused", list(block("data=a")), ""),
		Entry("without the break", list(block("event=x\ny", "data=a"), block("data=b")), `[{"event":"xy","data":"a"},{"data":"b"}]`),
		Entry("without what is rare", list(block("id=1"), block("data=b")), `[{"data":"b"}]`),
	)
})
