package fuzz

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ssecheck/ssecheck/fuzz/internal/script"
	"github.com/ssecheck/ssecheck/fuzz/internal/seeds"
	"github.com/ssecheck/ssecheck/fuzz/internal/slow"
	"github.com/ssecheck/ssecheck/spec"
)

// FuzzEncodeDecode: what one encoder takes, call after call, comes back, decoded, as it
// was put in, and forges nothing; what it refuses is what the format cannot carry.
//
//fuzz:instrument github.com/ssecheck/ssecheck/spec
func FuzzEncodeDecode(f *testing.F) {
	seeds.Add(f, "EncodeDecode")
	f.Fuzz(func(t *testing.T, b []byte) {
		var wire bytes.Buffer
		e := encoding{encoder: spec.NewEncoder(&wire), wire: &wire}
		for i, step := range script.Read(b) {
			if fault := e.step(step); fault != "" {
				t.Fatalf("call %d, %v: %s", i+1, step, fault)
			}
		}
		e.decodes(t)
	})
}

// An encoding is an encoder, what it wrote, and what that must mean.
type encoding struct {
	encoder *spec.Encoder
	wire    *bytes.Buffer
	want    spec.Outcome
}

// step makes a call; the result says what is wrong with what came of it.
func (e *encoding) step(step script.Step) (fault string) {
	before, item := e.wire.Len(), step.Item
	var err error
	if step.Event != nil {
		item = e.itemOf(*step.Event)
		err = e.encoder.EncodeEvent(*step.Event)
	} else {
		err = e.encoder.Encode(item)
	}
	block := e.wire.Bytes()[before:]
	if fieldErr := (*spec.FieldError)(nil); err != nil && !errors.As(err, &fieldErr) {
		return fmt.Sprintf("%v is no FieldError", err)
	}
	if can := carriable(item); can != (err == nil) {
		return fmt.Sprintf("the error is %v; can the format carry it: %v", err, can)
	}
	// A block is the same whatever was written before it.
	alone, _ := item.Append(nil)
	if !bytes.Equal(block, alone) {
		return fmt.Sprintf("it wrote %q; alone it is %q", block, alone)
	}
	if err == nil {
		e.expect(item)
	}
	return ""
}

// itemOf is the item that an event must be written as, for a reader that has seen what
// came before: its id only where it is another one, its type only where it is not the
// default.
func (e *encoding) itemOf(event spec.Event) spec.Item {
	item := spec.Item{Data: &event.Data}
	if event.Type != "" && event.Type != spec.DefaultType {
		item.Event = &event.Type
	}
	if event.LastEventID != e.want.LastEventID {
		item.ID = &event.LastEventID
	}
	return item
}

// expect adds to what the stream must mean.
func (e *encoding) expect(item spec.Item) {
	if item.ID != nil {
		e.want.LastEventID = *item.ID
	}
	if item.Retry != nil {
		e.want.Retries = append(e.want.Retries, *item.Retry)
	}
	if item.Data == nil {
		return
	}
	event := spec.Event{Type: spec.DefaultType, LastEventID: e.want.LastEventID}
	event.Data = strings.ReplaceAll(strings.ReplaceAll(*item.Data, "\r\n", "\n"), "\r", "\n")
	if item.Event != nil && *item.Event != "" {
		event.Type = *item.Event
	}
	e.want.Events = append(e.want.Events, event)
}

// decodes demands that the stream means what it must, and has no faults but those that
// an item asks for.
func (e *encoding) decodes(t *testing.T) {
	got := spec.Oracle(e.wire.Bytes(), "")
	if !slices.Equal(got.Events, e.want.Events) || !slices.Equal(got.Retries, e.want.Retries) || got.LastEventID != e.want.LastEventID {
		t.Errorf("%q\nmeans    %+v\nput in:  %+v", e.wire, got, e.want)
	}
	for _, finding := range slow.Read(e.wire.Bytes(), "", wide).Findings {
		switch finding.Kind {
		case spec.MisplacedBOM, spec.EventWithoutData:
		default:
			t.Errorf("the encoder's stream has a fault: %v; wire: %q", finding, e.wire)
		}
	}
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
