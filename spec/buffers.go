package spec

// buffers are the standard's three buffers (#event-stream-interpretation) and
// what they leave behind: the last event ID string and the reconnection time.
type buffers struct {
	// data is the data buffer without its last LF; hasData tells an empty
	// buffer from one that holds a single LF. While dataLent is true, data is a
	// part of the stream's own buffer: a block of one data line costs no copy.
	data     []byte
	hasData  bool
	dataLent bool
	dataMem  []byte

	typ []byte // the event type buffer

	// The last event ID string is id[idNow]; the last event ID buffer is the
	// other one while hasID is true, and equals the string while it is not. So
	// a block that is cut off leaves the string as it was.
	id    [2][]byte
	idNow int
	hasID bool

	retry    int64
	hasRetry bool

	message []byte // DefaultType, for views
	scratch []byte // a decoded line that was ill-formed
}

// restart empties the data and event type buffers and sets the last event ID
// buffer to the last event ID string. The letter of the standard would start it
// empty on each stream, so that the first blank line of a new connection erased
// the ID; browsers and the Web Platform Tests let it survive
// (format-field-id.window.js).
func (b *buffers) restart() {
	b.data, b.hasData, b.dataLent = nil, false, false
	b.typ = b.typ[:0]
	b.hasID = false
}

// setLastEventID sets the last event ID string and buffer.
func (b *buffers) setLastEventID(id string) {
	b.id[b.idNow] = append(b.id[b.idNow][:0], id...)
	b.hasID = false
}

// settle copies data out of the stream's buffer, which is about to change.
func (b *buffers) settle() {
	if b.dataLent {
		b.dataMem = append(b.dataMem[:0], b.data...)
		b.data, b.dataLent = b.dataMem, false
	}
}

// appendData appends one more value to a data buffer that is not empty.
func (b *buffers) appendData(value []byte) {
	b.settle()
	b.dataMem = append(b.data, '\n')
	b.dataMem = append(b.dataMem, value...)
	b.data = b.dataMem
}

// setID sets the last event ID buffer; the string follows at the blank line.
func (b *buffers) setID(value []byte) {
	next := 1 - b.idNow
	b.id[next] = append(b.id[next][:0], value...)
	b.hasID = true
}

// commitID is step 1 of #dispatchMessage: the last event ID string becomes the
// last event ID buffer, data or no data.
func (b *buffers) commitID() {
	if b.hasID {
		b.idNow = 1 - b.idNow
		b.hasID = false
	}
}

// view is steps 3 to 7 of #dispatchMessage.
func (b *buffers) view() View {
	v := View{Type: b.message, Data: b.data, LastEventID: b.id[b.idNow]}
	if len(b.typ) > 0 {
		v.Type = b.typ
	}
	b.typ = b.typ[:0]
	b.data, b.hasData, b.dataLent = nil, false, false
	return v
}

// LastEventID is the last event ID string: what a client sends as
// Last-Event-ID when it connects again. It changes at a blank line, whether
// that dispatches an event or not; the id of a block that was cut off is not
// in it.
func (b *buffers) LastEventID() string { return string(b.id[b.idNow]) }

// ReconnectionTime is the last reconnection time that the stream set, in
// milliseconds; ok is false as long as it has set none. A number beyond the
// range of int64 is given as [math.MaxInt64].
func (b *buffers) ReconnectionTime() (ms int64, ok bool) { return b.retry, b.hasRetry }
