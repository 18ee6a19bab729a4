package knownfailing_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/cases/strictyaml"
	"github.com/ssecheck/ssecheck/runner/knownfailing"
)

func corpus() []*cases.Case {
	return []*cases.Case{
		{Suite: "fields/data", ID: "two-lines", Level: "must"},
		{Suite: "fields/data", ID: "empty", Level: "should"},
		{Suite: "fields/id", ID: "with-nul", Level: "must", Requirements: []string{"parse.id.nul"}},
	}
}

const list = `# today's failures
- {case: fields/data/two-lines, reason: joins with CRLF, issue: "https://example.org/1"}
- case: "fields/id/**"
  reason: keeps the NUL
`

var _ = Describe("A known-failing list", func() {
	It("names the cases that it holds, with their reasons", func() {
		l, err := knownfailing.Parse("known.yaml", []byte(list))
		Expect(err).NotTo(HaveOccurred())
		all := corpus()
		Expect(l.Check(all)).To(Succeed())
		entry, ok := l.Find(all[0])
		Expect(ok).To(BeTrue())
		Expect(entry).To(Equal(knownfailing.Entry{Case: "fields/data/two-lines", Reason: "joins with CRLF", Issue: "https://example.org/1"}))
		_, ok = l.Find(all[1])
		Expect(ok).To(BeFalse())
		entry, ok = l.Find(all[2])
		Expect(ok).To(BeTrue())
		Expect(entry.Reason).To(Equal("keeps the NUL"))
	})

	It("holds several cases with one reason", func() {
		l, err := knownfailing.Parse("known.yaml", []byte("- {case: [a/b, \"c/**\"], reason: joins with CRLF, issue: \"#1\", sometimes: true}\n"))
		Expect(err).NotTo(HaveOccurred())
		Expect(l.Entries()).To(Equal([]knownfailing.Entry{
			{Case: "a/b", Reason: "joins with CRLF", Issue: "#1", Sometimes: true},
			{Case: "c/**", Reason: "joins with CRLF", Issue: "#1", Sometimes: true},
		}))
	})

	It("is empty when the file is, and when there is none", func() {
		for _, text := range []string{"", "# nothing fails\n", "[]\n"} {
			l, err := knownfailing.Parse("known.yaml", []byte(text))
			Expect(err).NotTo(HaveOccurred())
			Expect(l.Entries()).To(BeEmpty())
		}
		var none *knownfailing.List
		Expect(none.Check(corpus())).To(Succeed())
		Expect(none.Entries()).To(BeEmpty())
		_, ok := none.Find(corpus()[0])
		Expect(ok).To(BeFalse())
	})

	It("reports every entry that names nothing any more, with the nearest name", func() {
		l, err := knownfailing.Parse("known.yaml", []byte(
			"- {case: fields/data/two-line, reason: x}\n- {case: fields/date/**, reason: x}\n- {case: fields/data/empty, reason: x}\n"))
		Expect(err).NotTo(HaveOccurred())
		var errs strictyaml.Errors
		Expect(errors.As(l.Check(corpus()), &errs)).To(BeTrue())
		Expect(errs).To(HaveLen(2))
		Expect(errs[0].Detail()).To(Equal(`known.yaml:1:10: "fields/data/two-line" names no case
    - {case: fields/data/two-line, reason: x}
             ^
    hint: did you mean fields/data/two-lines?`))
		Expect(errs[1].Error()).To(Equal(`known.yaml:2:10: "fields/date/**" names no case`))
		Expect(errs[1].Hint).To(ContainSubstring("fields/data/**"))
	})

	DescribeTable("rejects", func(text string, want ...string) {
		_, err := knownfailing.Parse("k.yaml", []byte(text))
		var errs strictyaml.Errors
		Expect(errors.As(err, &errs)).To(BeTrue())
		var got []string
		for _, e := range errs {
			got = append(got, e.Error())
		}
		Expect(got).To(Equal(want))
		if strings.Contains(text, " **/") {
			Expect(errs[0].Hint).To(ContainSubstring("quotes"))
		}
	},
		Entry("no reason", "- case: a/b\n", `k.yaml:1:3: the entry for "a/b" has no reason`),
		Entry("an empty reason", "- {case: a/b, reason: \" \"}\n", `k.yaml:1:23: the reason is empty`),
		Entry("no case", "- reason: b\n", `k.yaml:1:3: an entry without a case`),
		Entry("an unknown key", "- {case: a/b, reason: c, isue: d}\n", `k.yaml:1:26: unknown key "isue"`),
		Entry("text", "a/b\n", `k.yaml:1:1: expected a list, got text`),
		Entry("a bare name", "- a/b\n", `k.yaml:1:3: expected a mapping, got text`),
		Entry("a case twice", "- {case: a/b, reason: c}\n- {case: a/b, reason: d}\n", `k.yaml:2:10: the case "a/b" is listed already, on line 1`),
		Entry("a case twice, in lists", "- {case: [a/b, c/d, c/d], reason: c}\n- {case: [a/b], reason: d}\n",
			`k.yaml:1:21: the case "c/d" is listed already, on line 1`, `k.yaml:2:11: the case "a/b" is listed already, on line 1`),
		Entry("an empty list of cases", "- {case: [], reason: c}\n", `k.yaml:1:10: an empty list of cases`),
		Entry("an empty list without a reason", "- case: []\n", `k.yaml:1:9: an empty list of cases`),
		Entry("a list without a reason", "- {case: [a/b, c/d]}\n", `k.yaml:1:3: the entry for "a/b" has no reason`),
		Entry("a number in a list", "- {case: [a/b, 1], reason: c}\n", `k.yaml:1:16: expected text, got a number`),
		Entry("a mapping for a case", "- {case: {a: b}, reason: c}\n", `k.yaml:1:10: expected text, got a mapping`),
		Entry("a pattern that is none", "- {case: \"levl:must\", reason: c}\n", `k.yaml:1:10: "levl:must": no pattern begins with "levl:"; a path, level:LEVEL, requirement:ID or @FILE`),
		Entry("a file of patterns", "- {case: \"@file\", reason: c}\n", `k.yaml:1:10: a list cannot name a file of patterns`),
		Entry("a star without quotes", "- {case: **/b, reason: c}\n", "k.yaml:1:11: unexpected scalar value type"),
		Entry("two mistakes", "- case: a/b\n- reason: c\n", `k.yaml:1:3: the entry for "a/b" has no reason`, "k.yaml:2:3: an entry without a case"),
		Entry("what is no YAML", "- {case: a\n", "k.yaml:1:3: could not find flow mapping end token '}'"),
	)

	It("is read from a file", func() {
		file := filepath.Join(GinkgoT().TempDir(), "known.yaml")
		Expect(os.WriteFile(file, []byte(list), 0o600)).To(Succeed())
		l, err := knownfailing.Read(file)
		Expect(err).NotTo(HaveOccurred())
		Expect(l.Entries()).To(HaveLen(2))
		_, err = knownfailing.Read(file + ".gone")
		Expect(err).To(MatchError(os.ErrNotExist))
	})

	DescribeTable("is written as it is read", func(entries ...knownfailing.Entry) {
		var b strings.Builder
		Expect(knownfailing.Write(&b, entries)).To(Succeed())
		l, err := knownfailing.Parse("known.yaml", []byte(b.String()))
		Expect(err).NotTo(HaveOccurred())
		Expect(l.Entries()).To(HaveExactElements(entries))
	},
		Entry("nothing"),
		Entry("plain words", knownfailing.Entry{Case: "a/b", Reason: "expected one event, got none", Issue: "#12"}),
		Entry("one that fails now and then", knownfailing.Entry{Case: "a/b", Reason: "waits at random", Sometimes: true}),
		Entry("patterns and hostile text", knownfailing.Entry{Case: "**/b", Reason: "got \"a\x1b[31m\x00\"\r\n: # é \u2028 {]"},
			knownfailing.Entry{Case: "level:must", Reason: "- &a *b !c | > % @ `"}),
	)

	It("is not written without a reason", func() {
		var b strings.Builder
		Expect(knownfailing.Write(&b, []knownfailing.Entry{{Case: "a/b"}})).To(MatchError(ContainSubstring("reason")))
		Expect(b.String()).To(BeEmpty())
	})
})

// FuzzWrite demands that whatever a subject made us write as a reason is read
// back as one line of a list.
func FuzzWrite(f *testing.F) {
	f.Add(1, "because", "https://example.org")
	f.Add(2, "\x7f\u0085\ufeff\U0001F600", "'\"\\")
	f.Fuzz(func(t *testing.T, length int, reason, issue string) {
		var b strings.Builder
		want := knownfailing.Entry{Case: "a/" + fmt.Sprint(max(length, 0)), Reason: reason, Issue: issue}
		if knownfailing.Write(&b, []knownfailing.Entry{want}) != nil {
			return
		}
		l, err := knownfailing.Parse("known.yaml", []byte(b.String()))
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		want.Reason, want.Issue = strings.ToValidUTF8(reason, "\uFFFD"), strings.ToValidUTF8(issue, "\uFFFD")
		if got := l.Entries(); len(got) != 1 || got[0] != want {
			t.Fatalf("wrote %#v, read %#v", want, got)
		}
	})
}
