package emission_test

import (
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/emission"
	"github.com/ssecheck/ssecheck/runner/encoder"
	"github.com/ssecheck/ssecheck/runner/encoder/itemtest"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// block is an item; see itemtest.Block.
func block(parts ...string) encoder.Item { return itemtest.Block(parts...) }

func list(all ...encoder.Item) []encoder.Item { return all }

func wrote(wire string) *transcript.Transcript {
	return &transcript.Transcript{Emitted: &transcript.Emitted{Wire: []byte(wire)}}
}

func refused(word string) *transcript.Transcript {
	return &transcript.Transcript{Emitted: &transcript.Emitted{Rejected: &word}}
}

func show(list []encoder.Item) string {
	return string(emission.Rules{}.Case(list).AppendItems(nil, false))
}

func swap(text, old, by string) string { return strings.Replace(text, old, by, 1) }
