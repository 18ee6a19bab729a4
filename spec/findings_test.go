package spec_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("Findings", func() {
	DescribeTable("name the place, however the stream is cut",
		func(stream string, want ...spec.Finding) {
			want = append([]spec.Finding(nil), want...) // none is nil
			for _, parts := range cuts(stream) {
				Expect(pull(parts).Findings).To(Equal(want), fmt.Sprintf("pulled: %q", parts))
				Expect(push(parts).Findings).To(Equal(want), fmt.Sprintf("pushed: %q", parts))
			}
		},
		Entry("nothing in a stream without fault",
			"\xEF\xBB\xBF: c\nevent: a\nid: 1\nretry: 10\ndata: x\ndata\n\nid\n\n\r\n\n"),
		Entry("an unknown field", "data: a\nfoo: b\n\n",
			spec.Finding{Kind: spec.UnknownField, Offset: 8, Line: 2, Text: "foo"}),
		Entry("an unknown field after a BOM, which counts", "\xEF\xBB\xBFfoo: b\n\n",
			spec.Finding{Kind: spec.UnknownField, Offset: 3, Line: 1, Text: "foo"}),
		Entry("lines are counted at CRLF, CR and LF alike", "data: a\r\nid: 1\rfoo: b\r\n\r\nbar:\n\n",
			spec.Finding{Kind: spec.UnknownField, Offset: 15, Line: 3, Text: "foo"},
			spec.Finding{Kind: spec.UnknownField, Offset: 25, Line: 5, Text: "bar"}),
		Entry("a line without a colon", "<html>\n\n",
			spec.Finding{Kind: spec.NoColon, Offset: 0, Line: 1, Text: "<html>"}),
		Entry("field names in the wrong case", "Data: a\nID: 1\nRETRY\n\n",
			spec.Finding{Kind: spec.FieldNameCase, Offset: 0, Line: 1, Text: "Data"},
			spec.Finding{Kind: spec.FieldNameCase, Offset: 8, Line: 2, Text: "ID"},
			spec.Finding{Kind: spec.FieldNameCase, Offset: 14, Line: 3, Text: "RETRY"}),
		Entry("a letter that only Unicode folds is no field name", "\u0130d: 1\n\n",
			spec.Finding{Kind: spec.UnknownField, Offset: 0, Line: 1, Text: "\u0130d"}),
		Entry("blanks around a field name", "data : a\n\tid: 1\n\n",
			spec.Finding{Kind: spec.FieldNameBlanks, Offset: 0, Line: 1, Text: "data "},
			spec.Finding{Kind: spec.FieldNameBlanks, Offset: 9, Line: 2, Text: "\tid"}),
		Entry("ill-formed UTF-8, at the first place in its line", "data: a\xE2\x82\ndata: \xC3\xA4\xFF\xFE\n\n",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 7, Line: 1, Text: "e282"},
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 18, Line: 2, Text: "ff"}),
		Entry("ill-formed UTF-8 in a comment", ":\x80\n\n",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 1, Line: 1, Text: "80"}),
		Entry("a surrogate, each of whose bytes is ill-formed", "data: \xED\xA0\x80\n\n",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 6, Line: 1, Text: "ed"}),
		Entry("an ill-formed field name is also unknown", "da\xFFta: a\n\n",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 2, Line: 1, Text: "ff"},
			spec.Finding{Kind: spec.UnknownField, Offset: 0, Line: 1, Text: "da\uFFFDta"}),
		Entry("a second BOM at the start", "\xEF\xBB\xBF\xEF\xBB\xBF: c\n\n",
			spec.Finding{Kind: spec.MisplacedBOM, Offset: 3, Line: 1, Text: "\uFEFF"},
			spec.Finding{Kind: spec.UnknownField, Offset: 3, Line: 1, Text: "\uFEFF"}),
		Entry("a BOM before a later event", "data: a\n\n\xEF\xBB\xBFdata: b\n\n",
			spec.Finding{Kind: spec.MisplacedBOM, Offset: 9, Line: 3, Text: "\uFEFF"},
			spec.Finding{Kind: spec.UnknownField, Offset: 9, Line: 3, Text: "\uFEFFdata"}),
		Entry("a BOM inside a value", "data: \xEF\xBB\xBFx\n\n",
			spec.Finding{Kind: spec.MisplacedBOM, Offset: 6, Line: 1, Text: "\uFEFF"}),
		Entry("a NUL in an id", "id: 1\x002\ndata: x\n\n",
			spec.Finding{Kind: spec.NULInID, Offset: 5, Line: 1, Text: "1\x002"}),
		Entry("an id that is void is not repeated", "id:\x00\nid: 1\n\n",
			spec.Finding{Kind: spec.NULInID, Offset: 3, Line: 1, Text: "\x00"}),
		Entry("a bad retry", "retry: 1s\n\nretry:-1\n\nretry:  5\n\n",
			spec.Finding{Kind: spec.BadRetry, Offset: 7, Line: 1, Text: "1s"},
			spec.Finding{Kind: spec.BadRetry, Offset: 17, Line: 3, Text: "-1"},
			spec.Finding{Kind: spec.BadRetry, Offset: 28, Line: 5, Text: " 5"}),
		Entry("an empty retry", "data: a\nretry\n\nretry: \n\n",
			spec.Finding{Kind: spec.EmptyRetry, Offset: 8, Line: 2},
			spec.Finding{Kind: spec.EmptyRetry, Offset: 15, Line: 4}),
		Entry("a retry at the end of the range, and one beyond it",
			"retry: 9223372036854775807\nretry: 9223372036854775808\n\n",
			spec.Finding{Kind: spec.RetryOutOfRange, Offset: 34, Line: 2, Text: "9223372036854775808"}),
		Entry("letters after too many digits make a retry bad, not large", "retry: 99999999999999999999s\n\n",
			spec.Finding{Kind: spec.BadRetry, Offset: 7, Line: 1, Text: "99999999999999999999s"}),
		Entry("a second event and a second id in one block", "event: a\nid: 1\nevent: b\nid: 2\ndata: x\n\nevent: c\nid: 3\ndata\n\n",
			spec.Finding{Kind: spec.RepeatedField, Offset: 15, Line: 3, Text: "event"},
			spec.Finding{Kind: spec.RepeatedField, Offset: 24, Line: 4, Text: "id"}),
		Entry("an event type without data", "data: a\n\nid: 1\nevent: ping\n\ndata: b\n\n",
			spec.Finding{Kind: spec.EventWithoutData, Offset: 15, Line: 4, Text: "ping"}),
		Entry("a block that is cut off after a line", "data: a\n\nevent: b\ndata: c\n",
			spec.Finding{Kind: spec.CutOffBlock, Offset: 9, Line: 3, Text: "event: b"}),
		Entry("a block that is cut off inside a line", "data: a\n\ndata: b",
			spec.Finding{Kind: spec.CutOffBlock, Offset: 9, Line: 3, Text: "data: b"}),
		Entry("a comment that no blank line follows", "data: a\n\n: bye\n",
			spec.Finding{Kind: spec.CutOffBlock, Offset: 9, Line: 3, Text: ": bye"}),
		Entry("a stream that ends inside a character", "data: a\xF0\x9F",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 7, Line: 1, Text: "f09f"},
			spec.Finding{Kind: spec.CutOffBlock, Offset: 0, Line: 1, Text: "data: a\uFFFD"}),
		Entry("a stream that ends inside its BOM", "\xEF\xBB",
			spec.Finding{Kind: spec.IllFormedUTF8, Offset: 0, Line: 1, Text: "efbb"},
			spec.Finding{Kind: spec.CutOffBlock, Offset: 0, Line: 1, Text: "\uFFFD"}),
		Entry("a field name that is quoted in part, at the edge of a character",
			strings.Repeat("x", 63)+"\u00E4y: a\n\n",
			spec.Finding{Kind: spec.UnknownField, Offset: 0, Line: 1, Text: strings.Repeat("x", 63)}),
	)

	It("come before the event of their block", func() {
		var order []string
		d := spec.NewDecoder(strings.NewReader("foo: 1\ndata: a\n\nbar: 1\ndata: b\n\n"),
			spec.WithFindings(func(f spec.Finding) { order = append(order, f.Text) }))
		for e, err := range d.Events() {
			Expect(err).NotTo(HaveOccurred())
			order = append(order, e.Data)
		}
		Expect(order).To(Equal([]string{"foo", "a", "bar", "b"}))
	})

	It("begin anew with each stream", func() {
		var findings []spec.Finding
		d := spec.NewDecoder(strings.NewReader("event: a\nid: 1\nfoo"),
			spec.WithFindings(func(f spec.Finding) { findings = append(findings, f) }))
		for range d.Events() {
		}
		findings = nil
		d.Reset(strings.NewReader("event: b\nid: 2\ndata\n\nfoo:\n\n"))
		for range d.Events() {
		}
		Expect(findings).To(Equal([]spec.Finding{{Kind: spec.UnknownField, Offset: 21, Line: 5, Text: "foo"}}))
	})

	It("never quote more than 64 bytes", func() {
		for _, f := range pull([][]byte{[]byte(strings.Repeat("\xFF", 1000) + "\nretry: " + strings.Repeat("7", 1000) + "\n\n")}).Findings {
			Expect(len(f.Text)).To(BeNumerically("<=", 64))
		}
	})

	DescribeTable("say in a sentence, safe for a terminal, what was found",
		func(stream, want string) {
			findings := pull([][]byte{[]byte(stream)}).Findings
			Expect(findings).NotTo(BeEmpty())
			Expect(findings[0].String()).To(Equal(want))
		},
		Entry(nil, "foo: a\n\n", `line 1, byte 0: the field "foo" is unknown and ignored`),
		Entry(nil, "\x1b[31mfoo\n\n", `line 1, byte 0: the line "\x1b[31mfoo" has no colon and is no known field; it is ignored`),
		Entry(nil, "Data: a\n\n", `line 1, byte 0: the field name "Data" is in the wrong case; the field is ignored`),
		Entry(nil, "data : a\n\n", `line 1, byte 0: the field name "data " has blanks around it; the field is ignored`),
		Entry(nil, "data: \xFF\n\n", `line 1, byte 6: the bytes ff are no UTF-8 and read as U+FFFD`),
		Entry(nil, "data: \uFEFF\n\n", `line 1, byte 6: a byte order mark that is not at the start is a character like any other`),
		Entry(nil, "id: \x00\n\n", `line 1, byte 4: the id "\x00" holds a NUL and is ignored`),
		Entry(nil, "retry: x\n\n", `line 1, byte 7: the retry "x" is not made of ASCII digits only and is ignored`),
		Entry(nil, "retry\n\n", `line 1, byte 0: the retry is empty; it is ignored here, but clients differ`),
		Entry(nil, "retry: 9999999999999999999\n\n", `line 1, byte 7: the retry "9999999999999999999" is beyond what clients can hold`),
		Entry(nil, "id: 1\nid: 2\n\n", `line 2, byte 6: a second "id" field in one block makes the first one void`),
		Entry(nil, "event: a\n\n", `line 1, byte 0: the block of the event "a" has no data field; nothing is dispatched`),
		Entry(nil, "data: a", `line 1, byte 0: the stream ends inside the block that begins here with "data: a"; no event comes of it`),
	)
})
