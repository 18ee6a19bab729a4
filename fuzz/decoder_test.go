package fuzz

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
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
		whole, parts := [][]byte{stream}, cut(stream, cuts)
		// Without findings and comments the decoder takes short cuts, so both
		// ways count.
		want := seen{Outcome: spec.Oracle(stream, lastEventID)}
		check(t, "bare, ", parts, want, bare, spec.WithLastEventID(lastEventID))
		full := pull(whole, everything, spec.WithLastEventID(lastEventID))
		want.Findings, want.Comments = full.Findings, full.Comments
		check(t, "", parts, want, everything, spec.WithLastEventID(lastEventID))

		// The limits, too, hold at the same place under every cut.
		limits := []spec.Option{spec.WithMaxLine(20), spec.WithMaxEvent(8)}
		full = pull(whole, everything, limits...)
		check(t, "limited, ", parts, full, everything, limits...)
		full.Findings, full.Comments = nil, nil
		check(t, "limited, bare, ", parts, full, bare, limits...)
	})
}

// check demands that both decoders show the same of the stream, whole and in
// parts.
func check(t *testing.T, name string, parts [][]byte, want seen, watch watch, opts ...spec.Option) {
	t.Helper()
	whole := [][]byte{slices.Concat(parts...)}
	for how, got := range map[string]seen{
		"pulled whole": pull(whole, watch, opts...),
		"pulled":       pull(parts, watch, opts...),
		"pushed whole": push(whole, watch, opts...),
		"pushed":       push(parts, watch, opts...),
	} {
		if !reflect.DeepEqual(want, got) { // a Diff each time would slow the fuzzer down
			t.Errorf("%s%s, %q: expected (-) and seen (+) differ:\n%s", name, how, parts, cmp.Diff(want, got))
		}
	}
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

// seen is what a decoder shows of a stream.
type seen struct {
	spec.Outcome
	Findings []spec.Finding
	Comments []string
	Limit    *spec.LimitError
}

// watch makes the options that fill a seen.
type watch func(*seen) []spec.Option

func bare(s *seen) []spec.Option {
	return []spec.Option{spec.WithRetries(func(ms int64) { s.Retries = append(s.Retries, ms) })}
}

func everything(s *seen) []spec.Option {
	return append(bare(s),
		spec.WithFindings(func(f spec.Finding) { s.Findings = append(s.Findings, f) }),
		spec.WithComments(func(text []byte) { s.Comments = append(s.Comments, string(text)) }))
}

// fail takes in the error that ended the stream: the end, or a limit.
func (s *seen) fail(err error) {
	if err != nil && err != io.EOF && !errors.As(err, &s.Limit) {
		panic(err)
	}
}

func pull(parts [][]byte, watch watch, opts ...spec.Option) seen {
	var s seen
	d := spec.NewDecoder(stream.NewReader(parts), append(watch(&s), opts...)...)
	for {
		v, err := d.Next()
		if err != nil {
			s.fail(err)
			break
		}
		s.Events = append(s.Events, v.Event())
	}
	s.LastEventID = d.LastEventID()
	return s
}

func push(parts [][]byte, watch watch, opts ...spec.Option) seen {
	var s seen
	p := spec.NewPushDecoder(append(watch(&s), opts...)...)
	for i := range len(parts) + 1 {
		if i < len(parts) {
			p.Push(parts[i])
		} else {
			p.End()
		}
		for {
			v, ok, err := p.Next()
			s.fail(err)
			if !ok {
				break
			}
			s.Events = append(s.Events, v.Event())
		}
	}
	s.LastEventID = p.LastEventID()
	return s
}
