package blame_test

import (
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/blame"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner/mutants"
	"github.com/ssecheck/ssecheck/runner/parser"
)

// told: the subjects of these specs tell reconnection times.
var told = stream.Reports{Retries: true}

// corpusOnce reads the corpus once for all specs of a process.
var corpusOnce = sync.OnceValues(cases.Default)

// corpus are the streams of the corpus that are not too long to be tried on hundreds of
// parsers, as written, whole and byte by byte.
func corpus() []stream.Input {
	GinkgoHelper()
	all, err := corpusOnce()
	Expect(err).NotTo(HaveOccurred())
	var inputs []stream.Input
	for _, c := range all.Cases() {
		if c.Kind() != cases.KindStream {
			continue
		}
		for _, v := range cases.OneShotVariants(c) {
			if in := chunked(v.Chunks); len(in.Bytes) <= 1<<10 && !strings.HasSuffix(v.Name, ", CRLF") && !strings.HasSuffix(v.Name, ", CR") {
				inputs = append(inputs, in)
			}
		}
	}
	Expect(len(inputs)).To(BeNumerically(">", 800))
	return inputs
}

func chunked(chunks [][]byte) stream.Input {
	in := stream.Input{Bytes: slices.Concat(chunks...)}
	at := 0
	for _, c := range chunks[:len(chunks)-1] {
		at += len(c)
		in.Cuts = append(in.Cuts, at)
	}
	return in
}

func whole(text string) stream.Input { return stream.Input{Bytes: []byte(text)} }

// A subject is a parser that is known by what it shows alone.
type subject struct {
	parse parser.ParseFunc
	asked int
}

func (s *subject) see(in stream.Input) stream.Seen { return stream.Read(in, s.parse) }

func (s *subject) ask(inputs []stream.Input) []stream.Seen {
	s.asked += len(inputs)
	var all []stream.Seen
	for _, in := range inputs {
		all = append(all, s.see(in))
	}
	return all
}

// deviates says that the subject shows something that is neither right nor known.
func (s *subject) deviates(in stream.Input, known blame.Model) bool {
	got := s.see(in)
	_, wrong := blame.Compare(stream.Expected(in), got, told)
	return wrong && !known.Explains(in, got, told)
}

// minimal finds an input on which the subject deviates, and takes out of it all that can
// be: cuts, then parts of any length.
func (s *subject) minimal(inputs []stream.Input, known blame.Model) (in stream.Input, ok bool) {
	first := slices.IndexFunc(inputs, func(in stream.Input) bool { return s.deviates(in, known) })
	if first < 0 {
		return stream.Input{}, false
	}
	in = inputs[first]
	for i := len(in.Cuts) - 1; i >= 0; i-- {
		less := stream.Input{Bytes: in.Bytes, Cuts: slices.Delete(slices.Clone(in.Cuts), i, i+1)}
		if s.deviates(less, known) {
			in = less
		}
	}
	for size := len(in.Bytes); size > 0; size = min(size/2, len(in.Bytes)) {
		for at := 0; at+size <= len(in.Bytes); {
			if less := without(in, at, size); s.deviates(less, known) {
				in = less
			} else {
				at++
			}
		}
	}
	return in, true
}

func without(in stream.Input, at, n int) stream.Input {
	out := stream.Input{Bytes: slices.Concat(in.Bytes[:at], in.Bytes[at+n:])}
	for _, cut := range in.Cuts {
		out.Cuts = append(out.Cuts, min(cut, at)+max(0, cut-at-n))
	}
	return out
}

// fault finds a fault by its name.
func fault(name string) mutants.Fault {
	GinkgoHelper()
	all := mutants.ParserFaults()
	i := slices.IndexFunc(all, func(f mutants.Fault) bool { return f.Name == name })
	Expect(i).NotTo(BeNumerically("<", 0), name)
	return all[i]
}
