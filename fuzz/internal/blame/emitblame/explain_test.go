package emitblame_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame/emitblame"
	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

var _ = Describe("A subject with several faults", func() {
	DescribeTable("shows one after the other, since what is known hides no more than itself", func(names ...string) {
		var faults []mutants.EncoderFault
		for _, name := range names {
			faults = append(faults, fault(name))
		}
		e := emitblame.New(everything, corpus()...)
		c := campaign{encode: mutants.EncoderModel(faults...)}
		var found []string
		for range names {
			d := c.find(uint64(len(found)), 6000, 800)
			Expect(d).NotTo(BeNil(), "found so far: %v", found)
			v := e.Explain(d, c.known, c.ask)
			Expect(names).To(ContainElement(v.Fault), "%s: %s", v.Requirement, show(d.Items))
			Expect(v.Requirement).To(Equal(fault(v.Fault).Requirement))
			found = append(found, v.Fault)
			var err error
			c.known, err = c.known.With(v.Fault)
			Expect(err).NotTo(HaveOccurred())
		}
		Expect(found).To(ConsistOf(names))
		Expect(c.known.Faults()).To(Equal(found))
		Expect(c.find(99, 3000, 800)).To(BeNil())
	},
		Entry("of different rules", "no-space-after-colon", "id-nul-written", "retry-zero-dropped", "data-cr-spelled-out"),
		Entry("of the same step", "id-empty-dropped", "data-zero-dropped"),
		Entry("of lines and the whole", "comment-as-a-field", "byte-order-mark-first"),
		Entry("of refusals", "colon-in-types-refused", "empty-data-refused"),
	)
})

var _ = Describe("Explain", func() {
	given := []encoder.Item{block("id=", "data=a"), block("data=b")}
	deviation := func(encode encoder.EncodeFunc) *emission.Deviation {
		GinkgoHelper()
		c := campaign{encode: encode}
		d := c.find(3, 4000, 500)
		Expect(d).NotTo(BeNil())
		return d
	}

	It("says what it can of a subject that cannot be asked", func() {
		m := mutants.EncoderModel(fault("event-lower-cased"))
		v := emitblame.New(everything).Explain(deviation(m), emitblame.Model{}, nil)
		Expect(v.Requirement).To(Equal("format.event.exact"))
		Expect(v.Fault).To(Equal("event-lower-cased"))
		Expect(v.Sentence).To(Equal("the encoder writes event types in lower case"))
		Expect(v.Exact).To(BeFalse())
	})

	It("takes fewer answers than questions, and answers that are none", func() {
		m := mutants.EncoderModel(fault("event-lower-cased"))
		c := campaign{encode: m}
		v := emitblame.New(everything, corpus()...).Explain(deviation(m), emitblame.Model{}, func(lists [][]encoder.Item) []*transcript.Transcript {
			answers := c.ask(lists)
			answers[0] = &transcript.Transcript{Broken: "gone"}
			answers[1] = nil
			return answers[:len(answers)/2]
		})
		Expect(v.Fault).To(Equal("event-lower-cased"))
		Expect(v.Exact).To(BeTrue())
	})

	It("asks nothing that is not claimed", func() {
		m := mutants.EncoderModel(fault("data-trimmed"))
		c := campaign{encode: m}
		d := emission.Rules{}.Judge([]encoder.Item{block("data= a ")}, emission.Call(m, []encoder.Item{block("data= a ")}, false))
		e := emitblame.New(func(capability string) bool { return capability != encoder.Comments }, corpus()...)
		v := e.Explain(d, emitblame.Model{}, func(lists [][]encoder.Item) []*transcript.Transcript {
			for _, list := range lists {
				for _, item := range list {
					Expect(item.Comment).To(BeNil())
				}
			}
			return c.ask(lists)
		})
		Expect(v.Fault).To(Equal("data-trimmed"))
	})

	It("goes by rules where no mutant did the like, with the judge's sentence", func() {
		shout := func(list []encoder.Item) ([]byte, error) { return []byte("data: A!\n\ndata: B!\n\n"), nil }
		d := emission.Rules{}.Judge(given[1:], emission.Call(shout, given[1:], false))
		c := campaign{encode: shout}
		v := emitblame.New(everything, corpus()...).Explain(d, emitblame.Model{}, c.ask)
		Expect(v).To(Equal(emitblame.Verdict{Requirement: "format.item.one-block", Sentence: d.Sentence}))
	})

	It("goes by what is new, not by what is known and stands before it", func() {
		encode := mutants.EncoderModel(fault("no-space-after-colon"), fault("event-reserved-prefixed"))
		known, err := emitblame.Known("no-space-after-colon")
		Expect(err).NotTo(HaveOccurred())
		both := []encoder.Item{block("data= a"), block("event=open", "data=b")}
		d := emission.Rules{}.Judge(both, emission.Call(encode, both, false))
		Expect(d.Kind).To(Equal(emission.Data))
		Expect(known.Explains(d)).To(BeFalse())
		Expect(known.Versus(d).Kind).To(Equal(emission.Type))
		v := emitblame.New(everything).Without("event-reserved-prefixed").Explain(d, known, nil)
		Expect(v.Requirement).To(Equal("format.event.exact"))
	})

	It("explains what faults do together, though they clash with another one that is known", func() {
		known, err := emitblame.Known("data-trimmed", "data-ends-at-nul", "data-tabs-to-spaces", "event-lower-cased")
		Expect(err).NotTo(HaveOccurred())
		list := []encoder.Item{block("event=X", "data=a ")}
		d := emission.Rules{}.Judge(list, emission.Call(mutants.EncoderModel(fault("data-trimmed"), fault("event-lower-cased")), list, false))
		Expect(known.Explains(d)).To(BeTrue())
	})

	It("suspects no writer that does right", func() {
		known, err := emitblame.Known("id-empty-dropped") // which this list does not show
		Expect(err).NotTo(HaveOccurred())
		list := []encoder.Item{block("id=a"), block("id=", "data=b"), block("data=END")}
		d := emission.Rules{}.Judge(list, emission.Call(func([]encoder.Item) ([]byte, error) {
			return []byte("id: a\n\nfoo: x\nid:\ndata: b\n\ndata: END\n\n"), nil
		}, list, false))
		v := emitblame.New(everything).Explain(d, known, nil)
		Expect(v.Fault).To(Equal("timestamp-field"))
	})

	It("knows no fault of another name", func() {
		_, err := emitblame.Known("data-trimed")
		Expect(err).To(MatchError(`expected the name of a fault of an encoder, as runner/mutants has them, got "data-trimed"`))
	})
})
