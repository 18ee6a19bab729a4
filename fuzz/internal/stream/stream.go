// Package stream is what a campaign gives a reader of event streams, and what it
// gets back.
package stream

import (
	"slices"

	"github.com/ssecheck/ssecheck/spec"
)

// An Input is a stream and how it is cut into chunks, each of which a reader gets
// with one read. It is to be read only: inputs share their bytes.
type Input struct {
	Bytes []byte
	// Cuts are the offsets at which one chunk ends and the next begins, ascending. Two
	// equal ones have an empty chunk between them.
	Cuts []int
}

// Chunks are the reads, in order. A stream without bytes is one empty chunk, or as
// many as its cuts make.
func (in Input) Chunks() [][]byte {
	chunks := make([][]byte, 0, len(in.Cuts)+1)
	start := 0
	for _, end := range in.Cuts {
		chunks = append(chunks, in.Bytes[start:end:end])
		start = end
	}
	return append(chunks, in.Bytes[start:len(in.Bytes):len(in.Bytes)])
}

// Valid says that the cuts are ascending offsets of the stream.
func (in Input) Valid() bool {
	return slices.IsSorted(in.Cuts) &&
		(len(in.Cuts) == 0 || in.Cuts[0] >= 0 && in.Cuts[len(in.Cuts)-1] <= len(in.Bytes))
}

// Seen is what a reader made of an input.
type Seen struct {
	Events []spec.Event
	// Retries are the reconnection times that it took, in ms; nothing is known of them
	// unless Reports.Retries.
	Retries []int64
	// Failed says how it failed instead: it refused the stream, crashed, hung. What it
	// had made of it until then counts for nothing.
	Failed string
}

// Reports are what a reader tells beyond its events.
type Reports struct{ Retries bool }

// Expected is what the standard says of an input, however it is cut.
func Expected(in Input) Seen {
	o := spec.Oracle(in.Bytes, "")
	return Seen{Events: o.Events, Retries: o.Retries}
}

// Same says that two readers have seen the same, in what r says is told. A reader that
// failed has seen what no other has.
func (s Seen) Same(t Seen, r Reports) bool {
	return s.Failed == "" && t.Failed == "" && slices.Equal(s.Events, t.Events) &&
		(!r.Retries || s.LastRetry() == t.LastRetry())
}

// LastRetry is the last reconnection time, which is all that adapters tell of them; -1
// without one.
func (s Seen) LastRetry() int64 {
	if len(s.Retries) == 0 {
		return -1
	}
	return s.Retries[len(s.Retries)-1]
}
