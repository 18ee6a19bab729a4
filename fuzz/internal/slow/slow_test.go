package slow_test

import (
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/slow"
	"github.com/ssecheck/ssecheck/spec"
)

func TestSlow(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fuzz/internal/slow")
}

var wide = slow.Limits{Line: spec.DefaultMaxLine, Event: spec.DefaultMaxEvent}

var _ = Describe("The slow reading", func() {
	It("has what the oracle says, from the last event ID on", func() {
		r := slow.Read([]byte("data: a\n\nretry: 5\n"), "7", wide)
		Expect(r.Outcome).To(Equal(spec.Oracle([]byte("data: a\n\nretry: 5\n"), "7")))
		Expect(r.Limit).To(BeNil())
	})

	It("has the comments, decoded, without one space, of complete lines", func() {
		Expect(slow.Read([]byte(":a\r: b\r\n:  c\xFF\n:\n: cut off"), "", wide).Comments).To(Equal([]string{"a", "b", " c\uFFFD", ""}))
	})

	DescribeTable("has findings", func(stream string, want ...spec.Finding) {
		Expect(slow.Read([]byte(stream), "", wide).Findings).To(HaveExactElements(want))
	},
		Entry("none in a stream without fault", "\xEF\xBB\xBF: c\nevent: a\nid: 1\nretry: 10\ndata: x\ndata\n\nid\n\n\r\n\n"),
		Entry("of names", "\xEF\xBB\xBFfoo\r\nData: a\rid : 1\n\n",
			spec.Finding{Kind: spec.NoColon, Offset: 3, Line: 1, Text: "foo"},
			spec.Finding{Kind: spec.FieldNameCase, Offset: 8, Line: 2, Text: "Data"},
			spec.Finding{Kind: spec.FieldNameBlanks, Offset: 16, Line: 3, Text: "id "}),
		Entry("of characters", "x\xF0\x9F: \xEF\xBB\xBF\n\n",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 1, Line: 1, Text: "f09f"},
			spec.Finding{Kind: spec.MisplacedBOM, Offset: 5, Line: 1, Text: "\uFEFF"},
			spec.Finding{Kind: spec.UnknownField, Offset: 0, Line: 1, Text: "x\uFFFD"}),
		Entry("of values", "id: 1\x00\nid\nid:\nretry\nretry: 1s\nretry:009223372036854775808\nretry:9223372036854775807\n\n",
			spec.Finding{Kind: spec.NULInID, Offset: 5, Line: 1, Text: "1\x00"},
			spec.Finding{Kind: spec.RepeatedField, Offset: 10, Line: 3, Text: "id"},
			spec.Finding{Kind: spec.EmptyRetry, Offset: 14, Line: 4},
			spec.Finding{Kind: spec.BadRetry, Offset: 27, Line: 5, Text: "1s"},
			spec.Finding{Kind: spec.RetryOutOfRange, Offset: 36, Line: 6, Text: "009223372036854775808"}),
		Entry("of blocks", "event: a\nevent: b\n\ndata\nevent\n",
			spec.Finding{Kind: spec.RepeatedField, Offset: 9, Line: 2, Text: "event"},
			spec.Finding{Kind: spec.EventWithoutData, Offset: 9, Line: 2, Text: "b"},
			spec.Finding{Kind: spec.CutOffBlock, Offset: 19, Line: 4, Text: "data"}),
		Entry("of the end inside a line", "\n\xE2\x82",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 1, Line: 2, Text: "e282"},
			spec.Finding{Kind: spec.CutOffBlock, Offset: 1, Line: 2, Text: "\uFFFD"}),
		Entry("that quote 64 bytes at most, in whole characters", strings.Repeat("x", 63)+"\u00E4: a\n\n"+strings.Repeat("\xFF", 64)+":\n\n",
			spec.Finding{Kind: spec.UnknownField, Offset: 0, Line: 1, Text: strings.Repeat("x", 63)},
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 70, Line: 3, Text: "ff"},
			spec.Finding{Kind: spec.UnknownField, Offset: 70, Line: 3, Text: strings.Repeat("\uFFFD", 21)}),
	)

	DescribeTable("ends at a limit", func(stream string, want spec.LimitError, findings int) {
		r := slow.Read([]byte("data: a\n\n"+stream), "", slow.Limits{Line: 12, Event: 6})
		Expect(r.Limit).To(HaveValue(Equal(want)))
		Expect(r.Events).To(HaveLen(1))
		Expect(r.Findings).To(HaveLen(findings))
	},
		Entry("of a line", "data: 4567890\n\n", spec.LimitError{Limit: spec.LimitLine, Max: 12, Offset: 9, Line: 3}, 0),
		Entry("of a line without an end", "retry: 567890", spec.LimitError{Limit: spec.LimitLine, Max: 12, Offset: 9, Line: 3}, 0),
		Entry("of the data", "data: abc\ndata: def\n\n", spec.LimitError{Limit: spec.LimitEvent, Max: 6, Offset: 19, Line: 4}, 0),
		Entry("of the data and the type, once its line is looked at", "event: d\nevent: defg\ndata: abc\n\n",
			spec.LimitError{Limit: spec.LimitEvent, Max: 6, Offset: 30, Line: 5}, 1),
	)

	It("takes what fits exactly", func() {
		r := slow.Read([]byte("data: 456789\n\nevent: d\ndata: ab\ndata: c\n\nretry: 67890"), "", slow.Limits{Line: 12, Event: 6})
		Expect(r.Limit).To(BeNil())
		Expect(r.Events).To(HaveLen(2))
	})
})
