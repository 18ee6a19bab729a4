package spec_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/vectors"
)

var _ = Describe("The vectors of the standard", func() {
	for _, v := range vectors.All() {
		Describe(v.ID+": "+v.Title, func() {
			It("mean to the oracle what they should", func() {
				Expect(spec.Oracle([]byte(v.Stream), "")).To(Equal(v.Outcome))
			})

			It("mean the same to both decoders, however they are cut", func() {
				for _, parts := range cuts(v.Stream) {
					Expect(pull(parts).Outcome).To(Equal(v.Outcome), fmt.Sprintf("pulled: %q", parts))
					Expect(push(parts).Outcome).To(Equal(v.Outcome), fmt.Sprintf("pushed: %q", parts))
					Expect(pull(parts, bare()...).Outcome).To(Equal(v.Outcome), fmt.Sprintf("pulled, bare: %q", parts))
					Expect(push(parts, bare()...).Outcome).To(Equal(v.Outcome), fmt.Sprintf("pushed, bare: %q", parts))
				}
			})
		})
	}
})
