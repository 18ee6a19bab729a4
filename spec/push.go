package spec

import "io"

// A PushDecoder is a [Decoder] for those who are given the stream in chunks and
// cannot hand out a reader: call Push with each chunk, then Next until it has
// no more, and End once the stream has ended.
//
// A PushDecoder may not be used by several goroutines at once.
type PushDecoder struct {
	stream
	ended bool
}

// NewPushDecoder returns a PushDecoder of a new event stream.
func NewPushDecoder(opts ...Option) *PushDecoder {
	p := &PushDecoder{}
	p.setUp(opts)
	return p
}

// Push takes in the next bytes of the stream, cut anywhere. It copies them, so
// the chunk is the caller's again. Chunks that are pushed before the events of
// the last one have been taken pile up in memory; after an error of Next they
// are dropped. Push panics after End.
func (p *PushDecoder) Push(chunk []byte) {
	if p.ended {
		panic("spec: Push after End; Reset begins a new stream")
	}
	if p.err != nil {
		return
	}
	p.received(copy(p.room(len(chunk)), chunk))
}

// End says that the stream has ended. What is left of an unfinished block will
// be discarded; the events that are complete can still be taken.
func (p *PushDecoder) End() { p.ended = true }

// Next returns the next event; ok is false when there is none so far. The view
// is valid until the next call of Next, Push or Reset.
//
// The error is nil as long as the stream may go on, [io.EOF] after End and the
// last event, or a [*LimitError]; ok is false with each of them. An error is
// final: Next returns it again until Reset.
func (p *PushDecoder) Next() (v View, ok bool, err error) {
	if p.err != nil {
		return View{}, false, p.err
	}
	if p.plain(&v) || p.interpret(&v) {
		return v, true, nil
	}
	if p.err == nil && p.ended {
		p.finish(io.EOF)
	}
	return View{}, false, p.err
}

// Reset begins a new event stream: a new connection of the same client. What
// stays is said at [Decoder.Reset].
func (p *PushDecoder) Reset() {
	p.init()
	p.ended = false
}
