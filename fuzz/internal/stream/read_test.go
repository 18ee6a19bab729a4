package stream_test

import (
	"errors"
	"io"
	"strings"
	"testing/iotest"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("A reader of chunks", func() {
	reads := func(r io.Reader, size int) (all []string) {
		GinkgoHelper()
		for {
			p := make([]byte, size)
			n, err := r.Read(p)
			if errors.Is(err, io.EOF) {
				Expect(n).To(BeZero())
				return all
			}
			Expect(err).NotTo(HaveOccurred())
			all = append(all, string(p[:n]))
		}
	}

	It("gives one chunk a Read, empty ones too", func() {
		in := stream.Input{Bytes: []byte("abc"), Cuts: []int{0, 1, 1}}
		Expect(reads(stream.NewReader(in.Chunks()), 64)).To(Equal([]string{"", "a", "", "bc"}))
		Expect(reads(stream.NewReader(stream.Input{}.Chunks()), 64)).To(Equal([]string{""}))
	})

	It("gives a long chunk in several, and leaves the chunks as they are", func() {
		chunks := [][]byte{[]byte("abc"), []byte("d")}
		Expect(reads(stream.NewReader(chunks), 2)).To(Equal([]string{"ab", "c", "d"}))
		Expect(chunks).To(Equal([][]byte{[]byte("abc"), []byte("d")}))
	})

	It("says how much is left", func() {
		r := stream.NewReader([][]byte{[]byte("abc"), nil, []byte("d")})
		Expect(r.Len()).To(Equal(4))
		_, err := r.Read(make([]byte, 2))
		Expect(err).NotTo(HaveOccurred())
		Expect(r.Len()).To(Equal(2))
	})

	It("is a reader like any other", func() {
		Expect(iotest.TestReader(stream.NewReader([][]byte{[]byte("ab"), []byte("c")}), []byte("abc"))).To(Succeed())
	})
})

var _ = Describe("Reading with a parser in this process", func() {
	in := stream.Input{Bytes: []byte(": c\nid: 1\nretry: 5\ndata: a\n\ndata: b\n\n"), Cuts: []int{3, 9}}

	It("shows what the standard says when the parser is right", func() {
		got := stream.Read(in, mutants.Sound())
		Expect(got).To(Equal(stream.Expected(in)))
		Expect(got.Events).To(HaveLen(2))
	})

	It("gives the parser the chunks", func() {
		var got []int
		stream.Read(in, func(r io.Reader, _ parser.Sink) error {
			for {
				n, err := r.Read(make([]byte, 64))
				if err != nil {
					return nil
				}
				got = append(got, n)
			}
		})
		Expect(got).To(Equal([]int{3, 6, len(in.Bytes) - 9}))
	})

	DescribeTable("says how the parser failed, and nothing else",
		func(parse parser.ParseFunc, failed string) {
			got := stream.Read(in, func(r io.Reader, sink parser.Sink) error {
				sink.Event(spec.Event{Data: "lost"})
				return parse(r, sink)
			})
			Expect(got).To(Equal(stream.Seen{Failed: failed}))
		},
		Entry("by an error", func(io.Reader, parser.Sink) error { return errors.New("no") },
			"the parser refused the stream: no"),
		Entry("by a panic", func(io.Reader, parser.Sink) error { panic("oh") }, "the parser panicked: oh"),
		Entry("by a panic with an error", func(io.Reader, parser.Sink) error { panic(io.ErrUnexpectedEOF) },
			"the parser panicked: unexpected EOF"),
		Entry("by events without end", func(_ io.Reader, sink parser.Sink) error {
			for {
				sink.Event(spec.Event{})
			}
		}, "the parser flooded: it surfaced more than its stream can hold"),
		Entry("by data without end", func(_ io.Reader, sink parser.Sink) error {
			for range 100 {
				sink.Event(spec.Event{Data: strings.Repeat("x", 1<<16)})
			}
			return nil
		}, "the parser flooded: it surfaced more than its stream can hold"),
		Entry("by reconnection times without end", func(_ io.Reader, sink parser.Sink) error {
			for {
				sink.Retry(1)
			}
		}, "the parser flooded: it surfaced more than its stream can hold"),
		Entry("by comments without end", func(_ io.Reader, sink parser.Sink) error {
			for {
				sink.Comment("")
			}
		}, "the parser flooded: it surfaced more than its stream can hold"),
	)
})
