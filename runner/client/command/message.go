package command

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// request is what an adapter is sent.
type request struct {
	Op     string   `json:"op"`
	Stream string   `json:"stream"`
	URL    string   `json:"url,omitempty"`
	Listen []string `json:"listen,omitempty"`

	HTTP            string            `json:"http,omitempty"`
	Headers         map[string]string `json:"headers,omitempty"`
	Method          string            `json:"method,omitempty"`
	Body            string            `json:"body,omitempty"`
	LastEventID     string            `json:"lastEventId,omitempty"`
	Retry           int64             `json:"retry,omitempty"`
	WithCredentials bool              `json:"withCredentials,omitempty"`
	CloseAfter      int               `json:"closeAfter,omitempty"`
}

func connectRequest(stream string, ask client.Connect) request {
	return request{
		Op: "connect", Stream: stream, URL: ask.URL, Listen: ask.Listen, HTTP: ask.HTTP,
		Headers: ask.Headers, Method: ask.Method, Body: ask.Body, LastEventID: ask.LastEventID,
		Retry: ask.Retry, WithCredentials: ask.WithCredentials, CloseAfter: ask.CloseAfter,
	}
}

// line is the request as one line.
func (r request) line() ([]byte, error) {
	b, err := json.Marshal(r)
	return append(b, '\n'), err
}

// message is what an adapter, or a program that is started for each case, says.
type message struct {
	Stream *string `json:"stream"`
	On     string  `json:"on"`

	Event       *protocol.Text    `json:"event"`
	Data        *protocol.Text    `json:"data"`
	DataBase64  *string           `json:"dataBase64"`
	LastEventID *protocol.Text    `json:"lastEventId"`
	ID          *protocol.Text    `json:"id"`
	Comment     *protocol.Text    `json:"comment"`
	Message     *protocol.Text    `json:"message"`
	Facts       map[string]string `json:"facts"`

	Reconnecting *bool `json:"reconnecting"`
}

// observation is what the message reports. The error says what is wrong with it.
func (m *message) observation() (transcript.Observation, error) {
	o := transcript.Observation{Kind: transcript.Sight(m.On), Facts: m.Facts}
	switch o.Kind {
	case transcript.SawOpen, transcript.SawClosed, transcript.SawFacts:
	case transcript.SawEvent:
		return m.event()
	case transcript.SawComment:
		if m.Comment == nil {
			return o, fmt.Errorf(`"on":"comment" must have "comment"`)
		}
		o.Comment = string(*m.Comment)
	case transcript.SawError:
		o.Message, o.Reconnecting = text(m.Message), m.Reconnecting
	default:
		return o, fmt.Errorf(`"on" must be open, event, comment, error, facts or closed, not %s`, protocol.Excerpt([]byte(m.On)))
	}
	return o, nil
}

// event reads an event. A client without a notion of the last event ID reports
// the block's own id instead, which is carried over.
func (m *message) event() (transcript.Observation, error) {
	o := transcript.Observation{Kind: transcript.SawEvent, Facts: m.Facts,
		Event: spec.Event{Type: text(m.Event), LastEventID: text(m.LastEventID)}}
	switch {
	case m.DataBase64 != nil:
		data, err := base64.StdEncoding.DecodeString(*m.DataBase64)
		if err != nil {
			return o, fmt.Errorf("dataBase64 is no base64: %w", err)
		}
		o.Event.Data = string(data)
	case m.Data != nil:
		o.Event.Data = string(*m.Data)
	default:
		return o, fmt.Errorf("an event has data or dataBase64")
	}
	if m.LastEventID == nil {
		o.Carried = true
		if m.ID != nil {
			id := string(*m.ID)
			o.OwnID = &id
		}
	}
	return o, nil
}

func text(t *protocol.Text) string {
	if t == nil {
		return ""
	}
	return string(*t)
}
