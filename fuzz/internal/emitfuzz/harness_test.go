package emitfuzz_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing/fstest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/emitfuzz"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/encoder/itemtest"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/refencoder"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

var errNo = errors.New("no")

func harness(encode encoder.EncodeFunc, o emitfuzz.Options) *emitfuzz.Harness {
	GinkgoHelper()
	h, err := emitfuzz.New(encode, o)
	Expect(err).NotTo(HaveOccurred())
	return h
}

// most is how many lists it takes at most to find a planted fault.
const most = 8000

// drive plays lists of a seeded generator, as strings of bytes, until one fails.
func drive(h *emitfuzz.Harness, seed uint64, n int) (failure string, lists int) {
	g := items.New(rand.New(rand.NewPCG(seed, 1)), 1000)
	for lists = 1; lists <= n; lists++ {
		if failure = h.Try(items.Bytes(g.Generate())); failure != "" {
			return failure, lists
		}
	}
	return "", lists
}

// caseOf is the case that stands in a failure.
func caseOf(failure string) *cases.Case {
	GinkgoHelper()
	_, yaml, found := strings.Cut(failure, "\nsuite: ")
	Expect(found).To(BeTrue(), failure)
	yaml, _, _ = strings.Cut(yaml, "\nWhere it panicked")
	name, _, _ := strings.Cut(yaml, "\n")
	catalogue, err := requirements.Default()
	Expect(err).NotTo(HaveOccurred())
	corpus, err := cases.Load(fstest.MapFS{name + ".yaml": {Data: []byte("suite: " + yaml + "\n")}}, catalogue)
	Expect(err).NotTo(HaveOccurred(), yaml)
	return corpus.Cases()[0]
}

var _ = Describe("The harness", func() {
	for _, p := range plantedFaults() {
		It(fmt.Sprintf("finds a planted fault within %d lists, and names what it breaks: %s", most, p.name), func(ctx SpecContext) {
			failure, lists := drive(harness(p.encode, emitfuzz.Options{}), 1, most)
			Expect(failure).NotTo(BeEmpty(), "after %d lists", lists)
			Expect(failure).To(HavePrefix(p.requirement + " ("))
			GinkgoWriter.Println(p.name, lists)

			By("giving a case that loads, fails on it and passes on the reference")
			c := caseOf(failure)
			Expect(c.Requirements).To(Equal([]string{p.requirement}))
			verdict := func(encode encoder.EncodeFunc) reports.Verdict {
				return runner.PlayCase(ctx, encoder.Func("e", encode), c, runner.CaseOptions{}).Verdict
			}
			Expect(verdict(p.encode)).To(Equal(reports.Fail))
			Expect(verdict(refencoder.Encode)).To(Equal(reports.Pass))
		})
	}

	for name, encode := range map[string]encoder.EncodeFunc{"refuses": refencoder.Encode, "leaves out": mutants.SoundEncoder()} {
		It("finds nothing wrong with an encoder that "+name+" what cannot be carried, nor with its own seeds", func() {
			h := harness(encode, emitfuzz.Options{})
			Expect(len(h.Seeds())).To(BeNumerically(">", 300))
			for _, seed := range h.Seeds() {
				Expect(h.Try(seed)).To(BeEmpty())
			}
			failure, _ := drive(h, uint64(GinkgoRandomSeed()), 500)
			Expect(failure).To(BeEmpty())
		})
	}

	It("says all that helps", func() {
		h := harness(mutant("event-crlf-let-through").encode, emitfuzz.Options{})
		failure := h.TryList([]encoder.Item{block("event=x\r\nid: forged", "id=7", "data=safe\nand more"), block("data=END")})
		for _, words := range []string{
			"secure.encoder.no-injection (must, format)\n  A line break in an event type, id, reconnection time or comment forges no field and no event",
			"https://cwe.mitre.org/data/definitions/93.html",
			`a line break in a value ends the block: line 1, at byte 0, is the event type "" of a block without data, and every item with a type has data`,
			"It seems that the encoder looks for line breaks in an event type carelessly: it removes line breaks that stand alone and lets CRLF through.",
			"What was emitted (26 bytes)\n    1  event: \\r\\n\n       \\n\n       data: \\n\n       \\n\n       data: \\n\n       \\n\n",
			"    found: \"by fuzz.Encoder\"\n    requirements: [secure.encoder.no-injection]\n    emit:\n" +
				"      - {event: \"\\r\\n\", data: \"\"}\n      - {data: \"\"}\n",
		} {
			Expect(failure).To(ContainSubstring(words))
		}
		Expect(h.TryList([]encoder.Item{block("event=a", "data=b")})).To(BeEmpty())
	})

	It("shows events that were expected beside those that came", func() {
		failure := harness(mutant("event-lower-cased").encode, emitfuzz.Options{}).TryList([]encoder.Item{block("event=X", "data=a")})
		Expect(failure).To(ContainSubstring("- event \"X\", data \"\", lastEventId \"\"\n  + event \"x\", data \"\", lastEventId \"\"\n"))
	})

	It("keeps to the fault while it makes the list minimal", func() {
		both := mutants.EncoderModel(faultNamed("event-lower-cased"), faultNamed("data-empty-dropped"))
		failure := harness(both, emitfuzz.Options{}).TryList([]encoder.Item{block("event=Xyz", "data=abc"), block("data=END")})
		Expect(failure).To(HavePrefix("format.event.exact"))
		Expect(failure).To(ContainSubstring(`- {event: "X", data: "a"}`))
	})

	It("shows where an encoder panics", func() {
		failure := harness(func([]encoder.Item) ([]byte, error) { return panicking() }, emitfuzz.Options{}).Try([]byte("a"))
		Expect(failure).To(ContainSubstring("\nthe encoder panicked: no data\n"))
		Expect(failure).To(MatchRegexp(`(?s)Where it panicked:\n  \S+\.panicking\(.*harness_test\.go:\d+`))
	})

	It("does not wait for an encoder that hangs, nor try it again", func() {
		release := make(chan struct{})
		defer close(release)
		var calls atomic.Int32
		h := harness(func([]encoder.Item) ([]byte, error) { calls.Add(1); <-release; return nil, nil }, emitfuzz.Options{Longest: 20 * time.Millisecond})
		Expect(h.Try([]byte("\xF8b"))).To(ContainSubstring("the encoder did not return within 20ms"))
		Expect(calls.Load()).To(Equal(int32(1)))
	})

	It("lets an encoder change the items that it is given", func() {
		spoiling := func(list []encoder.Item) ([]byte, error) {
			stream, err := mutants.SoundEncoder()(list)
			for i := range list {
				for _, text := range []*string{list[i].Event, list[i].ID, list[i].Data, list[i].Comment} {
					if text != nil {
						*text = "spoiled"
					}
				}
				if list[i].Retry != nil {
					list[i].Retry[0] = 'x'
				}
				list[i] = encoder.Item{}
			}
			return stream, err
		}
		Expect(harness(spoiling, emitfuzz.Options{}).Try([]byte("\xF9c\xFAe\xFBi\xFC5\xFDd"))).To(BeEmpty())
	})

	It("notices memory out of proportion", func() {
		h := harness(func(list []encoder.Item) ([]byte, error) {
			kept = make([]byte, 200<<20)
			return refencoder.Encode(list)
		}, emitfuzz.Options{})
		Expect(h.TryList([]encoder.Item{block("data=a")})).To(ContainSubstring("the encoder allocated "))
	})

	It("says so of an encoder that is not deterministic", func() {
		calls := 0
		h := harness(func(list []encoder.Item) ([]byte, error) {
			if calls++; calls == 1 {
				return nil, nil
			}
			return refencoder.Encode(list)
		}, emitfuzz.Options{})
		Expect(h.Try([]byte("a"))).To(ContainSubstring("The encoder is not deterministic"))
	})

	It("tolerates what it is told to, and what is information, and finds what else there is", func() {
		both := mutants.EncoderModel(faultNamed("event-lower-cased"), faultNamed("id-zero-dropped"), faultNamed("byte-order-mark-first"))
		failure, _ := drive(harness(both, emitfuzz.Options{Tolerated: []string{"format.event.exact"}}), 2, most)
		Expect(failure).To(HavePrefix("format.id.exact"))
		failure, _ = drive(harness(both, emitfuzz.Options{Tolerated: []string{"format.event.exact", "format.id.exact"}}), 2, 3000)
		Expect(failure).To(BeEmpty())
	})

	It("hands over what is claimed alone", func() {
		h := harness(refusing(func(list []encoder.Item) bool {
			for _, item := range list {
				Expect(item.Comment).To(BeNil())
				Expect(item.Retry).To(BeNil())
			}
			return false
		}), emitfuzz.Options{Claims: []string{}})
		for _, seed := range h.Seeds() {
			Expect(h.Try(seed)).To(BeEmpty())
		}
		Expect(h.Try([]byte("\xF9c\xFC5\xFDd"))).To(BeEmpty())
	})

	It("judges JSON as JSON, and ids that are the encoder's own as such", func() {
		inJSON := changed(func(item *encoder.Item) {
			change(&item.Data, func(v string) string { return fmt.Sprintf("%q", strings.ReplaceAll(v, "\x00", "")) })
			if own := "own"; item.ID == nil {
				item.ID = &own
			}
		})
		claims := []string{encoder.JSONData, encoder.OwnIDs}
		Expect(harness(inJSON, emitfuzz.Options{Claims: claims}).Try([]byte("\xFDa\nb"))).To(BeEmpty())
		Expect(harness(inJSON, emitfuzz.Options{Claims: claims[:1]}).Try([]byte("\xFDa\nb"))).NotTo(BeEmpty())
		Expect(harness(inJSON, emitfuzz.Options{Claims: claims[1:]}).Try([]byte("\xFDa\nb"))).NotTo(BeEmpty())
	})

	It("keeps within the length that it is told", func() {
		h := harness(refusing(func(list []encoder.Item) bool { return items.Size(list) > 20+len(items.Sentinel) }), emitfuzz.Options{MaxLength: 20})
		for _, seed := range h.Seeds() {
			Expect(len(seed)).To(BeNumerically("<", 80))
		}
		Expect(h.Try([]byte(strings.Repeat("long", 100)))).To(BeEmpty())
	})

	DescribeTable("refuses options that mean nothing", func(o emitfuzz.Options, words string) {
		_, err := emitfuzz.New(refencoder.Encode, o)
		Expect(err).To(MatchError(ContainSubstring(words)))
	},
		Entry("a requirement that there is not", emitfuzz.Options{Tolerated: []string{"format.event.exakt"}},
			`fuzz.Tolerate: there is no requirement "format.event.exakt"; did you mean format.event.exact`),
		Entry("a capability that there is not", emitfuzz.Options{Claims: []string{"comment"}},
			`fuzz.Claims: an encoder has no capability "comment"; there are comments, retry, json-data, own-ids`),
	)
})

var kept []byte

func panicking() ([]byte, error) { panic("no data") }

func faultNamed(name string) mutants.EncoderFault {
	for _, f := range mutants.EncoderFaults() {
		if f.Name == name {
			return f
		}
	}
	panic(name)
}

// block is an item; see itemtest.Block.
func block(parts ...string) encoder.Item { return itemtest.Block(parts...) }
