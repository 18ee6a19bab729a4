package nearest_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases/nearest"
)

var _ = Describe("Names", func() {
	known := []string{"parse.data.append", "parse.data.empty", "parse.id.set", "parse.retry.digits", "serve.status"}

	DescribeTable("finds what a mistyped name may have meant", func(name string, want ...string) {
		Expect(nearest.Names(name, known, 2)).To(HaveExactElements(want))
	},
		Entry("a letter too few", "parse.data.apend", "parse.data.append"),
		Entry("a letter too many", "parse.idd.set", "parse.id.set"),
		Entry("a wrong letter", "serve.statos", "serve.status"),
		Entry("two letters swapped", "parse.di.set", "parse.id.set"),
		Entry("a part of a name", "retry", "parse.retry.digits"),
		Entry("no more than asked for", "parse.data", "parse.data.empty", "parse.data.append"),
		Entry("the name itself first", "parse.id.set", "parse.id.set"),
		Entry("nothing near", "xyzzy"),
		Entry("nothing at all", ""),
	)

	It("stands a very long name", func() {
		long := string(make([]byte, 1<<16))
		Expect(nearest.Names(long, []string{long + "x"}, 1)).To(HaveLen(1))
	})
})

var _ = Describe("Hint", func() {
	It("is a question, or nothing", func() {
		Expect(nearest.Hint("tite", []string{"title", "suite", "cases"})).To(Equal("did you mean title or suite?"))
		Expect(nearest.Hint("case", []string{"cases", "x"})).To(Equal("did you mean cases?"))
		Expect(nearest.Hint("aab", []string{"aaa", "aac", "aad", "aae"})).To(Equal("did you mean aaa, aac or aad?"))
		Expect(nearest.Hint("zzz", []string{"title"})).To(BeEmpty())
	})
})
