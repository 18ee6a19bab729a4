package fuzz

import (
	"testing"

	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/fuzz/internal/slow"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

var (
	wide = slow.Limits{Line: spec.DefaultMaxLine, Event: spec.DefaultMaxEvent}
	// tight are the limits under which a stream is read once more: small enough for a
	// fuzzer to meet.
	tight = slow.Limits{Line: 20, Event: 8}
)

// earlier is the last event ID with which a limited decoder begins.
const earlier = "earlier"

// FuzzDecoder: on one connection, or on two behind one another, both decoders show what
// the slow reading says, however the stream is cut.
//
//fuzz:instrument github.com/ssecheck/ssecheck/spec
func FuzzDecoder(f *testing.F) {
	seeds.AddFrom(f, seeds.Streams)
	f.Fuzz(func(t *testing.T, b []byte, sizes uint64, second uint16) {
		at := int(second) % (len(b) + 1)
		connections := []stream.Input{input(b[:at], sizes), input(b[at:], sizes)}
		if at == 0 {
			connections = connections[1:]
		}
		want, limited := readAll(connections, "", wide), readAll(connections, earlier, tight)
		// Without findings and comments the decoders take short cuts, so both ways
		// count; and so do the ways to feed them, each of which need not meet each of
		// the others with the same stream.
		for _, r := range []run{
			{"pulled", pull, want, nil, true},
			{"pushed", push, want, nil, true},
			{"pulled whole, bare", pullWhole, want, nil, false},
			{"pushed, bare", push, want, nil, false},
			{"pulled, limited", pull, limited, &tight, true},
			{"pushed, limited, bare", push, limited, &tight, false},
		} {
			if fault := r.on(connections); fault != "" {
				t.Errorf("%s: %s\nthe connections: %q", r.name, fault, chunksOf(connections))
			}
		}
	})
}

func input(b []byte, sizes uint64) stream.Input {
	return stream.Input{Bytes: b, Cuts: stream.Cut(len(b), sizes)}
}

func chunksOf(connections []stream.Input) (all [][][]byte) {
	for _, in := range connections {
		all = append(all, in.Chunks())
	}
	return all
}

// readAll reads one connection after the other: each begins with the last event ID that
// the one before has left, the first with id.
func readAll(connections []stream.Input, id string, limits slow.Limits) (all []slow.Reading) {
	for _, in := range connections {
		r := slow.Read(in.Bytes, id, limits)
		id = r.LastEventID
		all = append(all, r)
	}
	return all
}

// A run is one way to decode.
type run struct {
	name string
	feed func(connections []stream.Input, f *follower, opts []spec.Option)
	want []slow.Reading // of each connection
	// limits are the decoder's, where they are not the default; it then begins with a
	// last event ID, too.
	limits *slow.Limits
	full   bool // with findings and comments
}

// on decodes the connections with one decoder; the result says where it first differed
// from what is wanted.
func (r run) on(connections []stream.Input) (fault string) {
	f := &follower{want: r.want, full: r.full}
	opts := []spec.Option{spec.WithRetries(f.retry)}
	if r.full {
		opts = append(opts, spec.WithFindings(f.finding), spec.WithComments(f.comment))
	}
	if r.limits != nil {
		opts = append(opts, spec.WithMaxLine(r.limits.Line), spec.WithMaxEvent(r.limits.Event), spec.WithLastEventID(earlier))
	}
	r.feed(connections, f, opts)
	return f.fault
}

func pull(connections []stream.Input, f *follower, opts []spec.Option) {
	var d *spec.Decoder
	for i, in := range connections {
		if r := stream.NewReader(in.Chunks()); d == nil {
			d = spec.NewDecoder(r, opts...)
		} else {
			d.Reset(r)
		}
		for {
			v, err := d.Next()
			if err != nil {
				_, again := d.Next()
				f.end(i, err, again, d)
				break
			}
			f.event(v, d)
		}
	}
}

func pullWhole(connections []stream.Input, f *follower, opts []spec.Option) {
	var whole []stream.Input
	for _, in := range connections {
		whole = append(whole, stream.Input{Bytes: in.Bytes})
	}
	pull(whole, f, opts)
}

func push(connections []stream.Input, f *follower, opts []spec.Option) {
	p := spec.NewPushDecoder(opts...)
	for i, in := range connections {
		if i > 0 {
			p.Reset()
		}
		for _, chunk := range in.Chunks() {
			p.Push(chunk)
			take(p, f)
		}
		p.End()
		err := take(p, f)
		_, _, again := p.Next()
		f.end(i, err, again, p)
	}
}

func take(p *spec.PushDecoder, f *follower) error {
	for {
		v, ok, err := p.Next()
		if !ok {
			return err
		}
		f.event(v, p)
	}
}
