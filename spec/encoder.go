package spec

import "io"

// An Encoder writes an event stream. Each block goes out in one Write, so that
// a writer which sends what it is given sends whole events; where the writer
// buffers, as that of an HTTP server does, the caller flushes it after each.
//
// The Encoder writes LF at the ends of lines and no byte order mark.
//
// An Encoder may not be used by several goroutines at once.
type Encoder struct {
	w           io.Writer
	block       []byte
	lastEventID string
}

// NewEncoder returns an Encoder of a new event stream to w.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: w} }

// Encode writes the item as one block. It returns a [*FieldError], and writes
// nothing, when the format cannot carry the item, and otherwise the error of
// the writer. See [Item.Append].
func (e *Encoder) Encode(item Item) error {
	block, err := item.Append(e.block[:0])
	if err != nil {
		return err
	}
	e.block = block
	if _, err := e.w.Write(block); err != nil {
		return err
	}
	if item.ID != nil {
		e.lastEventID = *item.ID
	}
	return nil
}

// EncodeEvent writes the event so that a receiver which has seen the whole
// stream gets this very event back, but for CR and CRLF in its data, which
// arrive as LF. The id is written only when it is not what the receiver has
// already; the type only when it is not [DefaultType].
func (e *Encoder) EncodeEvent(event Event) error {
	item := Item{Data: &event.Data}
	if event.Type != DefaultType && event.Type != "" {
		item.Event = &event.Type
	}
	if event.LastEventID != e.lastEventID {
		item.ID = &event.LastEventID
	}
	return e.Encode(item)
}
