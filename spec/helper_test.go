package spec_test

import (
	"errors"
	"io"
	"slices"

	"github.com/ssecheck/ssecheck/spec"
)

// chunks is a reader that gives one chunk at each Read, as a socket does, and
// then err, or io.EOF where that is nil.
type chunks struct {
	left [][]byte
	err  error
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.left) > 0 {
		n := copy(p, c.left[0])
		if c.left[0] = c.left[0][n:]; len(c.left[0]) == 0 {
			c.left = c.left[1:]
		}
		return n, nil
	}
	if c.err != nil {
		return 0, c.err
	}
	return 0, io.EOF
}

// seen is all that a decoder shows of a stream.
type seen struct {
	spec.Outcome
	Findings []spec.Finding
	Comments []string
	Err      error
}

// bare turns findings and comments off: without them the decoder takes short
// cuts.
func bare(opts ...spec.Option) []spec.Option {
	return append(opts, spec.WithFindings(nil), spec.WithComments(nil))
}

func (s *seen) options(more []spec.Option) []spec.Option {
	return append([]spec.Option{
		spec.WithFindings(func(f spec.Finding) { s.Findings = append(s.Findings, f) }),
		spec.WithRetries(func(ms int64) { s.Retries = append(s.Retries, ms) }),
		spec.WithComments(func(text []byte) { s.Comments = append(s.Comments, string(text)) }),
	}, more...)
}

// pull decodes the chunks with a Decoder.
func pull(parts [][]byte, opts ...spec.Option) seen {
	var s seen
	d := spec.NewDecoder(&chunks{left: slices.Clone(parts)}, s.options(opts)...)
	for e, err := range d.Events() {
		if err != nil {
			s.Err = err
			break
		}
		s.Events = append(s.Events, e)
	}
	s.LastEventID = d.LastEventID()
	return s
}

// push decodes the chunks with a PushDecoder.
func push(parts [][]byte, opts ...spec.Option) seen {
	var s seen
	p := spec.NewPushDecoder(s.options(opts)...)
	drain := func() {
		for {
			v, ok, err := p.Next()
			if !errors.Is(err, io.EOF) {
				s.Err = err
			}
			if !ok {
				return
			}
			s.Events = append(s.Events, v.Event())
		}
	}
	for _, part := range parts {
		p.Push(part)
		drain()
	}
	p.End()
	drain()
	s.LastEventID = p.LastEventID()
	return s
}

// cuts returns the ways in which stream is delivered: whole, byte by byte, and
// cut in two at every offset.
func cuts(stream string) [][][]byte {
	b := []byte(stream)
	single := make([][]byte, len(b))
	for i := range b {
		single[i] = b[i : i+1]
	}
	all := [][][]byte{{b}, single}
	for i := 1; i < len(b); i++ {
		all = append(all, [][]byte{b[:i], b[i:]})
	}
	return all
}

// repeat is a reader that gives the same chunk times times.
type repeat struct {
	chunk []byte
	times int
	given int // bytes
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.times == 0 {
		return 0, io.EOF
	}
	r.times--
	n := copy(p, r.chunk)
	r.given += n
	return n, nil
}
