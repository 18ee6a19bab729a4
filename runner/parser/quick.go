package parser

import (
	"encoding/json"

	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/protocol"
)

// readAnswer reads an adapter's line; it is an [adapter.Reader]. Nearly all lines are as
// serialisers write them, and a fuzzer reads a hundred thousand of them a second.
func readAnswer(line []byte) (stream *string, a any, err error) {
	if quick, ok := scanAnswer(line); ok {
		return quick.Stream, quick, nil
	}
	return adapter.ReadAs[answer](line)
}

// scanAnswer reads a line that has each member at most once, and none that is unknown
// or null; ok is false for any other.
func scanAnswer(line []byte) (a *answer, ok bool) {
	a = &answer{}
	s := protocol.NewScan(line)
	seen := 0 // a bit a member
	s.Object(func(name []byte) bool {
		bit := 0
		switch string(name) {
		case "stream":
			bit = 1
			text := s.UTF8()
			a.Stream = &text
		case "on":
			bit = 2
			a.On = s.UTF8()
		case "message":
			bit = 4
			a.Reason = s.Text()
		case "events":
			bit = 8
			a.Events = []eventJSON{}
			s.Array(func() { a.Events = append(a.Events, scanEvent(s)) })
		case "retry":
			bit = 16
			ms := json.Number(s.Digits())
			a.Retry = &ms
		case "comments":
			bit = 32
			a.Comments = []string{}
			s.Array(func() { a.Comments = append(a.Comments, s.UTF8()) })
		}
		known := bit != 0 && seen&bit == 0
		seen |= bit
		return known
	})
	return a, s.Done() && a.Stream != nil
}

// scanEvent reads one event.
func scanEvent(s *protocol.Scan) eventJSON {
	var e eventJSON
	s.Object(func(name []byte) bool {
		var place **protocol.Text
		switch string(name) {
		case "event":
			place = &e.Event
		case "data":
			place = &e.Data
		case "lastEventId":
			place = &e.LastEventID
		case "id":
			place = &e.ID
		case "dataBase64":
			text := s.UTF8()
			again := e.DataBase64 != nil
			e.DataBase64 = &text
			return !again
		}
		if place == nil || *place != nil {
			return false
		}
		text := s.Text()
		*place = &text
		return true
	})
	return e
}
