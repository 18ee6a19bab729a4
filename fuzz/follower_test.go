package fuzz

import (
	"errors"
	"fmt"
	"io"

	"github.com/ssecheck/ssecheck/fuzz/internal/slow"
	"github.com/ssecheck/ssecheck/spec"
)

// state is what both decoders tell at any time.
type state interface {
	LastEventID() string
	ReconnectionTime() (ms int64, ok bool)
}

// A follower compares what a decoder shows with a reading as it comes, and keeps the
// first difference: to collect all and compare it then would cost a fuzzer half its
// speed.
type follower struct {
	want                                []slow.Reading // of this connection and the later ones
	full                                bool           // findings and comments are shown
	events, findings, comments, retries int            // met on this connection
	last                                int64          // reconnection time
	hasLast                             bool
	fault                               string
}

func (f *follower) differs(what string, nth int, want, got any) {
	if f.fault == "" {
		f.fault = fmt.Sprintf("%s %d: expected %+v, got %+v", what, nth+1, want, got)
	}
}

// follow compares the next of what comes with the next of what is wanted.
func follow[T comparable](f *follower, what string, want []T, met *int, got T) {
	switch {
	case *met >= len(want):
		f.differs(what, *met, "no more", got)
	case want[*met] != got:
		f.differs(what, *met, want[*met], got)
	}
	*met++
}

func (f *follower) event(v spec.View, d state) {
	want := f.want[0].Events
	if f.events >= len(want) || want[f.events].Type != string(v.Type) || want[f.events].Data != string(v.Data) ||
		want[f.events].LastEventID != string(v.LastEventID) {
		follow(f, "event", want, &f.events, v.Event())
		return
	}
	if id := d.LastEventID(); id != want[f.events].LastEventID {
		f.differs("the last event ID after event", f.events, want[f.events].LastEventID, id)
	}
	f.events++
}

func (f *follower) finding(got spec.Finding) {
	follow(f, "finding", f.want[0].Findings, &f.findings, got)
}

func (f *follower) comment(text []byte) {
	follow(f, "comment", f.want[0].Comments, &f.comments, string(text))
}

func (f *follower) retry(ms int64) {
	follow(f, "reconnection time", f.want[0].Retries, &f.retries, ms)
	f.last, f.hasLast = ms, true
}

// end compares what is left at the end of a connection, which ended with err and, when
// it was asked once more, with again.
func (f *follower) end(connection int, err, again error, d state) {
	want := f.want[0]
	f.ended("events", len(want.Events), f.events)
	f.ended("reconnection times", len(want.Retries), f.retries)
	if f.full {
		f.ended("findings", len(want.Findings), f.findings)
		f.ended("comments", len(want.Comments), f.comments)
	}
	if got := d.LastEventID(); got != want.LastEventID {
		f.differs("the last event ID after connection", connection, want.LastEventID, got)
	}
	if ms, ok := d.ReconnectionTime(); ms != f.last || ok != f.hasLast {
		f.differs("the reconnection time after connection", connection, f.last, ms)
	}
	var limit *spec.LimitError
	switch {
	case again != err:
		f.differs("asked once more, the error of connection", connection, err, again)
	case want.Limit == nil && err != io.EOF, want.Limit != nil && (!errors.As(err, &limit) || *limit != *want.Limit):
		f.differs("the end of connection", connection, want.Limit, err)
	}
	*f = follower{want: f.want[1:], full: f.full, last: f.last, hasLast: f.hasLast, fault: f.fault}
}

func (f *follower) ended(what string, want, got int) {
	if got < want && f.fault == "" {
		f.fault = fmt.Sprintf("%d of %d %s came", got, want, what)
	}
}
