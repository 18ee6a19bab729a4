package shrink_test

import (
	"math/rand/v2"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
)

// each asks of one candidate after the other, and counts.
func each[T any](asked *int, holds func(T) bool) func([]T) []bool {
	return func(all []T) []bool {
		answers := make([]bool, len(all))
		for i, one := range all {
			*asked++
			answers[i] = holds(one)
		}
		return answers
	}
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// holding says that a list has all of these, and in this order.
func holding(wanted []int) func([]int) bool {
	return func(list []int) bool {
		k := 0
		for _, item := range list {
			if k < len(wanted) && item == wanted[k] {
				k++
			}
		}
		return k == len(wanted)
	}
}

var _ = Describe("A list", func() {
	DescribeTable("loses all that the fault does not need",
		func(length int, wanted ...int) {
			asked := 0
			Expect(shrink.List(upTo(length), each(&asked, holding(wanted)))).To(HaveExactElements(wanted))
			Expect(asked).To(BeNumerically("<=", 4*length+64))
		},
		Entry("one of many", 1000, 617),
		Entry("the first", 100, 0),
		Entry("the last", 101, 100),
		Entry("both ends", 100, 0, 99),
		Entry("some in a row", 64, 31, 32, 33),
		Entry("all", 3, 0, 1, 2),
		Entry("the only one", 1, 0),
		Entry("every other one", 9, 1, 3, 5, 7),
	)

	It("may lose all", func() {
		asked := 0
		Expect(shrink.List(upTo(10), each(&asked, func([]int) bool { return true }))).To(BeEmpty())
		Expect(asked).To(Equal(1))
	})

	It("of nothing is not asked about", func() {
		asked := 0
		Expect(shrink.List(nil, each(&asked, func([]int) bool { return true }))).To(BeEmpty())
		Expect(asked).To(BeZero())
	})

	It("finds one of a thousand in few questions", func() {
		asked := 0
		shrink.List(upTo(1024), each(&asked, holding([]int{617})))
		Expect(asked).To(BeNumerically("<", 100))
	})

	It("is asked about several candidates at once, the first of which counts", func() {
		var sizes []int
		rest := shrink.List(upTo(64), func(all [][]int) []bool {
			sizes = append(sizes, len(all))
			answers := make([]bool, len(all))
			for i := range answers {
				answers[i] = holding([]int{5})(all[i])
			}
			return answers
		})
		Expect(rest).To(Equal([]int{5}))
		Expect(slices.Max(sizes)).To(BeNumerically(">", 1))
		Expect(slices.Max(sizes)).To(BeNumerically("<=", 16))
	})

	It("is not asked about again when no more answers come", func() {
		calls := 0
		shrink.List(upTo(40), func(all [][]int) []bool {
			calls++
			return make([]bool, min(len(all), 3-calls))
		})
		Expect(calls).To(Equal(2))
	})

	It("stays what it was last known to be when no more answers come", func() {
		for budget := range 60 {
			left := budget
			var held []int
			rest := shrink.List(upTo(40), func(all [][]int) []bool {
				n := min(left, len(all))
				left -= n
				answers := make([]bool, n)
				for i := range answers {
					answers[i] = holding([]int{3, 30})(all[i])
				}
				if hit := slices.Index(answers, true); hit >= 0 {
					held = all[hit]
				}
				return answers
			})
			if held == nil {
				held = upTo(40)
			}
			Expect(rest).To(Equal(held), "budget %d", budget)
		}
	})

	It("has nothing in the end that could be taken away, whatever the fault", func() {
		random := rand.New(rand.NewPCG(5, 1))
		for range 300 {
			length := 1 + random.IntN(40)
			yes := map[int]bool{} // of sums of lists; of the whole list it holds
			asked := 0
			salt := random.IntN(1000)
			holds := func(list []int) bool {
				if len(list) == length {
					return true
				}
				sum := salt
				for _, item := range list {
					sum = (sum*31 + item + 1) % 10007
				}
				if _, ok := yes[sum]; !ok {
					yes[sum] = random.IntN(4) == 0
				}
				return yes[sum]
			}
			rest := shrink.List(upTo(length), each(&asked, holds))
			Expect(holds(rest)).To(BeTrue())
			for i := range rest {
				Expect(holds(slices.Delete(slices.Clone(rest), i, i+1))).To(BeFalse(), "%v without %d", rest, i)
			}
		}
	})
})
