package cases_test

import (
	"encoding/json"
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
)

// emitCase loads a case with these items and more lines.
func emitCase(items string, more ...string) *cases.Case {
	GinkgoHelper()
	corpus, err := load(map[string]string{"fields/data.yaml": emitted(items, more...)})
	Expect(err).NotTo(HaveOccurred())
	return corpus.Cases()[0]
}

func itemsJSON(c *cases.Case) string { return string(c.AppendItems(nil, true)) }

var _ = Describe("An emit case", func() {
	It("is read with all that it may have", func() {
		c := emitCase(`{comment: c, event: e, id: "1", retry: 5, data: [a, {repeat: b, times: 3}]}, {sleep: 300ms}, {}, {data: {utf16: "d83d DE00 0062"}}`,
			"accept: [exact, rejected]", "never: [{event: a, data: b, lastEventId: c}, {retry: 1}, {comment: d}]", "wire: [grammar]", "delivery: [apart]", "end: hold")
		Expect(c.Kind()).To(Equal(cases.KindEmit))
		Expect(itemsJSON(c)).To(Equal(`[{"event":"e","data":"abbb","id":"1","comment":"c","retry":5},{"sleep":300},{},{"data":"\ud83d\ude00b"}]`))
		Expect(string(c.Script(true))).To(Equal(`{"items":` + itemsJSON(c) + `,"end":"hold"}`))
		Expect(string(c.Script(false))).To(Equal(`{"items":` + itemsJSON(c) + `}`))
		Expect(string(c.AppendItems(nil, false))).To(Equal(`[{"event":"e","data":"abbb","id":"1","comment":"c","retry":5},{},{"data":"\ud83d\ude00b"}]`))
		Expect(c.Claims()).To(Equal([]string{"comments", "retry"}))
		Expect(c.Delivers()).To(BeTrue())
		Expect(*c.Never[0].Data + *c.Never[0].Event + *c.Never[0].LastEventID).To(Equal("bac"))
		Expect(*c.Never[1].Retry).To(BeEquivalentTo(1))
		Expect(*c.Never[2].Comment).To(Equal("d"))
	})

	DescribeTable("hands over a retry as the file writes it", func(written, want string, ms int64, carriable bool) {
		c := emitCase(`{data: a, retry: ` + written + `}, {data: END}`)
		Expect(string(c.Emit[0].Retry)).To(Equal(want))
		item, ok := c.Emit[0].Carriable()
		Expect(ok).To(Equal(carriable))
		if carriable {
			Expect(*item.Retry).To(Equal(ms))
		}
	},
		Entry("a number", "1500", "1500", int64(1500), true),
		Entry("zero", "0", "0", int64(0), true),
		Entry("the greatest number", "9223372036854775807", "9223372036854775807", int64(9223372036854775807), true),
		Entry("a number beyond 64 bits", "18446744073709551616", "18446744073709551616", int64(0), false),
		Entry("a negative number", "-1", "-1", int64(0), false),
		Entry("a fraction", "1.50", "1.50", int64(0), false),
		Entry("an exponent", "1e3", "1e3", int64(0), false),
		Entry("an exponent of a fraction", "1.5e3", "1.5e3", int64(0), false),
		Entry("a text of digits", `"1500"`, `"1500"`, int64(1500), true),
		Entry("a text of digits in single quotes", `'1e3'`, `"1e3"`, int64(0), false),
		Entry("an empty text", `""`, `""`, int64(0), false),
		Entry("a word", `soon`, `"soon"`, int64(0), false),
		Entry("a text with a break", `"1\n2"`, `"1\u000a2"`, int64(0), false),
	)

	DescribeTable("tells what the format cannot carry", func(item string, carriable bool) {
		c := emitCase(item + `, {data: END}`)
		_, ok := c.Emit[0].Carriable()
		Expect(ok).To(Equal(carriable))
		Expect(c.Hostile()).To(Equal(!carriable))
		if carriable {
			Expect(c.Ways()).To(Equal([]string{cases.Exact}))
		} else {
			Expect(c.Ways()).To(Equal([]string{cases.Rejected, cases.Neutralised}))
		}
	},
		Entry("nothing at all", `{}`, true),
		Entry("breaks in data", `{data: "a\r\nb\rc\n"}`, true),
		Entry("breaks in a comment", `{comment: "a\r\nb\rc\n"}`, true),
		Entry("NUL in data, a comment and a type", `{data: "\0", comment: "\0", event: "\0"}`, true),
		Entry("LF in a type", `{event: "a\n", data: b}`, false),
		Entry("CR in a type", `{event: "\ra", data: b}`, false),
		Entry("LF in an id", `{id: "a\nb", data: b}`, false),
		Entry("NUL in an id", `{id: "\0", data: b}`, false),
		Entry("a surrogate", `{data: {utf16: "d800"}}`, false),
		Entry("a surrogate in a comment", `{comment: {utf16: "dfff 0061"}, data: b}`, false),
		Entry("two halves of one character", `{data: {utf16: "d83d de00"}}`, true),
	)
})

var _ = Describe("The control of an emit case", func() {
	DescribeTable("is the case without what may be refused", func(items, want string, more ...string) {
		c := emitCase(items, more...)
		control := c.Control()
		Expect(itemsJSON(control)).To(MatchJSON(want))
		Expect(control.Hostile()).To(BeFalse())
		Expect(control.Ways()).To(Equal([]string{cases.Exact}))
		Expect(control.Never).To(BeNil())
	},
		Entry("breaks in a type", `{event: "x\r\ndata: forged", data: "a\nb"}, {data: END}`, `[{"event":"xdata: forged","data":"a\u000ab"},{"data":"END"}]`, `never: [{data: forged}]`),
		Entry("breaks and NUL in an id", `{id: "1\0\n2", data: a}, {data: END}`, `[{"id":"12","data":"a"},{"data":"END"}]`),
		Entry("a surrogate", `{data: {utf16: "0061 d800 0062"}}, {data: END}`, `[{"data":"ab"},{"data":"END"}]`),
		Entry("a retry that is none", `{retry: -1, data: a}, {data: END}`, `[{"data":"a"},{"data":"END"}]`),
		Entry("nothing but a retry that is none", `{retry: -1}, {data: END}`, `[{"data":"END"}]`),
		Entry("a hostile item and a break in its comment", `{comment: "c\rd", event: "x\n", data: a}, {data: END}`, `[{"comment":"cd","event":"x","data":"a"},{"data":"END"}]`),
		Entry("a harmless item beside a hostile one", `{comment: hi}, {event: "x\n", data: a}, {data: END}`, `[{"comment":"hi"},{"event":"x","data":"a"},{"data":"END"}]`),
		Entry("items that are no event", `{data: a}, {}, {comment: c}, {id: "1"}, {data: END}`, `[{"data":"a"},{"data":"END"}]`, "accept: [exact, rejected]"),
		Entry("a comment of lines beside data", `{comment: "a\nb", data: c}, {data: END}`, `[{"comment":"ab","data":"c"},{"data":"END"}]`, "accept: [exact, rejected]"),
		Entry("a retry that is a text", `{retry: "5", data: c}, {data: END}`, `[{"data":"c"},{"data":"END"}]`, "accept: [exact, rejected]"),
		Entry("sleeps stay", `{data: a}, {sleep: 300ms}, {}, {data: END}`, `[{"data":"a"},{"sleep":300},{"data":"END"}]`, "accept: [exact, rejected]", "delivery: [apart]"),
		Entry("nothing may be refused", `{data: a}, {}`, `[{"data":"a"},{}]`),
	)

	It("is played where refusing is right, and only there", func() {
		names := func(c *cases.Case) (list []string) {
			for _, v := range cases.EmitVariants(c) {
				list = append(list, v.Name)
			}
			return list
		}
		control := "control, with nothing that may be refused"
		Expect(names(emitCase(`{data: a}`))).To(Equal([]string{"as written"}))
		Expect(names(emitCase(`{event: "a\n", data: a}, {data: END}`))).To(Equal([]string{"as written", control}))
		Expect(names(emitCase(`{event: "a\n", data: a}, {data: END}`, "accept: [neutralised]"))).To(Equal([]string{"as written"}))
		Expect(names(emitCase(`{data: a}, {}`, "accept: [exact, rejected]"))).To(Equal([]string{"as written", control}))
		Expect(cases.EmitVariants(&cases.Case{})).To(BeEmpty())
	})
})

var _ = Describe("The words of emit cases", func() {
	It("are each once there, with a sentence", func() {
		seen := map[string]bool{}
		for _, w := range append(cases.WireChecks(), cases.DeliveryChecks()...) {
			Expect(seen).NotTo(HaveKey(w.Name))
			seen[w.Name] = true
			Expect(w.Sentence).To(MatchRegexp(`^[A-Z].*\.$`), w.Name)
		}
	})

	It("are all used by the corpus", func() {
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		used := map[string]bool{}
		for _, c := range corpus.Cases() {
			for _, word := range append(append([]string{}, c.Wire...), c.Delivery...) {
				used[word] = true
			}
		}
		for _, w := range append(cases.WireChecks(), cases.DeliveryChecks()...) {
			Expect(used).To(HaveKey(w.Name))
		}
	})
})

var _ = Describe("An item in JSON", func() {
	It("is printable ASCII, and what encoding/json reads as the same text", func() {
		random := newRandom()
		for range 300 {
			units := randomUnits(random)
			text := *emitCase(fmt.Sprintf(`{data: {utf16: "%s"}}, {data: END}`, units)).Emit[0].Data
			item := cases.EmitItem{Data: &text, ID: &text, Comment: &text, Event: &text}
			line := string(item.AppendJSON(nil))
			Expect(line).To(MatchRegexp(`^[ -~]*$`))
			var got struct{ Data, ID, Comment, Event string }
			Expect(json.Unmarshal([]byte(line), &got)).To(Succeed())
			want := cases.WithoutSurrogates(text, "\uFFFD")
			Expect([]string{got.Data, got.ID, got.Comment, got.Event}).To(HaveEach(want), units)
		}
	})

	It("keeps the code units that the file names", func() {
		random := newRandom()
		for range 300 {
			units := randomUnits(random)
			text := emitCase(fmt.Sprintf(`{data: {utf16: "%s"}}, {data: END}`, units)).Emit[0].Data
			line := string((&cases.EmitItem{Data: text}).AppendJSON(nil))
			Expect(unitsOf(strings.TrimSuffix(strings.TrimPrefix(line, `{"data":"`), `"}`))).To(Equal(units))
		}
	})
})
