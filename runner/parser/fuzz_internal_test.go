package parser

import (
	"encoding/json"
	"reflect"
	"strconv"
	"testing"

	"github.com/ssecheck/ssecheck/runner/adapter"
	"github.com/ssecheck/ssecheck/runner/internal/casetest"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
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
		if said.On != "failed" && said.On != "parsed" || (said.On == "failed") != (parsed.Refused != nil) {
			t.Fatalf("%q is understood as %+v", line, parsed)
		}
		if parsed.Refused == nil {
			checkEvents(t, said, parsed.Events)
			checkRetry(t, said, parsed.Retry)
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

// checkEvents demands of the events what the adapter protocol says of last event IDs: they
// are those that the answer gives, or where it gives none at all the last of the ids.
func checkEvents(t *testing.T, said *answer, events []spec.Event) {
	if len(events) != len(said.Events) {
		t.Fatalf("of %d events came %d", len(said.Events), len(events))
	}
	given, last := false, ""
	for _, e := range said.Events {
		given = given || e.LastEventID != nil
	}
	for i, e := range said.Events {
		switch {
		case given:
			last = ""
			if e.LastEventID != nil {
				last = string(*e.LastEventID)
			}
		case e.ID != nil:
			last = string(*e.ID)
		}
		if events[i].LastEventID != last {
			t.Fatalf("event %d has the last event ID %q; expected %q", i+1, events[i].LastEventID, last)
		}
	}
}

// checkRetry demands the number of the answer, or the greatest there is.
func checkRetry(t *testing.T, said *answer, retry *int64) {
	if (retry == nil) != (said.Retry == nil) {
		t.Fatalf("the reconnection time %v became %v", said.Retry, retry)
	}
	if retry == nil {
		return
	}
	f, _ := strconv.ParseFloat(said.Retry.String(), 64) // out of range it is an infinity
	if want := min(f, 1<<63); float64(*retry) != want {
		t.Fatalf("the reconnection time %s became %d", *said.Retry, *retry)
	}
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
