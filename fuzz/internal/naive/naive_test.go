// Package naive has what the fuzz targets of package fuzz are measured by: a target that
// does nothing, which is the limit, and the same checks as most would write them first,
// with all allocated anew and compared whole by go-cmp. Nothing is looked for here.
package naive

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ssecheck/ssecheck/fuzz/internal/script"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/fuzz/internal/slow"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

func FuzzEmpty(f *testing.F) {
	seeds.Add(f, "Decoder")
	f.Fuzz(func(*testing.T, []byte, uint64, uint16) {})
}

// seen is what a decoder shows of a connection.
type seen struct {
	slow.Reading
	ReconnectionTime *int64
}

func FuzzNaiveDecoder(f *testing.F) {
	seeds.Add(f, "Decoder")
	f.Fuzz(func(t *testing.T, b []byte, sizes uint64, second uint16) {
		at := int(second) % (len(b) + 1)
		connections := [][]byte{b[:at], b[at:]}
		if at == 0 {
			connections = connections[1:]
		}
		wide, tight := slow.Limits{Line: spec.DefaultMaxLine, Event: spec.DefaultMaxEvent}, slow.Limits{Line: 20, Event: 8}
		for _, r := range []struct {
			name   string
			decode func(connections [][]byte, sizes uint64, full bool, opts ...spec.Option) []seen
			sizes  uint64
			id     string
			limits slow.Limits
			full   bool
		}{
			{"pulled", pull, sizes, "", wide, true}, {"pushed", push, sizes, "", wide, true},
			{"pulled whole, bare", pull, 0, "", wide, false}, {"pushed, bare", push, sizes, "", wide, false},
			{"pulled, limited", pull, sizes, "earlier", tight, true}, {"pushed, limited, bare", push, sizes, "earlier", tight, false},
		} {
			got := r.decode(connections, r.sizes, r.full, spec.WithLastEventID(r.id), spec.WithMaxLine(r.limits.Line), spec.WithMaxEvent(r.limits.Event))
			if diff := cmp.Diff(expected(connections, r.id, r.limits, r.full), got); diff != "" {
				t.Errorf("%s: %s", r.name, diff)
			}
		}
	})
}

func expected(connections [][]byte, id string, limits slow.Limits, full bool) (all []seen) {
	var last *int64
	for _, b := range connections {
		s := seen{Reading: slow.Read(b, id, limits)}
		id = s.LastEventID
		if n := len(s.Retries); n > 0 {
			last = &s.Retries[n-1]
		}
		s.ReconnectionTime = last
		if !full {
			s.Findings, s.Comments = nil, nil
		}
		all = append(all, s)
	}
	return all
}

// watch makes the options that fill what is seen.
func watch(s *seen, full bool, opts []spec.Option) []spec.Option {
	opts = append(opts, spec.WithRetries(func(ms int64) { s.Retries = append(s.Retries, ms) }))
	if full {
		opts = append(opts, spec.WithFindings(func(f spec.Finding) { s.Findings = append(s.Findings, f) }),
			spec.WithComments(func(text []byte) { s.Comments = append(s.Comments, string(text)) }))
	}
	return opts
}

type state interface {
	LastEventID() string
	ReconnectionTime() (int64, bool)
}

func (s *seen) end(err error, d state) seen {
	s.LastEventID = d.LastEventID()
	if ms, ok := d.ReconnectionTime(); ok {
		s.ReconnectionTime = &ms
	}
	if err != io.EOF {
		errors.As(err, &s.Limit)
	}
	ended := *s
	*s = seen{}
	return ended
}

func chunks(b []byte, sizes uint64) [][]byte {
	return stream.Input{Bytes: b, Cuts: stream.Cut(len(b), sizes)}.Chunks()
}

func pull(connections [][]byte, sizes uint64, full bool, opts ...spec.Option) (all []seen) {
	var s seen
	d := spec.NewDecoder(nil, watch(&s, full, opts)...)
	for _, b := range connections {
		var readers []io.Reader
		for _, chunk := range chunks(b, sizes) {
			readers = append(readers, bytes.NewReader(chunk))
		}
		d.Reset(io.MultiReader(readers...))
		var end error = io.EOF
		for event, err := range d.Events() {
			if err != nil {
				end = err
				break
			}
			s.Events = append(s.Events, event)
		}
		all = append(all, s.end(end, d))
	}
	return all
}

func push(connections [][]byte, sizes uint64, full bool, opts ...spec.Option) (all []seen) {
	var s seen
	p := spec.NewPushDecoder(watch(&s, full, opts)...)
	for _, b := range connections {
		p.Reset()
		var end error
		take := func() {
			for {
				v, ok, err := p.Next()
				if end = err; !ok {
					return
				}
				s.Events = append(s.Events, v.Event())
			}
		}
		for _, chunk := range chunks(b, sizes) {
			p.Push(slices.Clone(chunk))
			take()
		}
		p.End()
		take()
		all = append(all, s.end(end, p))
	}
	return all
}

func FuzzNaiveEncodeDecode(f *testing.F) {
	seeds.Add(f, "EncodeDecode")
	f.Fuzz(func(t *testing.T, b []byte) {
		var wire bytes.Buffer
		encoder := spec.NewEncoder(&wire)
		var want spec.Outcome
		for _, step := range script.Read(b) {
			item := step.Item
			var err error
			if step.Event != nil {
				item = spec.Item{Event: &step.Event.Type, ID: &step.Event.LastEventID, Data: &step.Event.Data}
				err = encoder.EncodeEvent(*step.Event)
			} else {
				err = encoder.Encode(item)
			}
			alone, aloneErr := item.Append(nil)
			if diff := cmp.Diff(aloneErr == nil, err == nil); diff != "" && step.Event == nil {
				t.Fatal(diff)
			}
			if err == nil {
				want = after(want, alone)
			}
		}
		if diff := cmp.Diff(want, spec.Oracle(wire.Bytes(), "")); diff != "" {
			t.Error(diff)
		}
		limits := slow.Limits{Line: spec.DefaultMaxLine, Event: spec.DefaultMaxEvent}
		for _, finding := range slow.Read(wire.Bytes(), "", limits).Findings {
			if !slices.Contains([]spec.FindingKind{spec.MisplacedBOM, spec.EventWithoutData}, finding.Kind) {
				t.Error(finding)
			}
		}
	})
}

// after is what a stream means with a block behind it.
func after(o spec.Outcome, block []byte) spec.Outcome {
	more := spec.Oracle(block, o.LastEventID)
	return spec.Outcome{
		Events: append(o.Events, more.Events...), Retries: append(o.Retries, more.Retries...), LastEventID: more.LastEventID,
	}
}
