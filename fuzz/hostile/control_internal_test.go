package hostile

import (
	"errors"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// tick is the n-th event of a stream that has one each 10 ms.
func tick(n int) transcript.Event {
	id := fmt.Sprintf("a-%d", n)
	return transcript.Event{Event: spec.Event{Type: "tick", Data: "x", LastEventID: id}, OwnID: &id}
}

// sequence is a record of the ticks with these numbers.
func sequence(numbers ...int) *transcript.Conn {
	c := &transcript.Conn{Status: 200, End: transcript.EndOpen, HeadAt: time.Millisecond}
	for i, n := range numbers {
		c.Events = append(c.Events, tick(n))
		c.Chunks = append(c.Chunks, transcript.Chunk{At: time.Duration(i+1) * 10 * time.Millisecond})
	}
	return c
}

func watching() *control {
	l := &lab{pulse: &pulse{}, nonces: newNonces(1), base: newBaseline(sequence(1, 2, 3, 4)), opts: Options{Timeout: time.Second}}
	return &control{lab: l, ids: map[string]bool{}}
}

var _ = DescribeTable("The control sees what happens to it",
	func(change func(*transcript.Conn), after time.Duration, s symptom, class, what string) {
		c := watching()
		record := sequence(1, 2, 3, 4)
		c.takeIn(record, 45*time.Millisecond)
		Expect(c.take()).To(BeEmpty())
		change(record)
		c.takeIn(record, after)
		seen := c.take()
		if s == "" {
			Expect(seen).To(BeEmpty())
			return
		}
		Expect(seen).To(HaveLen(1))
		Expect(seen[0].symptom).To(Equal(s))
		Expect(seen[0].class).To(Equal(class))
		Expect(seen[0].what).To(ContainSubstring(what))
		Expect(c.take()).To(BeEmpty())
	},
	Entry("nothing", func(*transcript.Conn) {}, 90*time.Millisecond, symptom(""), "", ""),
	Entry("its next events", func(c *transcript.Conn) { *c = *sequence(1, 2, 3, 4, 5, 6) }, 90*time.Millisecond, symptom(""), "", ""),
	Entry("an end", func(c *transcript.Conn) { c.End = transcript.EndClean }, 90*time.Millisecond, disturbance, "cut", "cut off: the server ended it in order"),
	Entry("a reset", func(c *transcript.Conn) { c.End, c.EndDetail = transcript.EndReset, "reset by peer" }, 90*time.Millisecond, disturbance, "cut", "cut off: reset by peer"),
	Entry("our own end", func(c *transcript.Conn) { c.End = transcript.EndDropped }, 90*time.Millisecond, symptom(""), "", ""),
	Entry("a silence", func(*transcript.Conn) {}, time.Second, disturbance, "held-up", "nothing comes for 960ms"),
	Entry("a silence that is over", func(c *transcript.Conn) {
		*c = *sequence(1, 2, 3, 4, 5)
		c.Chunks[4].At = 800 * time.Millisecond
	}, 810*time.Millisecond, disturbance, "held-up", "nothing comes for 760ms"),
	Entry("an event again", func(c *transcript.Conn) { *c = *sequence(1, 2, 3, 4, 4) }, 90*time.Millisecond, disturbance, "twice", `the event with the id "a-4" a second time`),
	Entry("an event left out", func(c *transcript.Conn) { *c = *sequence(1, 2, 3, 4, 6) }, 90*time.Millisecond, disturbance, "order", `"a-6" after the one with "a-4"`),
	Entry("another type", func(c *transcript.Conn) {
		*c = *sequence(1, 2, 3, 4, 5)
		c.Events[4].Type = "joined"
	}, 90*time.Millisecond, disturbance, "other joined", `an event of the type "joined"`),
	Entry("what is no field", func(c *transcript.Conn) {
		c.Findings = append(c.Findings, spec.Finding{Kind: spec.NoColon, Text: "oops"})
	}, 90*time.Millisecond, disturbance, "bad no-colon", "oops"),
	Entry("a nonce in the data", func(c *transcript.Conn) {
		*c = *sequence(1, 2, 3, 4, 5)
		c.Events[4].Data = "from " + newNonces(1).of(17)
	}, 90*time.Millisecond, crosstalk, "", "its text in an event"),
	Entry("a nonce in a comment, in capitals", func(c *transcript.Conn) {
		c.Comments = append(c.Comments, "FROM ZQ"+newNonces(1).of(17)[2:])
	}, 90*time.Millisecond, crosstalk, "", "its text in an comment"),
)

var _ = Describe("A silence on a busy machine", func() {
	It("counts for as much of it as the machine was not busy", func() {
		c := watching()
		c.began = time.Now()
		at := func(ms int) time.Time { return c.began.Add(time.Duration(ms) * time.Millisecond) }
		c.takeIn(sequence(1, 2, 3, 4), 45*time.Millisecond)
		c.lab.pulse.beaten(at(0), at(29)) // in time
		c.lab.pulse.beaten(at(90), at(590))
		Expect(c.lab.pulse.lost(at(0), at(1000))).To(Equal(490 * time.Millisecond))
		Expect(c.lab.pulse.lost(at(200), at(300))).To(Equal(100 * time.Millisecond))
		Expect(c.lab.pulse.lost(at(600), at(700))).To(BeZero())
		c.takeIn(sequence(1, 2, 3, 4), time.Second)
		Expect(c.take()).To(BeEmpty())
		c.takeIn(sequence(1, 2, 3, 4), 2*time.Second)
		Expect(c.take()).To(HaveLen(1))
	})

	It("is known by a pulse, which ends", func() {
		p := newPulse()
		from := time.Now()
		p.end()
		Expect(p.lost(from, time.Now())).To(BeNumerically("<", time.Minute))
	})
})

var _ = Describe("A nonce", func() {
	It("tells which request it is from", func() {
		n := newNonces(99)
		for _, play := range []int{1, 35, 36, 1_000_000} {
			got, ok := n.in("text with " + n.of(play) + "b in it")
			Expect(ok).To(BeTrue())
			Expect(got).To(Equal(play))
			Expect(n.of(play)).To(MatchRegexp(`^zq[0-9a-z]{9}$`))
		}
		_, ok := n.in("text without, or with that of another run: " + newNonces(98).of(5))
		Expect(ok).To(BeFalse())
	})
})

var _ = DescribeTable("An id follows another one where its number is one more",
	func(id, next string, is bool) { Expect(follows(id, next)).To(Equal(is)) },
	Entry("plainly", "1", "2", true),
	Entry("behind a text", "a-9", "a-10", true),
	Entry("beyond 64 bits", "99999999999999999999", "100000000000000000000", true),
	Entry("with leading zeros", "009", "010", true),
	Entry("not the same one", "5", "5", false),
	Entry("not one before", "5", "4", false),
	Entry("not one later", "5", "7", false),
	Entry("not behind another text", "a-5", "b-6", false),
)

var _ = DescribeTable("No address is dialled but those of the loopback network",
	func(address string, ok bool) {
		err := onlyLoopback(address)
		if ok {
			Expect(err).NotTo(HaveOccurred())
			return
		}
		var refused *HostError
		Expect(errors.As(err, &refused)).To(BeTrue())
	},
	Entry("IPv4", "127.0.0.1:80", true), Entry("another of IPv4", "127.3.2.1:80", true), Entry("IPv6", "[::1]:80", true),
	Entry("IPv4 in IPv6", "[::ffff:127.0.0.1]:80", true),
	Entry("a private one", "192.168.0.1:80", false), Entry("any", "0.0.0.0:80", false), Entry("all of IPv6", "[::]:80", false), Entry("no address", "here", false),
)
