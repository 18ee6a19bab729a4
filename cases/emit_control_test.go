package cases_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
)

var _ = Describe("The control of an emit case", func() {
	text := func(s string) *string { return &s }

	DescribeTable("has of a hostile item what the format can carry", func(item, want cases.EmitItem) {
		end := cases.EmitItem{Data: text("END")}
		c := &cases.Case{Emit: []cases.EmitItem{item, end}}
		Expect(c.Control().Emit).To(Equal([]cases.EmitItem{want, end}))
	},
		Entry("a type without its break",
			cases.EmitItem{Event: text("x\ndata: y"), Data: text("a")}, cases.EmitItem{Event: text("xdata: y"), Data: text("a")}),
		Entry("no type where it is a break alone, and none that is empty",
			cases.EmitItem{Event: text("\r\n"), Data: text("a")}, cases.EmitItem{Data: text("a")}),
		Entry("no id where it is NUL alone",
			cases.EmitItem{ID: text("\x00"), Event: text("e"), Data: text("a")}, cases.EmitItem{Event: text("e"), Data: text("a")}),
		Entry("an empty type that was given",
			cases.EmitItem{Event: text(""), ID: text("1\n"), Data: text("a")}, cases.EmitItem{Event: text(""), ID: text("1"), Data: text("a")}),
	)
})
