package server

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// streamed is an exchange whose body is made while it is read.
type streamed struct {
	exchange
	block func(n int) string
	left  int // blocks
	n     int
	rest  []byte
}

func (s *streamed) leave(bool) {}

func (s *streamed) Read(p []byte) (int, error) {
	for len(s.rest) < len(p) && s.left > 0 {
		s.rest = append(s.rest, s.block(s.n)...)
		s.n++
		s.left--
	}
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.rest)
	s.rest = append(s.rest[:0], s.rest[n:]...)
	return n, nil
}

// watched reads a body to its end as the connection of a name.
func watched(name string, body *streamed) *transcript.Conn {
	v := &visit{began: time.Now(), done: make(chan struct{}), changed: make(chan struct{})}
	v.record = transcript.Conn{Name: name, Status: 200, End: transcript.EndOpen}
	v.read(body)
	return v.snapshot()
}

func numberedBlock(n int) string { return fmt.Sprintf("id: %d\ndata: x\n\n", n+1) }

var _ = Describe("A survey", func() {
	It("goes on in constant memory when its record is full", Serial, func() {
		const size, blocks = 1 << 10, 100_000
		padding := string(bytes.Repeat([]byte("x"), size))
		var lowest, highest uint64
		c := watched(cases.Survey, &streamed{left: blocks, block: func(n int) string {
			if n >= blocks/4 && n%(blocks/16) == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				if highest = max(highest, m.HeapAlloc); lowest == 0 {
					lowest = m.HeapAlloc
				}
			}
			return fmt.Sprintf(": %s\nid: %d\ndata: %s\n\n", padding[:16], n+1, padding)
		}})
		Expect(c.Soak.Events).To(BeEquivalentTo(blocks))
		Expect(c.Soak.Bytes).To(BeNumerically(">", blocks*size))
		Expect(len(c.Events)).To(BeNumerically("<=", transcript.MaxEvents))
		Expect(c.End).To(Equal(transcript.EndClean))
		Expect(highest-min(highest, lowest)).To(BeNumerically("<", 16<<20), "from %d to %d bytes", lowest, highest)
	})

	It("is no other connection: those are left at the bound of a record", func() {
		c := watched("first", &streamed{left: 5 * transcript.MaxEvents, block: numberedBlock})
		Expect(len(c.Events)).To(Equal(transcript.MaxEvents))
		Expect(c.Soak).To(BeNil())
		Expect(c.End).To(Equal(transcript.EndDropped))
	})

	It("finds after its record is full what it would find before", func() {
		const late = 4 * transcript.MaxEvents
		c := watched(cases.Survey, &streamed{left: 2 * late, block: func(n int) string {
			switch n {
			case late:
				return "id: 1\ndata: again\n\n"
			case late + 1:
				return fmt.Sprintf("id: %d\ndata: skips\n\n", late+100)
			case late + 2:
				return "id: 0\ndata: back\n\n"
			case late + 3:
				return "unheard: of\ndata: x\n\n"
			case late + 4, late + 5:
				return "id: no number\ndata: x\n\n"
			}
			return numberedBlock(n)
		}})
		s := c.Soak
		Expect(s.Again).To(BeNumerically(">", 1))
		Expect(s.FirstAgain.ID).To(Equal("1"))
		Expect(s.FirstAgain.Event).To(BeEquivalentTo(late + 1))
		Expect(s.FirstSkipped).To(HaveField("Before", "1"))
		Expect(s.FirstBack).To(HaveField("ID", "0"))
		Expect(s.FirstBack.Before).To(Equal(fmt.Sprint(late + 100)))
		Expect(c.Findings).To(HaveLen(1))
		Expect(c.Findings[0].Kind).To(Equal(spec.UnknownField))
	})

	It("says where the block of an id begins", func() {
		c := watched(cases.Survey, &streamed{left: 3, block: func(n int) string {
			return []string{"id: 1\ndata: a\n\n", ": a comment\n\nid: 2\ndata: b\n\n", "event: x\nid: 2\ndata: c\n\n"}[n]
		}})
		Expect(c.Soak.FirstAgain.Offset).To(BeEquivalentTo(len("id: 1\ndata: a\n\n: a comment\n\nid: 2\ndata: b\n\n")))
	})

	DescribeTable("cuts an id into a text and a number",
		func(id, stem string, number int, counted bool) {
			s, n, ok := numbered(id)
			Expect(ok).To(Equal(counted))
			if ok {
				Expect(s).To(Equal(stem))
				Expect(n).To(BeEquivalentTo(number))
			}
		},
		Entry("a number", "12", "", 12, true),
		Entry("a number after a text", "mwwqrhx6-64", "mwwqrhx6-", 64, true),
		Entry("no number", "abc", "", 0, false),
		Entry("nothing", "", "", 0, false),
		Entry("a number that is too large", "99999999999999999999999", "", 0, false),
	)

	It("remembers a bounded number of ids, and at least the latest", func() {
		s := newSoak(0)
		for n := range uint64(5 * maxIDs) {
			Expect(s.had(n)).To(BeFalse())
		}
		Expect(len(s.recent) + len(s.older)).To(BeNumerically("<=", 2*maxIDs))
		for n := uint64(4*maxIDs + 1); n < 5*maxIDs; n += 97 {
			Expect(s.had(n)).To(BeTrue())
		}
	})
})
