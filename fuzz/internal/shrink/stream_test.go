package shrink_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

var _ = Describe("A stream", func() {
	DescribeTable("is as small as its fault lets it be",
		func(given stream.Input, has fault, want string) {
			Expect(barred(shrunk(given, has))).To(Equal(want))
		},
		Entry("any stream at all", in(noise+"|data: a\n\n"), fault(func(stream.Input) bool { return true }), ""),
		Entry("a text", in(noise+"|data: needle\n\n"), has("needle"), "needle"),
		Entry("an event", in(noise+"data: x\n\n"), events(func(all []spec.Event) bool { return len(all) > 0 }), "data\n\n"),
		Entry("an event with a type", in(noise), events(func(all []spec.Event) bool { return len(all) > 0 && all[0].Type != "message" }),
			"event:a\ndata\n\n"),
		Entry("an event with data that begins with a space", in(noise+"data:  \tx\n\n"),
			events(func(all []spec.Event) bool {
				return slices.ContainsFunc(all, func(e spec.Event) bool { return strings.HasPrefix(e.Data, " ") })
			}), "data:  \n\n"),
		Entry("two events", in(noise+noise+noise), events(func(all []spec.Event) bool { return len(all) > 1 }), "data\n\ndata\n\n"),
		Entry("a reconnection time", in(noise), fault(func(in stream.Input) bool { return len(stream.Expected(in).Retries) > 0 }), "retry:1\n"),
		Entry("a name in capitals", in(noise+"DATA: x\n\n"), fault(func(in stream.Input) bool {
			for line := range bytes.Lines(in.Bytes) {
				name, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
				if !bytes.Equal(name, []byte("data")) && bytes.EqualFold(name, []byte("data")) {
					return true
				}
			}
			return false
		}), "datA"),
		Entry("a name of four letters", in(noise+"dada: x\n\n"), fault(func(in stream.Input) bool {
			name, _, colon := bytes.Cut(in.Bytes, []byte(":"))
			return colon && len(name) >= 4
		}), "data:"),
		Entry("a line end that may be any", in("data: a\r\n\r\n"), events(func(all []spec.Event) bool { return len(all) == 1 }), "data\n\n"),
		Entry("a CR", in(noise+"data: a\r\r"), has("\r"), "\r"),
		Entry("a wide character", in(noise+"data: x\u4e2dy\n\n"), fault(func(in stream.Input) bool {
			return strings.ContainsFunc(string(in.Bytes), func(r rune) bool { return r > 0x7ff && r != 0xfffd && r != 0xfeff })
		}), "€"),
		Entry("ill-formed bytes", in("data: x\xe4\xb8y\xc3\n\n"), events(func(all []spec.Event) bool {
			return len(all) > 0 && strings.Contains(all[0].Data, "\ufffd")
		}), "data:\xff\n\n"),
		Entry("a digit", in(noise+"data: 97\n\n"), fault(func(in stream.Input) bool { return bytes.ContainsAny(in.Bytes, "3456789") }), "7"),
		Entry("digits", in("data: 97\n\n"), fault(func(in stream.Input) bool {
			digits := 0
			for _, b := range in.Bytes {
				if '0' <= b && b <= '9' {
					digits++
				}
			}
			return digits >= 2
		}), "11"),
		Entry("a byte order mark", in(noise), fault(func(in stream.Input) bool { return bytes.HasPrefix(in.Bytes, []byte("\xef\xbb\xbf")) }), "\xef\xbb\xbf"),
		Entry("a cut anywhere", in("data|: a\n|\n"), fault(func(in stream.Input) bool { return len(in.Cuts) > 0 }), "|"),
		Entry("a cut within a line", in("d|ata: a|b|c\n|\n"), fault(func(in stream.Input) bool {
			return slices.ContainsFunc(in.Cuts, func(at int) bool { return at > 0 && at < len(in.Bytes) && in.Bytes[at] != '\n' })
		}), "a|a"),
		Entry("a cut behind the third byte or a later one", in("data: abc|def\n\n"), both(events(func(all []spec.Event) bool { return len(all) == 1 }),
			func(in stream.Input) bool { return len(in.Cuts) > 0 && in.Cuts[0] >= 3 }), "dat|a\n\n"),
		Entry("a cut in a CRLF", in("d|a|t|a|:| |a|\r|\n|\r|\n"), both(has("\r\n"), cutBehind("\r")), "\r|\n"),
		Entry("an empty chunk", in("data: a||b\n|\n"), fault(func(in stream.Input) bool {
			return slices.ContainsFunc(in.Chunks()[1:], func(c []byte) bool { return len(c) == 0 })
		}), "|"),
		Entry("two cuts", in("d|a|t|a|: x|y\n\n"), fault(func(in stream.Input) bool { return len(in.Bytes) > 3 && len(in.Cuts) >= 2 }), "a|a|aa"),
		Entry("whole blocks only", in("id: 1\ndata: x\n\nid: 2\ndata: y\n\nid: 3\ndata: z\n\n"), both(has("z"), func(in stream.Input) bool {
			return regexp.MustCompile(`^(id:.*\ndata:.*\n\n)*$`).Match(in.Bytes)
		}), "id:\ndata:z\n\n"),
		Entry("whole characters only", in("é😀€中é€😀é€é中😀x€é😀中€é€é中é😀é€"), both(has("x"), func(in stream.Input) bool {
			return utf8.Valid(in.Bytes) && !bytes.ContainsAny(in.Bytes, "a")
		}), "x"),
		Entry("line ends that may be LF", in("data: a\r\rdata: b\r\r"), events(func(all []spec.Event) bool { return len(all) > 0 }), "data\n\n"),
		Entry("a character that is not of ASCII", in("data: 中\n\n"), fault(func(in stream.Input) bool {
			return strings.ContainsFunc(string(in.Bytes), func(r rune) bool { return r > 0x7f && r != 0xfffd })
		}), "é"),
		Entry("cuts in pairs", in("ne|ed|le"), both(has("needle"), func(in stream.Input) bool { return len(in.Cuts)%2 == 0 }), "needle"),
		Entry("a cut that must be somewhere", in("|xyz"), fault(func(in stream.Input) bool { return len(in.Bytes) == 3 && len(in.Cuts) > 0 }), "a|aa"),
		Entry("a cut that was too far behind", in("xyz|"), fault(func(in stream.Input) bool { return len(in.Bytes) == 3 && len(in.Cuts) > 0 }), "a|aa"),
		Entry("an empty chunk before bytes", in("|xyz"), fault(func(in stream.Input) bool {
			return len(in.Bytes) == 3 && slices.ContainsFunc(in.Chunks(), func(c []byte) bool { return len(c) == 0 })
		}), "|aaa"),
		Entry("a name behind a cut", in("\n|data: x"), both(cutBehind("\n"), func(in stream.Input) bool { return len(in.Bytes) > 5 && in.Bytes[5] == ':' }), "\n|data:"),
		Entry("a name behind a byte order mark", in("\xef\xbb\xbfdata: x\n"), func(in stream.Input) bool {
			return len(in.Bytes) > 7 && bytes.HasPrefix(in.Bytes, []byte("\xef\xbb\xbf")) && in.Bytes[7] == ':'
		}, "\xef\xbb\xbfdata:"),
		Entry("an empty stream", in(""), fault(func(stream.Input) bool { return true }), ""),
		Entry("a stream of a cut", in("|"), fault(func(in stream.Input) bool { return len(in.Cuts) == 1 }), "|"),
	)

	It("that has no fault comes back as it was", func() {
		given := in(noise)
		asked := 0
		r := shrink.Stream(context.Background(), given, each(&asked, func(stream.Input) bool { return false }), plenty)
		Expect(r).To(Equal(shrink.Result[stream.Input]{Smallest: given, Spent: 1, Asked: 1}))
		Expect(r.Sure()).To(BeFalse())
	})

	It("comes back as it was when nothing smaller has the fault, and is minimal", func() {
		given := in("a|b")
		asked := 0
		r := shrink.Stream(context.Background(), given, each(&asked, func(in stream.Input) bool { return barred(in) == "a|b" }), plenty)
		Expect(r).To(Equal(shrink.Result[stream.Input]{Smallest: given, Minimal: true, Spent: asked, Asked: 3, Held: 3}))
	})
})
