package blame_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

func events(data ...string) stream.Seen {
	var s stream.Seen
	for _, d := range data {
		s.Events = append(s.Events, spec.Event{Type: spec.DefaultType, Data: d})
	}
	return s
}

func event(e spec.Event) stream.Seen { return stream.Seen{Events: []spec.Event{e}} }

func retries(ms ...int64) stream.Seen { return stream.Seen{Retries: ms} }

func failed(how string) stream.Seen { return stream.Seen{Failed: how} }

var _ = Describe("A deviation", func() {
	DescribeTable("is the first difference, in words",
		func(expected, got stream.Seen, kind blame.Kind, index int, sentence, signature string) {
			d, ok := blame.Compare(expected, got, told)
			Expect(ok).To(BeTrue())
			Expect(d.Kind).To(Equal(kind))
			Expect(d.Index).To(Equal(index))
			Expect(d.Sentence()).To(ContainSubstring(sentence))
			Expect(d.Signature()).To(Equal(signature))
		},
		Entry("of an event that did not come", events("a", "b", "c"), events("a", "c"), blame.Missing, 1,
			`event 2 of 3: expected data "b", got "c" (they differ from byte 0 on); 2 events came in all`, "event missing: in between"),
		Entry("of the only event", events(""), events(), blame.Missing, 0,
			"expected 1 event, none came", "event missing: the only one without data"),
		Entry("of an event that is none", events("a"), events("a", "a"), blame.Extra, 1,
			"event 2 is one too many", "event too many: like the one before"),
		Entry("of an event that is none, before others", events("b"), events("a", "b"), blame.Extra, 0,
			`expected data "b", got "a"`, "event too many:"),
		Entry("of the order", events("a", "b"), events("b", "a"), blame.Order, 0, `expected data "a", got "b"`, "order"),
		Entry("of data", events("a b"), events("ab"), blame.Data, 0,
			`event 1 of 1: expected data "a b", got "ab" (they differ from byte 1 on)`, "data: a letter for a space, shorter"),
		Entry("inside a character", events("ä"), events("ö"), blame.Data, 0,
			`expected data "ä", got "ö"`, "data: a character beyond ASCII for a character beyond ASCII of the same length"),
		Entry("of bytes that are no text", events("\uFFFD"), events("\xFF"), blame.Data, 0,
			`got "\xff"`, "data: a bad byte for U+FFFD, shorter"),
		Entry("of the type", event(spec.Event{Type: "a"}), event(spec.Event{Type: "A"}), blame.Type, 0,
			`expected event type "a", got "A"`, "event type: a capital for a letter of the same length"),
		Entry("of the last event ID", event(spec.Event{LastEventID: "1"}), event(spec.Event{}), blame.LastEventID, 0,
			`expected lastEventId "1", got ""`, "last event ID: the end for a digit, shorter"),
		Entry("of a reconnection time", retries(1, 5), retries(1, 5000), blame.Retry, 0,
			"the last reconnection time: expected 5 ms, got 5000 ms", "reconnection time: more"),
		Entry("of a reconnection time that did not come", retries(1), retries(), blame.Retry, 0,
			"the last reconnection time: expected 1 ms, got none", "reconnection time: missing"),
		Entry("of one that is none", retries(), retries(0), blame.Retry, 0,
			"the last reconnection time: expected none, got 0 ms", "reconnection time: too many"),
		Entry("of one beyond any timer", retries(1<<53+1), retries(1<<53), blame.Retry, 0,
			"got 9007199254740992 ms", "reconnection time: huge"),
		Entry("of a reader that failed", events("a"), failed("panic: index 12 of \"abc\"\x1B[2J"), blame.Failed, 0,
			`expected 1 event, the parser failed: "panic: index 12 of \"abc\"\x1b[2J"`, `failed: panic: index 9 of ... [9J`),
	)

	DescribeTable("is none",
		func(a, b stream.Seen, r stream.Reports) {
			_, ok := blame.Compare(a, b, r)
			Expect(ok).To(BeFalse())
		},
		Entry("between equals", events("a"), events("a"), told),
		Entry("where both failed", failed("a"), failed("b"), told),
		Entry("in reconnection times but the last", retries(1, 2), retries(2), told),
		Entry("in reconnection times that nobody tells", retries(1), retries(), stream.Reports{}),
	)

	It("has the same signature wherever it stands and whatever it says", func() {
		signature := func(expected, got stream.Seen) string {
			d, _ := blame.Compare(expected, got, told)
			return d.Signature()
		}
		Expect(signature(events("x", "hello there"), events("x", "hellothere"))).To(Equal(signature(events("a b"), events("ab"))))
		Expect(signature(events(), failed("at byte 7"))).To(Equal(signature(events(), failed("at byte 1234"))))
		Expect(signature(events("a b"), events("a\tb"))).NotTo(Equal(signature(events("a b"), events("ab"))))
	})

	It("is shown line by line", func() {
		d, _ := blame.Compare(events("a", "b"), events("a", "c"), told)
		Expect(strings.Split(d.Diff(), "\n")).To(Equal([]string{
			`  event "message", data "a", lastEventId ""`,
			`- event "message", data "b", lastEventId ""`,
			`+ event "message", data "c", lastEventId ""`,
		}))
		d, _ = blame.Compare(retries(1, 2), retries(1), told)
		Expect(d.Diff()).To(Equal("- reconnection times [1 2]\n+ reconnection times [1]"))
		d, _ = blame.Compare(events("a"), failed("no"), told)
		Expect(d.Diff()).To(BeEmpty())
	})

	It("of a failure of great length is short", func() {
		d, _ := blame.Compare(events(), failed(strings.Repeat("no ", 1<<20)), told)
		Expect(len(d.Sentence())).To(BeNumerically("<", 300))
		Expect(len(d.Signature())).To(BeNumerically("<", 150))
	})
})
