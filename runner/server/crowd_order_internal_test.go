package server

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// sighted is an event that is told apart by a word.
func sighted(word string) sight {
	name, content, _ := strings.Cut(word, "=")
	return sight{key: hash(name), content: hash(name, content), name: name}
}

var _ = Describe("An order", func() {
	// ordered gives the reference its events, then others theirs.
	follows := func(byID bool, reference, events string) (*order, *follower) {
		o, r, f := newOrder(byID), newFollower(), newFollower()
		for _, word := range strings.Fields(reference) {
			o.add(&r, sighted(word))
		}
		for _, word := range strings.Fields(events) {
			o.follow(&f, sighted(word))
		}
		o.catchUp(&f, true)
		return o, &f
	}

	DescribeTable("finds the first difference of a subscriber",
		func(events string, want *transcript.Fault) {
			_, f := follows(true, "a b c d e f g", events)
			if want == nil {
				Expect(f.fault).To(BeNil())
				return
			}
			Expect(f.fault).NotTo(BeNil())
			Expect([]any{f.fault.Kind, f.fault.Want, f.fault.Got, f.fault.Count}).To(Equal([]any{want.Kind, want.Want, want.Got, want.Count}))
		},
		Entry("all of it", "a b c d e f g", nil),
		Entry("from its middle on", "c d e f g", nil),
		Entry("not to its end", "c d", nil),
		Entry("after a greeting of its own", "hello c d", nil),
		Entry("nothing", "", nil),
		Entry("one missed", "a b d e", &transcript.Fault{Kind: transcript.FaultMissed, Want: "c", Got: "d", Count: 1}),
		Entry("three missed", "b f", &transcript.Fault{Kind: transcript.FaultMissed, Want: "c", Got: "f", Count: 3}),
		Entry("one again", "a b b c", &transcript.Fault{Kind: transcript.FaultAgain, Want: "c", Got: "b"}),
		Entry("an old one again", "a b c a d", &transcript.Fault{Kind: transcript.FaultAgain, Want: "d", Got: "a"}),
		Entry("two swapped", "a c b d", &transcript.Fault{Kind: transcript.FaultOrder, Want: "b", Got: "c", Count: 1}),
		Entry("one from before its start", "c b d", &transcript.Fault{Kind: transcript.FaultOrder, Want: "d", Got: "b"}),
		Entry("a summary with the latest id first", "c=summary d e", nil),
		Entry("one with another content", "a b c=changed d", &transcript.Fault{Kind: transcript.FaultChanged, Want: "c", Got: "c"}),
		Entry("one that nobody else has", "a b x c d", &transcript.Fault{Kind: transcript.FaultUnshared, Got: "x"}),
	)

	It("counts what came, and where it stands", func() {
		o, f := follows(true, "a b c d e", "hello c d")
		Expect([]int{f.count, f.own, f.first, f.last, f.faults}).To(Equal([]int{2, 1, 2, 3, 0}))
		Expect([]int{o.events[1].had, o.events[2].had}).To(Equal([]int{0, 1}))
	})

	It("waits for a reference that is behind", func() {
		o, r, f := newOrder(true), newFollower(), newFollower()
		o.add(&r, sighted("a"))
		for _, word := range []string{"a", "b", "d"} {
			o.follow(&f, sighted(word))
		}
		Expect([]int{f.count, len(f.ahead)}).To(Equal([]int{1, 2}))
		for _, word := range []string{"b", "c", "d"} {
			o.add(&r, sighted(word))
		}
		o.catchUp(&f, false)
		Expect(f.ahead).To(BeEmpty())
		Expect(f.fault).NotTo(BeNil())
		Expect(f.fault.Want).To(Equal("c"))
	})

	It("bounds how far a subscriber may be ahead", func() {
		o, f := newOrder(true), newFollower()
		for i := range 100 * maxAhead {
			o.follow(&f, sight{key: uint64(i)})
		}
		Expect(len(f.ahead)).To(BeNumerically("<=", maxAhead))
	})

	It("bounds the events of the reference", func() {
		o, r := newOrder(true), newFollower()
		for i := range transcript.MaxOrder + 10 {
			o.add(&r, sight{key: uint64(i)})
		}
		Expect(o.full).To(BeTrue())
		Expect(o.events).To(HaveLen(transcript.MaxOrder))
	})

	It("takes an event that comes again to the reference for one without a place, where there are no ids", func() {
		_, f := follows(false, "ping a b ping c ping d", "a ping ping ping b c d")
		Expect(f.fault).To(BeNil())
		Expect(f.count).To(Equal(4))
	})

	It("excuses what turns out to come again and again only later", func() {
		o, r, f := newOrder(false), newFollower(), newFollower()
		for _, word := range []string{"a", "ping", "b"} {
			o.add(&r, sighted(word))
		}
		for _, word := range []string{"a", "ping", "ping", "b"} {
			o.follow(&f, sighted(word))
		}
		Expect(f.fault).NotTo(BeNil())
		o.add(&r, sighted("ping"))
		Expect(o.excused(&f, 1)).To(BeTrue())
	})

	It("finds what the reference alone has missed", func() {
		o, r := newOrder(true), newFollower()
		for _, word := range []string{"a", "c"} {
			o.add(&r, sighted(word))
		}
		list := []follower{newFollower(), newFollower(), newFollower()}
		for i := range list {
			for _, word := range []string{"a", "b", "c"} {
				o.follow(&list[i], sighted(word))
			}
		}
		Expect(o.excused(&list[0], len(list))).To(BeFalse())
		Expect(o.excused(&list[0], 10)).To(BeTrue(), "an event of a few is their own")
	})

	It("finds an id that the reference got twice", func() {
		o, r := newOrder(true), newFollower()
		for _, word := range []string{"a", "b", "a"} {
			o.add(&r, sighted(word))
		}
		Expect(r.fault).NotTo(BeNil())
	})

	It("sums up how long an event took", func() {
		o, r := newOrder(true), newFollower()
		o.add(&r, sighted("a"))
		o.add(&r, sighted("b"))
		for i := range 3 {
			f := newFollower()
			for n, word := range []string{"a", "b"} {
				s := sighted(word)
				s.at = time.Duration(i*(n+1)) * time.Millisecond
				o.follow(&f, s)
			}
		}
		Expect(o.spread(3)).To(Equal(transcript.Spread{Events: 2, Median: 4 * time.Millisecond, Worst: 4 * time.Millisecond}))
		Expect(o.spread(4)).To(BeZero())
	})
})
