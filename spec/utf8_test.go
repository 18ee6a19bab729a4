package spec_test

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("Ill-formed UTF-8", func() {
	// One U+FFFD for each maximal subpart
	// (https://encoding.spec.whatwg.org/#utf-8-decoder).
	DescribeTable("is replaced, part by part, however it is cut", func(bytes, want string) {
		for _, parts := range cuts("data: " + bytes + "\r\ndata: after\r\n\r\n") {
			events := []spec.Event{{Type: "message", Data: want + "\nafter"}}
			Expect(pull(parts).Events).To(Equal(events), fmt.Sprintf("pulled: %q", parts))
			Expect(push(parts, bare()...).Events).To(Equal(events), fmt.Sprintf("pushed: %q", parts))
		}
	},
		Entry("a lone continuation", "\x80", "\uFFFD"),
		Entry("bytes that never lead", "\xC0\xC1\xF5\xFE\xFF", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"),
		Entry("two of two, and its lack", "\xC3\xA4\xC3", "\u00E4\uFFFD"),
		Entry("one and two of three", "\xE2.\xE2\x82.", "\uFFFD.\uFFFD."),
		Entry("one, two and three of four", "\xF0.\xF0\x9F.\xF0\x9F\x98.", "\uFFFD.\uFFFD.\uFFFD."),
		Entry("a lead after a lead", "\xF0\x9F\xE2\x82\xC3\xA4", "\uFFFD\uFFFD\u00E4"),
		Entry("an overlong form of two", "\xC0\xAF", "\uFFFD\uFFFD"),
		Entry("an overlong form of three", "\xE0\x9F\xBF", "\uFFFD\uFFFD\uFFFD"),
		Entry("an overlong form of four", "\xF0\x8F\xBF\xBF", "\uFFFD\uFFFD\uFFFD\uFFFD"),
		Entry("the first surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"),
		Entry("what is next to the surrogates", "\xED\x9F\xBF\xEE\x80\x80", "\uD7FF\uE000"),
		Entry("the last character, and one beyond", "\xF4\x8F\xBF\xBF\xF4\x90\x80\x80", "\U0010FFFF\uFFFD\uFFFD\uFFFD\uFFFD"),
		Entry("a truncated sequence before a space and a colon", "\xE2\x82 :\xF0\x9F", "\uFFFD :\uFFFD"),
		Entry("U+FFFD itself, well-formed", "\xEF\xBF\xBD", "\uFFFD"),
	)

	It("in several fields of one block leaves each its own value", func() {
		for _, parts := range cuts("id: \xFF1\nevent: \xFE2\ndata: \xFD3\ndata: 4\xFC\n\nid: 5\xFB\n: \xFA6\ndata: 7\n\n") {
			want := []spec.Event{
				{Type: "\uFFFD2", Data: "\uFFFD3\n4\uFFFD", LastEventID: "\uFFFD1"},
				{Type: "message", Data: "7", LastEventID: "5\uFFFD"},
			}
			Expect(pull(parts).Events).To(Equal(want), fmt.Sprintf("pulled: %q", parts))
			Expect(pull(parts, bare()...).Events).To(Equal(want), fmt.Sprintf("pulled, bare: %q", parts))
			Expect(push(parts).Events).To(Equal(want), fmt.Sprintf("pushed: %q", parts))
		}
	})
})
