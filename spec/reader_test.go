package spec_test

import (
	"errors"
	"io"
	"strings"
	"testing/iotest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

// readFunc is a reader made of a function.
type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

var _ = Describe("The Decoder's reader", func() {
	var errReset = errors.New("connection reset")

	It("may fail: the error comes after the events, again and again, and discards the rest", func() {
		var findings []spec.Finding
		d := spec.NewDecoder(&chunks{left: [][]byte{[]byte("data: a\n\ndata: b\n\nid: 3\ndata: lost")}, err: errReset},
			spec.WithFindings(func(f spec.Finding) { findings = append(findings, f) }))
		for _, want := range []string{"a", "b"} {
			v, err := d.Next()
			Expect(err).NotTo(HaveOccurred())
			Expect(string(v.Data)).To(Equal(want))
		}
		for range 3 {
			_, err := d.Next()
			Expect(err).To(BeIdenticalTo(errReset))
		}
		Expect(d.LastEventID()).To(BeEmpty())
		Expect(findings).To(BeEmpty(), "the error says itself that the block was cut off")
	})

	DescribeTable("may give its error together with the last bytes", func(last error) {
		given := false
		d := spec.NewDecoder(readFunc(func(p []byte) (int, error) {
			if given {
				return 0, errors.New("read after the end")
			}
			given = true
			return copy(p, "data: a\n\ndata: b\r\r"), last
		}))
		for _, want := range []string{"a", "b"} {
			v, err := d.Next()
			Expect(err).NotTo(HaveOccurred())
			Expect(string(v.Data)).To(Equal(want))
		}
		_, err := d.Next()
		Expect(err).To(BeIdenticalTo(last))
	},
		Entry("io.EOF", io.EOF),
		Entry("another", io.ErrUnexpectedEOF),
	)

	It("may give nothing a few times", func() {
		turn := 0
		in := strings.NewReader("data: a\n\n")
		d := spec.NewDecoder(readFunc(func(p []byte) (int, error) {
			if turn++; turn%50 != 0 {
				return 0, nil
			}
			return in.Read(p[:1])
		}))
		v, err := d.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(string(v.Data)).To(Equal("a"))
	})

	It("may not give nothing for ever", func() {
		_, err := spec.NewDecoder(readFunc(func([]byte) (int, error) { return 0, nil })).Next()
		Expect(err).To(BeIdenticalTo(io.ErrNoProgress))
	})

	DescribeTable("may not give an impossible count", func(count func(p []byte) int) {
		d := spec.NewDecoder(readFunc(func(p []byte) (int, error) { return count(p), nil }))
		_, err := d.Next()
		Expect(err).To(MatchError(ContainSubstring("impossible count")))
	},
		Entry("negative", func([]byte) int { return -1 }),
		Entry("too large", func(p []byte) int { return len(p) + 1 }),
	)

	It("is asked for at most 8 KiB at a time, and for no empty piece", func() {
		var asked []int
		in := strings.NewReader("data: " + strings.Repeat("x", 1<<20) + "\n\n")
		d := spec.NewDecoder(readFunc(func(p []byte) (int, error) {
			asked = append(asked, len(p))
			return in.Read(p)
		}))
		_, err := d.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(asked).To(HaveEach(And(BeNumerically(">", 0), BeNumerically("<=", 8<<10))))
	})

	It("may deliver as slowly as it likes", func() {
		const stream = "event: \u00E4\r\ndata: \U0001F600\r\ndata: \xE2\x82\r\n\r\n"
		for _, slow := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
			v, err := spec.NewDecoder(slow(strings.NewReader(stream))).Next()
			Expect(err).NotTo(HaveOccurred())
			Expect(v.Event()).To(Equal(spec.Event{Type: "\u00E4", Data: "\U0001F600\n\uFFFD"}))
		}
	})
})

var _ = Describe("Reset", func() {
	It("keeps the last event ID and the reconnection time, and drops the unfinished block", func() {
		d := spec.NewDecoder(strings.NewReader("id: 1\nretry: 5\ndata: a\n\nid: 2\nevent: lost\ndata: lost\r"))
		for range d.Events() {
		}
		Expect(d.LastEventID()).To(Equal("1"), "an unfinished block commits no ID")

		// A keep-alive first: by the letter of the standard its blank line
		// would erase the ID (browsers let it survive).
		d.Reset(strings.NewReader("\n: keep-alive\n\n\xEF\xBB\xBFdata: no second BOM\n\ndata: b\n\n"))
		v, err := d.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Event()).To(Equal(spec.Event{Type: "message", Data: "b", LastEventID: "1"}))
		ms, ok := d.ReconnectionTime()
		Expect(ms).To(BeEquivalentTo(5))
		Expect(ok).To(BeTrue())

		d.Reset(strings.NewReader("\xEF\xBB\xBFdata: c\nid\n\n"))
		v, err = d.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Event()).To(Equal(spec.Event{Type: "message", Data: "c"}), "each connection may begin with a BOM")
		Expect(d.LastEventID()).To(BeEmpty())
	})

	It("begins anew for a PushDecoder too", func() {
		p := spec.NewPushDecoder(spec.WithLastEventID("7"))
		p.Push([]byte("data: lost\r"))
		p.End()
		_, _, err := p.Next()
		Expect(err).To(BeIdenticalTo(io.EOF))
		p.Reset()
		p.Push([]byte("\ndata: a\n\n"))
		v, ok, err := p.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeTrue())
		Expect(v.Event()).To(Equal(spec.Event{Type: "message", Data: "a", LastEventID: "7"}))
	})

	It("lets go of nothing that a view showed before it was asked again", func() {
		d := spec.NewDecoder(strings.NewReader("id: 1\ndata: a\n\n"))
		v, err := d.Next()
		Expect(err).NotTo(HaveOccurred())
		owned := v.Event()
		d.Reset(strings.NewReader("id: 2\ndata: b\n\n"))
		_, err = d.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(owned).To(Equal(spec.Event{Type: "message", Data: "a", LastEventID: "1"}))
	})
})

var _ = Describe("Events", func() {
	It("can be broken off and taken up again", func() {
		d := spec.NewDecoder(strings.NewReader("data: a\n\ndata: b\n\ndata: c\n\n"))
		var got []string
		for e := range d.Events() {
			got = append(got, e.Data)
			break
		}
		for e := range d.Events() {
			got = append(got, e.Data)
		}
		Expect(got).To(Equal([]string{"a", "b", "c"}))
	})

	It("end with the error that is not io.EOF", func() {
		d := spec.NewDecoder(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("data: a\n\n"))))
		var errs []error
		for _, err := range d.Events() {
			errs = append(errs, err)
		}
		Expect(errs).To(Equal([]error{iotest.ErrTimeout}))
	})
})

var _ = Describe("The PushDecoder", func() {
	It("copies what is pushed, and keeps chunks that pile up", func() {
		p := spec.NewPushDecoder()
		chunk := []byte("data: a\n\nda")
		p.Push(chunk)
		copy(chunk, "xxxxxxxxxxx")
		p.Push(nil)
		p.Push([]byte("ta: b\n\n"))
		var got []string
		for {
			v, ok, err := p.Next()
			Expect(err).NotTo(HaveOccurred())
			if !ok {
				break
			}
			got = append(got, string(v.Data))
		}
		Expect(got).To(Equal([]string{"a", "b"}))
	})

	It("hands out what is complete after End, and then io.EOF, again and again", func() {
		p := spec.NewPushDecoder()
		p.Push([]byte("data: a\n\ndata: b"))
		p.End()
		_, ok, err := p.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(ok).To(BeTrue())
		for range 3 {
			_, ok, err = p.Next()
			Expect(err).To(BeIdenticalTo(io.EOF))
			Expect(ok).To(BeFalse())
		}
	})

	It("takes no chunk after End", func() {
		p := spec.NewPushDecoder()
		p.End()
		Expect(func() { p.Push([]byte("x")) }).To(PanicWith(ContainSubstring("Push after End")))
	})

	It("drops chunks after an error, so that they do not pile up", func() {
		p := spec.NewPushDecoder(spec.WithMaxLine(10))
		p.Push([]byte(strings.Repeat("x", 11)))
		_, _, err := p.Next()
		Expect(err).To(BeAssignableToTypeOf(&spec.LimitError{}))
		before := p.Work()
		p.Push([]byte(strings.Repeat("x", 1000)))
		Expect(p.Work()).To(Equal(before))
		_, _, again := p.Next()
		Expect(again).To(BeIdenticalTo(err))
	})
})

var _ = Describe("Comments", func() {
	It("are reported decoded, without the colon and one leading space", func() {
		got := push([][]byte{[]byte(": a\n:b\n:  c\n:\ndata: x\n: \xFF\r\r:cut off")})
		Expect(got.Comments).To(Equal([]string{"a", "b", " c", "", "\uFFFD"}))
	})
})
