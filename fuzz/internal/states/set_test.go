package states_test

import (
	"math/rand/v2"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/grammar"
	"github.com/ssecheck/ssecheck/fuzz/internal/states"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

var _ = Describe("A set", func() {
	It("counts each transition once", func() {
		var set states.Set
		first := set.Add(input("data: a\n\n"))
		Expect(first).To(BeNumerically(">", 5))
		Expect(set.Add(input("data: a\n\n"))).To(BeZero())
		second := set.Add(input("id: 1\n\n"))
		Expect(second).To(BeNumerically(">", 5))
		Expect(set.Len()).To(Equal(first + second))
	})

	DescribeTable("learns nothing from an input beside another",
		func(known, in stream.Input) {
			var set states.Set
			set.Add(known)
			Expect(set.Add(in)).To(BeZero())
		},
		Entry("letters are letters", input("data: abc\n\n"), input("data: xyz\n\n")),
		Entry("characters of the same length are the same", input("data: ää\n\n"), input("data: öü\n\n")),
		Entry("small numbers are the same", input("retry: 12\n\n"), input("retry: 9087\n\n")),
		Entry("many empty chunks are one", input("data\n\n", 2, 2), input("data\n\n", 2, 2, 2)),
		Entry("three data fields are two", input("data\ndata\ndata\n\n"), input("data\ndata\ndata\ndata\n\n")),
	)

	DescribeTable("learns from an input beside another",
		func(known, in stream.Input) {
			var set states.Set
			set.Add(known)
			Expect(set.Add(in)).NotTo(BeZero())
		},
		Entry("another line end", input("data\n\n"), input("data\r\r")),
		Entry("CRLF for CR and LF", input("a\n\nb\r\r"), input("a\r\n\r\n")),
		Entry("a cut", input("data\n\n"), input("data\n\n", 3)),
		Entry("another cut", input("data\n\n", 3), input("data\n\n", 4)),
		Entry("a cut at the end", input("data\n\n"), input("data\n\n", 6)),
		Entry("an empty chunk", input("data\n\n", 4), input("data\n\n", 4, 4)),
		Entry("a cut within CRLF", input("data\r\n\r\n", 4), input("data\r\n\r\n", 5)),
		Entry("an end within a line", input("data\n\n"), input("data\n\nda")),
		Entry("a second data field", input("data: a\n\n"), input("data: a\ndata: a\n\n")),
		Entry("a second event", input("data\n\n"), input("data\n\ndata\n\n")),
		Entry("an empty id", input("id: 1\n\nid: 1\n\n"), input("id: 1\n\nid:\n\n")),
		Entry("an empty type", input("event: a\n\n"), input("event: a\nevent:\n\n")),
		Entry("a comment within a block", input(": a\n\ndata: a\n\n"), input("data: a\n: a\n\n")),
		Entry("NUL for a letter", input("data: a\n\n"), input("data: \x00\n\n")),
		Entry("upper case", input("data: a\n\nb: c\n"), input("Data: a\n\n")),
	)

	It("is the same whatever the order", func() {
		var one, other states.Set
		g := grammar.New(rand.New(rand.NewPCG(1, 1)), 300)
		var ins []stream.Input
		for range 200 {
			ins = append(ins, g.Generate())
			one.Add(ins[len(ins)-1])
		}
		for i := range ins {
			other.Add(ins[len(ins)-1-i])
		}
		Expect(other).To(Equal(one))
	})

	It("names what it misses", func() {
		var set states.Set
		met, all := set.States()
		Expect(met).To(BeZero())
		Expect(all).To(Equal(111 + 72))
		Expect(set.Missing()).To(HaveLen(all))
		set.Add(input("d"))
		met, _ = set.States()
		Expect(met).To(Equal(3)) // the start, the letter, and the empty block
		Expect(set.Missing()).To(And(HaveLen(all-met), ContainElement(`name "da"`), Not(ContainElement(`name "d"`))))
	})

	It("gives each state a name of its own", func() {
		var set states.Set
		names := map[string]bool{"": true}
		for _, name := range set.Missing() {
			Expect(names).NotTo(HaveKey(name))
			names[name] = true
		}
	})

	It("allocates nothing", func() {
		var set states.Set
		in := input("\xEF\xBB\xBFid: \xE2\x82\r\nretry: 99999999999999999999\r\n\r\ndata\r\r", 4, 4, 12)
		Expect(testing.AllocsPerRun(100, func() { set.Add(in) })).To(BeZero())
	})

	// Both a proof that each state can be met, and that the generator covers the grammar.
	DescribeTable("is filled by the generator: every state is met within 100000 inputs",
		func(seed uint64) {
			var set states.Set
			g := grammar.New(rand.New(rand.NewPCG(seed, 0)), 1024)
			n := 0
			for met, all := set.States(); met < all && n < 100000; met, _ = set.States() {
				set.Add(g.Generate())
				n++
			}
			Expect(set.Missing()).To(BeEmpty())
		},
		Entry(nil, uint64(1)), Entry(nil, uint64(2)), Entry(nil, uint64(3)),
	)
})
