package exhaustive_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/ssecheck/ssecheck/fuzz/internal/exhaustive"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

// BenchmarkEnumerate makes the inputs of one stream of a space of seven symbols.
func BenchmarkEnumerate(b *testing.B) {
	overStreams(b, func(*exhaustive.Stream) {})
}

// BenchmarkCompare also asks the oracle once, and the decoder about each input.
func BenchmarkCompare(b *testing.B) {
	d := newDecoder()
	overStreams(b, func(s *exhaustive.Stream) { compare(b, d, s) })
}

// overStreams fills streams from all over the space, an op each, and reports how many
// inputs a second they have.
func overStreams(b *testing.B, do func(*exhaustive.Stream)) {
	space, err := exhaustive.New(exhaustive.Default, 7)
	if err != nil {
		b.Fatal(err)
	}
	var s exhaustive.Stream
	inputs := 0
	number := uint64(0)
	for b.Loop() {
		space.Fill(&s, number)
		do(&s)
		inputs += len(s.Inputs)
		number = (number + 7_654_321) % space.Streams()
	}
	b.ReportMetric(float64(inputs)/b.Elapsed().Seconds(), "inputs/s")
}

// BenchmarkProve proves the decoder right up to five symbols, with two workers.
func BenchmarkProve(b *testing.B) {
	space, err := exhaustive.New(exhaustive.Default, 5)
	if err != nil {
		b.Fatal(err)
	}
	const workers = 2
	for b.Loop() {
		var group sync.WaitGroup
		for i := range workers {
			group.Go(func() {
				d := newDecoder()
				for s := range space.Shard(i, workers) {
					compare(b, d, s)
				}
			})
		}
		group.Wait()
	}
	b.ReportMetric(float64(space.Inputs())*float64(b.N)/b.Elapsed().Seconds(), "inputs/s")
}

func compare(b *testing.B, d *decoder, s *exhaustive.Stream) {
	want := stream.Expected(s.Inputs[0])
	for _, in := range s.Inputs {
		if !d.saw(in, want) {
			b.Fatalf("the decoder and the oracle differ on %q", in.Chunks())
		}
	}
}

// decoder compares without making copies.
type decoder struct {
	*spec.PushDecoder
	retries []int64
}

func newDecoder() *decoder {
	d := &decoder{}
	d.PushDecoder = spec.NewPushDecoder(spec.WithRetries(func(ms int64) { d.retries = append(d.retries, ms) }))
	return d
}

var noID = []byte("id\n\n")

// saw says that the decoder makes of the input what is wanted.
func (d *decoder) saw(in stream.Input, want stream.Seen) bool {
	d.Reset()
	if d.LastEventID() != "" { // it outlives its stream
		d.Push(noID)
		d.Next()
		d.Reset()
	}
	d.retries = d.retries[:0]
	events, start := 0, 0
	for i := range len(in.Cuts) + 1 {
		end := len(in.Bytes)
		if i < len(in.Cuts) {
			end = in.Cuts[i]
		}
		d.Push(in.Bytes[start:end])
		start = end
		for {
			v, ok, _ := d.Next()
			if !ok {
				break
			}
			if events == len(want.Events) || !same(v, want.Events[events]) {
				return false
			}
			events++
		}
	}
	return events == len(want.Events) && slices.Equal(d.retries, want.Retries)
}

func same(v spec.View, e spec.Event) bool {
	return string(v.Type) == e.Type && string(v.Data) == e.Data && string(v.LastEventID) == e.LastEventID
}
