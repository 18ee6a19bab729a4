package requirements_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = Describe("The embedded catalogue", func() {
	var catalogue *requirements.Catalogue

	BeforeEach(func() {
		var err error
		catalogue, err = requirements.Default()
		Expect(err).NotTo(HaveOccurred())
	})

	It("is as long as the standard and the RFCs ask", func() {
		Expect(len(catalogue.All())).To(BeNumerically(">", 200))
	})

	It("finds a requirement by its ID", func() {
		got, ok := catalogue.Get("parse.data.append")
		Expect(ok).To(BeTrue())
		Expect(got.Level).To(Equal(requirements.Must))
		Expect(got.Side).To(Equal(requirements.Parser))
		Expect(got.URL).To(HaveSuffix("#processField"))

		_, ok = catalogue.Get("parse.data.prepend")
		Expect(ok).To(BeFalse())
	})

	It("keeps the ID's first part and the side together", func() {
		sides := map[string][]requirements.Side{
			"parse":    {requirements.Parser},
			"format":   {requirements.Format},
			"serve":    {requirements.Server},
			"api":      {requirements.Client},
			"request":  {requirements.Client},
			"response": {requirements.Client},
			"connect":  {requirements.Client},
			"secure":   {requirements.Format, requirements.Server, requirements.Client},
		}
		for _, r := range catalogue.All() {
			area, _, _ := strings.Cut(r.ID, ".")
			Expect(sides[area]).To(ContainElement(r.Side), r.ID)
		}
	})

	It("gives each requirement a sentence of its own and a text that states it", func() {
		titles := map[string]string{}
		for _, r := range catalogue.All() {
			Expect(r.URL).To(HavePrefix("https://"), r.ID)
			Expect(r.Title).NotTo(HaveSuffix("."), r.ID)
			Expect(titles).NotTo(HaveKey(r.Title), r.ID)
			titles[r.Title] = r.ID
			if r.Excluded != "" {
				Expect(r.Excluded).To(HaveSuffix("."), r.ID)
			}
		}
	})

	It("hands out a list that is the caller's own", func() {
		catalogue.All()[0].ID = "changed"
		Expect(catalogue.All()[0].ID).NotTo(Equal("changed"))
	})
})

var _ = Describe("Merge", func() {
	var own *requirements.Catalogue

	BeforeEach(func() {
		own = mustParse("- {id: own.rule, level: may, side: server, title: A rule of our own}")
	})

	It("adds a user's requirements to the catalogue's", func() {
		base := mustParse("- {id: base.rule, level: must, side: parser, title: Base}")
		merged, err := base.Merge(own)
		Expect(err).NotTo(HaveOccurred())
		Expect(merged.All()).To(HaveLen(2))
		_, ok := merged.Get("own.rule")
		Expect(ok).To(BeTrue())
		Expect(base.All()).To(HaveLen(1), "the catalogue itself stays as it was")
	})

	It("refuses an ID that is in both, and names both places", func() {
		_, err := mustParse("- {id: own.rule, level: must, side: parser, title: Base}").Merge(own)
		Expect(err).To(MatchError(ContainSubstring(`test.yaml:1:8: the id "own.rule" is taken: test.yaml:1:8 has it already`)))
	})
})

func mustParse(text string) *requirements.Catalogue {
	GinkgoHelper()
	c, err := requirements.Parse([]byte(text), "test.yaml")
	Expect(err).NotTo(HaveOccurred())
	return c
}
