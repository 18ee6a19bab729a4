package mutants_test

import (
	"slices"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// corpus are the cases that are wanted, at least so many.
func corpus(least int, wanted func(*cases.Case) bool) []*cases.Case {
	GinkgoHelper()
	all, err := cases.Default()
	Expect(err).NotTo(HaveOccurred())
	list := slices.DeleteFunc(all.Cases(), func(c *cases.Case) bool { return !wanted(c) })
	Expect(len(list)).To(BeNumerically(">=", least))
	return list
}

// naming are the cases that name a requirement.
func naming(list []*cases.Case, requirement string) []*cases.Case {
	return slices.DeleteFunc(slices.Clone(list), func(c *cases.Case) bool {
		return !slices.Contains(c.Requirements, requirement)
	})
}

// A planted fault is what all mutants have.
type planted struct{ name, requirement, sentence string }

// faults are those of the mutants.
func faults[M any](all []M, of func(M) planted) []planted {
	var list []planted
	for _, m := range all {
		list = append(list, of(m))
	}
	return list
}

// described demands of each fault a name, a requirement of the catalogue on one of the
// sides and a sentence of its own.
func described(all []planted, least int, sides ...requirements.Side) {
	GinkgoHelper()
	catalogue, err := requirements.Default()
	Expect(err).NotTo(HaveOccurred())
	names, sentences := map[string]bool{}, map[string]bool{}
	for _, f := range all {
		Expect(f.name).To(MatchRegexp(`^[a-z0-9.]+(-[a-z0-9.]+)*$`))
		Expect(names).NotTo(HaveKey(f.name))
		Expect(sentences).NotTo(HaveKey(f.sentence))
		names[f.name], sentences[f.sentence] = true, true
		broken, ok := catalogue.Get(f.requirement)
		Expect(ok).To(BeTrue(), "%s: no requirement %s", f.name, f.requirement)
		Expect(sides).To(ContainElement(broken.Side), f.name)
		Expect(broken.Excluded).To(BeEmpty(), f.name)
	}
	Expect(len(names)).To(BeNumerically(">=", least))
}

// together visits all mutants, so many at a time, since most of a visit is waiting, and
// keeps what each visit brings by the mutant's name.
func together[M, R any](all []M, atOnce int, of func(M) planted, visit func(M) R) map[string]R {
	found := map[string]R{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for _, m := range all {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			brought := visit(m)
			mu.Lock()
			defer mu.Unlock()
			found[of(m).name] = brought
		})
	}
	wg.Wait()
	return found
}

// caught demands that a case that names what is broken fails.
func caught(f planted, results []reports.Result) {
	GinkgoHelper()
	own := slices.DeleteFunc(slices.Clone(results), func(r reports.Result) bool { return !slices.Contains(r.Requirements, f.requirement) })
	Expect(own).NotTo(BeEmpty(), "no case names "+f.requirement)
	Expect(verdicts(own)).To(ContainElement(reports.Fail),
		"%s No case that names %s fails:%s", f.sentence, f.requirement, describe(own))
}

func verdicts(results []reports.Result) []reports.Verdict {
	var all []reports.Verdict
	for _, r := range results {
		all = append(all, r.Verdict)
	}
	return all
}

func describe(results []reports.Result) string {
	text := ""
	for _, r := range results {
		text += "\n" + string(r.Verdict) + " " + r.Case + ": " + r.Message + r.SkipReason
	}
	return text
}

// broken is the result where a visit could not be made.
func broken(err error) []reports.Result {
	return []reports.Result{{Verdict: reports.Error, Message: err.Error()}}
}
