package shrink_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

// letters are a line that is long and like no other.
func letters(n int) string {
	random := rand.New(rand.NewPCG(5, 3))
	var b strings.Builder
	for range n {
		b.WriteByte("abcdefghijklmnopqrstuvwxyz0123456789 "[random.IntN(37)])
	}
	return b.String()
}

var _ = Describe("A long stream", func() {
	// costs demands that the stream comes down to this in so many questions.
	costs := func(given string, has fault, want string, minimal bool, most int) {
		GinkgoHelper()
		asked := 0
		r := shrink.Stream(context.Background(), in(given), each(&asked, has), plenty)
		Expect(string(r.Smallest.Bytes) == want).To(BeTrue(), "%d bytes: %.80q", len(r.Smallest.Bytes), r.Smallest.Bytes)
		Expect(r.Minimal).To(Equal(minimal))
		Expect(asked).To(BeNumerically("<=", most))
	}
	longLine := func(n int) fault {
		return func(in stream.Input) bool {
			return slices.ContainsFunc(bytes.Split(in.Bytes, []byte("\n")), func(line []byte) bool { return len(line) >= n })
		}
	}

	It("whose line is too long comes down to the limit", func() {
		costs("id: 1\ndata: "+letters(1<<20)+"\n\ndata: END\n\n", longLine(65536), strings.Repeat("a", 65536), true, 50)
	})

	It("whose event is too long comes down to the limit", func() {
		costs("data: "+letters(1<<18)+"\n\n", events(func(all []spec.Event) bool { return len(all) > 0 && len(all[0].Data) > 4096 }),
			"data:"+strings.Repeat("a", 4097)+"\n\n", true, 70)
	})

	It("that has too many lines comes down to the limit", func() {
		costs(strings.Repeat("data: x\n", 1200)+"\n", events(func(all []spec.Event) bool {
			return len(all) > 0 && strings.Count(all[0].Data, "\n") >= 399
		}), strings.Repeat("data\n", 400)+"\n", false, 600)
	})

	It("that has too many events comes down to the limit", func() {
		costs(strings.Repeat("id: 1\ndata: x\n\n", 300), events(func(all []spec.Event) bool { return len(all) >= 100 }),
			strings.Repeat("data\n\n", 100), false, 2300)
	})

	It("that can be only shorter is shortened as a whole", func() {
		text := letters(1 << 14)
		costs("data: "+text, fault(func(in stream.Input) bool { return bytes.HasPrefix(in.Bytes, []byte("data: "+text[:100])) }), "data: "+text[:100], true, 470)
		costs("data: "+text, fault(func(in stream.Input) bool { return bytes.HasSuffix(in.Bytes, []byte(text[len(text)-100:])) }), text[len(text)-100:], true, 470)
	})

	It("comes down to the limit early, before each single byte is looked at", func() {
		given := in(strings.Repeat("id: 1\ndata: x\n\n", 800))
		r := shrink.Stream(context.Background(), given, each(new(int), events(func(all []spec.Event) bool { return len(all) >= 300 })), 1000)
		Expect(len(r.Smallest.Bytes)).To(Equal(6 * 300))
	})

	It("with a needle comes down to it", func() {
		costs(letters(1<<17)+"\nneedle: "+letters(1<<17)+"\n\n", has("needle"), "needle", true, 40)
	})
})
