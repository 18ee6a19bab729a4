package parser

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// answer is what an adapter says of one stream.
type answer struct {
	adapter.Message
	On       string        `json:"on"`
	Reason   protocol.Text `json:"message"`
	Events   []eventJSON   `json:"events"`
	Retry    *json.Number  `json:"retry"`
	Comments []string      `json:"comments"`
}

// eventJSON is one event, of an adapter or of a one-shot program.
type eventJSON struct {
	Event       *protocol.Text `json:"event"`
	Data        *protocol.Text `json:"data"`
	DataBase64  *string        `json:"dataBase64"`
	LastEventID *protocol.Text `json:"lastEventId"`
	ID          *protocol.Text `json:"id"`
}

// parsed turns an answer into what the judge reads. An error says what is wrong
// with the answer; it is the subject's fault.
func (a *answer) parsed() (*transcript.Parsed, error) {
	switch a.On {
	case "failed":
		word := string(a.Reason)
		return &transcript.Parsed{Refused: &word}, nil
	case "parsed":
	default:
		return nil, fmt.Errorf(`the answer must have "on":"parsed" or "on":"failed", not %q`, a.On)
	}
	events, err := toEvents(a.Events)
	if err != nil {
		return nil, err
	}
	p := &transcript.Parsed{Events: events, Comments: a.Comments}
	if a.Retry != nil {
		ms, err := toMilliseconds(*a.Retry)
		if err != nil {
			return nil, err
		}
		p.Retry = &ms
	}
	return p, nil
}

// toEvents gives each event its last event ID. A parser without a notion of it
// reports the block's own id instead: such an id holds until the next one.
func toEvents(all []eventJSON) ([]spec.Event, error) {
	carry := true
	for i := range all {
		carry = carry && all[i].LastEventID == nil
	}
	events := make([]spec.Event, len(all))
	last := ""
	for i, e := range all {
		data, err := e.data()
		if err != nil {
			return nil, fmt.Errorf("event %d of the answer: %w", i+1, err)
		}
		events[i] = spec.Event{Type: spec.DefaultType, Data: data}
		if e.Event != nil {
			events[i].Type = string(*e.Event)
		}
		switch {
		case carry && e.ID != nil:
			last = string(*e.ID)
			events[i].LastEventID = last
		case carry:
			events[i].LastEventID = last
		case e.LastEventID != nil:
			events[i].LastEventID = string(*e.LastEventID)
		}
	}
	return events, nil
}

// data is the event's data: text, or bytes that are no valid Unicode.
func (e *eventJSON) data() (string, error) {
	switch {
	case e.DataBase64 != nil:
		b, err := base64.StdEncoding.DecodeString(*e.DataBase64)
		if err != nil {
			return "", fmt.Errorf("dataBase64 is no base64: %w", err)
		}
		return string(b), nil
	case e.Data != nil:
		return string(*e.Data), nil
	}
	return "", fmt.Errorf("it has neither data nor dataBase64")
}

// toMilliseconds reads a reconnection time; one that int64 cannot hold is the
// greatest that it can.
func toMilliseconds(n json.Number) (int64, error) {
	if ms, err := n.Int64(); err == nil {
		return ms, nil
	}
	f, err := strconv.ParseFloat(n.String(), 64)
	switch {
	case f >= math.MaxInt64: // also with a range error, as an infinity
		return math.MaxInt64, nil
	case err != nil || f != math.Trunc(f) || f < math.MinInt64:
		return 0, fmt.Errorf("retry is no whole number of milliseconds: %s", protocol.Excerpt([]byte(n)))
	}
	return int64(f), nil
}
