package blame_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// seen says that what a fault does can be seen in what a parser shows, apart from when.
func seen(f mutants.Fault) bool {
	return !strings.HasPrefix(f.Requirement, "parse.prompt.") && f.Requirement != "parse.robust.linear-time"
}

// score is how many mutants were explained, and how many of them by their requirement and
// by their name; and which were not.
type score struct {
	explained, requirements, names int
	confusions                     []string
}

func (s *score) note(f mutants.Fault, in stream.Input, v blame.Verdict) {
	s.explained++
	if v.Requirement == f.Requirement {
		s.requirements++
	}
	if v.Fault == f.Name {
		s.names++
		return
	}
	s.confusions = append(s.confusions, fmt.Sprintf("%s (%s) on %q cut at %v: %+v", f.Name, f.Requirement, in.Bytes, in.Cuts, v))
}

func (s score) String() string {
	return fmt.Sprintf("%d explained, %d by the right requirement, %d by the right name\n%s",
		s.explained, s.requirements, s.names, strings.Join(s.confusions, "\n"))
}

var _ = Describe("Explaining a minimal input", func() {
	// explained explains those mutants whose fault shows in a stream of at most a KiB.
	explained := func(e *blame.Explainer, inputs []stream.Input, faults []mutants.Fault) (all score) {
		GinkgoHelper()
		for _, f := range faults {
			s := subject{parse: mutants.Model(f)}
			in, found := s.minimal(inputs, blame.Model{})
			if !found {
				Expect(!seen(f) || limits[f.Name] != "").To(BeTrue(), "no stream of the corpus shows that a parser "+f.Sentence)
				continue
			}
			all.note(f, in, e.Explain(in, s.see(in), blame.Model{}, s.ask))
			Expect(s.asked).To(BeNumerically("<=", 150))
		}
		AddReportEntry("mutants", all)
		return all
	}

	It("names the requirement that a mutant breaks, and the mutant", func() {
		inputs := corpus()
		all := explained(blame.New(told, inputs...), inputs, mutants.ParserFaults())
		Expect(all.explained).To(BeNumerically(">=", 236))
		Expect(all.requirements).To(Equal(all.explained), all.String())
		Expect(all.names).To(BeNumerically(">=", all.explained*98/100), all.String())
	})

	It("does so almost always where it knows no corpus", func() {
		var some []mutants.Fault
		for i, f := range mutants.ParserFaults() {
			if i%4 == 0 {
				some = append(some, f)
			}
		}
		all := explained(blame.New(told), corpus(), some)
		Expect(all.requirements).To(BeNumerically(">=", all.explained*95/100), all.String())
	})

	It("names the second fault of a subject of which it knows the first", func() {
		const pairs, seed = 50, 5
		inputs := corpus()
		e := blame.New(told, inputs...)
		var faults []mutants.Fault
		for _, f := range mutants.ParserFaults() {
			if seen(f) && limits[f.Name] == "" {
				faults = append(faults, f)
			}
		}
		random := rand.New(rand.NewPCG(seed, pairs))
		var all score
		for all.explained < pairs {
			first, second := faults[random.IntN(len(faults))], faults[random.IntN(len(faults))]
			if first.Clashes(second) {
				continue
			}
			known, err := blame.Known(first.Name)
			Expect(err).NotTo(HaveOccurred())
			s := subject{parse: mutants.Model(first, second)}
			if in, found := s.minimal(inputs, known); found { // or the first hides the second
				all.note(second, in, e.Explain(in, s.see(in), known, s.ask))
			}
		}
		Expect(all.requirements).To(Equal(pairs), all.String())
		Expect(all.names).To(BeNumerically(">=", pairs-1), all.String())
	})

	It("names one of the faults of a subject that has several", func() {
		inputs := corpus()
		e := blame.New(told, inputs...)
		s := subject{parse: mutants.Model(fault("bom-kept"), fault("joined-by-a-space"), fault("empty-id-ignored"), fault("no-types"))}
		known, found := blame.Model{}, 0
		for {
			in, more := s.minimal(inputs, known)
			if !more {
				break
			}
			v := e.Explain(in, s.see(in), known, s.ask)
			Expect(v.Fault).NotTo(BeEmpty())
			var err error
			known, err = known.With(v.Fault)
			Expect(err).NotTo(HaveOccurred())
			found++
			Expect(found).To(BeNumerically("<=", 4), "%v", known.Faults())
		}
		Expect(known.Faults()).To(ConsistOf("bom-kept", "joined-by-a-space", "empty-id-ignored", "no-types"))
	})

	It("says what the parser does, and that it does nothing else", func() {
		s := subject{parse: mutants.Model(fault("keeps-the-space"))}
		in := whole("data: \n\n")
		Expect(blame.New(told).Explain(in, s.see(in), blame.Model{}, s.ask)).To(Equal(blame.Verdict{
			Requirement: "parse.field.one-space", Fault: "keeps-the-space",
			Sentence: "the parser keeps the optional space", Exact: true,
		}))
	})

	It("says that the fault is not all", func() {
		s := subject{parse: mutants.Model(fault("keeps-the-space"), fault("no-types"), fault("data-leaks"))}
		in := whole("data: \n\n")
		v := blame.New(told).Explain(in, s.see(in), blame.Model{}, s.ask)
		Expect(v.Fault).To(Equal("keeps-the-space"))
		Expect(v.Exact).To(BeFalse())
	})

	It("does without answers when there are none", func() {
		s := subject{parse: mutants.Model(fault("keeps-the-space"))}
		in := whole("data: \n\n")
		for _, ask := range []blame.Ask{nil, func([]stream.Input) []stream.Seen { return nil }} {
			v := blame.New(told).Explain(in, s.see(in), blame.Model{}, ask)
			Expect(v.Requirement).To(Equal("parse.field.one-space"))
			Expect(v.Exact).To(BeFalse())
		}
	})

	It("does so for several at once", func() {
		e := blame.New(told)
		in := whole("data: \n\n")
		var all sync.WaitGroup
		for _, name := range []string{"keeps-the-space", "no-types", "keeps-the-space", "trims-the-value"} {
			known, err := blame.Known("no-types")
			Expect(err).NotTo(HaveOccurred())
			s := subject{parse: mutants.Model(fault(name))}
			all.Go(func() { e.Explain(in, s.see(in), known, s.ask) })
		}
		all.Wait()
	})

	It("takes what most suspects break when it can ask nothing", func() {
		// Of those that show nothing here the first needs a colon; most miss line ends.
		in := whole("data\n\n")
		v := blame.New(told).Explain(in, stream.Seen{}, blame.Model{}, nil)
		Expect(v.Requirement).To(Equal("parse.line.lf"))
	})

	It("asks about a bounded number of short inputs, whatever is answered", func() {
		random := rand.New(rand.NewPCG(1, 1))
		inputs := corpus()
		for i := range 200 {
			inputs = append(inputs, whole("data:"+xs(1<<10+i)+"\n\n"))
		}
		e := blame.New(told, inputs...)
		for _, in := range []stream.Input{whole("data\n\n"), whole("x\n"), {Bytes: []byte("event: a\ndata: b\n\n"), Cuts: []int{9}}} {
			asked := 0
			e.Explain(in, stream.Seen{}, blame.Model{}, func(questions []stream.Input) []stream.Seen {
				asked += len(questions)
				answers := make([]stream.Seen, len(questions))
				for i, q := range questions {
					Expect(q.Valid()).To(BeTrue())
					Expect(len(q.Bytes)).To(BeNumerically("<=", 512))
					answers[i] = events(xs(random.IntN(3)))
				}
				return answers
			})
			Expect(asked).To(BeNumerically("<=", 153))
		}
	})
})

// limits are minimal streams for the faults that show in long ones alone.
var limits = map[string]string{
	"lines-of-4096-dropped":                 "data:" + xs(4092) + "\n\n",
	"values-of-4096":                        "data:" + xs(4097) + "\n\n",
	"lines-of-64-kib-are-an-error":          "data:" + xs(64<<10-5) + "\n\n",
	"lines-cut-at-64-kib":                   "data:" + xs(64<<10-5) + "\n\n",
	"lines-of-a-mebibyte-dropped":           "data:" + xs(1<<20-5) + "\n\n",
	"comments-of-64-kib-are-an-error":       ":" + xs(64<<10-1) + "\n",
	"unknown-fields-of-64-kib-are-an-error": xs(64<<10) + "\n",
	"types-of-1-kib":                        "event:" + xs(1<<10+1) + "\ndata\n\n",
	"ids-of-1-kib":                          "id:" + xs(1<<10+1) + "\ndata\n\n",
	"thousand-data-lines":                   strings.Repeat("data\n", 1001) + "\n",
	"events-of-64-kib":                      "data:" + xs(64<<10+1) + "\n\n",
	"few-hundred-events":                    strings.Repeat("data\n\n", 501),
	"hundred-comments":                      strings.Repeat(":\n", 101),
	"hundred-unknown-fields":                strings.Repeat("x\n", 101),
	"hundred-empty-blocks":                  strings.Repeat("\n", 101),
	"hundred-ids":                           strings.Repeat("id\n", 100) + "id:1\ndata\n\n",
	"hundred-types":                         strings.Repeat("event\n", 100) + "event:x\ndata\n\n",
	"long-lines-leak":                       "data:" + xs(64<<10-1) + "\n\ndata\n\n",
}

func xs(n int) string { return strings.Repeat("x", n) }

var _ = Describe("Explaining a long input", func() {
	e := blame.New(told)
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		It("is done in a bounded time: "+name, func() {
			f := fault(name)
			s := subject{parse: mutants.Model(f)}
			in := whole(limits[name])
			Expect(s.deviates(in, blame.Model{})).To(BeTrue())
			v := e.Explain(in, s.see(in), blame.Model{}, s.ask)
			Expect(v.Requirement).To(Equal(f.Requirement))
			Expect(v.Fault).To(Equal(name))
		})
	}
})
