package grammar_test

import (
	"bytes"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/grammar"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

func input(bytes string, cuts ...int) stream.Input {
	return stream.Input{Bytes: []byte(bytes), Cuts: cuts}
}

func clone(in stream.Input) stream.Input {
	return stream.Input{Bytes: bytes.Clone(in.Bytes), Cuts: slices.Clone(in.Cuts)}
}

// chunks are those of an input, with a bar between any two.
func chunks(in stream.Input) string { return string(bytes.Join(in.Chunks(), []byte("|"))) }

const text = "id: 1\ndata: a\n\nevent: b\r\ndata: c\r\n\r\n: d\rdata: e\r\r"

// results are what n tries make, with a bar at each cut.
func results(n int, try func(g *grammar.Generator) stream.Input) map[string]bool {
	g := generator(3, 200)
	made := map[string]bool{}
	for range n {
		made[chunks(try(g))] = true
	}
	return made
}

var _ = Describe("A mutation", func() {
	It("changes every input, and leaves it as it was", func() {
		g := generator(1, 100)
		for _, in := range append(some(3000, 100), input(""), input("", 0, 0), input("a"), input("\n")) {
			before := clone(in)
			out := g.Mutate(in)
			Expect(out).NotTo(Or(Equal(in), Equal(before)))
			Expect(in).To(Equal(before))
		}
	})

	It("changes the little that an empty generator may", func() {
		g := generator(1, 0)
		Expect(g.Mutate(input(""))).NotTo(Equal(input("")))
		Expect(g.Mutate(input("too long", 3)).Bytes).To(BeEmpty())
	})

	// Each of these is one change, worth making often.
	made := results(60000, func(g *grammar.Generator) stream.Input { return g.Mutate(input(text, 20)) })
	const head, tail = "id: 1\ndata: a\n\nevent", ": b\r\ndata: c\r\n\r\n: d\rdata: e\r\r"
	DescribeTable("makes",
		func(want string) { Expect(made).To(HaveKey(want)) },
		Entry("another bit", head+"|"+strings.Replace(tail, "a", "c", 1)),
		Entry("another case", strings.Replace(head, "id", "Id", 1)+"|"+tail),
		Entry("a byte less", strings.Replace(head, "id", "i", 1)+"|"+tail),
		Entry("a byte twice", strings.Replace(head, "id", "idd", 1)+"|"+tail),
		Entry("two bytes swapped", strings.Replace(head, "id", "di", 1)+"|"+tail),
		Entry("a line less", "data: a\n\nevent|"+tail),
		Entry("a line twice", "id: 1\n"+head+"|"+tail),
		Entry("two lines swapped", "data: a\nid: 1\n\nevent|"+tail),
		Entry("a block less", "event|"+tail),
		Entry("a block twice", "id: 1\ndata: a\n\n"+head+"|"+tail),
		Entry("two blocks swapped", "id: 1\ndata: a\n\n: d\rdata: e\r\revent: b\r\ndata: c\r\n\r\n"),
		Entry("LF for CRLF", head+"|"+strings.Replace(tail, "\r\n", "\n", 1)),
		Entry("CR for LF", strings.Replace(head, "\n", "\r", 1)+"|"+tail),
		Entry("no line end", strings.Replace(head, "\n", "", 1)+"|"+tail),
		Entry("LF everywhere", head+"|: b\ndata: c\n\n: d\ndata: e\n\n"),
		Entry("a name more", head+"|: data"+tail[2:]),
		Entry("a byte order mark first", "\uFEFF"+head+"|"+tail),
		Entry("a shorter stream", head),
		Entry("a later start", "a: a\n\nevent|"+tail),
		Entry("no cut", head+tail),
		Entry("an empty chunk", head+"||"+tail),
		Entry("a second cut", head+"|"+strings.Replace(tail, "\r\n", "\r|\n", 1)),
	)

	It("writes new lines and blocks, writes over others, and repeats some very often", func() {
		newLine, newBlock, over, often := false, false, false, false
		for out := range made {
			if before, behind, found := strings.Cut(strings.ReplaceAll(out, "|", ""), "\uFEFF"); found {
				over = over || len(before)+len(behind) == len(text)-3 && strings.HasPrefix(text, before) && strings.HasSuffix(text, behind)
			}
			newLine = newLine || strings.HasPrefix(out, "id: 1\nretry:") && strings.Contains(out, "\ndata: a\n\nevent|")
			newBlock = newBlock || strings.HasPrefix(out, "id: 1\ndata: a\n\ndata") && strings.HasSuffix(out, "event|"+tail)
			often = often || strings.Contains(out, strings.Repeat("id: 1\n", 15))
		}
		Expect([]bool{newLine, newBlock, over, often}).To(HaveEach(true))
	})
})

var _ = Describe("A mutation of cuts", func() {
	It("moves one by a byte", func() {
		in := input(text, 4, 12, 20, 30)
		g := generator(1, 200)
		moved := 0
		for range 5000 {
			out := g.Mutate(in)
			if string(out.Bytes) != text || len(out.Cuts) != len(in.Cuts) {
				continue
			}
			distance := 0
			for i, cut := range in.Cuts {
				distance += max(cut-out.Cuts[i], out.Cuts[i]-cut)
			}
			if distance == 1 {
				moved++
			}
		}
		Expect(moved).To(BeNumerically(">", 20)) // and one or two by chance
	})
})

var _ = Describe("A splice", func() {
	one, other := input("id: 1\n\ndata: a\n\n", 3, 7), input("event: b\r\rdata: c\r\r", 5, 10)

	It("leaves both as they were", func() {
		g := generator(1, 100)
		ins := some(2000, 100)
		for i := range ins[1:] {
			a, b := clone(ins[i]), clone(ins[i+1])
			g.Splice(ins[i], ins[i+1])
			Expect(ins[i : i+2]).To(Equal([]stream.Input{a, b}))
		}
	})

	made := results(20000, func(g *grammar.Generator) stream.Input { return g.Splice(one, other) })
	DescribeTable("makes",
		func(want string) { Expect(made).To(HaveKey(want)) },
		Entry("blocks of both", "id:| 1\n\n|data: c\r\r"),
		Entry("a block in another's midst", "id:| 1\n\n|event|: b\r\rdata: a\n\n"),
		Entry("lines of both", "id:| 1\nevent|: b\r\r|data: c\r\r"),
		Entry("bytes of both", "id:| 1\n\n|dat: b\r\r|data: c\r\r"),
		Entry("both", "id:| 1\n\n|data: a\n\nevent|: b\r\r|data: c\r\r"),
		Entry("a cut at the seam", "id:| 1\n|data: c\r\r"),
	)
})

var _ = Describe("An edit", func() {
	DescribeTable("leaves the cuts where they are among the bytes that stay",
		func(cuts []int, start, end int, with, want string) {
			Expect(chunks(grammar.Replace(input("abcdef", cuts...), start, end, with))).To(Equal(want))
		},
		Entry("behind", []int{5}, 1, 2, "xyz", "axyzcde|f"),
		Entry("before", []int{1}, 2, 4, "", "a|bef"),
		Entry("at its start", []int{2}, 2, 4, "x", "ab|xef"),
		Entry("at its end", []int{4}, 2, 4, "x", "abx|ef"),
		Entry("at an insertion", []int{2}, 2, 2, "x", "ab|xcdef"),
		Entry("within, where there is room", []int{3}, 1, 5, "xyz", "axy|zf"),
		Entry("within, where there is none", []int{3}, 1, 5, "xy", "axyf"),
		Entry("around what is deleted", []int{1, 2, 3, 5}, 1, 5, "", "a||f"),
		Entry("in empty chunks", []int{0, 0, 6, 6}, 0, 6, "x", "||x||"),
	)

	DescribeTable("knows lines and blocks",
		func(b string, lines, blocks []string) {
			Expect(grammar.Lines(b)).To(Equal(lines))
			Expect(grammar.Blocks(b)).To(Equal(blocks))
		},
		Entry(nil, "a\nb\r\nc\rd", []string{"a\n", "b\r\n", "c\r", "d"}, []string{"a\nb\r\nc\rd"}),
		Entry(nil, "a\n\nb\r\n\r\nc\r\rd", []string{"a\n", "\n", "b\r\n", "\r\n", "c\r", "\r", "d"}, []string{"a\n\n", "b\r\n\r\n", "c\r\r", "d"}),
		Entry(nil, "\n\r\r\n\n", []string{"\n", "\r", "\r\n", "\n"}, []string{"\n", "\r", "\r\n", "\n"}),
		Entry(nil, "\r\na", []string{"\r\n", "a"}, []string{"\r\n", "a"}),
		Entry(nil, "a\r\nb", []string{"a\r\n", "b"}, []string{"a\r\nb"}),
	)
})
