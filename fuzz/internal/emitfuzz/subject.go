package emitfuzz

import (
	"context"
	"time"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/fuzz/internal/guard"
	"github.com/ssecheck/ssecheck/fuzz/internal/items"
	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// budget is how many lists the encoder is given to make one minimal.
const budget = 2000

// minimal is the deviation on the smallest list that shows one of its kind, and whether
// it was there each time that it was tried again.
func (h *Harness) minimal(d *emission.Deviation) (small *emission.Deviation, sure bool) {
	r := shrink.Items(context.Background(), d.Items, func(candidates [][]encoder.Item) []bool {
		holds := make([]bool, len(candidates))
		for i, list := range candidates {
			if holds[i] = h.shows(list, d.Kind) != nil; holds[i] {
				break // the first is taken
			}
		}
		return holds
	}, budget)
	if small = h.shows(r.Smallest, d.Kind); small == nil {
		return d, false
	}
	return small, r.Sure()
}

// shows is the deviation of a kind on this very list.
func (h *Harness) shows(list []encoder.Item, kind emission.Kind) *emission.Deviation {
	if !items.Judgeable(list) {
		return nil
	}
	if d := h.rules.Judge(list, h.subject(list)); d != nil && d.Kind == kind {
		return d
	}
	return nil
}

func (h *Harness) ask(lists [][]encoder.Item) []*transcript.Transcript {
	var answers []*transcript.Transcript
	for _, list := range lists {
		answers = append(answers, h.subject(list))
	}
	return answers
}

// Bounds of one call of the encoder.
const (
	longest    = 10 * time.Second
	mostMemory = 64 << 20 // bytes, and for each byte of the values
	perByte    = 1 << 10
)

// What the word of a failure begins with.
const (
	theEncoder   = "the encoder "
	didNotReturn = theEncoder + "did not return"
)

// subject has the encoder make a stream of a list.
func (h *Harness) subject(list []encoder.Item) *transcript.Transcript {
	var wire []byte
	var err error
	bound := guard.Bound{Time: h.longest, Memory: mostMemory + perByte*uint64(items.Size(list))}
	failure := guard.Call(func() { wire, err = h.encode(items.Copy(list)) }, bound)
	if failure.Word != "" {
		return &transcript.Transcript{Failed: theEncoder + failure.Word, Stderr: failure.Stack}
	}
	e := &transcript.Emitted{Wire: wire, JSONData: h.claimed(encoder.JSONData), OwnIDs: h.claimed(encoder.OwnIDs)}
	if err != nil {
		word := err.Error()
		e.Rejected = &word
	}
	return &transcript.Transcript{Emitted: e}
}
