package spec

// buffers are the standard's three buffers (#event-stream-interpretation) and
// what they leave behind: the last event ID string and the reconnection time.
type buffers struct {
	// data is the data buffer without its last LF; hasData tells an empty
	// buffer from one that holds a single LF.
	data    text
	hasData bool

	typ text // the event type buffer

	// lastID is the last event ID string. idBuffer is the last event ID buffer
	// while hasID is true; while it is not, the buffer equals the string. So a
	// block that is cut off leaves the string as it was.
	lastID   text
	idBuffer text
	hasID    bool

	retry    int64
	hasRetry bool

	message []byte // DefaultType, for views
}

// A text is a piece of decoded text: lent by the stream's buffer, which costs
// nothing, until that buffer changes; then in memory of its own.
type text struct {
	bytes  []byte
	memory []byte
	lent   bool
}

func (t *text) lend(b []byte) { t.bytes, t.lent = b, true }

// settle copies what was lent.
func (t *text) settle() {
	if t.lent {
		t.memory = append(t.memory[:0], t.bytes...)
		t.bytes, t.lent = t.memory, false
	}
}

// addLine appends an LF and the value.
func (t *text) addLine(value []byte) {
	t.settle()
	t.memory = append(t.bytes, '\n')
	t.memory = append(t.memory, value...)
	t.bytes = t.memory
}

// restart empties the data and event type buffers and sets the last event ID
// buffer to the last event ID string. The letter of the standard would start it
// empty on each stream, so that the first blank line of a new connection erased
// the ID; browsers and the Web Platform Tests let it survive
// (format-field-id.window.js).
func (b *buffers) restart() {
	b.settle()
	b.data.bytes, b.hasData = nil, false
	b.typ.bytes = nil
	b.hasID = false
}

// setLastEventID sets the last event ID string and buffer.
func (b *buffers) setLastEventID(id string) {
	b.lastID.lend([]byte(id))
	b.hasID = false
}

// settle copies what the stream's buffer has lent, because it is about to
// change.
func (b *buffers) settle() {
	b.data.settle()
	b.typ.settle()
	b.lastID.settle()
	b.idBuffer.settle()
}

// setID sets the last event ID buffer; the string follows at the blank line.
func (b *buffers) setID(value []byte) {
	b.idBuffer.lend(value)
	b.hasID = true
}

// commitID is step 1 of #dispatchMessage: the last event ID string becomes the
// last event ID buffer, data or no data.
func (b *buffers) commitID() {
	if b.hasID {
		b.lastID, b.idBuffer = b.idBuffer, b.lastID
		b.hasID = false
	}
}

// dispatch is steps 3 to 7 of #dispatchMessage.
func (b *buffers) dispatch(v *View) {
	v.Type, v.Data, v.LastEventID = b.message, b.data.bytes, b.lastID.bytes
	if len(b.typ.bytes) > 0 {
		v.Type = b.typ.bytes
	}
	b.clear()
}

// clear empties the data buffer and the event type buffer.
func (b *buffers) clear() {
	b.data.bytes, b.data.lent, b.hasData = nil, false, false
	b.typ.bytes, b.typ.lent = nil, false
}

// LastEventID is the last event ID string: what a client sends as
// Last-Event-ID when it connects again. It changes at a blank line, whether
// that dispatches an event or not; the id of a block that was cut off is not
// in it.
func (b *buffers) LastEventID() string { return string(b.lastID.bytes) }

// ReconnectionTime is the last reconnection time that the stream set, in
// milliseconds; ok is false as long as it has set none. A number beyond the
// range of int64 is given as [math.MaxInt64].
func (b *buffers) ReconnectionTime() (ms int64, ok bool) { return b.retry, b.hasRetry }
