// Package encoder drives subjects of the role encoder: functions in this process, and
// commands in any language. It judges nothing.
package encoder

import (
	"context"
	"fmt"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// An EncodeFunc writes a stream of items. Its error says that it refuses one of them,
// which is right for what the format cannot carry.
type EncodeFunc func(items []Item) (stream []byte, err error)

// A Function is an encoder in this process.
type Function struct {
	name   string
	encode EncodeFunc
}

// Func makes a subject of an encoder.
func Func(name string, encode EncodeFunc) *Function { return &Function{name, encode} }

var _ runner.Subject = (*Function)(nil)

// Start has nothing to start.
func (f *Function) Start(context.Context) error { return nil }

// Close has nothing to end.
func (f *Function) Close() error { return nil }

// Info is its name.
func (f *Function) Info() runner.Info { return runner.Info{Role: reports.RoleEncoder, Name: f.name} }

// Skip skips what only a stream under way shows.
func (f *Function) Skip(c *cases.Case) runner.Skip { return skip(c, nil) }

// Variants are as written and, where the encoder may refuse, the control.
func (f *Function) Variants(c *cases.Case) []cases.Variant { return cases.EmitVariants(c) }

// Play calls the function. One that panics has failed; one that does not return
// before ctx ends has, too, and goes on in the background, since Go cannot end it.
func (f *Function) Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
	log := transcript.NewLog()
	items, script := itemsOf(c, v)
	log.Add(reports.Entry{End: transcript.Runner, Kind: "items", Bytes: script})
	done := make(chan *transcript.Transcript, 1)
	go func() { done <- f.call(items) }()
	var t *transcript.Transcript
	select {
	case t = <-done:
	case <-ctx.Done():
		t = &transcript.Transcript{Failed: "the encoder did not return in time"}
	}
	if t.Emitted != nil {
		t.Emitted.Control = v.Control
		logEmitted(log, t.Emitted)
	}
	t.Entries = log.Entries()
	return t
}

func (f *Function) call(items []Item) (t *transcript.Transcript) {
	defer func() {
		if p := recover(); p != nil {
			t = &transcript.Transcript{Failed: fmt.Sprintf("the encoder panicked: %v", p)}
		}
	}()
	stream, err := f.encode(items)
	if err != nil {
		word := err.Error()
		return &transcript.Transcript{Emitted: &transcript.Emitted{Rejected: &word}}
	}
	return &transcript.Transcript{Emitted: &transcript.Emitted{Wire: stream}}
}

// played is the case as a variant plays it.
func played(c *cases.Case, v cases.Variant) *cases.Case {
	if v.Control {
		return c.Control()
	}
	return c
}

// itemsOf are the items of a variant, and the same as JSON.
func itemsOf(c *cases.Case, v cases.Variant) (items []Item, script []byte) {
	c = played(c, v)
	for i := range c.Emit {
		if item := &c.Emit[i]; item.Sleep == 0 {
			items = append(items, Item{Comment: item.Comment, Event: item.Event, ID: item.ID, Data: item.Data, Retry: item.Retry})
		}
	}
	return items, c.AppendItems(nil, false)
}

// skip skips what the subject's API does not have, and what no encoder can show.
func skip(c *cases.Case, claims func(string) bool) runner.Skip {
	if c.Delivers() {
		return runner.Skip{Kind: reports.SkipCapability,
			Reason: "how a stream arrives is seen of a scripted server (--target URL --scripted); an encoder hands over its bytes at once"}
	}
	for _, word := range c.Claims() {
		if claims != nil && !claims(word) {
			return runner.Skip{Kind: reports.SkipCapability, Reason: "the encoder does not claim the capability " + word}
		}
	}
	return runner.Skip{}
}

func logEmitted(log *transcript.Log, e *transcript.Emitted) {
	if e.Rejected != nil {
		log.Add(reports.Entry{End: transcript.Subject, Kind: "rejected", Text: *e.Rejected})
		return
	}
	log.Add(reports.Entry{End: transcript.Subject, Kind: "send", Bytes: e.Wire})
}
