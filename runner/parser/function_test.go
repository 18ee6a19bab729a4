package parser_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/runner/process/leaktest"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// chunks is a variant of these writes.
func chunks(texts ...string) cases.Variant {
	v := cases.Variant{Name: "as written"}
	for _, t := range texts {
		v.Chunks = append(v.Chunks, []byte(t))
	}
	return v
}

// expecting is a case that expects these data.
func expecting(data ...string) *cases.Case {
	c := &cases.Case{Suite: "s", ID: "c", Expect: &cases.Expect{}}
	for _, d := range data {
		c.Expect.Events = append(c.Expect.Events, cases.Event{Data: d})
	}
	return c
}

// wholeOracle reads to the end of file and then surfaces what the oracle says.
func wholeOracle(r io.Reader, sink parser.Sink) error {
	stream, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	out := spec.Oracle(stream, "")
	for _, e := range out.Events {
		sink.Event(e)
	}
	for _, ms := range out.Retries {
		sink.Retry(ms)
	}
	return nil
}

var _ = Describe("Func", func() {
	BeforeEach(func() {
		leaktest.Check()
	})

	play := func(ctx context.Context, f parser.ParseFunc, c *cases.Case, v cases.Variant) *transcript.Transcript {
		return parser.Func("test", f).Play(ctx, c, v)
	}
	soon := func(ctx SpecContext) context.Context {
		short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		DeferCleanup(cancel)
		return short
	}

	It("gives one chunk a Read, an empty one too, and what does not fit next", func(ctx SpecContext) {
		var reads []string
		t := play(ctx, func(r io.Reader, _ parser.Sink) error {
			buf := make([]byte, 4)
			for {
				n, err := r.Read(buf)
				if err != nil {
					return nil
				}
				reads = append(reads, string(buf[:n]))
			}
		}, expecting(), chunks("ab", "", "cdefgh", "i"))
		Expect(reads).To(Equal([]string{"ab", "", "cdef", "gh", "i"}))
		Expect(t.Failed).To(BeEmpty())
		Expect(t.Parsed).NotTo(BeNil())
	})

	It("hands on all that is surfaced, and logs both ends", func(ctx SpecContext) {
		t := parser.Func("test", wholeOracle, parser.Retry).Play(ctx, expecting("a"), chunks("retry: 7\n", "data: a\n\n"))
		Expect(t.Parsed.Events).To(Equal([]spec.Event{{Type: "message", Data: "a"}}))
		Expect(*t.Parsed.Retry).To(BeEquivalentTo(7))
		Expect(t.Parsed.ReportsRetry).To(BeTrue())
		var kinds []string
		for _, e := range t.Entries {
			kinds = append(kinds, e.End+" "+e.Kind)
		}
		Expect(kinds).To(Equal([]string{"runner send", "runner send", "subject event", "subject retry"}))
	})

	It("claims nothing that was not claimed", func(ctx SpecContext) {
		t := play(ctx, wholeOracle, expecting("a"), chunks("data: a\n\n"))
		Expect(t.Parsed.ReportsRetry).To(BeFalse())
	})

	It("tells a refusal in the parser's own word", func(ctx SpecContext) {
		t := play(ctx, func(io.Reader, parser.Sink) error { return errors.New("no") }, expecting(), chunks("x"))
		Expect(*t.Parsed.Refused).To(Equal("no"))
	})

	DescribeTable("a parser that does not end as it should fails, and leaves nothing behind",
		func(ctx SpecContext, f parser.ParseFunc, words string) {
			t := play(soon(ctx), f, expecting(), chunks("data: a\n\n"))
			Expect(t.Parsed).To(BeNil())
			Expect(t.Broken).To(BeEmpty())
			Expect(t.Failed).To(ContainSubstring(words))
		},
		Entry("it panics", func(io.Reader, parser.Sink) error { panic("ouch") }, "panicked: ouch"),
		Entry("it panics with nil", func(io.Reader, parser.Sink) error { panic(nil) }, "panicked"),
		Entry("it ends its goroutine", func(io.Reader, parser.Sink) error { runtime.Goexit(); return nil }, "ended its goroutine"),
		Entry("it reads on after the end", func(r io.Reader, _ parser.Sink) error {
			for {
				_, _ = r.Read(make([]byte, 1))
			}
		}, "goes on reading after the end of the stream"),
	)

	DescribeTable("a parser that surfaces more than any stream holds is stopped, in time or not",
		func(ctx SpecContext, f parser.ParseFunc) {
			t := play(ctx, f, expecting(), chunks("data: a\n\n"))
			Expect(t.Parsed).To(BeNil())
			Expect(t.Failed).To(ContainSubstring("flooded"))
		},
		Entry("large events", func(_ io.Reader, s parser.Sink) error {
			for data := strings.Repeat("x", 1<<20); ; {
				s.Event(spec.Event{Data: data})
			}
		}),
		Entry("many events", func(_ io.Reader, s parser.Sink) error {
			for {
				s.Event(spec.Event{})
			}
		}),
		Entry("many comments", func(_ io.Reader, s parser.Sink) error {
			for {
				s.Comment("")
			}
		}),
		Entry("many reconnection times", func(_ io.Reader, s parser.Sink) error {
			for {
				s.Retry(1)
			}
		}),
	)

	It("does not wait for a parser that never comes back", func(ctx SpecContext) {
		release := make(chan struct{})
		defer close(release)
		t := play(soon(ctx), func(io.Reader, parser.Sink) error { <-release; return nil }, expecting(), chunks("x"))
		Expect(t.Failed).To(ContainSubstring("did not come to an end"))
	})

	It("takes nothing more from a parser that was given up", func(ctx SpecContext) {
		release, late := make(chan struct{}), make(chan struct{})
		var went atomic.Bool
		t := play(soon(ctx), func(_ io.Reader, s parser.Sink) error {
			defer close(late)
			<-release
			s.Event(spec.Event{Data: "late"})
			went.Store(true)
			return nil
		}, expecting(), chunks("x"))
		close(release)
		Eventually(late).Should(BeClosed())
		Expect(went.Load()).To(BeFalse())
		Expect(t.Parsed).To(BeNil())
	})

	Describe("on a stream that stays open", func() {
		open := chunks("data: a\n\n")
		open.Open = true

		It("ends the stream once the expected events are in", func(ctx SpecContext) {
			t := play(ctx, func(r io.Reader, s parser.Sink) error {
				if _, err := r.Read(make([]byte, 100)); err != nil {
					return err
				}
				s.Event(spec.Event{Type: "message", Data: "a"})
				_, err := r.Read(make([]byte, 100))
				if !errors.Is(err, io.EOF) {
					return errors.New("no end of file")
				}
				return nil
			}, expecting("a"), open)
			Expect(t.Failed).To(BeEmpty())
			Expect(t.Parsed.Refused).To(BeNil())
			Expect(t.Parsed.Events).To(HaveLen(1))
		})

		It("fails a parser that asks for more bytes than it needs", func(ctx SpecContext) {
			t := play(ctx, wholeOracle, expecting("a"), open)
			Expect(t.Parsed).To(BeNil())
			Expect(t.Failed).To(ContainSubstring("only 0 of 1 events came out"))
		})

		It("lets another goroutine of the parser surface the event", func(ctx SpecContext) {
			t := play(ctx, func(r io.Reader, s parser.Sink) error {
				lines := make(chan struct{})
				done := make(chan struct{})
				go func() {
					defer close(done)
					<-lines
					s.Event(spec.Event{Type: "message", Data: "a"})
				}()
				_, _ = r.Read(make([]byte, 100))
				close(lines)
				_, _ = io.Copy(io.Discard, r)
				<-done
				return nil
			}, expecting("a"), open)
			Expect(t.Failed).To(BeEmpty())
			Expect(t.Parsed.Events).To(HaveLen(1))
		})
	})
})
