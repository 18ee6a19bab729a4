package items_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

var _ = Describe("A set of features", func() {
	list := func(all ...encoder.Item) []encoder.Item { return all }

	DescribeTable("finds something new in", func(before, next []encoder.Item, fresh bool) {
		var s items.Set
		Expect(s.Add(before)).To(Equal(s.Len()))
		n := s.Len()
		Expect(s.Add(next) > 0).To(Equal(fresh))
		Expect(s.Len() > n).To(Equal(fresh))
		Expect(s.Add(next)).To(BeZero())
	},
		Entry("the same list", list(block("data=a")), list(block("data=a")), false),
		Entry("another value of the same kind", list(block("data=a")), list(block("data=b")), false),
		Entry("a value of another kind", list(block("data=a")), list(block("data= a")), true),
		Entry("another part", list(block("data=a")), list(block("data=a", "id=1")), true),
		Entry("the same kind beside another part", list(block("data=0"), block("data=a", "id=x")), list(block("data=0", "id=x")), true),
		Entry("another item before", list(block("data=a"), block("data=b")), list(block("data=a", "id=1"), block("data=b")), true),
		Entry("a value of another kind before", list(block("data="), block("data=b")), list(block("data=b"), block("data=")), true),
		Entry("twice as many items", list(block("data=a"), block("data=a")), list(block("data=a"), block("data=a"), block("data=a"), block("data=a")), true),
		Entry("an item of nothing", list(block("data=a")), list(block()), true),
	)

	It("finds parts new behind other parts, though each was behind each", func() {
		var s items.Set
		s.Add(list(block("id=1", "data=a"), block("data=a")))
		s.Add(list(block("data=a"), block("comment=c", "data=a")))
		Expect(s.Add(list(block("id=1", "data=a"), block("comment=c", "data=a")))).To(Equal(1))
	})

	It("grows less and less", func() {
		g := items.New(source(9), 800)
		var s items.Set
		early, late := 0, 0
		for i := range 3000 {
			n := s.Add(g.Generate())
			if i < 300 {
				early += n
			} else if i >= 2700 {
				late += n
			}
		}
		Expect(late).To(BeNumerically("<", early/4))
	})
})

var _ = Describe("Kinds of values", func() {
	It("have names of their own, and there are as many as fit", func() {
		names := items.ClassNames()
		Expect(len(names)).To(BeNumerically("<=", 64))
		seen := map[string]bool{}
		for _, n := range names {
			Expect(seen).NotTo(HaveKey(n))
			seen[n] = true
		}
	})

	DescribeTable("tell most of", func(value, first string) {
		Expect(items.ClassesOf(value).First()).To(Equal(first))
	},
		Entry(nil, "", "empty"), Entry(nil, "a", "word"), Entry(nil, " a", "leading-space"), Entry(nil, "0", "falsy"),
		Entry(nil, "a\r\nb", "CRLF"), Entry(nil, "a\rb", "CR"), Entry(nil, "a\nb", "LF"), Entry(nil, "a\n\rb", "LF-CR"),
		Entry(nil, "\x00", "NUL"), Entry(nil, "a\xED\xA0\x80", "surrogate"), Entry(nil, "\uFEFFa", "BOM-first"),
		Entry(nil, "data: x", "field-like"), Entry(nil, "12", "number"), Entry(nil, "-1.5", "number-like"), Entry(nil, "\u2028", "line-separator"),
	)

	It("of a list are those of all its values; what tells most is data last", func() {
		list := []encoder.Item{block("data=\r\n", "id=a"), block("comment=:", "data=x")}
		Expect(items.ClassesOfAll(list).Has("CRLF")).To(BeTrue())
		Expect(items.ClassesOfAll(list).Has("astral")).To(BeFalse())
		p, class := items.MostTelling(list)
		Expect(p.String() + " " + class).To(Equal("comment leading-colon"))
		p, class = items.MostTelling(list[:0])
		Expect(p.String() + class).To(Equal("comment"))
	})
})
