package fuzz

import (
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/vectors"
)

// FuzzDecoder: however the stream is cut, both decoders say what the oracle
// says; and what the oracle is silent about, findings and comments, does not
// depend on the cut.
func FuzzDecoder(f *testing.F) {
	for i, v := range vectors.All() {
		f.Add([]byte(v.Stream), []byte{byte(i)}, "")
		f.Add([]byte(v.Stream), []byte{1}, "7")
		f.Add([]byte(v.Stream), []byte{2, 0, 3}, "")
	}
	f.Fuzz(func(t *testing.T, stream, cuts []byte, lastEventID string) {
		want := spec.Oracle(stream, lastEventID)
		whole := pull([][]byte{stream}, lastEventID)
		parts := cut(stream, cuts)
		for name, got := range map[string]seen{
			"pulled whole": whole,
			"pulled":       pull(parts, lastEventID),
			"pushed":       push(parts, lastEventID),
		} {
			if diff := cmp.Diff(want, got.Outcome); diff != "" {
				t.Errorf("%s, cut %v: the oracle (-) and the decoder (+) differ:\n%s", name, cuts, diff)
			}
			if diff := cmp.Diff(whole.Findings, got.Findings); diff != "" {
				t.Errorf("%s, cut %v: the findings of the whole stream (-) and of the cut one (+) differ:\n%s", name, cuts, diff)
			}
			if diff := cmp.Diff(whole.Comments, got.Comments); diff != "" {
				t.Errorf("%s, cut %v: the comments of the whole stream (-) and of the cut one (+) differ:\n%s", name, cuts, diff)
			}
		}
	})
}

// cut cuts the stream into chunks of the given sizes, over and over; without
// sizes, or with sizes of 0 alone, it stays whole. Only one empty chunk may
// stand in a row, since a reader that gives nothing again and again is an error.
func cut(stream, sizes []byte) [][]byte {
	if !slices.ContainsFunc(sizes, func(n byte) bool { return n > 0 }) {
		return [][]byte{stream}
	}
	var parts [][]byte
	for i := 0; len(stream) > 0; i++ {
		n := min(int(sizes[i%len(sizes)]), len(stream))
		if n == 0 && len(parts) > 0 && len(parts[len(parts)-1]) == 0 {
			continue
		}
		parts = append(parts, stream[:n])
		stream = stream[n:]
	}
	return parts
}

// seen is all that a decoder shows of a stream.
type seen struct {
	spec.Outcome
	Findings []spec.Finding
	Comments []string
}

func (s *seen) options(lastEventID string) []spec.Option {
	return []spec.Option{
		spec.WithLastEventID(lastEventID),
		spec.WithFindings(func(f spec.Finding) { s.Findings = append(s.Findings, f) }),
		spec.WithRetries(func(ms int64) { s.Retries = append(s.Retries, ms) }),
		spec.WithComments(func(text []byte) { s.Comments = append(s.Comments, string(text)) }),
	}
}

func pull(parts [][]byte, lastEventID string) seen {
	var s seen
	d := spec.NewDecoder(&reader{slices.Clone(parts)}, s.options(lastEventID)...)
	for e, err := range d.Events() {
		if err != nil {
			panic(err)
		}
		s.Events = append(s.Events, e)
	}
	s.LastEventID = d.LastEventID()
	return s
}

func push(parts [][]byte, lastEventID string) seen {
	var s seen
	p := spec.NewPushDecoder(s.options(lastEventID)...)
	for i := range len(parts) + 1 {
		if i < len(parts) {
			p.Push(parts[i])
		} else {
			p.End()
		}
		for {
			v, ok, err := p.Next()
			if err != nil && err != io.EOF {
				panic(err)
			}
			if !ok {
				break
			}
			s.Events = append(s.Events, v.Event())
		}
	}
	s.LastEventID = p.LastEventID()
	return s
}

// reader gives one part at each Read, as a socket does.
type reader struct{ parts [][]byte }

func (r *reader) Read(p []byte) (int, error) {
	if len(r.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.parts[0])
	if r.parts[0] = r.parts[0][n:]; len(r.parts[0]) == 0 {
		r.parts = r.parts[1:]
	}
	return n, nil
}
