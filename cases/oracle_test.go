package cases_test

import (
	"bytes"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

// The expectations are written by hand, from the standard; the oracle follows
// its steps. Where the two differ one of them is wrong.
var _ = Describe("Every stream case", func() {
	It("expects what the oracle makes of its stream, with every line ending", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		for _, c := range corpus.Cases() {
			if c.Kind() != cases.KindStream {
				continue
			}
			answers := c.Expect.Answers()
			Expect(answers[0].Grade).To(Equal(cases.GradePass), c.Name())
			var want []spec.Event
			for i := range answers[0].Events {
				want = append(want, answers[0].Events[i].Spec())
			}
			for name, stream := range wires(c) {
				got := spec.Oracle(stream, "")
				Expect(got.Events).To(Equal(want), "%s, %s", c.Name(), name)
				if c.Finally != nil {
					Expect(got.Retries).NotTo(BeEmpty(), c.Name())
					Expect(got.Retries[len(got.Retries)-1]).To(Equal(*c.Finally.ReconnectionTime), c.Name())
				}
			}
		}
	})
})

// wires are the different byte streams of a case, by the name of a variant
// that plays them.
func wires(c *cases.Case) map[string][]byte {
	streams := map[string][]byte{}
	seen := map[string]bool{}
	for _, v := range cases.OneShotVariants(c) {
		stream := bytes.Join(v.Chunks, nil)
		if !seen[string(stream)] {
			seen[string(stream)], streams[v.Name] = true, stream
		}
	}
	return streams
}
