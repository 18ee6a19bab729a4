// Package parsefuzz holds a parser in this process to the standard, one stream after
// the other, for the native fuzzer of Go.
package parsefuzz

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/guard"
	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/fuzz/internal/tolerated"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// A Parse is the parser under test: it reads r to its end and emits each event. One Read
// of r returns one chunk.
type Parse = func(r io.Reader, emit func(spec.Event)) error

// DefaultMaxLength is how many bytes a stream has at most.
const DefaultMaxLength = 4096

// Options change what is fuzzed and how it is judged. The zero value takes the defaults.
type Options struct {
	// MaxLength is how many bytes a stream may have; longer ones are cut off.
	MaxLength int
	// Tolerated are the IDs of requirements that the parser may break.
	Tolerated []string
	// NoLastEventID: the parser's API does not tell the last event ID.
	NoLastEventID bool
	// OneRead: the stream comes in one read, however the fuzzer would cut it.
	OneRead bool
	// Longest is how long one call of the parser may take; by default 10 s.
	Longest time.Duration
}

// A Harness is a parser under test. It may not be used by several goroutines at once.
type Harness struct {
	parse     Parse
	options   Options
	tolerated []string // those that are information among them
	catalogue *requirements.Catalogue
	corpus    []stream.Input
	explainer *blame.Explainer
	// excuses are readings with a fault that breaks what is tolerated.
	excuses []blame.Model
	// stack is where the parser panicked last.
	stack string
}

// New makes a Harness. An error says what is wrong with the options.
func New(parse Parse, o Options) (*Harness, error) {
	o.Longest = cmp.Or(o.Longest, longest)
	if o.MaxLength <= 0 {
		o.MaxLength = DefaultMaxLength
	}
	h := &Harness{parse: parse, options: o}
	var err error
	if h.catalogue, err = requirements.Default(); err != nil {
		return nil, err
	}
	if h.tolerated, err = tolerated.Requirements(h.catalogue, o.Tolerated); err != nil {
		return nil, err
	}
	corpus, err := cases.Default()
	if err != nil {
		return nil, err
	}
	h.corpus = stream.Corpus(corpus, o.MaxLength, o.MaxLength)
	h.explainer = blame.New(stream.Reports{}, h.corpus...)
	for _, fault := range mutants.ParserFaults() {
		if slices.Contains(h.tolerated, fault.Requirement) {
			excuse, err := blame.Known(fault.Name)
			if err != nil {
				return nil, err
			}
			h.excuses = append(h.excuses, excuse)
		}
	}
	return h, nil
}

// Seeds are the streams of the corpus, whole and byte by byte.
func (h *Harness) Seeds() []stream.Input { return h.corpus }

// Try has the parser read a stream, whole and as it is cut, and says what is wrong with
// what it made of it; "" is right.
func (h *Harness) Try(in stream.Input) (failure string) {
	in = h.fit(in)
	for _, in := range []stream.Input{{Bytes: in.Bytes}, in} {
		if failure = h.try(in); failure != "" || len(in.Cuts) == 0 && h.options.OneRead {
			return failure
		}
	}
	return ""
}

// fit makes a stream one that may be tried.
func (h *Harness) fit(in stream.Input) stream.Input {
	if len(in.Bytes) > h.options.MaxLength {
		in.Bytes = in.Bytes[:h.options.MaxLength]
		in.Cuts = slices.DeleteFunc(slices.Clone(in.Cuts), func(at int) bool { return at > len(in.Bytes) })
	}
	return in
}

func (h *Harness) try(in stream.Input) (failure string) {
	got := h.subject(in)
	d, deviates := blame.Compare(h.expected(in), got, stream.Reports{})
	if !deviates || h.excused(in, got) {
		return ""
	}
	small, sure := in, true
	if !strings.HasPrefix(got.Failed, didNotReturn) { // one that hangs is not tried again
		small, sure = h.minimal(in, d.Kind)
		if again := h.subject(small); sure {
			got = again
		} else {
			small = in
		}
	}
	v := h.explainer.Explain(small, got, blame.Model{}, h.ask)
	if slices.Contains(h.tolerated, v.Requirement) {
		return ""
	}
	return h.report(small, got, v, sure)
}

// excused says that a fault which is tolerated explains what was seen.
func (h *Harness) excused(in stream.Input, got stream.Seen) bool {
	return got.Failed == "" && slices.ContainsFunc(h.excuses, func(m blame.Model) bool {
		return h.plain(m.Expected(in)).Same(got, stream.Reports{})
	})
}

// budget is how many streams the parser is given to make one minimal.
const budget = 4000

// minimal is the smallest stream that shows a deviation of the kind, and whether it did
// each time that it was tried again.
func (h *Harness) minimal(in stream.Input, kind blame.Kind) (small stream.Input, sure bool) {
	hung := false
	r := shrink.Stream(context.Background(), in, func(candidates []stream.Input) []bool {
		holds := make([]bool, len(candidates))
		for i, c := range candidates {
			if hung {
				break
			}
			got := h.subject(c)
			hung = strings.HasPrefix(got.Failed, didNotReturn)
			d, deviates := blame.Compare(h.expected(c), got, stream.Reports{})
			if holds[i] = deviates && d.Kind == kind && !h.excused(c, got); holds[i] {
				break // the first is taken
			}
		}
		return holds
	}, budget)
	return r.Smallest, r.Sure()
}

// ask has the parser read streams, until it hangs: each that does goes on for ever.
func (h *Harness) ask(ins []stream.Input) []stream.Seen {
	var all []stream.Seen
	for _, in := range ins {
		seen := h.subject(in)
		if strings.HasPrefix(seen.Failed, didNotReturn) {
			break
		}
		all = append(all, seen)
	}
	return all
}

// expected is what the standard says, as far as the parser tells it.
func (h *Harness) expected(in stream.Input) stream.Seen { return h.plain(stream.Expected(in)) }

// plain leaves out what the parser does not tell.
func (h *Harness) plain(s stream.Seen) stream.Seen {
	s.Retries = nil
	if h.options.NoLastEventID {
		s.Events = slices.Clone(s.Events)
		for i := range s.Events {
			s.Events[i].LastEventID = ""
		}
	}
	return s
}

// Bounds of one call of the parser.
const (
	longest    = 10 * time.Second
	mostMemory = 64 << 20 // bytes, and for each byte of the stream
	perByte    = 4 << 10
)

// What the word of a failure begins with.
const (
	theParser    = "the parser "
	didNotReturn = theParser + "did not return"
)

// subject has the parser read a stream.
func (h *Harness) subject(in stream.Input) stream.Seen {
	if h.options.OneRead {
		in.Cuts = nil
	}
	var seen stream.Seen
	bound := guard.Bound{Time: h.options.Longest, Memory: mostMemory + perByte*uint64(len(in.Bytes))}
	failure := guard.Call(func() {
		seen = stream.Feed(in, func(r io.Reader, sink parser.Sink) error { return h.parse(r, sink.Event) })
	}, bound)
	if failure.Word != "" {
		h.stack = failure.Stack
		return stream.Seen{Failed: theParser + failure.Word}
	}
	return h.plain(seen)
}
