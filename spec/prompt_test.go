package spec_test

import (
	"io"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

// silent gives its chunk once; whoever reads again before anything more was
// sent would wait, perhaps for ever.
type silent struct {
	chunk   string
	waiting bool
}

func (s *silent) Read(p []byte) (int, error) {
	if s.chunk == "" {
		s.waiting = true
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, s.chunk)
	s.chunk = s.chunk[n:]
	return n, nil
}

var _ = Describe("An event is handed out at the first byte of its blank line's end", func() {
	endings := []TableEntry{
		Entry("LF LF", "data: a\n\n"),
		Entry("CRLF CR", "data: a\r\n\r"),
		Entry("CRLF CRLF", "data: a\r\n\r\n"),
		Entry("CR CR", "data: a\r\r"),
		Entry("LF CR", "data: a\n\r"),
		Entry("with all its fields", "id: 1\revent: b\rdata: a\r\r"),
		Entry("after a BOM", "\xEF\xBB\xBFdata: a\r\r"),
		Entry("with findings", "foo: 1\rdata: a\r\r", spec.WithFindings(func(spec.Finding) {})),
	}

	DescribeTable("by the Decoder, which does not read again before", func(stream string, opts ...spec.Option) {
		in := &silent{chunk: stream}
		d := spec.NewDecoder(in, opts...)
		v, err := d.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(in.waiting).To(BeFalse())
		Expect(v.Event().Data).To(Equal("a"))
	}, endings)

	DescribeTable("by the PushDecoder, with the byte and not before", func(stream string, opts ...spec.Option) {
		p := spec.NewPushDecoder(opts...)
		blank := len(stream) - 1
		if stream[blank] == '\n' && stream[blank-1] == '\r' {
			blank--
		}
		for i := range blank {
			p.Push([]byte(stream[i : i+1]))
			_, ok, err := p.Next()
			Expect(err).NotTo(HaveOccurred())
			Expect(ok).To(BeFalse())
		}
		p.Push([]byte(stream[blank : blank+1]))
		v, ok, err := p.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeTrue())
		Expect(v.Event().Data).To(Equal("a"))
	}, endings)

	It("and the LF that comes later is no second blank line", func() {
		var retries []int64
		p := spec.NewPushDecoder(spec.WithRetries(func(ms int64) { retries = append(retries, ms) }))
		p.Push([]byte("retry: 5\r"))
		_, ok, _ := p.Next()
		Expect(ok).To(BeFalse())
		Expect(retries).To(Equal([]int64{5}), "the field is processed without its LF")
		for _, chunk := range []string{"\ndata: a\r", "\nid: 1\r", "\n\r"} {
			p.Push([]byte(chunk))
			_, ok, _ = p.Next()
		}
		Expect(ok).To(BeTrue())
		p.Push([]byte("\n"))
		_, ok, _ = p.Next()
		Expect(ok).To(BeFalse())
		p.Push([]byte("data: b\n"))
		_, ok, _ = p.Next()
		Expect(ok).To(BeFalse(), "the LF belongs to the CR before it")
	})
})
