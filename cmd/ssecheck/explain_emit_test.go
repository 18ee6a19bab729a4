package main

import (
	"os"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// emitCases is a folder with cases of the kind emit.
func emitCases() string {
	GinkgoHelper()
	folder := GinkgoT().TempDir()
	Expect(os.MkdirAll(filepath.Join(folder, "mine"), 0o700)).To(Succeed())
	Expect(os.WriteFile(filepath.Join(folder, "mine", "items.yaml"), []byte(`suite: mine/items
title: Items
cases:
  - id: hostile
    title: What is hostile forges nothing
    requirements: [secure.encoder.no-injection]
    emit:
      - {comment: hi, event: "x\ndata: \"forged\"", id: "7", retry: "5\r\n", data: "a\tb"}
      - {data: {utf16: "0061 d800"}}
      - {data: END}
    never: [{data: forged}, {event: admin, lastEventId: "9"}, {retry: 1}, {comment: forged}]
    wire: [grammar, no-bom]
  - id: held
    title: What is held stays open
    requirements: [serve.emit.hold]
    emit: [{data: a}, {}, {sleep: 300ms}, {retry: 1e3, data: b}, {data: END}]
    end: hold
    delivery: [apart, stays-open]
  - id: lines
    title: A comment of lines may be refused
    requirements: [format.comment.exact]
    emit: [{comment: "a\nb"}, {data: END}]
    accept: [exact, rejected]
`), 0o600)).To(Succeed())
	return folder
}

var _ = Describe("ssecheck explain, of items to emit", func() {
	explained := func(id string) string {
		GinkgoHelper()
		out, err := call(newExplainCommand, "mine/items/"+id, "--cases", emitCases())
		Expect(err).NotTo(HaveOccurred())
		_, out, _ = strings.Cut(out, "\nItems ")
		out, _, _ = strings.Cut(out, "\nPlay it alone")
		return out
	}

	It("shows the items with visible escapes, the ways out, what must never be seen and the checks", func() {
		Expect(explained("hostile")).To(Equal(`(3 items)
    1  comment "hi"
       event "x\ndata: \"forged\""
       id "7"
       retry "5\r\n" (a text)
       data "a\tb"
       (the format cannot carry this)
    2  data "a\ud800"
       (the format cannot carry this)
    3  data "END"

Right ways out
  rejected     the item is refused, or left out
  neutralised  its event arrives, with what the format cannot carry removed or replaced, and nothing else does
  a subject that refuses must still emit the same items without what it may refuse

Never
  an event with the data "forged"
  an event of the type "admin", with the last event ID "9"
  a reconnection time of 1 ms
  the comment "forged"

Checks of the bytes
  grammar: Every line is a comment or one of the four fields, with a value that readers take.
  no-bom: There is no byte order mark, at the start either.
`))
	})

	It("shows the sleeps, the checks of the delivery and the end", func() {
		Expect(explained("held")).To(Equal(`(4 items, 1 sleep)
    1  data "a"
    2  (no part at all)
    3  (nothing for 300ms)
    4  retry 1e3
       data "b"
       (the format cannot carry this)
    5  data "END"

Right ways out
  rejected     the item is refused, or left out
  neutralised  its event arrives, with what the format cannot carry removed or replaced, and nothing else does
  a subject that refuses must still emit the same items without what it may refuse

Checks of the delivery (of a scripted server)
  apart: What is emitted before a sleep arrives before the sleep is over.
  stays-open: The response is still open a while after the last item (end: hold).

End
  a scripted server keeps the stream open until the client leaves
`))
	})

	It("says what not every library has", func() {
		Expect(explained("lines")).To(HavePrefix(`(2 items)
    1  comment "a\nb"
       (not every library has this)
    2  data "END"

Right ways out
  exact        what was handed over comes back
  rejected     the item is refused, or left out
`))
	})

	It("gives the commands that play a case alone: an encoder shows nothing of the delivery", func() {
		folder := emitCases()
		out, err := call(newExplainCommand, "mine/items/hostile", "--cases", folder)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(ContainSubstring("  ssecheck run --encoder 'CMD' --cases '" + folder + "' --run mine/items/hostile\n" +
			"  ssecheck run --target URL --scripted --cases '"))
		Expect(out).NotTo(ContainSubstring("Point something at it"))
		out, err = call(newExplainCommand, "mine/items/held", "--cases", folder)
		Expect(err).NotTo(HaveOccurred())
		Expect(out).NotTo(ContainSubstring("--encoder"))
	})

	It("explains a word of each kind that has it", func() {
		out, err := call(newExplainCommand, "utf-8")
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(HavePrefix("utf-8 (a check of probes)\n"))
		Expect(out).To(ContainSubstring("\nutf-8 (a check of the bytes in emit cases)\n  The bytes are well-formed UTF-8.\n"))
		out, err = call(newExplainCommand, "head-first")
		Expect(err).NotTo(HaveOccurred())
		Expect(out).To(ContainSubstring("head-first (a check of the delivery in emit cases)\n"))
	})
})
