package reports_test

import (
	"bytes"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/reports"
)

var _ = Describe("Wire", func() {
	DescribeTable("shows each line on one of its own",
		func(stream string, lines ...string) { Expect(reports.Wire([]byte(stream))).To(Equal(lines)) },
		Entry("nothing", "", "(an empty write)"),
		Entry("a line without an end", "data: a", "data: a"),
		Entry("every line end", "a\nb\rc\r\n\n\r", `a\n`, `b\r`, `c\r\n`, `\n`, `\r`),
		Entry("what harms a terminal", "\x1b[31m\xff\n", `\x1b[31m\xff\n`),
		Entry("a long line", strings.Repeat("x", 1234)+"\ny", strings.Repeat("x", 200)+" ... (1 235 bytes in all)", "y"),
	)

	It("shows the first of many lines", func() {
		lines := reports.Wire(bytes.Repeat([]byte("a\n"), 1050))
		Expect(lines).To(HaveLen(51))
		Expect(lines[49:]).To(Equal([]string{`a\n`, "(1 000 more lines)"}))
		Expect(reports.Wire(bytes.Repeat([]byte("a\n"), 50))).To(HaveLen(50))
		Expect(reports.Wire(bytes.Repeat([]byte("a\n"), 51))[50]).To(Equal("(1 more line)"))
	})
})
