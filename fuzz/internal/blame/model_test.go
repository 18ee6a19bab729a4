package blame_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("A model", func() {
	known := func(names ...string) blame.Model {
		GinkgoHelper()
		m, err := blame.Known(names...)
		Expect(err).NotTo(HaveOccurred())
		return m
	}
	in := whole("event: t\ndata: a\ndata: b\nretry: 3\n\n")

	It("reads as the standard does when it knows of no fault", func() {
		Expect(blame.Model{}.Expected(in)).To(Equal(stream.Expected(in)))
		Expect(blame.Model{}.Explains(in, stream.Expected(in), told)).To(BeTrue())
		Expect(blame.Model{}.Explains(in, stream.Seen{}, told)).To(BeFalse())
		Expect(blame.Model{}.Faults()).To(BeEmpty())
	})

	It("reads as a subject with all its faults does", func() {
		m := known("no-types", "joined-by-a-space", "retry-in-seconds")
		Expect(m.Expected(in)).To(Equal(stream.Seen{
			Events: []spec.Event{{Type: "message", Data: "a b"}}, Retries: []int64{3000},
		}))
		Expect(m.Faults()).To(Equal([]string{"no-types", "joined-by-a-space", "retry-in-seconds"}))
	})

	It("explains what one of its faults does alone, too", func() {
		m := known("no-types", "joined-by-a-space")
		for _, names := range [][]string{{"no-types"}, {"joined-by-a-space"}, {"joined-by-a-space", "no-types"}} {
			Expect(m.Explains(in, known(names...).Expected(in), told)).To(BeTrue())
		}
		Expect(m.Explains(in, known("retry-in-seconds").Expected(in), told)).To(BeFalse())
		Expect(m.Explains(in, known("joined-by-nothing").Expected(in), told)).To(BeFalse())
	})

	It("keeps the first of faults that clash, and explains what the other does", func() {
		m := known("joined-by-a-space", "joined-by-crlf", "no-types")
		Expect(m.Expected(in).Events).To(Equal([]spec.Event{{Type: "message", Data: "a b"}}))
		Expect(m.Explains(in, known("no-types", "joined-by-crlf").Expected(in), told)).To(BeTrue())
	})

	It("explains what a subject without reconnection times tells", func() {
		silent := stream.Seen{Events: stream.Expected(in).Events}
		Expect(known("retry-in-seconds").Explains(in, silent, stream.Reports{})).To(BeTrue())
		Expect(known("retry-in-seconds").Explains(in, silent, told)).To(BeFalse())
	})

	It("explains a failure where a fault makes it fail", func() {
		m := known("unknown-field-is-an-error")
		failed := stream.Seen{Failed: "it crashed"}
		Expect(m.Explains(whole("x\n"), failed, told)).To(BeTrue())
		Expect(m.Explains(whole("data\n"), failed, told)).To(BeFalse())
	})

	It("learns a fault once", func() {
		m := known("no-types")
		again, err := m.With("no-types", "data-leaks", "data-leaks")
		Expect(err).NotTo(HaveOccurred())
		Expect(again.Faults()).To(Equal([]string{"no-types", "data-leaks"}))
		Expect(m.Faults()).To(Equal([]string{"no-types"}))
	})

	It("says which name it does not know", func() {
		_, err := blame.Known("no-types", "no-such-fault")
		Expect(err).To(MatchError(ContainSubstring(`"no-such-fault"`)))
	})

	It("takes the fault of each mutant", func() {
		for _, f := range mutants.ParserFaults() {
			Expect(known(f.Name).Faults()).To(Equal([]string{f.Name}))
		}
	})
})
