package campaign

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/refparser"
)

// unseen are the mutants that are late or slow, which nobody sees by their events, and
// those that need longer streams than the campaigns of these specs make.
func unseen(m mutants.ParserMutant) bool {
	return strings.HasPrefix(m.Requirement, "parse.prompt.") || strings.HasPrefix(m.Requirement, "parse.robust.") ||
		m.Name == "long-lines-leak"
}

func faults(names ...string) function {
	GinkgoHelper()
	var all []mutants.Fault
	for _, name := range names {
		i := slices.IndexFunc(mutants.ParserFaults(), func(f mutants.Fault) bool { return f.Name == name })
		Expect(i).To(BeNumerically(">=", 0), name)
		fault := mutants.ParserFaults()[i]
		Expect(slices.ContainsFunc(all, fault.Clashes)).To(BeFalse(), "no parser has %s beside the others", name)
		all = append(all, fault)
	}
	return of(mutants.Model(all...))
}

func faultsOf(s *Summary) (names []string) {
	for _, f := range s.Findings {
		names = append(names, f.Fault)
	}
	return names
}

var _ = Describe("A campaign", func() {
	It("finds planted faults, and names each and what it breaks", func(ctx SpecContext) {
		all := slices.DeleteFunc(mutants.Parsers(), unseen)
		for i := int(GinkgoRandomSeed() % 8); i < len(all); i += 8 {
			m := all[i]
			f := first(ctx, of(m.Parse), Options{Seed: 1, Runs: 8000})
			Expect(f).NotTo(BeNil(), m.Name)
			Expect(f.Requirement.ID).To(Equal(m.Requirement), m.Name)
			Expect(f.Fault).To(Equal(m.Name))
		}
	})

	It("finds nothing wrong with a parser that is right", func(ctx SpecContext) {
		s := play(ctx, of(refparser.Parse), Options{Seed: uint64(GinkgoRandomSeed()), Runs: 20_000})
		Expect(s.Findings).To(BeEmpty())
		Expect(s.Deviations).To(BeZero())
		Expect(s.Runs).To(Equal(20_000))
		Expect(s.Ended).To(Equal(AllRuns))
		Expect(s.States).To(BeNumerically(">", s.AllStates*9/10))
	})

	It("finds every fault of a subject, each once, though one shows on nearly every stream", func(ctx SpecContext) {
		names := []string{"keeps-the-space", "names-in-any-case", "u2028-ends-lines", "bom-kept", "one-replacement-a-byte"}
		s := play(ctx, faults(names...), Options{Seed: 3, Runs: 12_000})
		Expect(faultsOf(s)).To(ConsistOf(names))
		Expect(s.Deviations).To(BeNumerically(">", s.Runs/3))
		for _, f := range s.Findings {
			Expect(f.Hits).To(BeNumerically(">", 5), f.Fault)
		}
	})

	It("is the same again with the same seed, and another with another", func(ctx SpecContext) {
		campaign := func(seed uint64) (*Summary, []string) {
			s := play(ctx, faults("last-colon", "crlf-split-adds-a-line"), Options{Seed: seed, Runs: 3000})
			var cases []string
			for _, f := range s.Findings {
				cases = append(cases, f.Case)
				f.After = 0
			}
			s.Elapsed, s.Started = 0, time.Time{}
			return s, cases
		}
		one, cases := campaign(5)
		again, same := campaign(5)
		Expect(same).To(Equal(cases))
		Expect(again.Stats).To(Equal(one.Stats))
		other, _ := campaign(6)
		Expect(other.Stats).NotTo(Equal(one.Stats))
	})

	It("has a finding for a subject that reads one stream in two ways", func(ctx SpecContext) {
		var asked atomic.Int64
		now := func(in stream.Input) stream.Seen {
			s := stream.Expected(in)
			if n := asked.Add(1); len(s.Events) > 0 && n%3 == 0 {
				s.Events = s.Events[1:]
			}
			return s
		}
		s := play(ctx, function(now), Options{Seed: 1, Runs: 600})
		Expect(s.Findings).To(HaveLen(1))
		Expect(s.Findings[0].Requirement.ID).To(Equal("parse.robust.repeatable"))
	})

	It("ends with its context, and tells what was done until then", func(ctx SpecContext) {
		ctx2, cancel := context.WithCancel(ctx)
		s := play(ctx2, of(refparser.Parse), Options{Seed: 1, OnStats: func(s Stats) {
			if s.Runs >= 2000 {
				cancel()
			}
		}})
		Expect(s.Ended).To(Equal(Interrupted))
		Expect(s.Runs).To(BeNumerically(">=", 2000))
	})

	It("ends after its time", func(ctx SpecContext) {
		s := play(ctx, of(refparser.Parse), Options{Seed: 1, For: 50 * time.Millisecond})
		Expect(s.Ended).To(Equal(TimeUp))
	})

	It("ends with an error when the subject cannot be asked any more, and tells what was done", func(ctx SpecContext) {
		gone := errors.New("gone")
		s, err := fuzz(ctx, Options{Seed: 1, largest: 100}, func(Options) (closingReader, error) {
			return &ending{function: of(refparser.Parse), err: gone}, nil
		})
		Expect(err).To(MatchError(gone))
		Expect(s.Runs).To(BeNumerically("<=", 3*batch))
		Expect(s.Ended).To(BeEmpty())
	})

	Describe("with a folder", func() {
		var dir string
		BeforeEach(func() { dir = filepath.Join(GinkgoT().TempDir(), "findings") })

		It("writes each finding as a case, and does not tell what it has already", func(ctx SpecContext) {
			told := 0
			o := Options{Seed: 1, Runs: 3000, Folder: dir, OnFinding: func(f *Finding) {
				told++
				Expect(f.File).To(BeARegularFile())
				Expect(f.Reproduce).To(ContainSubstring("--cases " + dir))
				Expect(f.Text).To(ContainSubstring("parse.bom.strip"))
			}}
			Expect(play(ctx, faults("bom-kept"), o).Stats.Known).To(BeZero())
			Expect(told).To(Equal(1))

			By("another campaign")
			o.Seed = 2
			s := play(ctx, faults("bom-kept"), o)
			Expect(told).To(Equal(1))
			Expect(s.Stats.Known).To(Equal(1))
			Expect(s.Findings[0].Known).To(BeTrue())
			Expect(os.ReadDir(dir)).To(HaveLen(1))
		})

		It("that cannot be one does not begin", func(ctx SpecContext) {
			Expect(os.WriteFile(dir, nil, 0o600)).To(Succeed())
			_, err := fuzz(ctx, Options{Folder: dir}, func(Options) (closingReader, error) {
				Fail("it has begun")
				return nil, nil
			})
			Expect(err).To(MatchError(ContainSubstring("folder for findings")))
		})
	})
})

// An ending reader cannot be asked any more after some batches.
type ending struct {
	function
	asked atomic.Int64
	err   error
}

func (e *ending) ask(ctx context.Context, ins []stream.Input) ([]stream.Seen, error) {
	if e.asked.Add(1) > 3 {
		return nil, e.err
	}
	return e.function.ask(ctx, ins)
}
