// Package streams makes the event streams that the benchmarks decode. They are
// the same in every run.
package streams

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
)

// Size is how long each stream is at least, in bytes.
const Size = 8 << 20

// A Stream is one kind of load.
type Stream struct {
	Name  string
	Title string
	Bytes []byte
}

// All makes the streams.
func All() []Stream {
	tokens := fill(token)
	return []Stream{
		{"a", "LLM tokens: one JSON data line of about 150 bytes an event", tokens},
		{"b", "ticker: event, id and data, about 75 bytes an event", fill(tick)},
		{"c", "64 data lines of 1 KiB an event", fill(document)},
		{"d", "one line of 8 MiB", []byte("data: " + strings.Repeat("x", Size) + "\n\n")},
		{"e", "the tokens of a, with CRLF", bytes.ReplaceAll(tokens, []byte("\n"), []byte("\r\n"))},
		{"f", "comments that keep alive, and an event now and then", fill(keepAlive)},
	}
}

func fill(block func(w io.Writer, r *rand.Rand, i int)) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for i := 0; b.Len() < Size; i++ {
		block(&b, r, i)
	}
	return b.Bytes()
}

func token(w io.Writer, r *rand.Rand, i int) {
	fmt.Fprintf(w, "data: {\"id\":\"chat-%08d\",\"object\":\"chat.chunk\",\"created\":1767225600,\"model\":\"m-1\","+
		"\"choices\":[{\"index\":0,\"delta\":{\"content\":\" %s\"}}]}\n\n", i, word(r))
}

func tick(w io.Writer, r *rand.Rand, i int) {
	fmt.Fprintf(w, "event: tick\nid: %d\ndata: {\"symbol\":\"%s\",\"price\":%d.%02d,\"volume\":%d}\n\n",
		i, strings.ToUpper(word(r)), r.IntN(1000), r.IntN(100), r.IntN(100000))
}

func document(w io.Writer, _ *rand.Rand, i int) {
	line := fmt.Sprintf("data: %-1018d\n", i)
	io.WriteString(w, strings.Repeat(line, 64)+"\n")
}

func keepAlive(w io.Writer, r *rand.Rand, i int) {
	io.WriteString(w, ": keep-alive "+word(r)+"\n\n")
	if i%8 == 0 {
		fmt.Fprintf(w, "data: %d\n\n", i)
	}
}

func word(r *rand.Rand) string {
	letters := make([]byte, 3+r.IntN(6))
	for i := range letters {
		letters[i] = byte('a' + r.IntN(26))
	}
	return string(letters)
}

// Limit is what no decoder is expected to beat by much: it copies the stream
// once, as a reader must, and finds the LF of each line. It returns the lines.
func Limit(stream, scratch []byte) (lines int) {
	rest := scratch[:copy(scratch, stream)]
	for {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			return lines
		}
		lines++
		rest = rest[i+1:]
	}
}
