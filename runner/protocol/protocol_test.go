package protocol_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing/iotest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/protocol"
)

// all reads lines to the end.
func all(r io.Reader, max int) (lines []string, err error) {
	l := protocol.NewLines(r, max)
	for {
		line, err := l.Next()
		if err != nil {
			if errors.Is(err, protocol.ErrHalfLine) {
				lines = append(lines, string(line))
			}
			return lines, err
		}
		lines = append(lines, string(line))
	}
}

var _ = Describe("Lines", func() {
	long := strings.Repeat("x", 200<<10) // more than the buffer holds

	DescribeTable("reads lines that end with LF",
		func(input string, max int, want []string, end error) {
			lines, err := all(strings.NewReader(input), max)
			Expect(lines).To(Equal(want))
			Expect(err).To(MatchError(end))
		},
		Entry("none", "", 0, nil, io.EOF),
		Entry("some", "a\n\nb\n", 0, []string{"a", "", "b"}, io.EOF),
		Entry("a half one", "a\nb", 0, []string{"a", "b"}, protocol.ErrHalfLine),
		Entry("a long one", long+"\nb\n", 0, []string{long, "b"}, io.EOF),
		Entry("a half long one", long, 0, []string{long}, protocol.ErrHalfLine),
		Entry("one as long as the bound", "abc\n", 3, []string{"abc"}, io.EOF),
		Entry("one longer than the bound", "abcd\n", 3, nil, &protocol.LineTooLongError{Max: 3}),
		Entry("a half one longer than the bound", "abcd", 3, nil, &protocol.LineTooLongError{Max: 3}),
	)

	It("stops at the bound on a line without an end", func() {
		endless := &counter{}
		_, err := all(endless, 1<<20)
		Expect(err).To(MatchError("a line is longer than 1048576 bytes"))
		Expect(endless.n).To(BeNumerically("<", 2<<20))
	})

	It("returns the reader's own error", func() {
		_, err := all(iotest.ErrReader(io.ErrClosedPipe), 0)
		Expect(err).To(MatchError(io.ErrClosedPipe))
	})

	It("knows whether a whole line waits", func() {
		l := protocol.NewLines(strings.NewReader("a\nb\nc"), 0)
		Expect(l.Next()).To(BeEquivalentTo("a"))
		Expect(l.Buffered()).To(BeTrue())
		Expect(l.Next()).To(BeEquivalentTo("b"))
		Expect(l.Buffered()).To(BeFalse())
	})
})

// counter never ends and counts what it gave.
type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) {
	clear(p)
	c.n += len(p)
	return len(p), nil
}

var _ = Describe("Text", func() {
	read := func(source string) (string, error) {
		var t protocol.Text
		err := json.Unmarshal([]byte(source), &t)
		return string(t), err
	}

	DescribeTable("mends nothing", func(source, want string) {
		Expect(read(source)).To(Equal(want))
	},
		Entry("plain", `"a"`, "a"),
		Entry("escapes", `"\"\\\/\b\f\n\r\t\u0000"`, "\"\\/\b\f\n\r\t\x00"),
		Entry("a pair of surrogates", `"\ud83d\ude00"`, "😀"),
		Entry("a low one alone, as Python writes an undecodable byte", `"a\udcffb"`, "a\xed\xb3\xbfb"),
		Entry("a high one alone", `"\ud83d"`, "\xed\xa0\xbd"),
		Entry("a high one before another escape", `"\ud83d\u0041"`, "\xed\xa0\xbdA"),
		Entry("a pair the wrong way round", `"\ude00\ud83d"`, "\xed\xb8\x80\xed\xa0\xbd"),
		Entry("U+FFFD is itself", `"\ufffd"`, "\ufffd"),
		Entry("null", `null`, ""),
	)

	It("takes no other type", func() {
		_, err := read(`5`)
		Expect(err).To(HaveOccurred())
		_, err = read(`["\u0041"]`)
		Expect(err).To(HaveOccurred())
	})
})

var _ = Describe("ReadHello", func() {
	const good = `{"op":"hello","protocol":1,"name":"x","roles":["parser"],"capabilities":["retry"],"later":true}`

	It("reads a hello, with members it does not know", func() {
		h, err := protocol.ReadHello([]byte(good))
		Expect(err).NotTo(HaveOccurred())
		Expect(h.Name).To(Equal("x"))
		Expect(h.Takes("parser")).To(Succeed())
		Expect(h.Takes("client")).To(MatchError("the adapter offers the roles [parser] and was asked for client"))
		Expect(h.Claims("retry")).To(BeTrue())
		Expect(h.Claims("comments")).To(BeFalse())
	})

	DescribeTable("says what is wrong", func(line, words string) {
		_, err := protocol.ReadHello([]byte(line))
		Expect(err).To(MatchError(ContainSubstring(words)))
	},
		Entry("no JSON", "Listening on \x1b[1m8080", `no hello`),
		Entry("shown safely", "\x1b[1m", `"\x1b[1m"`),
		Entry("another message", `{"stream":"p1"}`, `has "op":"hello"`),
		Entry("another version", `{"op":"hello","protocol":2}`, "version 2"),
		Entry("a wrong type", `{"op":"hello","protocol":"1"}`, "no hello"),
		Entry("no UTF-8", "{\"op\":\"hello\xff\"}", "no UTF-8"),
	)
})
