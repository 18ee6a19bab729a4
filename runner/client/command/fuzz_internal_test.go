package command

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/ssecheck/ssecheck/runner/internal/casetest"
	"github.com/ssecheck/ssecheck/runner/protocol"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// FuzzMessage: what an adapter says of a client is understood, or wrong with a reason;
// and said again, in full, it is understood as the same.
func FuzzMessage(f *testing.F) {
	for _, line := range []string{
		`{"stream":"c1","on":"open","facts":{"open.bubbles":"false"}}`, `{"stream":"c1","on":"event","event":"login","data":"a\udcff","lastEventId":"1"}`,
		`{"on":"event","data":"","id":"7"}`, `{"on":"event","dataBase64":"/w=="}`, `{"on":"event","dataBase64":"*"}`, `{"on":"event"}`,
		`{"on":"comment","comment":" hi"}`, `{"on":"comment"}`, `{"on":"error","message":"oops","reconnecting":true}`, `{"on":"error"}`,
		`{"on":"facts","facts":{}}`, `{"on":"closed","message":"never read"}`, `{"on":"parsed"}`, `{}`, `null`, `[]`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		o, err := understand(line)
		if err != nil {
			return
		}
		switch o.Kind {
		case transcript.SawOpen, transcript.SawEvent, transcript.SawComment, transcript.SawError, transcript.SawFacts, transcript.SawClosed:
		default:
			t.Fatalf("%q is understood as %q", line, o.Kind)
		}
		var theirs struct {
			Reconnecting *bool
			Facts        map[string]string
		}
		if err := json.Unmarshal(line, &theirs); err != nil || !reflect.DeepEqual(o.Facts, theirs.Facts) ||
			o.Kind == transcript.SawError && !reflect.DeepEqual(o.Reconnecting, theirs.Reconnecting) {
			t.Fatalf("%q is understood as %+v; encoding/json reads %+v (%v)", line, o, theirs, err)
		}
		again := say(t, o)
		if once, err := understand(again); err != nil || !reflect.DeepEqual(once, o) {
			t.Fatalf("%q is understood as %+v; said in full, %s, as %+v (%v)", line, o, again, once, err)
		}
	})
}

func understand(line []byte) (transcript.Observation, error) {
	var m message
	if err := protocol.Decode(line, &m); err != nil {
		return transcript.Observation{}, err
	}
	return m.observation()
}

// say is the observation as a message.
func say(t *testing.T, o transcript.Observation) []byte {
	members := map[string]any{"on": o.Kind}
	if o.Facts != nil {
		members["facts"] = o.Facts
	}
	switch o.Kind {
	case transcript.SawEvent:
		members["event"], members["dataBase64"] = casetest.Quote(o.Event.Type), []byte(o.Event.Data)
		if o.OwnID != nil {
			members["id"] = casetest.Quote(*o.OwnID)
		}
		if !o.Carried {
			members["lastEventId"] = casetest.Quote(o.Event.LastEventID)
		}
	case transcript.SawComment:
		members["comment"] = casetest.Quote(o.Comment)
	case transcript.SawError:
		members["message"], members["reconnecting"] = casetest.Quote(o.Message), o.Reconnecting
	}
	line, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return line
}
