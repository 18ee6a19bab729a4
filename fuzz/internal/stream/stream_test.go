package stream_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("An input", func() {
	DescribeTable("is read chunk by chunk",
		func(bytes string, cuts []int, chunks ...string) {
			in := stream.Input{Bytes: []byte(bytes), Cuts: cuts}
			Expect(in.Valid()).To(BeTrue())
			var got []string
			for _, chunk := range in.Chunks() {
				got = append(got, string(chunk))
			}
			Expect(got).To(Equal(chunks))
		},
		Entry("whole", "abc", nil, "abc"),
		Entry("empty", "", nil, ""),
		Entry("cut", "abc", []int{1, 2}, "a", "b", "c"),
		Entry("with an empty chunk", "abc", []int{1, 1}, "a", "", "bc"),
		Entry("with empty chunks at its ends", "abc", []int{0, 3}, "", "abc", ""),
	)

	DescribeTable("is not valid",
		func(cuts ...int) { Expect(stream.Input{Bytes: []byte("abc"), Cuts: cuts}.Valid()).To(BeFalse()) },
		Entry("cut in no order", 2, 1), Entry("cut before its start", -1), Entry("cut after its end", 4),
	)
})

var _ = Describe("What was seen", func() {
	saw := stream.Expected(stream.Input{Bytes: []byte("id: 1\nretry: 5\ndata: a\n\n")})

	It("is what the standard says", func() {
		Expect(saw.Events).To(Equal([]spec.Event{{Type: "message", Data: "a", LastEventID: "1"}}))
		Expect(saw.Retries).To(Equal([]int64{5}))
	})

	It("is the same when events are, and retries where they are told", func() {
		without := stream.Seen{Events: saw.Events}
		Expect(saw.Same(without, stream.Reports{})).To(BeTrue())
		Expect(saw.Same(without, stream.Reports{Retries: true})).To(BeFalse())
		Expect(saw.Same(stream.Seen{Retries: saw.Retries}, stream.Reports{Retries: true})).To(BeFalse())
		Expect(saw.Same(saw, stream.Reports{Retries: true})).To(BeTrue())
	})

	It("is nothing that another has seen when the reader failed", func() {
		failed := stream.Seen{Events: saw.Events, Failed: "it crashed"}
		Expect(failed.Same(saw, stream.Reports{})).To(BeFalse())
		Expect(failed.Same(failed, stream.Reports{})).To(BeFalse())
	})
})
