package items_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

var _ = Describe("A list", func() {
	It("of the corpus is judgeable", func() {
		for name, list := range corpus() {
			if name == longWait {
				continue
			}
			Expect(items.Judgeable(list)).To(BeTrue(), name)
		}
	})

	DescribeTable("is judgeable or not", func(judgeable bool, list ...encoder.Item) {
		Expect(items.Judgeable(list)).To(Equal(judgeable))
	},
		Entry("of data", true, block("data=a")),
		Entry("of nothing", false),
		Entry("without an event that must arrive", false, block("comment=a"), block("id=1")),
		Entry("with an event that need not arrive alone", false, block("event=x\ny", "data=a")),
		Entry("with such an event and another", true, block("event=x\ny", "data=a"), block("data=b")),
		Entry("of what is rare", true, block("id=1"), block("comment=a\nb"), block(`retry="5"`), block(), block("data=a")),
		Entry("of what cannot be carried beside an id alone", false, block("event=x\ny", "data=a"), block("id=1"), block("data=b")),
		Entry("beside a comment alone", true, block("event=x\ny", "data=a"), block("comment=c"), block("data=b")),
		Entry("beside a comment of two lines", false, block("event=x\ny", "data=a"), block("comment=c\nd"), block("data=b")),
		Entry("with a comment of two lines itself", true, block("event=x\ny", "comment=c\nd", "data=a"), block("data=b")),
		Entry("beside a text for a reconnection time", false, block("event=x\ny", "data=a"), block(`retry="5"`, "data=b")),
		Entry("of what cannot be carried and has no data", false, block("id=x\ny"), block("data=b")),
		Entry("of a hundred years", true, block("retry=3153600000000", "data=a")),
		Entry("of more", false, block("retry=3153600000001", "data=a")),
		Entry("of a surrogate in a comment alone", true, block("comment=\xED\xA0\x80"), block("data=b")),
	)

	DescribeTable("has a reconnection time that is canonical", func(given, want string) {
		Expect(string(items.Emitted(block("retry=" + given)).Retry)).To(Equal(want))
	},
		Entry("a number", "1.0e+3", "1.0e+3"),
		Entry("a text", `"5s"`, `"5s"`),
		Entry("a break", `"1\ndata: x"`, `"1\u000adata: x"`),
		Entry("a break of another form", `"1\u000Adata: x"`, `"1\u000adata: x"`),
	)
})
