package cases_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
)

var _ = Describe("ClientVariants", func() {
	It("is a short list of a stream case", func() {
		c := stream(text("ab\n"), text("c"))
		c.LineEndings = "any"
		list := cases.ClientVariants(c)
		Expect(names(list)).To(Equal([]string{"as written", "whole", "byte by byte", "as written, CRLF", "as written, CR"}))
		Expect(chunks(list[0])).To(Equal([]string{"ab\n", "c"}))
		Expect(chunks(list[2])).To(Equal([]string{"a", "b", "\n", "c"}))
		Expect(chunks(list[3])).To(Equal([]string{"ab\r\n", "c"}))
		checkWires(c, list)
	})

	DescribeTable("cuts a long stream into few pieces of an odd size", func(length int, name string, pieces int) {
		c := stream(cases.Item{Repeat: &cases.Repeat{Repeat: "x", Times: length}})
		list := cases.ClientVariants(c)
		Expect(names(list)).To(Equal([]string{"as written", name}))
		Expect(list[1].Chunks).To(HaveLen(pieces))
		checkWires(c, list)
	},
		Entry("512 bytes", 512, "byte by byte", 512),
		Entry("513 bytes", 513, "in pieces of 3 bytes", 171),
		Entry("1536 bytes", 1536, "in pieces of 3 bytes", 512),
		Entry("1537 bytes", 1537, "in pieces of 5 bytes", 308),
		Entry("1 MiB", 1<<20, "in pieces of 2049 bytes", 512),
	)

	DescribeTable("is restricted by the case's variants", func(words []string, want ...string) {
		c := stream(text("ab"), text("c"))
		c.Variants = words
		Expect(names(cases.ClientVariants(c))).To(Equal(want))
	},
		Entry("as written only", []string{"as-written"}, "as written"),
		Entry("whole only", []string{"whole"}, "whole"),
		Entry("byte by byte only", []string{"byte-by-byte"}, "byte by byte"),
		Entry("cuts only: none of its ways", []string{"cuts"}, "as written"),
	)

	It("tells how the stream ends", func() {
		for _, drop := range []string{cases.DropFin, cases.DropReset, cases.DropTruncate} {
			for _, v := range cases.ClientVariants(stream(text("ab"), cases.Item{Drop: drop})) {
				Expect(v.End).To(Equal(drop), v.Name)
				Expect(v.Open).To(BeFalse(), v.Name)
			}
		}
		for _, v := range cases.ClientVariants(stream(text("ab"), cases.Item{Stall: "1s"})) {
			Expect(v.End).To(BeEmpty(), v.Name)
			Expect(v.Open).To(BeTrue(), v.Name)
		}
		Expect(cases.ClientVariants(stream(text("ab")))[0].End).To(BeEmpty())
	})

	It("is one without chunks for connections, and none for a probe", func() {
		c := &cases.Case{Connections: []cases.Connection{{Stream: []cases.Item{text("ab")}}}}
		Expect(cases.ClientVariants(c)).To(Equal([]cases.Variant{{Name: "as written"}}))
		Expect(cases.ParserVariants(c)).To(BeEmpty())
		Expect(cases.ClientVariants(&cases.Case{Probe: []cases.Step{{Connect: "first"}}})).To(BeEmpty())
	})
})

var _ = Describe("The event types of a case", func() {
	It("are those of its expectations and of its streams, message first", func() {
		c := stream(text("event: b\ndata: x\n\nevent: never\n"), text("eve"), text("nt:  a \n\nevents: no\nEvent: no\n: event: no\nevent"))
		c.Expect = &cases.Expect{AnyOf: []cases.Answer{
			{Events: []cases.Event{{Event: "b", Data: "x"}, {Data: "y"}}}, {Events: []cases.Event{{Event: "message", Data: "x"}, {Event: "z"}}},
		}}
		Expect(c.EventTypes()).To(Equal([]string{"message", " a ", "b", "never", "z"}))
	})

	It("are read as the standard says, byte order mark and bad bytes too", func() {
		c := stream(text("\xef\xbb\xbfevent: a\r\ndata: x\r\revent:\xe2\x82\r\ndata\n\n"))
		Expect(c.EventTypes()).To(Equal([]string{"message", "a", "\uFFFD"}))
	})

	It("are those of all connections", func() {
		c := &cases.Case{Connections: []cases.Connection{
			{Stream: []cases.Item{text("event: b\n"), {Pause: "1s"}}}, {}, {Stream: []cases.Item{text("event: a\ndata\n\n")}},
		}}
		Expect(c.EventTypes()).To(Equal([]string{"message", "a", "b"}))
	})

	It("are message alone where nothing is named", func() {
		Expect((&cases.Case{}).EventTypes()).To(Equal([]string{"message"}))
	})
})
