package spec

// A View is one dispatched event in the decoder's own memory: it must not be
// changed, and is valid until the decoder is used again. Event copies it.
type View struct {
	// Type is the event type; "message" when the block names none.
	Type []byte
	// Data is the data buffer without its final LF.
	Data []byte
	// LastEventID is the last event ID string at the time of the dispatch.
	LastEventID []byte
}

// Event returns a copy that is the caller's own.
func (v View) Event() Event {
	e := Event{Type: DefaultType, Data: string(v.Data), LastEventID: string(v.LastEventID)}
	if string(v.Type) != DefaultType { // spares the usual type its allocation
		e.Type = string(v.Type)
	}
	return e
}
