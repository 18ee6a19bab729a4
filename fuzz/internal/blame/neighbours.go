package blame

import (
	"bytes"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
)

// dictionary is what is put into a stream to see what a parser makes of it.
var dictionary = []string{
	"\n", "\r", "\r\n", "\n\n", ":", " ", "\t", "  ", "\x00", "\v", "\x1B", "a", "A", "0", "-", ".", "%20", "\\n", "\"", "&lt;", ",", "{",
	"\xEF\xBB\xBF", "\xEF\xBB", "\xFF", "\xE2\x82", "\xC0\x80", "\x80", "\xED\xA0\x80", "\xC3\xA9", "\xF0\x9F\x98\x80",
	"\u0085", "\u00A0", "\u2028", "\uFFFD",
	"data", "data: b\n", "data\n", "id: 7\n", "id\n", "event: t\n", "event\n", "retry: 9\n", "retry: x\n", ": c\n", "x: y\n", "xdata: y\n",
}

// Bounds of how many neighbours an input has.
const (
	maxEdits = 320 // with something put in or replaced
	maxSpots = 24  // where bytes are put in, taken out or replaced
	maxCuts  = 16
)

// neighbours are inputs that differ from this one in little: shorter, within other
// blocks, cut otherwise, with other fields, or with some bytes more or less. What differs
// from it in much is left to the corpus.
func neighbours(in stream.Input) iter.Seq[stream.Input] {
	return func(yield func(stream.Input) bool) {
		for _, some := range []func(stream.Input) iter.Seq[stream.Input]{shortened, framed, recut, swapped, thinned, doubled, edited} {
			for near := range some(in) {
				if !yield(near) {
					return
				}
			}
		}
	}
}

// shortened has a part of the stream only: what is about lengths and numbers shows itself
// there.
func shortened(in stream.Input) iter.Seq[stream.Input] {
	n := len(in.Bytes)
	return func(yield func(stream.Input) bool) {
		for _, part := range []int{n / 4, n / 2, n * 3 / 4, n - 1} {
			if part < 1 {
				continue
			}
			if !yield(edit(in, part, n-part, "\n\n")) || !yield(edit(in, part, n-part, "")) || !yield(edit(in, 0, part, "")) {
				return
			}
		}
	}
}

// framed puts blocks around the stream, and other line ends into it.
func framed(in stream.Input) iter.Seq[stream.Input] {
	const block, state = "data: z\n\n", "id: 7\nevent: t\nretry: 9\ndata: y\n\n"
	whole := string(in.Bytes)
	lines := strings.ReplaceAll(strings.ReplaceAll(whole, "\r\n", "\n"), "\r", "\n")
	return func(yield func(stream.Input) bool) {
		for _, before := range []string{block, state, "data:", "\xEF\xBB\xBF"} {
			if !yield(edit(in, 0, 0, before)) {
				return
			}
		}
		for _, after := range []string{block, "\n\n" + block, state + block, "\n", "\n\n", whole, whole + "\n" + block} {
			if !yield(edit(in, len(in.Bytes), 0, after)) {
				return
			}
		}
		for _, lineEnd := range []string{"\r\n", "\r"} {
			if !yield(stream.Input{Bytes: []byte(strings.ReplaceAll(lines, "\n", lineEnd))}) {
				return
			}
		}
	}
}

// recut cuts the stream nowhere, everywhere, and at one place; and everywhere where it
// goes on.
func recut(in stream.Input) iter.Seq[stream.Input] {
	longer := edit(in, len(in.Bytes), 0, string(in.Bytes)+"data: z\n\n")
	return func(yield func(stream.Input) bool) {
		if !yield(stream.Input{Bytes: in.Bytes}) || !yield(atoms(in.Bytes)) || !yield(atoms(longer.Bytes)) {
			return
		}
		for _, at := range spots(len(in.Bytes)+1, maxCuts) {
			if !yield(stream.Input{Bytes: in.Bytes, Cuts: []int{at}}) || !yield(stream.Input{Bytes: in.Bytes, Cuts: []int{at, at}}) {
				return
			}
		}
	}
}

// atoms cuts a stream everywhere, or in very many places.
func atoms(b []byte) stream.Input { return stream.Input{Bytes: b, Cuts: spots(len(b)+1, longInput)} }

// swapped has another field name where one stands, or none.
func swapped(in stream.Input) iter.Seq[stream.Input] {
	names := []string{"data", "event", "id", "retry"}
	return func(yield func(stream.Input) bool) {
		for _, name := range names {
			at := bytes.Index(in.Bytes, []byte(name))
			for _, other := range append([]string{"", "x", strings.ToUpper(name)}, names...) {
				if other == name || at < 0 {
					continue
				}
				swap := edit(in, at, len(name), other)
				if !yield(swap) || !yield(edit(swap, len(swap.Bytes), 0, "\ndata: z\n\n")) {
					return
				}
			}
		}
	}
}

// thinned lacks a byte. Since the input is minimal, what it is about is gone with many of
// them.
func thinned(in stream.Input) iter.Seq[stream.Input] {
	return each(in, func(at int) stream.Input { return edit(in, at, 1, "") })
}

// doubled has a byte twice.
func doubled(in stream.Input) iter.Seq[stream.Input] {
	return each(in, func(at int) stream.Input { return edit(in, at, 0, string(in.Bytes[at:at+1])) })
}

// each changes the stream at some of its bytes.
func each(in stream.Input, change func(at int) stream.Input) iter.Seq[stream.Input] {
	return func(yield func(stream.Input) bool) {
		for _, at := range spots(len(in.Bytes), maxSpots) {
			if !yield(change(at)) {
				return
			}
		}
	}
}

// edited puts words of the dictionary in. All words at all places would be too many:
// each place has other ones.
func edited(in stream.Input) iter.Seq[stream.Input] {
	places := spots(len(in.Bytes)+1, maxSpots)
	return func(yield func(stream.Input) bool) {
		for n := range min(maxEdits, len(places)*len(dictionary)) {
			i, round := n%len(places), n/len(places)
			replaced := 0
			if round%3 == 2 && places[i] < len(in.Bytes) {
				replaced = 1
			}
			if !yield(edit(in, places[i], replaced, dictionary[(round+i*7)%len(dictionary)])) {
				return
			}
		}
	}
}

// spots are at most so many of the numbers below n, evenly, 0 and n-1 among them.
func spots(n, most int) []int {
	var all []int
	for i := range min(n, most) {
		if n <= most {
			all = append(all, i)
		} else {
			all = append(all, i*(n-1)/(most-1))
		}
	}
	return all
}

// edit puts text in the place of the n bytes at an offset. Cuts inside of these move to
// the offset.
func edit(in stream.Input, at, n int, text string) stream.Input {
	out := stream.Input{Bytes: slices.Concat(in.Bytes[:at], []byte(text), in.Bytes[at+n:])}
	for _, cut := range in.Cuts {
		switch {
		case cut >= at+n && cut > at:
			cut += len(text) - n
		case cut > at:
			cut = at
		}
		out.Cuts = append(out.Cuts, cut)
	}
	return out
}

// key tells inputs apart.
func key(in stream.Input) string {
	k := append(make([]byte, 0, len(in.Bytes)+8*len(in.Cuts)), in.Bytes...)
	for _, cut := range in.Cuts {
		k = strconv.AppendInt(append(k, '|'), int64(cut), 10)
	}
	return string(k)
}
