package shrink_test

import (
	"bytes"
	"math/rand/v2"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

// without is the input without a byte; cuts stay where they are between the others.
func without(in stream.Input, at int) stream.Input {
	less := stream.Input{Bytes: slices.Delete(slices.Clone(in.Bytes), at, at+1)}
	for _, c := range in.Cuts {
		if c > at {
			c--
		}
		less.Cuts = append(less.Cuts, c)
	}
	return less
}

var _ = Describe("Nothing of a minimal stream can be taken away", func() {
	random := rand.New(rand.NewPCG(5, 2))
	words := []string{"data", "event", "id", "retry", ":", " ", "\n", "\r", "\r\n", "a", "7", "Data", "\xff", "é", "€", "\x00", "\xef\xbb\xbf", "data: x\n\n"}
	arbitrary := func() stream.Input {
		var in stream.Input
		for range random.IntN(30) {
			in.Bytes = append(in.Bytes, words[random.IntN(len(words))]...)
		}
		for at := range len(in.Bytes) + 1 {
			for random.IntN(6) == 0 {
				in.Cuts = append(in.Cuts, at)
			}
		}
		return in
	}
	atoms := []func() fault{
		func() fault { return has(words[random.IntN(len(words))]) },
		func() fault { return cutBehind(words[random.IntN(len(words))]) },
		func() fault { n := random.IntN(20); return func(in stream.Input) bool { return len(in.Bytes) >= n } },
		func() fault { n := random.IntN(4); return func(in stream.Input) bool { return len(in.Cuts) >= n } },
		func() fault {
			n := random.IntN(4)
			return func(in stream.Input) bool { return bytes.Count(in.Bytes, []byte("\n")) >= n }
		},
		func() fault {
			n := random.IntN(3)
			return events(func(all []spec.Event) bool { return len(all) == n })
		},
		func() fault { // of no reason at all
			salt := random.IntN(1 << 20)
			return func(in stream.Input) bool {
				sum := salt
				for _, b := range []byte(barred(in)) {
					sum = (sum*131 + int(b)) % 1000003
				}
				return sum%3 == 0
			}
		},
	}

	It("whatever the fault is", func() {
		found := 0
		for found < 400 {
			given := arbitrary()
			a, b := atoms[random.IntN(len(atoms))](), atoms[random.IntN(len(atoms))]()
			has := both(a, b)
			if !has(given) {
				continue
			}
			found++
			small := shrunk(given, has)
			Expect(has(small)).To(BeTrue())
			Expect(len(small.Bytes) + len(small.Cuts)).To(BeNumerically("<=", len(given.Bytes)+len(given.Cuts)))
			for at := range small.Bytes {
				Expect(has(without(small, at))).To(BeFalse(), "%q without the byte %d, of %q", barred(small), at, barred(given))
			}
			for i := range small.Cuts {
				less := stream.Input{Bytes: small.Bytes, Cuts: slices.Delete(slices.Clone(small.Cuts), i, i+1)}
				Expect(has(less)).To(BeFalse(), "%q without the cut %d, of %q", barred(small), i, barred(given))
			}
			Expect(barred(shrunk(small, has))).To(Equal(barred(small)), "a minimal one stays as it is")
		}
	})
})
