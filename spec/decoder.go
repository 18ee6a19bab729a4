package spec

import (
	"errors"
	"io"
	"iter"
)

// A Decoder reads events from an event stream.
//
// It follows the standard's interpretation of an event stream
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
// to the letter, but for the last event ID, which survives from one connection
// to the next (see [Decoder.Reset]). It refuses nothing that the standard
// accepts, within its limits.
//
// An event is handed out as soon as the first byte of the blank line's end has
// been read: the Decoder never reads on to see whether a CR is followed by an
// LF. It reads as much as its reader has to give, up to 8 KiB at a time.
//
// In the steady state it allocates nothing. Its buffers grow to the longest
// line and the largest event that it meets, and are kept; [WithMaxLine] and
// [WithMaxEvent] bound them.
//
// A Decoder may not be used by several goroutines at once.
type Decoder struct {
	stream
	r       io.Reader
	want    int   // how much room the next read should have at least
	readErr error // what the reader said; counts once all it gave is interpreted
}

// NewDecoder returns a Decoder of the event stream that r gives.
func NewDecoder(r io.Reader, opts ...Option) *Decoder {
	d := &Decoder{r: r}
	d.setUp(opts)
	return d
}

// Reset makes the Decoder read a new event stream from r: a new connection of
// the same client. The last event ID string, the reconnection time, the options
// and the memory of the buffers stay; an unfinished block is gone; offsets and
// line numbers begin anew.
func (d *Decoder) Reset(r io.Reader) {
	d.init()
	d.r, d.readErr = r, nil
}

// Next returns the next event. The view is valid until the next call of Next,
// Events or Reset.
//
// At the end of the stream it returns [io.EOF], and what is left of an
// unfinished block is discarded, as the standard demands. Another error of the
// reader is returned as it is, after all events that were complete before it. A
// line or an event beyond its limit gives a [*LimitError]; a reader that gives
// nothing, again and again, [io.ErrNoProgress]. An error is final: Next returns
// it again until Reset.
func (d *Decoder) Next() (v View, err error) {
	for !d.plain(&v) && !d.interpret(&v) {
		if err := d.more(); err != nil {
			return View{}, err
		}
	}
	return v, nil
}

// more takes in more bytes, or says why there will be no more events.
func (d *Decoder) more() error {
	switch {
	case d.err != nil:
	case d.readErr != nil:
		d.finish(d.readErr)
	default:
		d.read()
	}
	return d.err
}

// Events iterates over the events that remain, each an owned copy. An error
// other than [io.EOF] is the last pair. Breaking off loses nothing: Next and
// Events go on with the event that follows.
func (d *Decoder) Events() iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			v, err := d.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Event{}, err)
				return
			}
			if !yield(v.Event(), nil) {
				return
			}
		}
	}
}

// maxEmptyReads is how often a reader may give nothing and no error in a row;
// bufio.Reader has the same patience.
const maxEmptyReads = 100

var errBadCount = errors.New("spec: the reader returned an impossible count from Read")

// read takes in what one Read gives that gives anything.
func (d *Decoder) read() {
	free := d.room(max(d.want, 1))
	free = free[:min(len(free), readSize)]
	for range maxEmptyReads {
		n, err := d.r.Read(free)
		if n < 0 || n > len(free) {
			d.readErr = errBadCount
			return
		}
		d.readErr = err
		d.received(n)
		d.want = 1
		if n == len(free) { // there may be more than fits
			d.want = min(2*n, readSize)
		}
		if n > 0 || err != nil {
			return
		}
	}
	d.readErr = io.ErrNoProgress
}
