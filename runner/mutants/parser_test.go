package mutants_test

import (
	"cmp"
	"context"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// streams are the corpus's cases for parsers.
func streams() []*cases.Case {
	GinkgoHelper()
	return corpus(200, func(c *cases.Case) bool { return c.Kind() == cases.KindStream })
}

func ofParser(m mutants.ParserMutant) planted { return planted{m.Name, m.Requirement, m.Sentence} }

func play(s runner.Subject, c *cases.Case) reports.Result {
	return runner.PlayCase(context.Background(), s, c, runner.CaseOptions{})
}

// dies is true when the case fails on the mutant.
func dies(m mutants.ParserMutant, c *cases.Case) bool {
	GinkgoHelper()
	result := play(m.Subject(), c)
	Expect(result.Verdict).NotTo(Equal(reports.Error), "%s on %s: %s", c.Name(), m.Name, result.Message)
	return result.Verdict == reports.Fail
}

var _ = Describe("The parser of the mutants", func() {
	It("passes every case with no fault on", func() {
		sound := mutants.ParserMutant{Name: "sound", Parse: mutants.Sound()}
		for _, c := range streams() {
			result := play(sound.Subject(), c)
			Expect(result.Verdict).To(Equal(reports.Pass), "%s, %s: %s\n%s", c.Name(), result.FailedVariant, result.Message, result.Diff)
		}
	})
})

var _ = Describe("The mutants of the parser", func() {
	It("are at least 40, each with a name, a requirement of the catalogue and a sentence of its own", func() {
		described(faults(mutants.Parsers(), ofParser), 40, requirements.Parser)
	})

	// Each mutant is a spec of its own, so that they run in parallel and a
	// survivor is named.
	for _, m := range mutants.Parsers() {
		It("die: "+m.Name, func() {
			for _, c := range streams() {
				if slices.Contains(c.Requirements, m.Requirement) && dies(m, c) {
					return
				}
			}
			Fail("no case that names " + m.Requirement + " fails on a parser that " + m.Sentence)
		})
	}

	It("between them break every requirement of a parser that can be seen", func() {
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		broken := map[string]bool{}
		for _, m := range mutants.Parsers() {
			broken[m.Requirement] = true
		}
		for _, r := range catalogue.All() {
			if r.Side == requirements.Parser && r.Excluded == "" {
				Expect(broken).To(HaveKey(r.ID))
			}
		}
	})
})

var _ = Describe("Faults of the parser", func() {
	parse := func(faults ...mutants.Fault) []string {
		GinkgoHelper()
		sink := &texts{}
		Expect(mutants.Model(faults...)(strings.NewReader("event: t\ndata: a\ndata: b\n\n"), sink)).To(Succeed())
		return *sink
	}
	fault := func(name string) mutants.Fault {
		all := mutants.ParserFaults()
		return all[slices.IndexFunc(all, func(f mutants.Fault) bool { return f.Name == name })]
	}
	noTypes, space, crlf := fault("no-types"), fault("joined-by-a-space"), fault("joined-by-crlf")

	It("make a parser that has all of them", func() {
		Expect(parse()).To(Equal([]string{"t: a\nb"}))
		Expect(parse(noTypes)).To(Equal([]string{"message: a\nb"}))
		Expect(parse(noTypes, space)).To(Equal([]string{"message: a b"}))
	})

	It("clash where they replace the same rule", func() {
		Expect(space.Clashes(crlf)).To(BeTrue())
		Expect(space.Clashes(space)).To(BeTrue())
		Expect(space.Clashes(noTypes)).To(BeFalse())
		Expect(noTypes.Clashes(space)).To(BeFalse())
	})

	It("each replace a rule", func() {
		for _, f := range mutants.ParserFaults() {
			Expect(f.Clashes(f)).To(BeTrue(), f.Name)
		}
	})
})

// texts is a sink that keeps the types and data of events.
type texts []string

func (t *texts) Event(e spec.Event) { *t = append(*t, e.Type+": "+e.Data) }
func (t *texts) Retry(int64)        {}
func (t *texts) Comment(string)     {}

var _ = Describe("Every stream case", func() {
	It("fails on some mutant: none is idle", func() {
		all := mutants.Parsers()
		for _, c := range streams() {
			// First those whose requirement the case names.
			slices.SortStableFunc(all, func(a, b mutants.ParserMutant) int {
				return cmp.Compare(named(c, b), named(c, a))
			})
			Expect(slices.ContainsFunc(all, func(m mutants.ParserMutant) bool { return dies(m, c) })).
				To(BeTrue(), "%s passes on all %d mutants", c.Name(), len(all))
		}
	})

	It("fails on the null subject", func() {
		null := mutants.ParserMutant{Name: "null", Parse: mutants.Null()}
		for _, c := range streams() {
			Expect(dies(null, c)).To(BeTrue(), "%s passes on a subject that does nothing", c.Name())
		}
	})
})

var _ = Describe("A subject that says something and parses nothing", func() {
	for _, null := range mutants.NullParsers() {
		It("is found out by a MUST: it "+null.Sentence, func() {
			Expect(slices.ContainsFunc(streams(), func(c *cases.Case) bool {
				return c.Level == requirements.Must && dies(null, c)
			})).To(BeTrue())
		})
	}
})

// named is 1 when the case names the requirement that the mutant breaks.
func named(c *cases.Case, m mutants.ParserMutant) int {
	if slices.Contains(c.Requirements, m.Requirement) {
		return 1
	}
	return 0
}
