package blame_test

import (
	"cmp"
	"errors"
	"io"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

// A stranger is a parser with a fault that no mutant has: what it reads goes through
// bytes, what it surfaces through the others. A nil function changes nothing.
type stranger struct {
	bytes   func(read int, chunk []byte) []byte
	event   func(e spec.Event, seen int) []spec.Event
	retry   func(ms int64) int64
	refuses func(events int) bool
	end     func(last string) []spec.Event
}

func (s stranger) parse(r io.Reader, sink parser.Sink) error {
	out := &strangerSink{Sink: sink, stranger: s}
	reader := &strangerReader{Reader: r, bytes: s.bytes}
	err := mutants.Sound()(reader, out)
	if s.end != nil {
		for _, e := range s.end(reader.last) {
			sink.Event(e)
		}
	}
	if s.refuses != nil && s.refuses(out.seen) {
		return errors.New("no more of that")
	}
	return err
}

type strangerReader struct {
	io.Reader
	bytes func(read int, chunk []byte) []byte
	reads int
	last  string // line end or character
}

func (r *strangerReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.reads++
	r.last = cmp.Or(string(p[max(0, n-1):n]), r.last)
	if r.bytes == nil {
		return n, err
	}
	return copy(p, r.bytes(r.reads-1, p[:n])), err
}

type strangerSink struct {
	parser.Sink
	stranger
	seen int
}

func (s *strangerSink) Event(e spec.Event) {
	s.seen++
	all := []spec.Event{e}
	if s.event != nil {
		all = s.event(e, s.seen)
	}
	for _, e := range all {
		s.Sink.Event(e)
	}
}

func (s *strangerSink) Retry(ms int64) {
	if s.retry != nil {
		ms = s.retry(ms)
	}
	s.Sink.Retry(ms)
}

// onData changes the data of each event.
func onData(f func(string) string) stranger {
	return stranger{event: func(e spec.Event, _ int) []spec.Event { e.Data = f(e.Data); return []spec.Event{e} }}
}

// unless drops events.
func unless(unwanted func(e spec.Event, seen int) bool) stranger {
	return stranger{event: func(e spec.Event, seen int) []spec.Event {
		if unwanted(e, seen) {
			return nil
		}
		return []spec.Event{e}
	}}
}

// dropAt loses the first byte of a later chunk.
func dropAt(unwanted func(b byte) bool) stranger {
	return stranger{bytes: func(read int, chunk []byte) []byte {
		if read > 0 && len(chunk) > 0 && unwanted(chunk[0]) {
			return chunk[1:]
		}
		return chunk
	}}
}

var _ = Describe("A fault that no mutant has", func() {
	DescribeTable("is held against a requirement that it may break, wherever it shows",
		func(s stranger, acceptable ...string) {
			const inputs = 8
			all := corpus()
			e := blame.New(told, all...)
			who := subject{parse: s.parse}
			found := 0
			for i := 0; i < len(all) && found < inputs; i += 7 {
				in, ok := who.minimal(all[i:min(i+1, len(all))], blame.Model{})
				if !ok {
					continue
				}
				found++
				v := e.Explain(in, who.see(in), blame.Model{}, who.ask)
				Expect(acceptable).To(ContainElement(v.Requirement), "%q cut at %v: %+v", in.Bytes, in.Cuts, v)
				Expect(v.Sentence).NotTo(BeEmpty())
				Expect(v.Exact && v.Fault == "").To(BeFalse())
			}
			Expect(found).To(BeNumerically(">", 0))
		},
		Entry("drops every third event", unless(func(_ spec.Event, seen int) bool { return seen%3 == 0 }),
			"parse.dispatch.blank-line", "parse.robust.many-lines"),
		Entry("puts spaces for tabs, in data alone", onData(func(d string) string { return strings.ReplaceAll(d, "\t", " ") }),
			"parse.field.keep-whitespace"),
		Entry("squeezes spaces, in data alone", onData(func(d string) string { return strings.Join(strings.Split(d, "  "), " ") }),
			"parse.field.keep-whitespace"),
		Entry("puts data into lower case", onData(strings.ToLower), "parse.data.untouched"),
		Entry("takes an accent off", onData(func(d string) string { return strings.ReplaceAll(d, "é", "e") }),
			"parse.data.untouched", "parse.utf8.every-scalar-value"),
		Entry("puts types into capitals", stranger{event: func(e spec.Event, _ int) []spec.Event {
			if e.Type != spec.DefaultType {
				e.Type = strings.ToUpper(e.Type)
			}
			return []spec.Event{e}
		}}, "parse.dispatch.type", "parse.event.set"),
		Entry("drops events of long types", unless(func(e spec.Event, _ int) bool { return len(e.Type) > 7 }),
			"parse.dispatch.type", "parse.event.set"),
		Entry("trims ids and puts them into lower case", stranger{event: func(e spec.Event, _ int) []spec.Event {
			e.LastEventID = strings.ToLower(strings.TrimSpace(e.LastEventID))
			return []spec.Event{e}
		}}, "parse.id.set", "parse.field.keep-whitespace", "parse.line.nothing-else"),
		Entry("drops events with a digit", unless(func(e spec.Event, _ int) bool { return strings.ContainsAny(e.Data, "0123456789") }),
			"parse.data.untouched", "parse.dispatch.blank-line"),
		Entry("hands out each event with an id twice", stranger{event: func(e spec.Event, _ int) []spec.Event {
			if e.LastEventID != "" {
				return []spec.Event{e, e}
			}
			return []spec.Event{e}
		}}, "parse.dispatch.blank-line"),
		Entry("squeezes newlines", onData(func(d string) string { return strings.ReplaceAll(d, "\n\n", "\n") }), "parse.data.append"),
		Entry("makes an event of half a block", stranger{end: func(last string) []spec.Event {
			if strings.Trim(last, "\r\n") == "" {
				return nil
			}
			return []spec.Event{{Type: "end", Data: "of it"}}
		}}, "parse.end.discard"),
		Entry("rounds reconnection times", stranger{retry: func(ms int64) int64 { return ms / 10 * 10 }}, "parse.retry.set"),
		Entry("loses a letter where a chunk begins", dropAt(func(b byte) bool { return b == 'd' }), "parse.chunks.irrelevant"),
		Entry("loses half of a character where a chunk begins", dropAt(func(b byte) bool { return b >= 0x80 && b < 0xA0 }),
			"parse.utf8.across-chunks"),
		Entry("refuses the fifth event", stranger{refuses: func(events int) bool { return events > 4 }}, "parse.robust.no-error"),
		Entry("panics at a NUL", onData(func(d string) string {
			if strings.Contains(d, "\x00") {
				panic("a NUL")
			}
			return d
		}), "parse.robust.no-error"),
	)

	It("is held against the order of lines where events come in another one", func() {
		who := subject{parse: func(r io.Reader, sink parser.Sink) error {
			s := stream.Read(chunked([][]byte{must(io.ReadAll(r))}), mutants.Sound())
			for i := range s.Events {
				sink.Event(s.Events[len(s.Events)-1-i])
			}
			return nil
		}}
		in := whole("data\n\ndata:x\n\n")
		Expect(blame.New(told).Explain(in, who.see(in), blame.Model{}, who.ask).Requirement).To(Equal("parse.line.order"))
	})

	It("is nobody's where a reconnection time is longer than any timer takes", func() {
		who := subject{parse: stranger{retry: func(ms int64) int64 { return ms >> 10 << 10 }}.parse}
		in := whole("retry:9111111111111111\n")
		Expect(blame.New(told).Explain(in, who.see(in), blame.Model{}, who.ask).Requirement).To(Equal("parse.retry.huge"))
		in = whole("retry:1\n")
		Expect(blame.New(told).Explain(in, who.see(in), blame.Model{}, who.ask).Requirement).NotTo(Equal("parse.retry.huge"))
	})

	It("is named where two of its kind clash, each by its own input", func() {
		// It trims values and needs a colon, which no composition of mutants does: both
		// part the line.
		who := subject{parse: func(r io.Reader, sink parser.Sink) error {
			lines := strings.SplitAfter(string(must(io.ReadAll(r))), "\n")
			for i, line := range lines {
				name, value, colon := strings.Cut(strings.TrimRight(line, "\n"), ":")
				if line != "\n" && line != "" {
					lines[i] = "x\n"
				}
				if colon {
					lines[i] = name + ":" + strings.TrimSpace(value) + "\n"
				}
			}
			return mutants.Sound()(strings.NewReader(strings.Join(lines, "")), sink)
		}}
		e := blame.New(told)
		first, second := whole("data:\t\n\n"), whole("data\n\n")
		v := e.Explain(first, who.see(first), blame.Model{}, who.ask)
		Expect(v.Fault).To(Equal("trims-the-value"))
		known, err := blame.Known(v.Fault)
		Expect(err).NotTo(HaveOccurred())
		v = e.Explain(second, who.see(second), known, who.ask)
		Expect(v.Fault).To(Equal("needs-a-colon"))
		known, err = known.With(v.Fault)
		Expect(err).NotTo(HaveOccurred())
		Expect(known.Explains(first, who.see(first), told)).To(BeTrue())
		Expect(known.Explains(second, who.see(second), told)).To(BeTrue())
	})
})

func must(b []byte, err error) []byte {
	GinkgoHelper()
	Expect(err).NotTo(HaveOccurred())
	return b
}
