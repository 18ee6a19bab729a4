package grammar_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// sample is what all of the tables look at.
var sample = sync.OnceValue(func() []stream.Input { return some(20000, 2048) })

// texts are its streams with a character for each byte, so that a pattern can speak of
// bytes.
var texts = sync.OnceValue(func() (texts []string) {
	for _, in := range sample() {
		var text strings.Builder
		for _, c := range in.Bytes {
			text.WriteRune(rune(c))
		}
		texts = append(texts, text.String())
	}
	return texts
})

var _ = Describe("Among what a generator makes", func() {
	DescribeTable("is a stream with",
		func(pattern string) {
			re := regexp.MustCompile(pattern)
			Expect(slices.ContainsFunc(texts(), re.MatchString)).To(BeTrue(), "none matches %s", pattern)
		},
		// fields
		Entry("each field, with and without the space", `\nevent: [a-z](?s:.)*\nid:[0-9](?s:.)*\nretry: [0-9]+\n`),
		Entry("a field without a colon", `(^|\n)data\n`), Entry("another", `(^|\n)id\n`), Entry("another", `(^|\n)event\n`),
		Entry("another", `(^|\n)retry\n`),
		Entry("a repeated field", `(^|\n)event: [a-z]+\nevent: [a-z]+\n`), Entry("a repeated line", `(^|\n)event: message\nevent: message\n`),
		// near-fields
		Entry("a name in upper case", `(^|\n)DATA:`), Entry("in mixed case", `(^|\n)iD:`), Entry("a prefix", `(^|\n)dat:`),
		Entry("a suffix", `(^|\n)ata:`), Entry("more than a name", `(^|\n)data[a-z0-9_.]:`), Entry("two names", `(^|\n)dataid:`),
		Entry("a space before a name", `(^|\n) data:`), Entry("a tab behind", `(^|\n)data\t:`),
		Entry("NUL before a name", `(^|\n)\x00data:`), Entry("within", `(^|\n)da\x00ta:`), Entry("behind", `(^|\n)data\x00:`),
		Entry("a mark before a name", `\n\xEF\xBB\xBFdata:`), Entry("a name in full width", `(^|\n)\xEF\xBD\x84\xEF\xBD\x81`),
		Entry("bad bytes behind a name", `(^|\n)data[\x80-\xFF]:`), Entry("quotes around", `(^|\n)"data"`),
		Entry("an empty name", `(^|\n):`), Entry("a name of a prototype", `(^|\n)__proto__:`),
		// values
		Entry("two spaces", `data:  [a-z]`), Entry("a tab after the colon", `data:\t`), Entry("a space at the end", `data:[^\n]* \n`),
		Entry("colons", `data: [^\n]*::`), Entry("a value of one space", `data:  \n`), Entry("JSON", `data: \{"a":1\}\n`),
		Entry("an escape", `data: [^\n]*\\n`), Entry("a type message", `event: message\n`), Entry("a prototype", `event: constructor\n`),
		Entry("an empty type", `event: ?\n`), Entry("a blank type", `event:  +\n`), Entry("an empty id", `id: ?\n`),
		Entry("NUL as an id", `id: \x00\n`), Entry("NUL in an id", `id: [0-9]+\x00[0-9]+\n`),
		Entry("leading zeros", `retry: 0+[1-9]`), Entry("a sign", `retry: [-+]1\n`), Entry("a fraction", `retry: 1\.5\n`),
		Entry("a hexadecimal number", `retry: 0x10\n`), Entry("an end of int32", `retry: 2147483648\n`),
		Entry("an end of uint32", `retry: 4294967296\n`), Entry("an end of doubles", `retry: 9007199254740993\n`),
		Entry("an end of int64", `retry: 9223372036854775808\n`), Entry("hundreds of digits", `retry: [0-9]{100}`),
		Entry("digits of another script", `retry: \xD9\xA5\n`), Entry("a space before a number", `retry:  5\n`),
		Entry("a space behind a number", `retry: 5 \n`),
		// characters
		Entry("NUL", `data:[^\n]*\x00`), Entry("VT", `data:[^\n]*\v`), Entry("FF", `data:[^\n]*\f`), Entry("DEL", `data:[^\n]*\x7F`),
		Entry("U+0085", `data:[^\n]*\xC2\x85`), Entry("U+2028", `data:[^\n]*\xE2\x80\xA8`), Entry("U+FEFF", `data:[^\n]*\xEF\xBB\xBF`),
		Entry("U+FFFD", `data:[^\n]*\xEF\xBF\xBD`), Entry("an astral character", `data:[^\n]*\xF0\x9F\x98\x80`),
		Entry("a combining mark", `data:[^\n]*e\xCC\x81`), Entry("Hebrew", `data:[^\n]*\xD7\xA9`),
		// ill-formed UTF-8
		Entry("a stray continuation", `[\x00-\x7F][\x80-\xBF]`), Entry("C0", `\xC0[\x80-\xBF]`), Entry("C1", `\xC1`),
		Entry("E0 overlong", `\xE0[\x80-\x9F][\x80-\xBF]`), Entry("F0 overlong", `\xF0[\x80-\x8F][\x80-\xBF]{2}`),
		Entry("half a pair of surrogates", `\xED[\xA0-\xAF][\x80-\xBF][^\xED]`), Entry("a pair", `\xED[\xA0-\xAF].\xED[\xB0-\xBF]`),
		Entry("beyond U+10FFFF", `\xF4[\x90-\xBF][\x80-\xBF]{2}`), Entry("F5", `\xF5[\x80-\xBF]{3}`), Entry("FE", `\xFE`), Entry("FF", `\xFF`),
		Entry("five bytes", `[\xF8-\xFB][\x80-\xBF]{4}`), Entry("six bytes", `[\xFC\xFD][\x80-\xBF]{5}`),
		Entry("one of two before a line end", `[\xC2-\xDF]\n`), Entry("one of three", `[\xE1-\xEF]\n`),
		Entry("two of three", `\xE2[\x80-\xBF]\n`), Entry("one of four", `[\xF0-\xF4]\n`), Entry("two of four", `\xF1[\x80-\xBF]\n`),
		Entry("three of four", `\xF1[\x80-\xBF]{2}\n`), Entry("truncated before CR", `\xE2[\x80-\xBF]\r`),
		Entry("truncated before ASCII", `\xE2[\x80-\xBF][a-z]`), Entry("truncated before a lead", `\xE2[\x80-\xBF][\xC2-\xF4][\x80-\xBF]`),
		Entry("truncated before a colon", `[\xC2-\xF4]:`), Entry("truncated at the end", `[\xC2-\xF4]$`),
		// byte order marks
		Entry("a mark", `^\xEF\xBB\xBFdata`), Entry("two", `^(\xEF\xBB\xBF){2}d`), Entry("one byte of one", `^\xEFd`),
		Entry("two bytes of one", `^\xEF\xBBd`), Entry("a mark alone on a line", `\n\xEF\xBB\xBF\n`),
		// line ends and blocks
		Entry("LF alone", `^[^\r\n]+\n\n$`), Entry("CR alone", `^[^\r\n]+\r\r$`), Entry("CRLF alone", `^[^\r\n]+\r\n\r\n$`),
		Entry("LF and CR", `[a-z]\n\r[a-z]`), Entry("all of them", `[a-z]\n[a-z][^\r\n]*\r\n[^\r\n]+\r[a-z]`),
		Entry("CR and CRLF", `[a-z]\r\r\n`), Entry("CRLF and LF", `[a-z]\r\n\n`), Entry("blank lines in a row", `\n\n\n\n`),
		Entry("a blank line first", `^\ndata`), Entry("a comment", `(^|\n):[^\n]+\n`), Entry("a colon alone", `(^|\n):\n`),
		Entry("a block of a comment", `\n\n:[^\n]*\n\n`), Entry("a block of an id", `(^|\n\n)id: 1\n\n`),
		Entry("a block of a type", `(^|\n\n)event: [a-z]+\n\n`), Entry("a line of a space", `\n \n`),
		Entry("a block after one without id", `id: 1\n[^\r]*\n\ndata: [a-z]+\n\n`), Entry("ten blocks", `^(([^\n]+\n)+\n){10}`),
		// unfinished ends
		Entry("nothing at all", `^$`), Entry("an end in a name", `\n\n(da|ev|re)[a-z]?$`), Entry("after the colon", `\n\ndata:$`),
		Entry("in a value", `\n\ndata: [a-z]+$`), Entry("before the blank line", `\n\ndata: [a-z]+\n$`), Entry("after CR", `data[^\n]*\r\n\r$`),
		Entry("in a retry", `\nretry: [0-9]+$`),
	)

	DescribeTable("is one cut", func(cut func(b []byte, cuts []int) bool) {
		Expect(slices.ContainsFunc(sample(), func(in stream.Input) bool { return cut(in.Bytes, in.Cuts) })).To(BeTrue())
	},
		Entry("nowhere", func(b []byte, cuts []int) bool { return len(b) > 10 && len(cuts) == 0 }),
		Entry("within CRLF", between("\r", "\n")),
		Entry("within the byte order mark", func(b []byte, cuts []int) bool { return at(cuts, 2) && bytes.HasPrefix(b, []byte("\uFEFF")) }),
		Entry("within a character of four bytes", between("\xF0\x9F", "\x98\x80")),
		Entry("after the colon, before the space", between("\ndata:", " ")),
		Entry("before the colon", between("\ndata", ":")),
		Entry("after the space", between("\ndata: ", "")),
		Entry("within a name", between("\nda", "ta:")),
		Entry("within the digits of retry", between("retry: 5", "0")),
		Entry("before a blank line", between("\n", "\n")),
		Entry("byte by byte", func(b []byte, cuts []int) bool { return len(b) > 20 && len(cuts) == len(b)-1 }),
		Entry("in many places", func(b []byte, cuts []int) bool { return len(b) > 20 && len(cuts) == 5 }),
		Entry("with an empty chunk", func(b []byte, cuts []int) bool { return len(cuts) == 2 && cuts[0] == cuts[1] }),
		Entry("with an empty chunk first", func(b []byte, cuts []int) bool { return at(cuts, 0) }),
		Entry("with an empty chunk last", func(b []byte, cuts []int) bool { return len(b) > 10 && at(cuts, len(b)) }),
		Entry("with an empty chunk within CRLF", func(b []byte, cuts []int) bool {
			return between("\r", "\n")(b, cuts) && len(cuts) == 2 && cuts[0] == cuts[1]
		}),
	)
})

func at(cuts []int, offset int) bool { return len(cuts) > 0 && cuts[0] == offset }

// between says that the first cut is between the two texts.
func between(before, behind string) func([]byte, []int) bool {
	return func(b []byte, cuts []int) bool {
		return len(cuts) > 0 && bytes.HasSuffix(b[:cuts[0]], []byte(before)) && bytes.HasPrefix(b[cuts[0]:], []byte(behind))
	}
}
