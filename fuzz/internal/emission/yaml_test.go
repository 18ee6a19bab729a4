package emission_test

import (
	"math/rand/v2"
	"testing/fstest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = Describe("YAML", func() {
	load := func(entries string) []*cases.Case {
		GinkgoHelper()
		catalogue, err := requirements.Default()
		Expect(err).NotTo(HaveOccurred())
		corpus, err := cases.Load(fstest.MapFS{"found.yaml": {Data: []byte("suite: found\ntitle: T\ncases:\n" + entries)}}, catalogue)
		Expect(err).NotTo(HaveOccurred(), entries)
		return corpus.Cases()
	}

	It("of any list is a case that loads, and that is the same", func() {
		g := items.New(rand.New(rand.NewPCG(uint64(GinkgoRandomSeed()), 9)), 400)
		for range 150 {
			c := emission.Rules{}.Case(g.Generate())
			c.Requirements = []string{"format.field"}
			entry := emission.YAML(c)
			got := load(entry)[0]
			Expect(string(got.AppendItems(nil, false))).To(Equal(string(c.AppendItems(nil, false))), entry)
			Expect(got.Ways()).To(Equal(c.Ways()))
			Expect(got.Never).To(HaveLen(len(c.Never)))
			Expect(got.Wire).To(Equal(c.Wire))
		}
	})

	It("reads as the corpus does", func() {
		c := emission.Rules{}.Case(list(block("event=x\nretry: 5", "id= ", "retry=1.0e+3", "data=é\U0001F600\x00\t"), block("data=END")))
		c.ID, c.Title, c.Note, c.Level, c.Requirements, c.Wire = "lf", "A thing holds", `a "b"`, requirements.Should, []string{"format.field"}, nil
		Expect(emission.YAML(c)).To(Equal(`  - id: lf
    title: "A thing holds"
    note: "a \"b\""
    level: should
    requirements: [format.field]
    emit:
      - {event: "x\nretry: 5", id: " ", retry: 1.0e+3, data: "\u00E9\U0001F600\0\t"}
      - {data: "END"}
    never: [{retry: 5}]
`))
	})

	DescribeTable("of an item is one line", func(line string, parts ...string) {
		Expect(emission.Line(block(parts...))).To(Equal(line))
	},
		Entry("of nothing", "{}"),
		Entry("of a text for a reconnection time", `{retry: "5s"}`, `retry="5s"`),
		Entry("of a surrogate", `{data: {utf16: "0061 d800 0022 005c 000a"}}`, "data=a\xED\xA0\x80\"\\\n"),
		Entry("of a long text", `{data: ["a", {repeat: "\u00E9", times: 30}, "b"]}`, "data=aééééééééééééééééééééééééééééééb"),
		Entry("of a long text alone", `{id: [{repeat: "7", times: 24}]}`, "id=777777777777777777777777"),
		Entry("of an empty text", `{event: ""}`, "event="),
	)
})
