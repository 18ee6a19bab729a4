package goclient

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Report tells what a library tells of one source.
type Report struct {
	out        *lines
	stream     string
	closeAfter int
	close      func()

	mu     sync.Mutex
	events int
}

// A message is any line but the hello.
type message struct {
	Stream       string  `json:"stream"`
	On           string  `json:"on"`
	Event        text    `json:"event,omitempty"`
	Data         *string `json:"data,omitempty"`
	DataBase64   []byte  `json:"dataBase64,omitempty"` // data that is no valid Unicode
	LastEventID  *text   `json:"lastEventId,omitempty"`
	ID           text    `json:"id,omitempty"`
	Message      text    `json:"message,omitempty"`
	Reconnecting *bool   `json:"reconnecting,omitempty"`
}

// Open tells that the connection was accepted.
func (r *Report) Open() { r.say(message{On: "open"}) }

// An Event is an event as the library hands it out. One of LastEventID and ID
// is set: the last event ID at the dispatch, or, of a library that has no notion
// of it, the block's own id; "" is none.
type Event struct {
	Type, Data  string
	LastEventID *string
	ID          string
}

// Event tells of an event, and closes the source when that was asked for after
// this one.
func (r *Report) Event(e Event) {
	m := message{On: "event", Event: text(e.Type), LastEventID: (*text)(e.LastEventID), ID: text(e.ID)}
	if e.Type == "" {
		m.Event = "message"
	}
	if utf8.ValidString(e.Data) {
		m.Data = &e.Data
	} else {
		m.DataBase64 = []byte(e.Data)
	}
	r.say(m)

	r.mu.Lock()
	r.events++
	now := r.events == r.closeAfter
	r.mu.Unlock()
	if now {
		r.close()
	}
}

// Error tells of an error, and whether the library goes on trying.
func (r *Report) Error(err error, reconnecting bool) {
	r.say(message{On: "error", Message: text(err.Error()), Reconnecting: &reconnecting})
}

// closed tells that the source is over.
func (r *Report) closed() { r.say(message{On: "closed"}) }

func (r *Report) say(m message) {
	m.Stream = r.stream
	r.out.write(m)
}

// lines writes each message in one piece.
type lines struct {
	mu sync.Mutex
	to io.Writer
}

// write leaves an error aside: nobody reads any more, and the input is about to
// end.
func (l *lines) write(message any) {
	line, err := json.Marshal(message)
	if err != nil {
		panic(err) // texts and numbers only
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.to.Write(append(line, '\n'))
}

// A text is written so that JSON mends nothing: each byte that is not part of
// valid UTF-8 becomes a surrogate that stands alone, as in Python's
// surrogateescape.
type text string

// MarshalJSON writes a JSON string.
func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	var b strings.Builder
	b.WriteByte('"')
	for rest := string(t); rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\udc%02x`, rest[0])
		} else {
			quoted, _ := json.Marshal(rest[:size])
			b.Write(quoted[1 : len(quoted)-1])
		}
		rest = rest[size:]
	}
	b.WriteByte('"')
	return []byte(b.String()), nil
}

// A Text is how the protocol carries a string, for adapters that write JSON of
// their own.
type Text = text
