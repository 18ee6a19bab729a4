package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/spf13/cobra"

	"github.com/ssecheck/ssecheck/cases"
)

// call runs one subcommand with its arguments, as the root would.
func call(newCommand func(*app) *cobra.Command, args ...string) (stdout string, err error) {
	var out bytes.Buffer
	cmd := newCommand(&app{stdin: strings.NewReader(""), stdout: &out, stderr: &out})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(append([]string{}, args...)) // of nil, cobra would make os.Args
	err = cmd.Execute()
	return out.String(), err
}

// ownCases is a folder with one case of each kind and a requirement of its own.
func ownCases() string {
	GinkgoHelper()
	return folderOf(map[string]string{
		"requirements.yaml": "- {id: mine.order, level: should, side: server, title: Orders come in order, url: \"https://example.org/order\"}\n",
		"mine/orders.yaml": `suite: mine/orders
title: Orders
cases:
  - id: stream
    title: "Every form of a stream, \e[31mnot red"
    note: "Two lines\nof a note"
    requirements: [mine.order, parse.data.append]
    labels: [forms]
    stream: ["data: a\r\n\r\n", "", {hex: "64 61 74 61 3a ff 0a 0a"}, {repeat: ": x\n", times: 1000}, {pause: 20ms}, {repeat: "y", times: 300}, ["\n", {hex: "fe"}], ["z", {repeat: "y\n", times: 300}], {stall: 1s}]
    found: "by --parser './p', \e[31mnot red"
    finally: {no-reconnection-time: true}
    expect: {any-of: [{grade: pass, events: [{data: a}, {data: "\uFFFD"}]}, {grade: info, note: some do, events: [{event: x, data: "q\"", lastEventId: "1"}]}]}
  - id: probe
    title: A visit in steps
    requirements: [mine.order]
    needs: [ids]
    probe: [{connect: first}, {await: {conn: first, events: 2}}, {connect: second, header: {Last-Event-ID: "{{first.events.1.lastEventId}}"}}]
    check: [{that: second, continues: first, from: 1}]
`})
}

func folderOf(files map[string]string) string {
	GinkgoHelper()
	dir := GinkgoT().TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		Expect(os.MkdirAll(filepath.Dir(file), 0o700)).To(Succeed())
		Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	}
	return dir
}

// lines splits output into its lines.
func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

var _ = Describe("ssecheck list", func() {
	It("lists every case with its level and title", func() {
		out, err := call(newListCommand)
		Expect(err).NotTo(HaveOccurred())
		corpus, err := cases.Default()
		Expect(err).NotTo(HaveOccurred())
		Expect(lines(out)).To(HaveLen(len(corpus.Cases())))
		Expect(out).To(MatchRegexp(`(?m)^fields/data/two-lines +must +Consecutive data fields are joined by one newline$`))
	})

	It("lists a selection, and a user's own cases in it", func() {
		out, err := call(newListCommand, "--cases", ownCases(), "--run", "mine/**", "--skip", "level:should")
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(Equal(`mine/orders/stream  must    Every form of a stream, \x1b[31mnot red` + "\n"))
	})

	It("lists cases for programs", func() {
		out, err := call(newListCommand, "--json", "--cases", ownCases(), "--run", "mine/**", "--level", "should")
		Expect(err).NotTo(HaveOccurred())
		var list []listedCase
		Expect(json.Unmarshal([]byte(out), &list)).To(Succeed())
		Expect(list).To(HaveLen(2))
		Expect(list[1]).To(Equal(listedCase{Case: "mine/orders/probe", Title: "A visit in steps", Kind: cases.KindProbe, Level: "should",
			Labels: []string{"mine", "probe", "server", "should"}, Requirements: []string{"mine.order"}}))
	})

	It("lists the requirements of a selection, and how many cases name each", func() {
		out, err := call(newListCommand, "--requirements", "--cases", ownCases(), "--run", "mine/**")
		Expect(err).NotTo(HaveOccurred())
		Expect(lines(out)).To(HaveExactElements(
			MatchRegexp(`^parse\.data\.append  must    parser  1 case  +The data field`),
			MatchRegexp(`^mine\.order         should  server  2 cases +Orders come in order$`),
		))
	})

	It("lists all requirements without a selection, the excluded with their reason", func() {
		out, err := call(newListCommand, "--requirements", "--json")
		Expect(err).NotTo(HaveOccurred())
		var list []listedRequirement
		Expect(json.Unmarshal([]byte(out), &list)).To(Succeed())
		book, err := openCasebook("")
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(len(book.catalogue.All())))
		text, err := call(newListCommand, "--requirements")
		Expect(err).NotTo(HaveOccurred())
		for _, r := range list {
			Expect(r.Cases).NotTo(BeNil())
			if r.Excluded != "" {
				Expect(text).To(ContainSubstring("excluded: " + r.Excluded))
			}
		}
	})

	It("lists the roles with their flags and cases", func() {
		out, err := call(newListCommand, "--roles", "--cases", ownCases(), "--run", "mine/**")
		Expect(err).NotTo(HaveOccurred())
		Expect(lines(out)).To(Equal([]string{
			"parser   bytes to events                     --parser CMD   1 case of the kind stream",
			"encoder  events to bytes                     --encoder CMD  0 cases of the kind emit",
			"client   a URL to events, with reconnection  --client CMD   1 case of the kinds stream and connections",
			"server   answers at a URL                    --target URL   1 case of the kind probe",
		}))
	})

	It("lists the vocabulary of probes and of emit cases", func() {
		out, err := call(newListCommand, "--checks")
		Expect(err).NotTo(HaveOccurred())
		Expect(lines(out)).To(HaveLen(len(cases.CheckVocabulary()) + len(cases.NeedVocabulary()) +
			len(cases.WireChecks()) + len(cases.DeliveryChecks())))
		Expect(out).To(MatchRegexp(`(?m)^check +ids-unique +\S`))
		Expect(out).To(MatchRegexp(`(?m)^need +three-events +\S`))
		Expect(out).To(MatchRegexp(`(?m)^wire +ends-with-blank-line +\S`))
		Expect(out).To(MatchRegexp(`(?m)^delivery +head-first +\S`))
		asJSON, err := call(newListCommand, "--checks", "--json")
		Expect(err).NotTo(HaveOccurred())
		var words []listedWord
		Expect(json.Unmarshal([]byte(asJSON), &words)).To(Succeed())
		Expect(words).To(HaveLen(len(lines(out))))
	})

	DescribeTable("refuses, with a hint", func(want string, args ...string) {
		out, err := call(newListCommand, args...)
		Expect(err).To(MatchError(ContainSubstring(want)))
		Expect(out).To(BeEmpty())
	},
		Entry("a name of nothing", "did you mean fields/data/two-lines", "--run", "fields/data/two-line"),
		Entry("a level that is none", "the levels are must, should, may and info", "--level", "most"),
		Entry("two lists at once", "requirements", "--requirements", "--roles"),
		Entry("an argument", "unknown command", "fields"),
		Entry("a folder that is not there", "no such file", "--cases", "/no/such/folder"),
	)

	It("shows every mistake of a user's cases", func() {
		dir := folderOf(map[string]string{"a.yaml": "suite: b\n", "b.yaml": "x\n"})
		_, err := call(newListCommand, "--cases", dir)
		Expect(err).To(MatchError(And(ContainSubstring("a.yaml:1:8: "), ContainSubstring("b.yaml:1:1: "), HaveSuffix("4 errors"))))
	})
})

var _ = Describe("ssecheck explain", func() {
	It("explains a stream case", func() {
		dir := ownCases()
		out, err := call(newExplainCommand, "mine/orders/stream", "--cases", dir)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(HavePrefix(`mine/orders/stream (must)
  Every form of a stream, \x1b[31mnot red
  labels: forms, mine, must, parser, server, stream

Found
  by --parser './p', \x1b[31mnot red

Note
  Two lines
  of a note

Rule
  mine.order (should, server)
    Orders come in order
    https://example.org/order
  parse.data.append (must, parser)
`))
		Expect(out).To(ContainSubstring(`
Wire (4 922 bytes, 7 writes)
    1  data: a\r\n
       \r\n
    2  (an empty write)
    3  data:\xff\n
       \n
    4  1 000 times:
       : x\n
    5  (nothing for 20ms)
    6  300 times:
       y
    7  \n
       \xfe
    8  (one write of 2 pieces)
       z
       300 times:
       y\n
    9  (the connection stays open and silent for 1s)

Expect, answer 1 of 2 (pass, 2 events)
    1  message  data "a"
    2  message  data "�"

Expect, answer 2 of 2 (info, 1 event)
  some do
    1  x  data "q\""  lastEventId "1"

Finally
  there is no reconnection time

Variants
`))
		Expect(out).To(HaveSuffix(`
Play it alone
  ssecheck run --parser 'CMD' --cases '` + dir + `' --run mine/orders/stream
  ssecheck run --client 'CMD' --cases '` + dir + `' --run mine/orders/stream
  ssecheck run --cases '` + dir + `' --run mine/orders/stream   (on the reference inside ssecheck)

Point something at it
  curl -N http://127.0.0.1:8080/cases/mine/orders/stream   (while ssecheck serve --cases '` + dir + `' runs)
`))
	})

	It("explains a probe case", func() {
		out, err := call(newExplainCommand, "mine/orders/probe", "--cases", ownCases())
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(ContainSubstring(`
Needs (else the case is skipped)
  ids: events have an id field

Steps
    1  {connect: first}
    2  {await: {conn: first, events: 2}}
    3  {connect: second, header: {Last-Event-ID: "{{first.events.1.lastEventId}}"}}

Checks
    1  {that: second, continues: first, from: 1}
       The events go on exactly`))
		Expect(out).To(ContainSubstring("ssecheck run --target URL --cases "))
	})

	It("explains every case of the corpus, on lines that a terminal can show", func() {
		book, err := openCasebook("")
		Expect(err).NotTo(HaveOccurred())
		var out bytes.Buffer
		a := &app{stdout: &out}
		for _, c := range book.cases {
			out.Reset()
			a.explainCase(book, c, "")
			Expect(out.String()).To(ContainSubstring(c.Name()))
			Expect(out.String()).NotTo(MatchRegexp(`[\x00-\x09\x0b-\x1f\x7f]`), c.Name())
			Expect(out.Len()).To(BeNumerically("<", 64<<10), c.Name())
		}
	})

	It("explains a requirement and the cases that demand it", func() {
		out, err := call(newExplainCommand, "mine.order", "--cases", ownCases())
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(HavePrefix("  mine.order (should, server)\n    Orders come in order\n    https://example.org/order\n\nCases\n" +
			"  must    mine/orders/stream\n  should  mine/orders/probe\n\nPlay them alone\n  ssecheck run --cases '"))
		Expect(out).To(HaveSuffix("--run requirement:mine.order\n"))
	})

	It("explains a requirement without a case", func() {
		book, err := openCasebook("")
		Expect(err).NotTo(HaveOccurred())
		for _, r := range book.catalogue.All() {
			if r.Excluded == "" {
				continue
			}
			out, err := call(newExplainCommand, r.ID)
			Expect(err).NotTo(HaveOccurred())
			Expect(out).To(HaveSuffix("\nExcluded\n  " + r.Excluded + "\n"))
			return
		}
		Fail("nothing is excluded")
	})

	It("explains a check, and all of them", func() {
		out, err := call(newExplainCommand, "ids-unique")
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(HavePrefix("ids-unique (a check of probes)\n  No two events"))
		out, err = call(newExplainCommand, "--checks")
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(MatchRegexp(`(?m)^check +ids-unique +\S`))
	})

	DescribeTable("refuses", func(want string, args ...string) {
		_, err := call(newExplainCommand, args...)
		Expect(err).To(MatchError(ContainSubstring(want)))
	},
		Entry("no name", "explain takes one name"),
		Entry("two names", "explain takes one name", "a", "b"),
		Entry("a name beside --checks", "takes no name", "--checks", "a"),
		Entry("an unknown case, with the nearest", `no case, requirement, check or need is called "fields/data/two-line"; did you mean fields/data/two-lines`, "fields/data/two-line"),
		Entry("an unknown requirement, with the nearest", "did you mean parse.data.append?", "parse.data.apend"),
		Entry("an unknown check, with the nearest", "did you mean ids-unique?", "id-unique"),
		Entry("what is like nothing", "ssecheck list shows the cases", "xyzzy-plugh"),
	)
})

var _ = Describe("ssecheck lint", func() {
	It("finds nothing in good cases", func() {
		dir := ownCases()
		out, err := call(newLintCommand, dir)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(Equal(dir + ": 2 cases in 1 file, no mistakes\n"))
	})

	It("prints every mistake like a compiler, and exits with 2", func() {
		dir := folderOf(map[string]string{
			"a.yaml": "suite: a\ntitle: A\ncases:\n  - {id: x, title: A b, requirements: [parse.data.append], stream: [\"data: a\\n\\n\"], expect: []}\n",
			"b.yaml": "suite: b\ntitle: B\ncases: [{id: x, titel: A b}]\n",
		})
		out, err := call(newLintCommand, dir)
		Expect(err).To(MatchError(&exitError{status: exitUsage}))
		Expect(out).To(HavePrefix(dir + `/a.yaml:4:93: no event is expected, so a subject that does nothing would pass
      - {id: x, title: A b, requirements: [parse.data.append], stream: ["data: a\n\n"], expect: []}
`))
		Expect(out).To(ContainSubstring(dir + "/b.yaml:3:17: unknown key \"titel\"\n"))
		Expect(out).To(ContainSubstring("    hint: did you mean title?\n"))
		Expect(out).To(HaveSuffix("errors\n"))
	})

	It("goes on to the next folder", func() {
		bad, good := folderOf(map[string]string{"a.yaml": "x"}), ownCases()
		out, err := call(newLintCommand, bad, good)
		Expect(err).To(MatchError(&exitError{status: exitUsage}))
		Expect(out).To(And(ContainSubstring("a.yaml:1:1"), ContainSubstring(good+": 2 cases")))
	})

	It("demands a case for each of the folder's own requirements", func() {
		dir := ownCases()
		Expect(os.WriteFile(filepath.Join(dir, "requirements.yaml"), []byte(
			"- {id: mine.order, level: should, side: server, title: A}\n- {id: mine.other, level: must, side: server, title: B}\n"), 0o600)).To(Succeed())
		out, err := call(newLintCommand, dir)
		Expect(err).To(HaveOccurred())
		Expect(out).To(ContainSubstring("no case names the requirement mine.other (must, server): B"))
		Expect(out).To(HaveSuffix("1 error\n"))
	})

	It("demands the whole catalogue with --complete", func() {
		out, err := call(newLintCommand, "--complete", ownCases())
		Expect(err).To(HaveOccurred())
		Expect(out).To(ContainSubstring("no case names the requirement parse.utf8.decode"))
	})

	It("warns without failing", func() {
		dir := folderOf(map[string]string{"a.yaml": `suite: a
title: A
cases:
  - {id: x, title: A b, requirements: [parse.data.append], stream: ["data: a\n\n"], expect: [{data: a}]}
  - {id: y, title: A c, requirements: [parse.data.append], stream: ["data: a\n\n"], expect: [{data: a}]}
`})
		out, err := call(newLintCommand, dir)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(ContainSubstring("a.yaml:5:10: warning: a/y has the same stream and expectation as a/x"))
	})

	It("says which folder is none", func() {
		_, err := call(newLintCommand, "/no/such/folder")
		Expect(err).To(MatchError(ContainSubstring("/no/such/folder")))
	})
})

var _ = Describe("The help of list, explain and lint", func() {
	DescribeTable("is examples first", func(newCommand func(*app) *cobra.Command) {
		cmd := newCommand(&app{})
		Expect(cmd.Short).NotTo(BeEmpty())
		Expect(cmd.Example).To(HavePrefix("ssecheck " + cmd.Name()))
		for _, text := range lines(cmd.Example + "\n" + cmd.Long) {
			Expect(len(text)).To(BeNumerically("<=", 100), text)
		}
	},
		Entry("list", newListCommand), Entry("explain", newExplainCommand), Entry("lint", newLintCommand),
	)
})
