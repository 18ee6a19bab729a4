package emitblame_test

import (
	"flag"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/runner/mutants"
)

// go test ./fuzz/internal/blame/emitblame -args -all -v prints the whole proof: every
// mutant, up to 20000 lists for each.
var (
	all    = flag.Bool("all", false, "prove it of every mutant, and print what went otherwise")
	maxLen = flag.Int("maxlen", 2000, "how many bytes the values of a list may have")
)

// sample are the mutants that one run looks at: one of nine, other ones each time.
func sample() []mutants.EncoderMutant {
	var some []mutants.EncoderMutant
	for i, m := range mutants.Encoders() {
		if *all || i%9 == int(GinkgoRandomSeed()%9) {
			some = append(some, m)
		}
	}
	return some
}

// hard are the mutants that a campaign of short values does not find, or only by luck:
// those about lengths.
func hard(m mutants.EncoderMutant) bool {
	return strings.Contains(m.Name, "-kib") || strings.Contains(m.Name, "-mib") || strings.Contains(m.Name, "4095") || strings.Contains(m.Name, "1000-lines")
}

var _ = Describe("A mutant of the encoder", func() {
	It("is found, and what it breaks is named; where its fault is unknown, mostly so", func() {
		e := emitblame.New(everything, corpus()...)
		found, right, named, exact, strangers, asked, tried := 0, 0, 0, 0, 0, 0, 0
		for _, m := range sample() {
			c := campaign{encode: m.Encode}
			d := c.find(7, 20000, *maxLen)
			tried++
			if d == nil {
				Expect(hard(m)).To(BeTrue(), "%s was not found", m.Name)
				say("not found: %s", m.Name)
				continue
			}
			found++
			v := e.Explain(d, emitblame.Model{}, c.ask)
			asked = max(asked, c.asked)
			count(&right, v.Requirement == m.Requirement)
			count(&named, v.Fault == m.Name)
			count(&exact, v.Exact)
			Expect(v.Requirement).To(Equal(m.Requirement), "%s, by %s: %s", m.Name, v.Fault, show(d.Items))
			s := e.Without(m.Name).Explain(d, emitblame.Model{}, c.ask)
			count(&strangers, s.Requirement == m.Requirement)
			if s.Requirement != m.Requirement {
				say("%s, unknown: %s for %s, by %q: %.150s", m.Name, s.Requirement, m.Requirement, s.Fault, show(d.Items))
			}
		}
		say("%d mutants, %d found, %d by their requirement, %d by their name, %d exactly; unknown, %d by their requirement; at most %d questions",
			tried, found, right, named, exact, strangers, asked)
		Expect(asked).To(BeNumerically("<=", 80))
		Expect(strangers).To(BeNumerically(">=", found*55/100))
	})
})

func count(n *int, yes bool) {
	if yes {
		*n++
	}
}

func say(format string, args ...any) {
	if *all {
		fmt.Printf(format+"\n", args...)
	}
}
