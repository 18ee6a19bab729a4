package fuzz

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ssecheck/ssecheck/spec"
)

// FuzzEncodeDecode: what the Encoder takes comes back, decoded, as it was put
// in, and forges nothing; what it refuses is what the format cannot carry.
func FuzzEncodeDecode(f *testing.F) {
	f.Add("message", "a\nb", "1", "keep-alive", int64(1500), byte(31))
	f.Add("x\ndata: forged", "safe", "", "", int64(-1), byte(15))
	f.Add(" ", " \r\n\r", "\x00", ":\n\ndata: forged\n\n", int64(0), byte(31))
	f.Add("\uFEFF", "\xFF", "\u00E4", "\r", int64(7), byte(7))
	f.Fuzz(func(t *testing.T, typ, data, id, comment string, retry int64, parts byte) {
		item := spec.Item{}
		if parts&1 != 0 {
			item.Data = &data
		}
		if parts&2 != 0 {
			item.Event = &typ
		}
		if parts&4 != 0 {
			item.ID = &id
		}
		if parts&8 != 0 {
			item.Retry = &retry
		}
		if parts&16 != 0 {
			item.Comment = &comment
		}
		// The block stands between two others, which must not feel it.
		wire := []byte("data: before\n\n")
		wire, err := item.Append(wire)
		wire = append(wire, "data: after\n\n"...)

		if carriable := carriable(item); (err == nil) != carriable {
			t.Fatalf("Append(%+v) gave the error %v; can the format carry it: %v", item, err, carriable)
		}
		if err != nil {
			if fieldErr := (*spec.FieldError)(nil); !errors.As(err, &fieldErr) {
				t.Fatalf("%v is no FieldError", err)
			}
			item = spec.Item{}
		}
		if diff := cmp.Diff(expected(item), spec.Oracle(wire, "")); diff != "" {
			t.Errorf("put in (-) and decoded (+) differ:\n%s\nwire: %q", diff, wire)
		}
		d := spec.NewDecoder(bytes.NewReader(wire), spec.WithFindings(func(f spec.Finding) {
			switch f.Kind {
			case spec.MisplacedBOM, spec.EventWithoutData, spec.RetryOutOfRange:
			default:
				t.Errorf("the encoder's stream has a fault: %v; wire: %q", f, wire)
			}
		}))
		for range d.Events() {
		}
	})
}

// carriable says, in its own words, whether the format can carry the item.
func carriable(item spec.Item) bool {
	for _, text := range []*string{item.Event, item.ID, item.Data, item.Comment} {
		if text != nil && !utf8.ValidString(*text) {
			return false
		}
	}
	return (item.Event == nil || !strings.ContainsAny(*item.Event, "\r\n")) &&
		(item.ID == nil || !strings.ContainsAny(*item.ID, "\r\n\x00")) &&
		(item.Retry == nil || *item.Retry >= 0)
}

// expected is what a stream means that holds the item between two events.
func expected(item spec.Item) spec.Outcome {
	want := spec.Outcome{Events: []spec.Event{{Type: "message", Data: "before"}}}
	if item.ID != nil {
		want.LastEventID = *item.ID
	}
	if item.Retry != nil {
		want.Retries = []int64{*item.Retry}
	}
	if item.Data != nil {
		event := spec.Event{Type: "message", LastEventID: want.LastEventID}
		event.Data = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(*item.Data)
		if item.Event != nil && *item.Event != "" {
			event.Type = *item.Event
		}
		want.Events = append(want.Events, event)
	}
	want.Events = append(want.Events, spec.Event{Type: "message", Data: "after", LastEventID: want.LastEventID})
	return want
}
