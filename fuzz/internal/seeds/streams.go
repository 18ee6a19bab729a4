package seeds

import (
	"bytes"
	"fmt"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec/vectors"
)

// streams are the streams of all cases, whole and cut at every byte by turns; and the
// streams of two connections behind one another, with where the second begins.
func streams(c *cases.Corpus) ([]Seed, error) {
	var all []Seed
	met := map[string]bool{}
	add := func(stream []byte, second int) {
		if key := fmt.Sprint(second, string(stream)); !met[key] {
			met[key] = true
			sizes := uint64(len(all) % 2) // as stream.Cut has them
			all = append(all, Seed{stream, sizes, uint16(second)})
		}
	}
	for _, stream := range bodies(c) {
		add(stream, 0)
	}
	for _, c := range c.Cases() {
		var before []byte
		for _, connection := range c.Connections {
			body := body(connection.Stream)
			if both := bytes.Join([][]byte{before, body}, nil); len(before) > 0 && len(both) <= MaxSize {
				add(both, len(before))
			}
			before = body
		}
	}
	return all, nil
}

// bodies are the streams of all cases up to [MaxSize], as the cases write them, each
// once. Those of the cases of clients are among them.
func bodies(c *cases.Corpus) [][]byte {
	var all [][]byte
	met := map[string]bool{}
	add := func(stream []byte) {
		if !met[string(stream)] {
			met[string(stream)] = true
			all = append(all, stream)
		}
	}
	for _, v := range vectors.All() {
		add([]byte(v.Stream))
	}
	for _, c := range c.Cases() {
		add(body(c.Stream))
		for _, connection := range c.Connections {
			add(body(connection.Stream))
		}
	}
	return all
}

// body is what the items write; those with which it would be longer than [MaxSize] are
// left out, and what comes after them.
func body(items []cases.Item) []byte {
	var b []byte
	for i := range items {
		if items[i].Size() > MaxSize-len(b) {
			return b
		}
		b = items[i].Append(b)
	}
	return b
}
