package cases_test

import (
	"math/rand/v2"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("Settled", func() {
	DescribeTable("tells whether a block may be appended", func(stream string, want bool) {
		Expect(cases.Settled([]byte(stream))).To(Equal(want))
	},
		Entry("to nothing", "", true),
		Entry("to a byte order mark", "\xef\xbb\xbf", true),
		Entry("not to a part of one", "\xef\xbb", false),
		Entry("to a blank line", "\n", true),
		Entry("to a byte order mark and a blank line", "\xef\xbb\xbf\n", true),
		Entry("to a block", "data: a\n\n", true),
		Entry("to a block with CRLF", "data: a\r\n\r\n", true),
		Entry("not after a field with CRLF", "data: a\r\n", false),
		Entry("to a block with CR", "data: a\r\r", true),
		Entry("not after a field with CR", "data: a\r", false),
		Entry("to a block that ends in a lone CR", "data: a\n\r", true),
		Entry("not to a line without an end", "data: a\n\ndata", false),
		Entry("not to a comment without an end", "data: a\n\n:", false),
		Entry("not to a half letter", "data: a\n\n\xe2\x82", false),
		Entry("not after a field", "data: a\n\nid: 1\n", false),
		Entry("not after a field of no meaning", "data: a\n\nfoo\n", false),
		Entry("not after a reconnection time", "retry: 1\n", false),
		Entry("to a comment", "data: a\n\n: b\n", true),
		Entry("to comments alone", ":\r\n: a\r: b\n", true),
		Entry("to a byte order mark and a comment", "\xef\xbb\xbf:\n", true),
		Entry("not after a second byte order mark", "\xef\xbb\xbf\xef\xbb\xbf\n", false),
		Entry("not to a comment after a field", "data: a\n: b\n", false),
	)

	It("lets a block of one's own through as one more event, and changes nothing before it", func() {
		random := rand.New(rand.NewPCG(3, 4))
		parts := []string{"\n", "\n", "\n\n", "\r", "\r\n", "data: a", "data", "event: x", "event", "id: 7", "id", "retry: 5",
			": c", ":", "foo: bar", "\xef\xbb\xbf", "\xef\xbb", "\xe2\x82", "\xff", "é", " ", "\x00", "d"}
		settled, unsettled := 0, 0
		for range 30_000 {
			var stream []byte
			for range random.IntN(9) {
				stream = append(stream, parts[random.IntN(len(parts))]...)
			}
			before := spec.Oracle(stream, "")
			after := spec.Oracle(append(slices.Clone(stream), "data: END\n\n"...), "")
			same := len(after.Events) == len(before.Events)+1 && slices.Equal(after.Events[:len(before.Events)], before.Events) &&
				after.LastEventID == before.LastEventID &&
				after.Events[len(before.Events)] == spec.Event{Type: "message", Data: "END", LastEventID: before.LastEventID}
			if !cases.Settled(stream) {
				if !same {
					unsettled++
				}
				continue
			}
			settled++
			Expect(same).To(BeTrue(), "%q", stream)
		}
		Expect(settled).To(BeNumerically(">", 3000), "the streams are no test")
		Expect(unsettled).To(BeNumerically(">", 3000), "the streams are no test")
	})
})
