package mutants_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = Describe("The mutants of the client", func() {
	It("are at least 90, each with a name, a requirement of the catalogue and a sentence of its own", func() {
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		names, sentences := map[string]bool{}, map[string]bool{}
		for _, m := range mutants.Clients() {
			Expect(m.Name).To(MatchRegexp(`^[a-z0-9.]+(-[a-z0-9.]+)*$`))
			Expect(names).NotTo(HaveKey(m.Name))
			Expect(sentences).NotTo(HaveKey(m.Sentence))
			names[m.Name], sentences[m.Sentence] = true, true
			broken, ok := catalogue.Get(m.Requirement)
			Expect(ok).To(BeTrue(), "%s: no requirement %s", m.Name, m.Requirement)
			Expect(broken.Side).To(BeElementOf(requirements.Client, requirements.Parser), m.Name)
			Expect(broken.Excluded).To(BeEmpty(), m.Name)
		}
		Expect(len(names)).To(BeNumerically(">=", 90))
	})
})
