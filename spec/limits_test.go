package spec_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("The limits", func() {
	// The first event shows that nothing complete is lost.
	const before = "data: a\n\n"

	DescribeTable("end the stream with an error that says which and where, however it is cut",
		func(stream string, opts []spec.Option, want *spec.LimitError) {
			for _, parts := range cuts(stream) {
				for name, got := range map[string]seen{
					"pulled": pull(parts, opts...), "pulled, bare": pull(parts, bare(opts...)...),
					"pushed": push(parts, opts...), "pushed, bare": push(parts, bare(opts...)...),
				} {
					at := fmt.Sprintf("%s: %q", name, parts)
					Expect(got.Events).NotTo(BeEmpty(), at)
					Expect(got.Events[0].Data).To(Equal("a"), at)
					if want == nil {
						Expect(got.Err).NotTo(HaveOccurred(), at)
						Expect(got.Events).To(HaveLen(2), at)
						continue
					}
					Expect(got.Err).To(Equal(want), at)
					Expect(got.Events).To(HaveLen(1), at)
				}
			}
		},
		Entry("a line as long as the limit passes",
			before+"data: 3456\r\n\n", []spec.Option{spec.WithMaxLine(10)}, nil),
		Entry("a line one byte longer does not",
			before+"data: 34567\n\ndata: c\n\n", []spec.Option{spec.WithMaxLine(10)},
			&spec.LimitError{Limit: spec.LimitLine, Max: 10, Offset: 9, Line: 3}),
		Entry("nor does one that never ends",
			before+"id: 1\r\ndata: 34567", []spec.Option{spec.WithMaxLine(10)},
			&spec.LimitError{Limit: spec.LimitLine, Max: 10, Offset: 16, Line: 4}),
		Entry("nor a comment",
			before+":2345678901\n\n", []spec.Option{spec.WithMaxLine(10)},
			&spec.LimitError{Limit: spec.LimitLine, Max: 10, Offset: 9, Line: 3}),
		Entry("an event as large as the limit passes",
			before+"event: 123\ndata: 56\ndata: 89\n\n", []spec.Option{spec.WithMaxEvent(8)}, nil),
		Entry("an event one byte larger does not",
			before+"event: 123\ndata: 56\ndata: 890\n\n", []spec.Option{spec.WithMaxEvent(8)},
			&spec.LimitError{Limit: spec.LimitEvent, Max: 8, Offset: 29, Line: 5}),
		Entry("nor with one line of data",
			before+"data: 123456789\n\n", []spec.Option{spec.WithMaxEvent(8)},
			&spec.LimitError{Limit: spec.LimitEvent, Max: 8, Offset: 9, Line: 3}),
		Entry("nor with the event type last",
			before+"data: 1234\nevent: 56789\n\n", []spec.Option{spec.WithMaxEvent(8)},
			&spec.LimitError{Limit: spec.LimitEvent, Max: 8, Offset: 20, Line: 4}),
		Entry("nor with an event type alone",
			before+"event: 123456789\n\n", []spec.Option{spec.WithMaxEvent(8)},
			&spec.LimitError{Limit: spec.LimitEvent, Max: 8, Offset: 9, Line: 3}),
		Entry("replacement characters count as decoded",
			before+"data: \xFF\xFF\xFF\n\n", []spec.Option{spec.WithMaxEvent(8)},
			&spec.LimitError{Limit: spec.LimitEvent, Max: 8, Offset: 9, Line: 3}),
		Entry("empty data lines count for their LF",
			before+strings.Repeat("data\n", 10)+"\n", []spec.Option{spec.WithMaxEvent(8)},
			&spec.LimitError{Limit: spec.LimitEvent, Max: 8, Offset: 54, Line: 12}),
		Entry("the data of an earlier event does not count",
			"data: a\n\nevent: 12345678\ndata\n\n", []spec.Option{spec.WithMaxEvent(8)}, nil),
		Entry("comments and ignored fields do not count for the event",
			before+strings.Repeat(": comment\nfoo: bar\n", 10)+"data: b\n\n", []spec.Option{spec.WithMaxEvent(8)}, nil),
	)

	It("count no BOM for the first line", func() {
		for _, parts := range cuts("\xEF\xBB\xBFdata\n\n") {
			got := pull(parts, spec.WithMaxLine(4))
			Expect(got.Err).NotTo(HaveOccurred())
			Expect(got.Events).To(HaveLen(1))
		}
		for _, parts := range cuts("\xEF\xBB\xBFx\n\n") {
			Expect(pull(parts, spec.WithMaxLine(1)).Err).NotTo(HaveOccurred())
		}
	})

	It("stay in force until Reset", func() {
		d := spec.NewDecoder(strings.NewReader("data: 34567\n\ndata: a\n\n"), spec.WithMaxLine(10))
		for range 3 {
			_, err := d.Next()
			Expect(err).To(BeAssignableToTypeOf(&spec.LimitError{}))
		}
		d.Reset(strings.NewReader("data: a\n\n"))
		v, err := d.Next()
		Expect(err).NotTo(HaveOccurred())
		Expect(v.Event().Data).To(Equal("a"))
	})

	It("bound the memory that an endless line can take", func() {
		endless := &repeat{chunk: []byte(strings.Repeat("x", 1<<10)), times: 1 << 30}
		_, err := spec.NewDecoder(endless, spec.WithMaxLine(1<<20)).Next()
		Expect(err).To(MatchError(&spec.LimitError{Limit: spec.LimitLine, Max: 1 << 20, Line: 1}))
		Expect(endless.given).To(BeNumerically("<=", 1<<20+64<<10))
	})

	It("bound the memory that endless data lines can take", func() {
		endless := &repeat{chunk: []byte(strings.Repeat("data\n", 100)), times: 1 << 30}
		_, err := spec.NewDecoder(endless, spec.WithMaxEvent(1<<20)).Next()
		Expect(err).To(BeAssignableToTypeOf(&spec.LimitError{}))
		Expect(endless.given).To(BeNumerically("<=", 5<<20+128<<10))
	})

	It("are the defaults where a size is not positive", func() {
		line := "data: " + strings.Repeat("x", 1<<20) + "\n\n"
		got := pull([][]byte{[]byte(line)}, spec.WithMaxLine(0), spec.WithMaxEvent(-1))
		Expect(got.Err).NotTo(HaveOccurred())
		Expect(got.Events).To(HaveLen(1))
	})

	It("say how to raise them", func() {
		Expect((&spec.LimitError{Limit: spec.LimitLine, Max: 10, Offset: 9, Line: 3}).Error()).
			To(Equal("spec: line 3 (byte 9) is longer than 10 bytes; WithMaxLine raises the limit"))
		Expect((&spec.LimitError{Limit: spec.LimitEvent, Max: 10, Offset: 9, Line: 3}).Error()).
			To(Equal("spec: the event grows beyond 10 bytes at line 3 (byte 9); WithMaxEvent raises the limit"))
	})
})
