package requirements_test

import (
	"errors"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec/requirements"
)

var _ = Describe("Parse", func() {
	DescribeTable("refuses what is no catalogue, and says where and why",
		func(text, message string) {
			_, err := requirements.Parse([]byte(text), "r.yaml")
			Expect(err).To(MatchError(ContainSubstring(message)))
		},
		Entry("nothing", "", "r.yaml:1:1: nothing in it; a catalogue is a list"),
		Entry("only a comment", "# nothing\n", "nothing in it"),
		Entry("a mapping", "id: a.b\n", "expected a list of requirements"),
		Entry("an empty list", "[]", "r.yaml:1:1: expected a list of requirements"),
		Entry("text in the list", "- a.b\n", "r.yaml:1:3: expected a requirement with id, level"),
		Entry("broken YAML", "- {id: a.b\n- x", "r.yaml:"),
		Entry("a second document", "- {id: a.b, level: may, side: client, title: T}\n---\n- {id: a.c}\n", "a second document"),
		Entry("an unknown key", "- {id: a.b, level: may, side: client, title: T, lvl: x}", `r.yaml:1:49: unknown key "lvl": a requirement has id, level, side, title, url and excluded`),
		Entry("a key twice", "- id: a.b\n  id: a.c\n", "r.yaml:2:3"),
		Entry("no id", "- {level: may, side: client, title: T}", "the requirement has no id"),
		Entry("no level", "- {id: a.b, side: client, title: T}", "r.yaml:1:8: the requirement has no level"),
		Entry("no side", "- {id: a.b, level: may, title: T}", "the requirement has no side"),
		Entry("no title", "- {id: a.b, level: may, side: client}", "the requirement has no title"),
		Entry("an empty title", "- {id: a.b, level: may, side: client, title: ''}", "title: empty"),
		Entry("an empty exclusion", "- {id: a.b, level: may, side: client, title: T, excluded: ' '}", "excluded: empty"),
		Entry("a number for a title", "- {id: a.b, level: may, side: client, title: 5}", "title: expected text, found integer"),
		Entry("an unknown level", "- {id: a.b, level: MUST, side: client, title: T}", `level "MUST": expected must, should, may or info`),
		Entry("an unknown side", "- {id: a.b, level: may, side: proxy, title: T}", `side "proxy": expected parser, client, format or server`),
		Entry("an id of one part", "- {id: a, level: may, side: client, title: T}", `id "a": expected words`),
		Entry("an id with capitals", "- {id: a.B, level: may, side: client, title: T}", `id "a.B": expected words`),
		Entry("an id that ends in a dot", "- {id: a.b., level: may, side: client, title: T}", `id "a.b.": expected words`),
		Entry("a relative URL", "- {id: a.b, level: may, side: client, title: T, url: spec.html}", `url "spec.html": expected an absolute URL`),
		Entry("an id twice", "- {id: a.b, level: may, side: client, title: T}\n- {id: a.b, level: may, side: client, title: U}", `r.yaml:2:8: the id "a.b" is taken: r.yaml:1:8 has it already`),
	)

	It("reports all errors at once, each with its line and a mark under the place", func() {
		_, err := requirements.Parse([]byte("- id: a.b\n  level: strong\n  side: both\n  title: T\n"), "r.yaml")
		Expect(err).To(MatchError(`r.yaml:2:10: level "strong": expected must, should, may or info
      level: strong
             ^
r.yaml:3:9: side "both": expected parser, client, format or server
      side: both
            ^`))
		var located *requirements.Error
		Expect(errors.As(err, &located)).To(BeTrue())
		Expect(located.Line).To(Equal(2))
	})

	It("takes folded text and leaves out what may be left out", func() {
		c := mustParse("- id: a.b\n  level: info\n  side: format\n  title: >-\n    One\n    sentence\n")
		got, ok := c.Get("a.b")
		Expect(ok).To(BeTrue())
		Expect(got).To(Equal(requirements.Requirement{ID: "a.b", Level: "info", Side: "format", Title: "One sentence"}))
	})
})

// FuzzParse: whatever the bytes, Parse returns a catalogue or an error.
func FuzzParse(f *testing.F) {
	f.Add([]byte("- {id: a.b, level: may, side: client, title: T, url: 'https://x/'}\n"))
	f.Add([]byte("- id: *a\n  ? b\n---\n...\n"))
	f.Add([]byte("- &a {<<: *a, id: !!binary aa}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := requirements.Parse(data, "fuzz.yaml")
		if (c == nil) == (err == nil) {
			t.Fatalf("got catalogue %v and error %v: want one of the two", c, err)
		}
	})
}
