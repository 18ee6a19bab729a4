package emission_test

import (
	"flag"
	"math/rand/v2"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// The whole proof is go test ./fuzz/internal/emission -args -lists=200000.
var lists = flag.Int("lists", 400, "how many lists each right encoder is given")

// judged is the deviation of a subject on a list.
func judged(s right, list []encoder.Item) *emission.Deviation {
	return emission.Rules{}.Play(list, func(list []encoder.Item) *transcript.Transcript {
		t := emission.Call(s.encode, list, s.ownIDs)
		if t.Emitted != nil {
			t.Emitted.JSONData = s.json
		}
		return t
	})
}

var _ = Describe("The judge of lists", func() {
	for _, s := range rights() {
		It("lets an encoder pass that "+s.name, func() {
			g := items.New(rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), 5)), 1500)
			var last []encoder.Item
			for i := range *lists {
				next := g.Generate()
				if i%4 == 3 {
					next = g.Mutate(last)
				}
				if d := judged(s, next); d != nil {
					Fail(d.Sentence + "\n" + show(d.Items) + "\n" + d.Diff)
				}
				last = next
			}
		})
	}

	It("sees what the corpus sees, and of what it sees beyond that only the bytes", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		all := mutants.Encoders()
		beyond := 0
		for n, c := range corpus.Cases() {
			next := items.Of(c)
			if c.Kind() != cases.KindEmit || c.Delivers() || items.Size(next) > 4000 {
				continue
			}
			own := emission.Rules{}.Case(next)
			for i := n % 7; i < len(all); i += 7 { // each list with other mutants
				t := emission.Call(all[i].Encode, next, false)
				theirs, ours := judge.Emit(c, t), judge.Emit(own, t)
				if theirs.Verdict == reports.Fail {
					Expect(ours.Verdict).To(Equal(reports.Fail), "%s on %s: %s", c.Name(), all[i].Name, theirs.Message)
				}
				if theirs.Verdict == reports.Pass && ours.Verdict == reports.Fail {
					beyond++
					without := *own
					without.Wire = c.Wire
					if !slices.Contains([]string{"comment-first-line-alone", "comment-cut-at-colon"}, all[i].Name) { // see suspicious
						Expect(judge.Emit(&without, t).Verdict).To(Equal(reports.Pass), "%s on %s: %s", c.Name(), all[i].Name, ours.Message)
					}
				}
			}
		}
		Expect(beyond).To(BeNumerically(">", 0))
	})

	It("accepts the ways out that the corpus accepts, but for what may be cut off a comment", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		var stricter []string
		for _, c := range corpus.Cases() {
			if c.Kind() != cases.KindEmit || c.Delivers() {
				continue
			}
			theirs, ours := slices.Sorted(slices.Values(c.Ways())), slices.Sorted(slices.Values(emission.Rules{}.Case(items.Of(c)).Ways()))
			if !slices.Equal(theirs, ours) {
				stricter = append(stricter, c.Name())
			}
		}
		Expect(stricter).To(ConsistOf("emit/injection-comment/lf-and-stray-text", "emit/injection-comment/cr-and-stray-text",
			"emit/injection-comment/crlf-and-stray-text"))
	})
})

var _ = Describe("Play", func() {
	It("gives a subject that refuses a list the control", func() {
		given := list(block("event=x\ny", "data=a"), block("data=b"))
		var seen []string
		d := emission.Rules{}.Play(given, func(list []encoder.Item) *transcript.Transcript {
			seen = append(seen, show(list))
			return refused("no")
		})
		Expect(seen).To(HaveLen(2))
		Expect(d.Kind).To(Equal(emission.Refused))
		Expect(show(d.Items)).To(Equal(`[{"event":"xy","data":"a"},{"data":"b"}]`))
		Expect(emission.Rules{}.Play(given, func(list []encoder.Item) *transcript.Transcript {
			if items.Hostile(list) {
				return refused("no")
			}
			return emission.Call(mutants.SoundEncoder(), list, false)
		})).To(BeNil())
	})

	for _, null := range mutants.NullEncoders() {
		It("finds a subject out that "+null.Sentence, func() {
			g := items.New(rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), 6)), 300)
			for range 60 {
				if judged(right{encode: null.Encode}, g.Generate()) != nil {
					return
				}
			}
			Fail("nothing was found")
		})
	}
})
