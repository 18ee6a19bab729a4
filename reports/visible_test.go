package reports_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/reports/internal/sample"
)

var _ = Describe("Visible", func() {
	DescribeTable("shows every byte and harms no terminal",
		func(in, want string) { Expect(reports.Visible([]byte(in))).To(Equal(want)) },
		Entry("plain text", "data: a b", "data: a b"),
		Entry("line ends", "a\nb\r\nc\td", `a\nb\r\nc\td`),
		Entry("a backslash", `a\nb`, `a\\nb`),
		Entry("quotes stay", `"a" 'b'`, `"a" 'b'`),
		Entry("NUL, ESC, DEL", "\x00\x1b\x7f", `\x00\x1b\x7f`),
		Entry("letters of the world", "дом 家 é", "дом 家 é"),
		Entry("an emoji", "🎈", "🎈"),
		Entry("C1 controls", "\u009b31m\u0085", `\u009b31m\u0085`),
		Entry("bytes that are no UTF-8", "a\xff\xc3", `a\xff\xc3`),
		Entry("a surrogate in UTF-8", "\xed\xa0\x80", `\xed\xa0\x80`),
		Entry("a replacement character that is really there", "\ufffd", "\ufffd"),
		Entry("direction marks", "\u202e\u2066\u200f", `\u202e\u2066\u200f`),
		Entry("zero width and BOM", "\u200b\u200d\ufeff", `\u200b\u200d\ufeff`),
		Entry("line and paragraph separators", "\u2028\u2029", `\u2028\u2029`),
		Entry("a no-break space, which looks like one", "\u00a0", `\u00a0`),
		Entry("a soft hyphen", "\u00ad", `\u00ad`),
		Entry("variation selectors and fillers", "\ufe0f\u3164\u034f", `\ufe0f\u3164\u034f`),
		Entry("tags", "\U000e0041", `\U000e0041`),
		Entry("private use", "\ue000", `\ue000`),
		Entry("noncharacters, which XML forbids", "\uffff\ufffe", `\uffff\ufffe`),
		Entry("an order to a CI system", "##vso[x] ##[error] ##TeamCity[y]", `#\x23vso[x] #\x23[error] #\x23TeamCity[y]`),
		Entry("a heading is no order", "## vso", "## vso"),
	)

	It("gives different texts to different bytes", func() {
		for range 500 {
			in := randomBytes()
			out := reports.Visible(in)
			back, err := strconv.Unquote(`"` + strings.ReplaceAll(out, `"`, `\"`) + `"`)
			Expect(err).NotTo(HaveOccurred(), "%q", out)
			Expect([]byte(back)).To(Equal(in))
		}
	})
})

var _ = Describe("Line and Text", func() {
	It("leave alone what was made visible before", func() {
		for range 500 {
			in := string(randomBytes())
			visible := reports.Visible([]byte(in))
			Expect(reports.Line(visible)).To(Equal(visible))
			Expect(reports.Line(reports.Line(in))).To(Equal(reports.Line(in)))
			Expect(reports.Text(reports.Text(in))).To(Equal(reports.Text(in)))
		}
	})

	It("let no line of a text begin with an order", func() {
		Expect(reports.Text("::a\n  ::b\nc ::d\n\t::::")).To(Equal("\\x3a:a\n  \\x3a:b\nc ::d\n\t\\x3a:::"))
	})

	It("keep LF and tab in a text, and neither in a line", func() {
		Expect(reports.Text("a\n\tb\r\x1b")).To(Equal("a\n\tb\\r\\x1b"))
		Expect(reports.Line("a\n\tb")).To(Equal(`a\n\tb`))
	})
})

// harmless is the property that everything printed must have.
func harmless(s, allowed string) {
	GinkgoHelper()
	Expect(utf8.ValidString(s)).To(BeTrue(), "%q is not UTF-8", s)
	var harmful []rune
	for _, r := range s {
		if !strings.ContainsRune(allowed, r) && (!unicode.IsPrint(r) ||
			unicode.In(r, unicode.Cf, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp)) {
			harmful = append(harmful, r)
		}
	}
	Expect(harmful).To(BeEmpty(), "%U", harmful)
}

var _ = DescribeTable("nothing harmful passes",
	func(in string) {
		harmless(reports.Visible([]byte(in)), "")
		harmless(reports.Line(in), "\u00a0")
		harmless(reports.Text(in), "\n\t\u00a0")
	},
	Entry("an attack", sample.Attack),
	Entry("every character of the first plane", everyRune(0, 0xffff)),
	Entry("every character of the second and third", everyRune(0x10000, 0x2ffff)),
	// The planes between have no character, or none that is public.
	Entry("every character of the plane of tags", everyRune(0xe0000, 0xeffff)),
	Entry("characters here and there in the others", everyNthRune(0x30000, unicode.MaxRune, 61)),
)

func everyRune(from, to rune) string { return everyNthRune(from, to, 1) }

func everyNthRune(from, to, step rune) string {
	var out strings.Builder
	for r := from; r <= to; r += step {
		out.WriteRune(r)
	}
	return out.String()
}

// randomBytes mixes ASCII, escapes, controls, raw bytes and runes of all planes.
func randomBytes() []byte {
	var out []byte
	for range rand.IntN(40) {
		switch rand.IntN(5) {
		case 0:
			out = append(out, byte(rand.IntN(256)))
		case 1:
			out = utf8.AppendRune(out, rune(rand.IntN(unicode.MaxRune+1)))
		case 2:
			out = append(out, []string{`\n`, `\\`, `\x1b`, "##[", "\r\n", `"`}[rand.IntN(6)]...)
		default:
			out = append(out, byte(' '+rand.IntN(95)))
		}
	}
	if out == nil {
		out = []byte{}
	}
	return out
}

func FuzzVisible(f *testing.F) {
	f.Add([]byte(sample.Attack))
	f.Fuzz(func(t *testing.T, in []byte) {
		out := reports.Visible(in)
		back, err := strconv.Unquote(`"` + strings.ReplaceAll(out, `"`, `\"`) + `"`)
		if err != nil || back != string(in) {
			t.Fatalf("Visible(%q) = %q, which reads back as %q (%v)", in, out, back, err)
		}
		if reports.Line(out) != out {
			t.Fatalf("Line changes %q", out)
		}
	})
}
