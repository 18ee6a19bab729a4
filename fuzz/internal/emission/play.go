package emission

import (
	"fmt"

	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A Subject makes a stream of a list.
type Subject func(list []encoder.Item) *transcript.Transcript

// Play has a subject make a stream of a list, and one of the control where it refuses
// the list, and judges both; nil is right.
func (r Rules) Play(list []encoder.Item, subject Subject) *Deviation {
	t := subject(list)
	if d := r.Judge(list, t); d != nil {
		return d
	}
	if t.Emitted == nil || t.Emitted.Rejected == nil {
		return nil
	}
	control, ok := r.Control(list)
	if !ok {
		return nil
	}
	return r.Judge(control, subject(control))
}

// Of is the reading of what an encoder in this process makes of a list.
func Of(encode encoder.EncodeFunc, list []encoder.Item, ownIDs bool) Reading {
	return Read(list, Call(encode, list, ownIDs))
}

// Call has an encoder in this process make a stream of a list.
func Call(encode encoder.EncodeFunc, list []encoder.Item, ownIDs bool) (t *transcript.Transcript) {
	defer func() {
		if p := recover(); p != nil {
			t = &transcript.Transcript{Failed: fmt.Sprintf("the encoder panicked: %v", p)}
		}
	}()
	wire, err := encode(list)
	e := &transcript.Emitted{Wire: wire, OwnIDs: ownIDs}
	if err != nil {
		word := err.Error()
		e.Rejected = &word
	}
	return &transcript.Transcript{Emitted: e}
}
