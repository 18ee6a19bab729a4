package spec_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("The Encoder", func() {
	DescribeTable("writes", func(item spec.Item, want string) {
		var b bytes.Buffer
		Expect(spec.NewEncoder(&b).Encode(item)).To(Succeed())
		Expect(b.String()).To(Equal(want))
	},
		Entry("every part", spec.Item{Comment: new("c"), Event: new("e"), ID: new("1"), Retry: new(int64(10)), Data: new("d")},
			": c\nevent: e\nid: 1\nretry: 10\ndata: d\n\n"),
		Entry("empty parts, which are not missing", spec.Item{Comment: new(""), Event: new(""), ID: new(""), Retry: new(int64(0)), Data: new("")},
			":\nevent:\nid:\nretry: 0\ndata:\n\n"),
		Entry("no part", spec.Item{}, "\n"),
		Entry("a value that begins with a space", spec.Item{Data: new(" a"), ID: new(" "), Event: new("  ")},
			"event:   \nid:  \ndata:  a\n\n"),
		Entry("data of several lines", spec.Item{Data: new("a\nb\rc\r\nd\n\re")},
			"data: a\ndata: b\ndata: c\ndata: d\ndata:\ndata: e\n\n"),
		Entry("data that is a line break", spec.Item{Data: new("\n")}, "data:\ndata:\n\n"),
		Entry("data that ends with one", spec.Item{Data: new("a\r\n")}, "data: a\ndata:\n\n"),
		Entry("data that looks like fields", spec.Item{Data: new("id: 2\n\nevent: x")},
			"data: id: 2\ndata:\ndata: event: x\n\n"),
		Entry("a comment of several lines", spec.Item{Comment: new("a\rdata: b\r\r\nc")},
			": a\n: data: b\n:\n: c\n\n"),
		Entry("NUL, colons and what else is text", spec.Item{Event: new("a:b\x00"), Data: new("\x00\v\u2028\u0085"), ID: new("ä:\t")},
			"event: a:b\x00\nid: ä:\t\ndata: \x00\v\u2028\u0085\n\n"),
	)

	DescribeTable("refuses what the format cannot carry, and writes nothing", func(item spec.Item, want spec.FieldError) {
		var b bytes.Buffer
		err := spec.NewEncoder(&b).Encode(item)
		var got *spec.FieldError
		Expect(errors.As(err, &got)).To(BeTrue())
		Expect(*got).To(Equal(want))
		Expect(b.Len()).To(BeZero())
		Expect(err.Error()).To(And(HavePrefix("spec: "), ContainSubstring(want.Field), ContainSubstring(want.Reason)))
		dst := []byte("before")
		dst, err = item.Append(dst)
		Expect(err).To(HaveOccurred())
		Expect(string(dst)).To(Equal("before"))
	},
		Entry("LF in an event type", spec.Item{Event: new("a\ndata: forged"), Data: new("b")}, spec.FieldError{Field: "event", Offset: 1, Reason: `'\n'`}),
		Entry("CR in an event type", spec.Item{Event: new("\r")}, spec.FieldError{Field: "event", Offset: 0, Reason: `'\r'`}),
		Entry("LF in an id", spec.Item{ID: new("12\n")}, spec.FieldError{Field: "id", Offset: 2, Reason: `'\n'`}),
		Entry("CR in an id", spec.Item{ID: new("1\r2")}, spec.FieldError{Field: "id", Offset: 1, Reason: `'\r'`}),
		Entry("NUL in an id", spec.Item{ID: new("1\x00")}, spec.FieldError{Field: "id", Offset: 1, Reason: `'\x00'`}),
		Entry("a negative retry", spec.Item{Retry: new(int64(-1))}, spec.FieldError{Field: "retry", Reason: "the negative number -1"}),
		Entry("data that is not UTF-8", spec.Item{Data: new("a\xFFb")}, spec.FieldError{Field: "data", Offset: 1, Reason: "ill-formed UTF-8"}),
		Entry("an event type that is not UTF-8", spec.Item{Event: new("\xED\xA0\x80")}, spec.FieldError{Field: "event", Reason: "ill-formed UTF-8"}),
		Entry("an id that is not UTF-8", spec.Item{ID: new("ab\xC3")}, spec.FieldError{Field: "id", Offset: 2, Reason: "ill-formed UTF-8"}),
		Entry("a comment that is not UTF-8", spec.Item{Comment: new("\x80")}, spec.FieldError{Field: "comment", Reason: "ill-formed UTF-8"}),
	)

	It("hands each block to the writer in one piece, and on its error keeps the old last event ID", func() {
		var writes []string
		fail := errors.New("gone")
		e := spec.NewEncoder(writeFunc(func(p []byte) (int, error) {
			writes = append(writes, string(p))
			if len(writes) == 2 {
				return 0, fail
			}
			return len(p), nil
		}))
		Expect(e.EncodeEvent(spec.Event{Data: "a\nb", LastEventID: "1"})).To(Succeed())
		Expect(e.EncodeEvent(spec.Event{Data: "c", LastEventID: "2"})).To(BeIdenticalTo(fail))
		Expect(e.EncodeEvent(spec.Event{Data: "d", LastEventID: "1"})).To(Succeed())
		Expect(e.EncodeEvent(spec.Event{Type: "e", Data: "e"})).To(Succeed())
		Expect(writes).To(Equal([]string{"id: 1\ndata: a\ndata: b\n\n", "id: 2\ndata: c\n\n", "data: d\n\n", "event: e\nid:\ndata: e\n\n"}))
	})

	It("gives back, decoded, the events that were put in", func() {
		r := rand.New(rand.NewPCG(3, 4))
		text := func(letters string) string {
			var b strings.Builder
			for range r.IntN(8) {
				b.WriteRune([]rune(letters)[r.IntN(len([]rune(letters)))])
			}
			return b.String()
		}
		for range 2000 {
			var b bytes.Buffer
			e := spec.NewEncoder(&b)
			var want []spec.Event
			for range r.IntN(6) {
				event := spec.Event{
					Type:        text("ab :\t\x00\uFEFFä"),
					Data:        text("ab :\r\n\t\x00\uFEFFä"),
					LastEventID: text("ab :\t\uFEFFä"),
				}
				Expect(e.EncodeEvent(event)).To(Succeed())
				if event.Type == "" {
					event.Type = spec.DefaultType
				}
				event.Data = strings.ReplaceAll(strings.ReplaceAll(event.Data, "\r\n", "\n"), "\r", "\n")
				want = append(want, event)
			}
			Expect(spec.Oracle(b.Bytes(), "").Events).To(Equal(want))
			Expect(pull([][]byte{b.Bytes()}).Events).To(Equal(want))
		}
	})

	It("splits long data of line breaks alone in linear time", func() {
		for _, end := range []string{"\r", "\n", "\r\n"} {
			lines := 1 << 20
			data := strings.Repeat(end, lines)
			block, err := spec.Item{Data: &data}.Append(nil)
			Expect(err).NotTo(HaveOccurred())
			Expect(block).To(HaveLen(len("data:\n")*(lines+1) + 1))
		}
	})
})

// writeFunc is a writer made of a function.
type writeFunc func(p []byte) (int, error)

func (f writeFunc) Write(p []byte) (int, error) { return f(p) }
