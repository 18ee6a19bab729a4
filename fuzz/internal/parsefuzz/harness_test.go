package parsefuzz_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing/fstest"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/grammar"
	"github.com/ssecheck/ssecheck/fuzz/internal/parsefuzz"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/refparser"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A sink takes events alone.
type sink func(spec.Event)

func (s sink) Event(e spec.Event) { s(e) }
func (s sink) Retry(int64)        {}
func (s sink) Comment(string)     {}

// plain is a parser as users have it.
func plain(p parser.ParseFunc) parsefuzz.Parse {
	return func(r io.Reader, emit func(spec.Event)) error { return p(r, sink(emit)) }
}

func mutant(name string) mutants.ParserMutant {
	GinkgoHelper()
	all := mutants.Parsers()
	i := slices.IndexFunc(all, func(m mutants.ParserMutant) bool { return m.Name == name })
	Expect(i).To(BeNumerically(">=", 0), name)
	return all[i]
}

func harness(parse parsefuzz.Parse, o parsefuzz.Options) *parsefuzz.Harness {
	GinkgoHelper()
	h, err := parsefuzz.New(parse, o)
	Expect(err).NotTo(HaveOccurred())
	return h
}

// drive plays streams of a seeded generator until one fails.
func drive(h *parsefuzz.Harness, seed uint64, n int) (failure string, streams int) {
	g := grammar.New(rand.New(rand.NewPCG(seed, 1)), 1000)
	for streams = 1; streams <= n; streams++ {
		if failure = h.Try(g.Generate()); failure != "" {
			return failure, streams
		}
	}
	return "", streams
}

// most is how many streams it takes at most to find a planted fault.
const most = 5000

// caseOf is the case that stands in a failure.
func caseOf(failure string) *cases.Case {
	GinkgoHelper()
	_, file, found := strings.Cut(failure, "findings/")
	Expect(found).To(BeTrue(), failure)
	name, yaml, _ := strings.Cut(file, ":\n")
	catalogue, err := requirements.Default()
	Expect(err).NotTo(HaveOccurred())
	corpus, err := cases.Load(fstest.MapFS{name: {Data: []byte(yaml)}}, catalogue)
	Expect(err).NotTo(HaveOccurred(), yaml)
	return corpus.Cases()[0]
}

// right reads as the decoder does.
var right = plain(refparser.Parse)

var _ = Describe("The harness", func() {
	for _, name := range []string{
		"keeps-the-space", "cr-ends-no-line", "bom-kept", "crlf-split-adds-a-line", "decodes-each-read-alone",
		"names-in-any-case", "last-colon", "one-replacement-a-byte", "needs-a-colon", "nul-dropped",
	} {
		It(fmt.Sprintf("finds a planted fault within %d streams, and names what it breaks: %s", most, name), func(ctx SpecContext) {
			m := mutant(name)
			failure, streams := drive(harness(plain(m.Parse), parsefuzz.Options{}), 1, most)
			Expect(failure).NotTo(BeEmpty(), "after %d streams", streams)
			Expect(failure).To(HavePrefix(m.Requirement + " ("))
			Expect(failure).To(ContainSubstring(m.Sentence))

			By("giving a case that loads, fails on it and passes on the reference")
			c := caseOf(failure)
			verdict := func(p parser.ParseFunc) reports.Verdict {
				return runner.PlayCase(ctx, parser.Func("p", p, parser.Retry), c, runner.CaseOptions{}).Verdict
			}
			Expect(verdict(m.Parse)).To(Equal(reports.Fail))
			Expect(verdict(refparser.Parse)).To(Equal(reports.Pass))
		})
	}

	It("finds nothing wrong with a right parser, nor with its own seeds", func() {
		h := harness(right, parsefuzz.Options{})
		Expect(len(h.Seeds())).To(BeNumerically(">", 500))
		for _, seed := range h.Seeds() {
			Expect(h.Try(seed)).To(BeEmpty())
		}
		failure, _ := drive(h, uint64(GinkgoRandomSeed()), 3000)
		Expect(failure).To(BeEmpty())
	})

	It("tolerates what it is told to, and nothing else", func() {
		o := parsefuzz.Options{Tolerated: []string{"parse.bom.strip"}}
		failure, _ := drive(harness(plain(mutant("bom-kept").Parse), o), 1, most)
		Expect(failure).To(BeEmpty())
		failure, _ = drive(harness(plain(mutant("last-colon").Parse), o), 1, most)
		Expect(failure).To(HavePrefix("parse.field.first-colon"))
	})

	It("does not compare last event IDs where it is told not to", func() {
		none := func(r io.Reader, emit func(spec.Event)) error {
			return right(r, func(e spec.Event) { e.LastEventID = ""; emit(e) })
		}
		failure, _ := drive(harness(none, parsefuzz.Options{NoLastEventID: true}), 1, most)
		Expect(failure).To(BeEmpty())
		failure, _ = drive(harness(none, parsefuzz.Options{}), 1, most)
		Expect(failure).To(HavePrefix("parse.id.set"))
	})

	It("gives all in one read where it is told to", func() {
		m := plain(mutant("crlf-split-adds-a-line").Parse)
		failure, _ := drive(harness(m, parsefuzz.Options{OneRead: true}), 1, most)
		Expect(failure).To(BeEmpty())
	})

	It("cuts off what is longer than it may be", func() {
		seen := 0
		h := harness(func(r io.Reader, emit func(spec.Event)) error {
			b, err := io.ReadAll(r)
			seen = max(seen, len(b))
			return errors.Join(err, right(strings.NewReader(string(b)), emit))
		}, parsefuzz.Options{MaxLength: 10})
		Expect(h.Try(stream.Input{Bytes: []byte("data: 12345678\n\n"), Cuts: []int{2, 15}})).To(BeEmpty())
		Expect(seen).To(Equal(10))
	})

	DescribeTable("says how a parser failed", func(parse parsefuzz.Parse, words ...string) {
		h := harness(parse, parsefuzz.Options{Longest: 200 * time.Millisecond})
		failure := h.Try(stream.Input{Bytes: []byte("data: a\n\ndata: b\n\n")})
		for _, word := range append(words, "parse.robust.no-error (must, parser)") {
			Expect(failure).To(ContainSubstring(word))
		}
	},
		Entry("by a panic, with where", parsefuzz.Parse(func(io.Reader, func(spec.Event)) error { panic("ouch") }),
			"the parser panicked: ouch", "harness_test.go:"),
		Entry("by a refusal", parsefuzz.Parse(func(r io.Reader, emit func(spec.Event)) error {
			return errors.Join(right(r, emit), errors.New("no thanks"))
		}), "refused the stream: no thanks"),
		Entry("by a flood", parsefuzz.Parse(func(_ io.Reader, emit func(spec.Event)) error {
			for {
				emit(spec.Event{})
			}
		}), "flooded"),
		Entry("by taking more memory than is in proportion", parsefuzz.Parse(func(r io.Reader, emit func(spec.Event)) error {
			for range 100 {
				hoard = make([]byte, 1<<20)
			}
			return right(r, emit)
		}), "out of proportion"),
	)

	It("says that a parser hangs, and does not wait for it again", func() {
		release := make(chan struct{})
		defer close(release)
		var calls atomic.Int64
		h := harness(func(io.Reader, func(spec.Event)) error { calls.Add(1); <-release; return nil }, parsefuzz.Options{Longest: 100 * time.Millisecond})
		Expect(h.Try(stream.Input{Bytes: []byte("data\n\n")})).To(ContainSubstring("did not return within 100ms"))
		Expect(calls.Load()).To(BeNumerically("<", 4))
	})

	It("says what is wrong with its options", func() {
		_, err := parsefuzz.New(right, parsefuzz.Options{Tolerated: []string{"parse.bom.stripp"}})
		Expect(err).To(MatchError(ContainSubstring("parse.bom.strip")))
	})
})

// hoard keeps what is allocated from being optimised away.
var hoard []byte
