package items_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/runner/encoder"
)

var allParts = []items.Part{items.Comment, items.Event, items.ID, items.Retry, items.Data}

// sound checks what holds of every list that a generator makes.
func sound(list []encoder.Item, maxLen int) {
	GinkgoHelper()
	switch {
	case !items.Judgeable(list):
		Fail("not judgeable: " + show(list))
	case len(list) > items.MaxItems:
		Fail(fmt.Sprintf("%d items", len(list)))
	case items.Size(list) > maxLen+len(items.Sentinel)+4*len("safe")*len(list):
		Fail(fmt.Sprintf("%d bytes where %d are allowed", items.Size(list), maxLen))
	case !json.Valid([]byte(show(list))):
		Fail("no JSON: " + show(list))
	}
	for _, item := range list {
		for _, p := range allParts {
			if value, _ := items.Value(item, p); !utf8.ValidString(cases.WithoutSurrogates(value, "")) {
				Fail(fmt.Sprintf("a value of %s is neither UTF-8 nor a surrogate: %q", p, value))
			}
		}
	}
}

var _ = Describe("A generator", func() {
	It("makes the same lists from the same source, and other ones from another", func() {
		make := func(seed uint64) (all []string) {
			g := items.New(source(seed), 500)
			var last []encoder.Item
			for range 50 {
				list := g.Generate()
				all = append(all, show(list), show(g.Mutate(list)), show(g.Splice(last, list)))
				last = list
			}
			return all
		}
		Expect(make(1)).To(Equal(make(1)))
		Expect(make(1)).NotTo(Equal(make(2)))
	})

	DescribeTable("makes lists that the rules are fair with, within the bounds", func(maxLen int) {
		g := items.New(source(3), maxLen)
		var last []encoder.Item
		for range 700 {
			list := g.Generate()
			sound(list, maxLen)
			sound(g.Mutate(list), maxLen)
			sound(g.Splice(last, list), maxLen)
			last = list
		}
	}, Entry("of one byte", 1), Entry("small", 40), Entry("large", 5000))

	It("makes nothing that is not claimed", func() {
		g := items.New(source(4), 500).Claims(func(string) bool { return false })
		before := []encoder.Item{block("comment=c", "retry=5", "data=a")}
		for range 1000 {
			for _, list := range [][]encoder.Item{g.Generate(), g.Mutate(before), g.Splice(before, before)} {
				Expect(items.Claimed(list, func(string) bool { return false })).To(BeTrue(), show(list))
			}
		}
	})

	It("makes mostly small lists, and of three about one hostile", func() {
		g := items.New(source(5), 2000)
		small, hostile, short := 0, 0, 0
		const n = 5000
		for range n {
			list := g.Generate()
			if len(list) <= 4 { // with a sentinel
				small++
			}
			if items.Hostile(list) {
				hostile++
			}
			if items.Size(list) < 200 {
				short++
			}
		}
		Expect(small).To(BeNumerically(">", n*85/100))
		Expect(short).To(BeNumerically(">", n*80/100))
		Expect(hostile).To(BeNumerically(">", n*15/100))
		Expect(hostile).To(BeNumerically("<", n*40/100))
	})

	It("makes every combination of parts, and in each text every kind of value that there is", func() {
		g := items.New(source(6), 6000)
		seen, masks := map[string]bool{}, map[uint8]bool{}
		for range 6000 {
			list := g.Generate()
			for _, item := range list {
				masks[items.Mask(item)] = true
				for _, p := range allParts {
					if value, has := items.Value(item, p); has {
						c := items.ClassesOf(value)
						for _, name := range items.ClassNames() {
							if c.Has(name) {
								seen[p.String()+" "+name] = true
							}
						}
					}
				}
			}
		}
		Expect(masks).To(HaveLen(32))
		var missing []string
		for _, p := range []items.Part{items.Comment, items.Event, items.ID, items.Data} {
			for _, name := range items.ClassNames() {
				if !seen[p.String()+" "+name] {
					missing = append(missing, p.String()+" "+name)
				}
			}
		}
		Expect(missing).To(BeEmpty())
		for _, name := range []string{"LF", "CR", "CRLF", "empty", "NUL", "number", "number-like", "leading-space", "field-after-break"} {
			Expect(seen).To(HaveKey("retry " + name))
		}
	})

	It("changes a list by mutation mostly, and the one that it is given never", func() {
		g := items.New(source(7), 500)
		changed := 0
		for range 500 {
			list := g.Generate()
			before := show(list)
			if show(g.Mutate(list)) != before {
				changed++
			}
			g.Splice(list, list)
			Expect(show(list)).To(Equal(before))
		}
		Expect(changed).To(BeNumerically(">", 400))
	})

	It("joins the start of one list and the end of another", func() {
		g := items.New(source(8), 500)
		a := []encoder.Item{block("data=a1"), block("data=a2"), block("data=a3")}
		b := []encoder.Item{block("data=b1"), block("data=b2"), block("data=b3")}
		joined := 0
		for range 200 {
			text := show(g.Splice(a, b))
			if strings.Contains(text, "a1") && strings.Contains(text, "b3") && strings.Index(text, "a1") < strings.Index(text, "b3") {
				joined++
			}
		}
		Expect(joined).To(BeNumerically(">", 60))
	})
})

var _ = Describe("Neighbours of a list", func() {
	list := []encoder.Item{block("event=x", "data=secret")}

	It("are the same ones each time, many, and not the list", func() {
		all := items.Neighbours(list, everything)
		Expect(len(all)).To(BeNumerically(">", 100))
		Expect(slices.EqualFunc(all, items.Neighbours(list, everything), func(a, b []encoder.Item) bool { return show(a) == show(b) })).To(BeTrue())
	})

	It("have the value in other parts, and the item behind another one", func() {
		var all []string
		for _, n := range items.Neighbours(list, everything) {
			all = append(all, show(n))
		}
		Expect(all).To(ContainElements(`[{"event":"secret","data":"secret"}]`, `[{"event":"x","data":"secret","id":"secret"}]`,
			`[{"data":"x"}]`, `[{"event":"t","data":"t","id":"1"},{"event":"x","data":"secret"}]`))
	})

	It("have nothing that is not claimed", func() {
		for _, n := range items.Neighbours(list, func(string) bool { return false }) {
			Expect(items.Claimed(n, func(string) bool { return false })).To(BeTrue(), show(n))
		}
	})
})
