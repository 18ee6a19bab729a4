package mutants_test

import (
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// emits are the corpus's cases for encoders: all of the kind emit but those of the
// delivery, which no encoder shows.
func emits() []*cases.Case {
	GinkgoHelper()
	return corpus(300, func(c *cases.Case) bool { return c.Kind() == cases.KindEmit && !c.Delivers() })
}

func ofEncoder(m mutants.EncoderMutant) planted { return planted{m.Name, m.Requirement, m.Sentence} }

// encodes plays a case on a mutant. One that falls over fails too much to prove
// anything, unless that is its fault.
func encodes(m mutants.EncoderMutant, c *cases.Case) reports.Verdict {
	GinkgoHelper()
	result := play(m.Subject(), c)
	Expect(result.Verdict).To(BeElementOf(reports.Pass, reports.Fail), "%s on %s: %s", c.Name(), m.Name, result.Message)
	if !strings.HasSuffix(m.Name, "panics") {
		Expect(result.Message).NotTo(ContainSubstring("panicked"), "%s on %s", c.Name(), m.Name)
	}
	return result.Verdict
}

var _ = Describe("The encoder of the mutants", func() {
	It("passes every case with no fault on, by making harmless what it cannot write", func() {
		sound := mutants.EncoderMutant{Name: "sound", Encode: mutants.SoundEncoder()}
		for _, c := range emits() {
			result := play(sound.Subject(), c)
			Expect(result.Verdict).To(Equal(reports.Pass), "%s, %s: %s\n%s", c.Name(), result.FailedVariant, result.Message, result.Diff)
		}
	})
})

var _ = Describe("The mutants of the encoder", func() {
	It("are at least 150, each with a name, a requirement of the catalogue and a sentence of its own", func() {
		described(faults(mutants.Encoders(), ofEncoder), 150, requirements.Format)
	})

	for _, m := range mutants.Encoders() {
		It("die: "+m.Name, func() {
			for _, c := range emits() {
				if slices.Contains(c.Requirements, m.Requirement) && encodes(m, c) == reports.Fail {
					return
				}
			}
			Fail("no case that names " + m.Requirement + " fails on an encoder that " + m.Sentence)
		})
	}

	It("between them break every requirement that a case for encoders names", func() {
		broken := map[string]bool{}
		for _, m := range mutants.Encoders() {
			broken[m.Requirement] = true
		}
		for _, c := range emits() {
			for _, id := range c.Requirements {
				Expect(broken).To(HaveKey(id), c.Name())
			}
		}
	})
})

var _ = Describe("An encoder with several faults", func() {
	fault := func(name string) mutants.EncoderFault {
		GinkgoHelper()
		all := mutants.EncoderFaults()
		i := slices.IndexFunc(all, func(f mutants.EncoderFault) bool { return f.Name == name })
		Expect(i).NotTo(Equal(-1), name)
		return all[i]
	}

	It("has each of them, those too that do something around the same block", func() {
		id, data, typ := "0", "0", "login"
		stream, err := mutants.EncoderModel(fault("id-zero-dropped"), fault("data-zero-dropped"), fault("no-space-after-colon"),
			fault("line-ends-mixed"))([]encoder.Item{{Event: &typ, ID: &id, Data: &data}})
		Expect(err).NotTo(HaveOccurred())
		Expect(string(stream)).To(Equal("event:login\n\r\n"))
	})

	It("refuses what one of them refuses", func() {
		typ, id := "a:b", "a b"
		encode := mutants.EncoderModel(fault("colon-in-types-refused"), fault("space-in-ids-refused"))
		_, err := encode([]encoder.Item{{Event: &typ}})
		Expect(err).To(HaveOccurred())
		_, err = encode([]encoder.Item{{ID: &id}})
		Expect(err).To(HaveOccurred())
	})

	It("changes the stream by one after the other", func() {
		data := "é"
		stream, err := mutants.EncoderModel(fault("latin-1"), fault("byte-order-mark-first"))([]encoder.Item{{Data: &data}})
		Expect(err).NotTo(HaveOccurred())
		Expect(string(stream)).To(Equal("\xEF\xBB\xBFdata: \xE9\n\n"))
	})

	DescribeTable("clashes where two faults replace the same rule", func(a, b string, clash bool) {
		Expect(fault(a).Clashes(fault(b))).To(Equal(clash))
		Expect(fault(b).Clashes(fault(a))).To(Equal(clash))
	},
		Entry("a fault and itself", "data-trimmed", "data-trimmed", true),
		Entry("two of data", "data-trimmed", "data-ends-at-nul", true),
		Entry("two of the line", "no-space-after-colon", "names-in-quotes", true),
		Entry("two of the line end", "line-ends-spelled-out", "line-ends-mixed", true),
		Entry("of data and of ids", "data-trimmed", "id-trimmed", false),
		Entry("two that look at an item first", "data-zero-dropped", "id-zero-dropped", false),
		Entry("two of the whole stream", "latin-1", "byte-order-mark-first", false),
	)
})

var _ = Describe("Every case for encoders", func() {
	It("fails on a mutant that breaks what the case names: none is idle", func() {
		all := mutants.Encoders()
		for _, c := range emits() {
			Expect(slices.ContainsFunc(all, func(m mutants.EncoderMutant) bool {
				return slices.Contains(c.Requirements, m.Requirement) && encodes(m, c) == reports.Fail
			})).To(BeTrue(), "%s passes on all mutants that break one of %v", c.Name(), c.Requirements)
		}
	})

	for _, null := range mutants.NullEncoders() {
		It("fails on a subject that "+null.Sentence, func() {
			for _, c := range emits() {
				Expect(encodes(null, c)).To(Equal(reports.Fail), c.Name())
			}
		})
	}
})
