package items_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

var _ = Describe("A string of bytes", func() {
	It("has each list of the corpus in it, without loss", func() {
		for name, list := range corpus() {
			if name == longWait {
				continue
			}
			Expect(show(items.List(items.Bytes(list), 2<<20, everything))).To(Equal(show(list)), name)
		}
	})

	It("has each list in it that a generator makes", func() {
		g := items.New(source(1), 500)
		for range 600 {
			list := g.Generate()
			Expect(show(items.List(items.Bytes(list), 1000, everything))).To(Equal(show(list)))
		}
	})

	It("is a list that the rules are fair with, whatever it is", func() {
		r := source(2)
		for range 2000 {
			b := make([]byte, r.IntN(60))
			for i := range b {
				b[i] = byte(r.IntN(256))
				if r.IntN(3) == 0 {
					b[i] = 0xF8 + byte(r.IntN(8))
				}
			}
			sound(items.List(b, 100, everything), 100)
		}
	})

	DescribeTable("reads as", func(b string, want string) {
		Expect(show(items.List([]byte(b), 50, everything))).To(Equal(want))
	},
		Entry("nothing", "", `[{},{"data":"END"}]`),
		Entry("text", "a: b", `[{"data":"a: b"}]`),
		Entry("two items", "a\xF8b", `[{"data":"a"},{"data":"b"}]`),
		Entry("all parts", "\xF9c\xFAe\xFBi\xFC5\xFDd", `[{"event":"e","data":"d","id":"i","comment":"c","retry":5}]`),
		Entry("a part twice, the last one", "\xFDa\xFDb", `[{"data":"b"}]`),
		Entry("an empty part", "\xFA\xFDa", `[{"event":"","data":"a"}]`),
		Entry("something of the dictionary", "\xFDa\xFE\x00b", `[{"data":"a\u000ab"}]`),
		Entry("such a sign at the end, and before a part", "a\xFE\xF8b\xFE\xFDc\xFF", `[{"data":"a"},{"data":"c"}]`),
		Entry("a repetition", "ab\xFF\x02c", `[{"data":"abababc"}]`),
		Entry("one beyond the bound", "abcdefghij\xFF\xF0", `[{"data":"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"}]`),
		Entry("a reconnection time that is a number", "\xFC1.5e3\xFDa", `[{"data":"a","retry":1.5e3},{"data":"END"}]`),
		Entry("a text", "\xFC\"15\xFDa", `[{"data":"a","retry":"15"}]`),
		Entry("what is no number", "\xFC5s\xFDa", `[{"data":"a","retry":"5s"},{"data":"END"}]`),
		Entry("what is no UTF-8", "a\xC3b\xF5", `[{"data":"a\ufffdb\ufffd"}]`),
		Entry("a surrogate", "\xED\xA0\x80\xFE\xFF", `[{"data":"\ud800\ud83d"},{"data":"END"}]`),
		Entry("two that belong together", "\xED\xA0\xBD\xED\xB8\x80", `[{"data":"\ud83d\ude00"}]`),
	)

	It("has no more items than a list", func() {
		var b []byte
		for range 200 {
			b = append(b, "a\xF8"...)
		}
		Expect(len(items.List(b, 1000, everything))).To(BeNumerically("~", items.MaxItems, 1))
		Expect(len(items.List(b, 1000, everything))).To(BeNumerically("<=", items.MaxItems))
	})

	It("has nothing that is not claimed", func() {
		list := items.List([]byte("\xF9c\xFC5\xFDd"), 100, func(c string) bool { return c == encoder.Retry })
		Expect(show(list)).To(Equal(`[{"data":"d","retry":5}]`))
	})
})
