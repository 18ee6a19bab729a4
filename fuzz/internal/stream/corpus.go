package stream

import (
	"slices"

	"github.com/ssecheck/ssecheck/cases"
)

// Corpus are the streams of the stream cases that end, in the variants that every kind of
// parser is given; of those with more than most bytes the whole alone, and none of more
// than largest.
func Corpus(c *cases.Corpus, most, largest int) []Input {
	var all []Input
	for _, c := range c.Cases() {
		if c.Kind() != cases.KindStream {
			continue
		}
		for _, v := range cases.OneShotVariants(c) {
			in := InputOf(v)
			if v.Open || len(in.Bytes) > most && len(in.Cuts) > 0 || len(in.Bytes) > largest {
				continue
			}
			all = append(all, in)
		}
	}
	return all
}

// InputOf is a variant of a case as an input.
func InputOf(v cases.Variant) Input {
	in := Input{Bytes: slices.Concat(v.Chunks...)}
	at := 0
	for _, chunk := range v.Chunks[:max(len(v.Chunks)-1, 0)] {
		at += len(chunk)
		in.Cuts = append(in.Cuts, at)
	}
	return in
}
