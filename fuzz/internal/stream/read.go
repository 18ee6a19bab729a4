package stream

import (
	"errors"
	"fmt"
	"io"

	"github.com/ssecheck/ssecheck/runner/parser"
	"github.com/ssecheck/ssecheck/spec"
)

// Read gives the input to a parser in this process and returns what it saw. A parser that
// returns an error or panics has failed, and so has one that floods; one that hangs keeps
// Read waiting.
func Read(in Input, parse parser.ParseFunc) (s Seen) {
	defer func() {
		if p := recover(); p != nil {
			s = Seen{Failed: fmt.Sprintf("the parser panicked: %v", p)}
			if err, ok := p.(error); ok && errors.Is(err, errFlooded) {
				s.Failed = err.Error()
			}
		}
	}()
	return Feed(in, parse)
}

// Feed is Read that lets a panic of the parser through; that of one that floods is an
// error which says so.
func Feed(in Input, parse parser.ParseFunc) Seen {
	r := recorder{surfaces: baseSurfaced + growth*(len(in.Bytes)+len(in.Cuts)), room: baseOutput + growth*len(in.Bytes)}
	if err := parse(NewReader(in.Chunks()), &r); err != nil {
		return Seen{Failed: "the parser refused the stream: " + err.Error()}
	}
	return r.seen
}

// A Reader gives one chunk a Read, as a socket does; an empty chunk is a Read that gives
// nothing, which io.Reader allows.
type Reader struct {
	chunks [][]byte
	rest   []byte // of a chunk that did not fit into one Read
	left   int
}

// NewReader reads the chunks and changes neither them nor the slice.
func NewReader(chunks [][]byte) *Reader {
	r := &Reader{chunks: chunks}
	for _, c := range chunks {
		r.left += len(c)
	}
	return r
}

// Len is how many bytes are left.
func (r *Reader) Len() int { return r.left }

// Read gives what is left of the current chunk.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(r.rest) == 0 {
		if len(r.chunks) == 0 {
			return 0, io.EOF
		}
		r.rest, r.chunks = r.chunks[0], r.chunks[1:]
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	r.left -= n
	return n, nil
}

// Bounds on what one stream may make a parser surface. No right parser comes near them:
// each byte ends at most one event or reconnection time, and becomes at most three. What
// repeats, the last event ID, is not counted.
const (
	baseSurfaced = 1 << 8 // and growth times the bytes and cuts
	baseOutput   = 1 << 20
	growth       = 8
)

var errFlooded = errors.New("the parser flooded: it surfaced more than its stream can hold")

// A recorder is the sink of Read. It panics with errFlooded when its bounds are passed,
// since a sink has no other way to end a parser.
type recorder struct {
	seen           Seen
	surfaces, room int
}

func (r *recorder) take(size int) {
	r.surfaces--
	r.room -= size
	if r.surfaces < 0 || r.room < 0 {
		panic(errFlooded)
	}
}

// Event takes an event.
func (r *recorder) Event(e spec.Event) {
	r.take(len(e.Type) + len(e.Data))
	r.seen.Events = append(r.seen.Events, e)
}

// Retry takes a reconnection time.
func (r *recorder) Retry(ms int64) {
	r.take(0)
	r.seen.Retries = append(r.seen.Retries, ms)
}

// Comment takes a comment, of which nothing is kept.
func (r *recorder) Comment(string) { r.take(0) }
