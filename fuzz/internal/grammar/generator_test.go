package grammar_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/grammar"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

func generator(seed uint64, maxLen int) *grammar.Generator {
	return grammar.New(rand.New(rand.NewPCG(seed, 0)), maxLen)
}

func some(n, maxLen int) []stream.Input {
	g := generator(7, maxLen)
	ins := make([]stream.Input, n)
	for i := range ins {
		ins[i] = g.Generate()
	}
	return ins
}

// all does everything that a generator does, with what it has done before.
func all(g *grammar.Generator, n int, see func(stream.Input)) {
	last := g.Generate()
	for range n {
		next := g.Generate()
		see(next)
		last = g.Mutate(last)
		see(last)
		last = g.Splice(next, last)
		see(last)
		last = g.Splice(g.Mutate(last), last)
	}
}

var _ = Describe("A generator", func() {
	DescribeTable("makes valid inputs within its length",
		func(maxLen int) {
			all(generator(1, maxLen), 2000, func(in stream.Input) {
				Expect(in.Valid()).To(BeTrue(), "%q %v", in.Bytes, in.Cuts)
				Expect(len(in.Bytes)).To(BeNumerically("<=", max(maxLen, 0)))
				Expect(len(in.Cuts)).To(BeNumerically("<=", 1024))
			})
		},
		Entry(nil, -1), Entry(nil, 0), Entry(nil, 1), Entry(nil, 2), Entry(nil, 17), Entry(nil, 100), Entry(nil, 5000),
	)

	It("makes the same of the same seed, and something else of another", func() {
		record := func(seed uint64) (ins []stream.Input) {
			all(generator(seed, 500), 500, func(in stream.Input) { ins = append(ins, in) })
			return ins
		}
		Expect(record(1)).To(Equal(record(1)))
		Expect(record(1)).NotTo(Equal(record(2)))
	})

	It("shares no memory between its inputs", func() {
		var ins, copies []stream.Input
		all(generator(1, 500), 300, func(in stream.Input) {
			ins = append(ins, in)
			copies = append(copies, stream.Input{Bytes: bytes.Clone(in.Bytes), Cuts: slices.Clone(in.Cuts)})
		})
		Expect(ins).To(Equal(copies))
	})

	It("makes mostly short inputs, and mostly such as have events", func() {
		ins := some(5000, 4096)
		slices.SortFunc(ins, func(a, b stream.Input) int { return len(a.Bytes) - len(b.Bytes) })
		Expect(len(ins[len(ins)/2].Bytes)).To(BeNumerically("~", 35, 15))
		Expect(len(ins[len(ins)*9/10].Bytes)).To(BeNumerically("<", 150))
		eventful := 0
		for _, in := range ins {
			if len(spec.Oracle(in.Bytes, "").Events) > 0 {
				eventful++
			}
		}
		Expect(eventful * 100 / len(ins)).To(BeNumerically(">", 70))
	})

	DescribeTable("makes, now and then, where buffers end,",
		func(ends func(size, line, value, stream int) bool) {
			for _, size := range []int{1024, 4096} {
				Expect(longLine(size, func(line, value, stream int) bool { return ends(size, line, value, stream) })).To(BeTrue(),
					"at %d bytes", size)
			}
		},
		Entry("the end of a value", func(size, _, value, _ int) bool { return near(value, size) }),
		Entry("the end of a line", func(size, line, value, stream int) bool { return near(line, size) && value < size-2 && stream > line+2 }),
		Entry("the end of the stream so far", func(size, line, _, stream int) bool { return near(stream, size) && line < stream-2 }),
	)
})

var _ = DescribeTable("A long line is, now and then, of",
	func(size int) {
		Expect(longLine(size, func(line, value, _ int) bool { return near(line, size) || near(value, size) })).To(BeTrue())
	},
	Entry(nil, 8192), Entry(nil, 16384), Entry(nil, 65536),
)

func near(n, size int) bool { return n >= size-2 && n <= size+2 }

// longLine says that a line is made that is as wanted, by the lengths of the line, of
// its value and of the stream up to its end.
func longLine(size int, wanted func(line, value, stream int) bool) bool {
	g := generator(1, 2*size)
	for range 100000 {
		in := g.Generate()
		if len(in.Bytes) < size-2 {
			continue
		}
		end := 0
		for _, line := range grammar.Lines(string(in.Bytes)) {
			text := strings.TrimRight(line, "\r\n")
			_, value, _ := strings.Cut(text, ":")
			if wanted(len(text), len(strings.TrimPrefix(value, " ")), end+len(text)) {
				return true
			}
			end += len(line)
		}
	}
	return false
}
