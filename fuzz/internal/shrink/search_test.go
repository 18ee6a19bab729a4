package shrink_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

var _ = Describe("Shrinking", func() {
	given := in(noise + noise + "data: needle| in a hay|stack\n\n")

	It("asks several questions at once, but not about more than half a megabyte", func() {
		most, bytes := 0, 0
		count := func(all []stream.Input) []bool {
			sum := 0
			for _, in := range all {
				sum += len(in.Bytes)
			}
			most, bytes = max(most, len(all)), max(bytes, sum)
			return make([]bool, len(all))
		}
		yes := true // of the whole only
		holds := func(all []stream.Input) []bool {
			answers := count(all)
			answers[0], yes = yes, false
			return answers
		}
		shrink.Stream(context.Background(), given, holds, plenty)
		Expect(most).To(And(BeNumerically(">=", 16), BeNumerically("<=", 64)))
		yes, bytes = true, 0
		shrink.Stream(context.Background(), in(letters(1<<17)), holds, 60)
		Expect(bytes).To(BeNumerically("<=", 1<<19))
	})

	It("asks no more questions than it may, and says that it came to no end", func() {
		need := shrink.Stream(context.Background(), given, each(new(int), has("needle")), plenty).Spent
		Expect(need).To(BeNumerically("<", 150))
		for budget := range need {
			asked := 0
			r := shrink.Stream(context.Background(), given, each(&asked, has("needle")), budget)
			Expect(asked).To(Equal(r.Spent))
			Expect(asked).To(BeNumerically("<=", budget))
			Expect(bytes.Contains(r.Smallest.Bytes, []byte("needle"))).To(BeTrue())
			Expect(r.Minimal).To(BeFalse())
			Expect(r.Sure()).To(Equal(budget > 3), "the last questions are kept for the test of the result: %+v", r)
		}
	})

	It("ends with the context, and takes no answer that came too late", func() {
		for end := range 12 {
			ctx, cancel := context.WithCancel(context.Background())
			calls := 0
			r := shrink.Stream(ctx, given, func(all []stream.Input) []bool {
				calls++
				answers := make([]bool, len(all))
				for i := range all {
					answers[i] = has("needle")(all[i])
				}
				if calls > end {
					cancel()
					for i := range answers { // the answers of a subject that has been ended
						answers[i] = true
					}
				}
				return answers
			}, plenty)
			cancel()
			Expect(calls).To(Equal(end + 1))
			Expect(bytes.Contains(r.Smallest.Bytes, []byte("needle"))).To(BeTrue())
			Expect(r.Minimal).To(BeFalse())
			Expect(r.Sure()).To(BeFalse())
		}
	})

	It("says of a subject that changes its mind that its result is not sure", func() {
		flips := rand.New(rand.NewPCG(5, 4))
		unsure := 0
		for range 20 {
			asked := 0
			r := shrink.Stream(context.Background(), given, each(&asked, func(in stream.Input) bool { return has("needle")(in) && flips.IntN(3) > 0 }), plenty)
			if asked > 1 {
				Expect(r.Asked).To(Equal(3))
			}
			if !r.Sure() {
				unsure++
			}
		}
		Expect(unsure).To(BeNumerically(">", 5))
	})

	It("gives the same, however many answers come", func() {
		want := barred(shrunk(given, has("hay")))
		got := shrink.Stream(context.Background(), given, func(all []stream.Input) []bool {
			answers := make([]bool, len(all))
			for i := range slices.Backward(answers) {
				answers[i] = has("hay")(all[i])
			}
			return answers
		}, plenty)
		Expect(barred(got.Smallest)).To(Equal(want))
	})

	It("asks no question twice but for the test of the result", func() {
		seen := map[string]int{}
		asked := 0
		r := shrink.Stream(context.Background(), given, each(&asked, func(in stream.Input) bool {
			seen[barred(in)]++
			return has("needle")(in)
		}), plenty)
		for text, times := range seen {
			if text == barred(r.Smallest) {
				Expect(times).To(Equal(1 + r.Asked))
				continue
			}
			Expect(times).To(Equal(1), "%q", text)
		}
	})

	It("leaves what it was given as it was", func() {
		before := barred(given)
		shrunk(given, has("needle"))
		Expect(barred(given)).To(Equal(before))
	})
})
