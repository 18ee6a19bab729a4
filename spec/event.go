package spec

// DefaultType is the type of an event whose block names none
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage, step 5).
const DefaultType = "message"

// An Event is one dispatched message.
type Event struct {
	// Type is the event type: the event type buffer, or [DefaultType] when
	// that buffer was empty.
	Type string
	// Data is the data buffer without its final LF.
	Data string
	// LastEventID is the last event ID string at the time of the dispatch: the
	// block's own id, or the one that an earlier block left.
	LastEventID string
}
