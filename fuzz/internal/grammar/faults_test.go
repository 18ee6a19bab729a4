package grammar_test

import (
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

var _ = Describe("What a generator makes", func() {
	It("finds each mutant, but for such as are late, slow or full, within 10000 inputs", func() {
		left := slices.DeleteFunc(mutants.Parsers(), func(m mutants.ParserMutant) bool {
			switch m.Requirement {
			case "parse.robust.linear-time", "parse.robust.long-lines", "parse.robust.many-lines":
				return true
			}
			return strings.HasPrefix(m.Requirement, "parse.prompt.") || m.Name == "long-lines-leak"
		})
		Expect(len(left)).To(BeNumerically(">", 200))
		g := generator(1, 1024)
		for n := 0; n < 10000 && len(left) > 0; n++ {
			in := g.Generate()
			want := stream.Expected(in)
			left = slices.DeleteFunc(left, func(m mutants.ParserMutant) bool {
				return !stream.Read(in, m.Parse).Same(want, stream.Reports{Retries: true})
			})
		}
		var names []string
		for _, m := range left {
			names = append(names, m.Name)
		}
		Expect(names).To(BeEmpty())
	})
})
