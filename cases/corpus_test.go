package cases_test

import (
	"io/fs"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = Describe("The embedded corpus", func() {
	It("loads without a mistake, and the same digest every time", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		Expect(corpus.Cases()).NotTo(BeEmpty())

		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		again, err := cases.Load(cases.Files(), catalogue)
		Expect(err).NotTo(HaveOccurred())
		Expect(again.Digest()).To(Equal(corpus.Digest()))
		Expect(corpus.Digest()).To(MatchRegexp(`^sha256:[0-9a-f]{16}$`))
	})

	It("holds every case file of its folder", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		var files []string
		for _, suite := range corpus.Suites {
			files = append(files, suite.File)
		}
		Expect(fs.Glob(cases.Files(), "*/*.yaml")).To(ConsistOf(files))
	})

	It("gives every case a name, a level and a side", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		names := map[string]bool{}
		for _, c := range corpus.Cases() {
			Expect(names).NotTo(HaveKey(c.Name()))
			names[c.Name()] = true
			Expect(c.Level.Rank()).To(BeNumerically(">", 0), c.Name())
			Expect(c.Sides()).NotTo(BeEmpty(), c.Name())
			Expect(c.Found).To(BeEmpty(), "%s: a case of the corpus has an event that must arrive", c.Name())
		}
	})
})

var _ = Describe("The embedded corpus, looked at as a whole", func() {
	It("says what the standard's own steps say, and nothing twice", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		report := cases.Lint(corpus, catalogue.All())
		Expect(report.Errors.Err()).NotTo(HaveOccurred())
		Expect(report.Warnings.Err()).NotTo(HaveOccurred())
	})
})
