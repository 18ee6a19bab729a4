package parser

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/internal/casetest"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// FuzzParsed: what an adapter says of a stream is understood, or wrong with a reason; and
// said again, in full, it is understood as the same.
func FuzzParsed(f *testing.F) {
	for _, line := range []string{
		`{"stream":"p1","on":"parsed","events":[{"event":"message","data":"a","lastEventId":"1"},{"data":"b"}],"retry":10,"comments":["c"]}`,
		`{"stream":"p1","on":"parsed","events":[{"data":"a","id":"1"},{"data":"b"},{"data":"c","id":""}]}`,
		`{"stream":"p1","on":"parsed","events":[{"event":"\ud800","dataBase64":"/w=="},{"event":null,"data":"\udcff"}],"retry":1e300}`,
		`{"stream":"p1","on":"parsed","retry":-0.0}`, `{"stream":"p1","on":"parsed","retry":1.5}`, `{"stream":"p1","on":"parsed","events":[{}]}`,
		`{"stream":"p1","on":"failed","message":"\ud83d\ude00"}`, `{"stream":"","on":"failed"}`, `{"stream":"p1","on":"open"}`,
		`{"stream":"p1","on":"parsed","events":[{"data":"a","dataBase64":"*"}]}`, `{"stream":"p1","on":"parsed","retry":9223372036854775808}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		_, a, err := adapter.ReadAs[answer](line)
		if err != nil {
			return
		}
		said := a.(*answer)
		parsed, err := said.parsed()
		if (parsed == nil) == (err == nil) {
			t.Fatalf("%q is %v with the error %v; expected one of the two", line, parsed, err)
		}
		if err != nil {
			return
		}
		if parsed.Refused == nil && len(parsed.Events) != len(said.Events) {
			t.Fatalf("%q has %d events and is understood as %d", line, len(said.Events), len(parsed.Events))
		}
		again := say(t, parsed)
		_, a, err = adapter.ReadAs[answer](again)
		if err != nil {
			t.Fatalf("%s, which is %q said in full, cannot be read: %v", again, line, err)
		}
		if once, err := a.(*answer).parsed(); err != nil || !reflect.DeepEqual(once, parsed) {
			t.Fatalf("%q is understood as %+v; said in full, %s, as %+v (%v)", line, parsed, again, once, err)
		}
	})
}

// say is the answer in full: each event with its data's bytes and its last event ID.
func say(t *testing.T, p *transcript.Parsed) []byte {
	if p.Refused != nil {
		return line(t, map[string]any{"on": "failed", "message": casetest.Quote(*p.Refused)})
	}
	events := []any{}
	for _, e := range p.Events {
		events = append(events, map[string]any{"event": casetest.Quote(e.Type), "dataBase64": []byte(e.Data), "lastEventId": casetest.Quote(e.LastEventID)})
	}
	members := map[string]any{"on": "parsed", "events": events}
	if p.Retry != nil {
		members["retry"] = *p.Retry
	}
	if p.Comments != nil {
		members["comments"] = p.Comments
	}
	return line(t, members)
}

func line(t *testing.T, members map[string]any) []byte {
	members["stream"] = "p1"
	b, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
