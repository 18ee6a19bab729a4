package cases_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

func text(s string) cases.Item { return cases.Item{Text: &s} }

func stream(items ...cases.Item) *cases.Case { return &cases.Case{Stream: items} }

func names(variants []cases.Variant) []string {
	var names []string
	for _, v := range variants {
		names = append(names, v.Name)
	}
	return names
}

func wire(v cases.Variant) string { return string(bytes.Join(v.Chunks, nil)) }

func chunks(v cases.Variant) []string {
	var out []string
	for _, c := range v.Chunks {
		out = append(out, string(c))
	}
	return out
}

// named finds the variant of that name.
func named(c *cases.Case, name string) cases.Variant {
	GinkgoHelper()
	for _, v := range cases.ParserVariants(c) {
		if v.Name == name {
			return v
		}
	}
	Fail("no variant " + name)
	panic("unreachable")
}

var _ = Describe("ParserVariants", func() {
	It("lists every chunking of a short stream, smallest first", func() {
		c := stream(text("ab"), text("c\n"))
		Expect(names(cases.ParserVariants(c))).To(Equal([]string{
			"as written", "whole", "cut at byte 1", "cut at byte 3", "byte by byte",
		}), "a cut at byte 2 is how the case is written")
		Expect(chunks(named(c, "as written"))).To(Equal([]string{"ab", "c\n"}))
		Expect(chunks(named(c, "whole"))).To(Equal([]string{"abc\n"}))
		Expect(chunks(named(c, "cut at byte 3"))).To(Equal([]string{"abc", "\n"}))
		Expect(chunks(named(c, "byte by byte"))).To(Equal([]string{"a", "b", "c", "\n"}))
	})

	It("plays each line ending where the case allows it", func() {
		c := stream(text("a\n\n"))
		c.LineEndings = "any"
		Expect(names(cases.ParserVariants(c))).To(Equal([]string{
			"as written", "cut at byte 1", "cut at byte 2", "byte by byte",
			"as written, CRLF", "cut at byte 1, CRLF", "cut at byte 2, CRLF", "cut at byte 3, CRLF", "cut at byte 4, CRLF", "byte by byte, CRLF",
			"as written, CR", "cut at byte 1, CR", "cut at byte 2, CR", "byte by byte, CR",
		}))
		Expect(chunks(named(c, "cut at byte 2, CRLF"))).To(Equal([]string{"a\r", "\n\r\n"}))
		Expect(chunks(named(c, "as written, CR"))).To(Equal([]string{"a\r\r"}))
	})

	It("has nothing to vary in a stream of one byte, or without a line end", func() {
		c := stream(text("a"))
		c.LineEndings = "any"
		Expect(names(cases.ParserVariants(c))).To(Equal([]string{"as written"}))
	})

	It("keeps the empty writes of a case as they are written, and nowhere else", func() {
		c := stream(text(""), text("a"), text(""), text("b"), text(""))
		Expect(chunks(named(c, "as written"))).To(Equal([]string{"", "a", "", "b", ""}))
		for _, v := range cases.ParserVariants(c)[1:] {
			Expect(v.Chunks).NotTo(ContainElement(BeEmpty()), v.Name)
		}
	})

	It("takes a pause and a drop for no write, and a stall for a stream that does not end", func() {
		c := stream(text("a"), cases.Item{Pause: "20ms"}, text("b"), cases.Item{Drop: cases.DropReset})
		Expect(chunks(named(c, "as written"))).To(Equal([]string{"a", "b"}))
		Expect(named(c, "as written").Open).To(BeFalse())
		c = stream(text("ab"), cases.Item{Stall: "2s"})
		Expect(chunks(named(c, "as written"))).To(Equal([]string{"ab"}))
		for _, v := range cases.ParserVariants(c) {
			Expect(v.Open).To(BeTrue(), v.Name)
		}
	})

	DescribeTable("is restricted by the case's variants", func(words []string, want ...string) {
		c := stream(text("ab"), text("c"))
		c.Variants = words
		Expect(names(cases.ParserVariants(c))).To(Equal(want))
	},
		Entry("as written only", []string{"as-written"}, "as written"),
		Entry("whole only", []string{"whole"}, "whole"),
		Entry("cuts only", []string{"cuts"}, "cut at byte 1", "cut at byte 2"),
		Entry("byte by byte only", []string{"byte-by-byte"}, "byte by byte"),
		Entry("two", []string{"whole", "as-written"}, "as written", "whole"),
	)

	It("has none for a probe", func() {
		Expect(cases.ParserVariants(&cases.Case{Probe: []cases.Step{{Connect: "first"}}})).To(BeEmpty())
	})

	DescribeTable("bounds the variants of a long stream", func(length, most int) {
		c := stream(cases.Item{Repeat: &cases.Repeat{Repeat: "data: é\n\n", Times: length / 10}})
		list := cases.ParserVariants(c)
		Expect(len(list)).To(BeNumerically(">=", 10))
		Expect(len(list)).To(BeNumerically("<=", most))
		whole := wire(list[0])
		for _, v := range list {
			Expect(wire(v) == whole).To(BeTrue(), v.Name)
			Expect(len(v.Chunks)).To(BeNumerically("<=", 16<<10))
		}
		Expect(cases.ParserVariants(c)).To(Equal(list), "the sample is the same every time")
	},
		Entry("1 KiB", 1<<10, 260),
		Entry("20 KiB", 20<<10, 52),
		Entry("1 MiB", 1<<20, 16),
	)

	It("samples a long stream where parsers go wrong", func() {
		filler := strings.Repeat("x", 2000)
		c := stream(text("\xef\xbb\xbf"+"data: "+filler), text(filler+"é\r\n\r\n"), text("data: END\n\n"))
		length := len(wire(cases.ParserVariants(c)[0]))
		all := names(cases.ParserVariants(c))
		at := func(offset int) string { return fmt.Sprintf("cut at byte %d", offset) }
		write1, write2 := 3+6+2000, length-11
		for _, offset := range []int{1, 2, 3, 7, 8, write1 - 1, write1, write1 + 1,
			write2 - 5, write2 - 4, write2 - 3, write2 - 2, write2 - 1, write2, write2 + 4, length - 2, length - 1} {
			Expect(all).To(ContainElement(at(offset)))
		}
		Expect(len(all)).To(BeNumerically("<=", 260))
	})

	It("lets no chunk grow into the next", func() {
		for _, v := range cases.ParserVariants(stream(text("ab"), text("cd"))) {
			want := wire(v)
			for _, chunk := range v.Chunks {
				_ = append(chunk, '!')
			}
			Expect(wire(v)).To(Equal(want), v.Name)
		}
	})

	It("puts the same bytes on the wire however a stream is cut", func() {
		random := rand.New(rand.NewPCG(1, 2))
		for range 60 {
			c := &cases.Case{LineEndings: []string{"", "any"}[random.IntN(2)]}
			for range 1 + random.IntN(4) {
				c.Stream = append(c.Stream, text(randomText(random)))
			}
			checkWires(c, cases.ParserVariants(c))
			checkWires(c, cases.OneShotVariants(c))
		}
	})
})

func randomText(random *rand.Rand) string {
	letters := []string{"a", "\n", ":", " ", "é", "data: x", "\n\n"}
	var b strings.Builder
	for range random.IntN(12) {
		b.WriteString(letters[random.IntN(len(letters))])
	}
	return b.String()
}

// checkWires demands that all variants of a line ending carry the same bytes,
// that no name and no chunking comes twice, and that nothing shares a chunk
// with the case itself.
func checkWires(c *cases.Case, list []cases.Variant) {
	GinkgoHelper()
	var written []byte
	for i := range c.Stream {
		written = c.Stream[i].Append(written)
	}
	seen := map[string]bool{}
	for _, v := range list {
		want := string(written)
		if _, ending, _ := strings.Cut(v.Name, ", "); ending != "" {
			want = strings.ReplaceAll(want, "\n", map[string]string{"CRLF": "\r\n", "CR": "\r"}[ending])
		}
		Expect(wire(v)).To(Equal(want), v.Name)
		Expect(seen).NotTo(HaveKey(v.Name))
		seen[v.Name] = true
		chunking := fmt.Sprintf("%q", v.Chunks)
		Expect(seen).NotTo(HaveKey(chunking), v.Name)
		seen[chunking] = true
	}
}

var _ = Describe("OneShotVariants", func() {
	It("is the short list", func() {
		c := stream(text("ab\n"), text("c"))
		c.LineEndings = "any"
		Expect(names(cases.OneShotVariants(c))).To(Equal([]string{
			"as written", "whole", "byte by byte", "as written, CRLF", "as written, CR",
		}))
	})
})

func BenchmarkParserVariants(b *testing.B) {
	for _, size := range []int{100, 10 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			c := &cases.Case{LineEndings: "any", Stream: []cases.Item{{Repeat: &cases.Repeat{Repeat: "data: a\n\n", Times: size / 9}}}}
			b.ReportAllocs()
			for b.Loop() {
				cases.ParserVariants(c)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	corpus, err := cases.Default()
	if err != nil {
		b.Fatal(err)
	}
	catalogue, err := requirements.Default()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(corpus.Cases())), "cases")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cases.Load(cases.Files(), catalogue); err != nil {
			b.Fatal(err)
		}
	}
}
