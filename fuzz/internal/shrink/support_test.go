package shrink_test

import (
	"bytes"
	"context"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/fuzz/internal/shrink"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/spec"
)

// A fault is what a subject gets wrong.
type fault func(stream.Input) bool

// plenty is a budget that no specification here needs.
const plenty = 20000

// shrunk shrinks with plenty of questions, and demands what holds of every result.
func shrunk(in stream.Input, has fault) stream.Input {
	GinkgoHelper()
	asked := 0
	r := shrink.Stream(context.Background(), in, each(&asked, has), plenty)
	Expect(r.Spent).To(Equal(asked))
	Expect(r.Minimal).To(BeTrue())
	Expect(r.Sure()).To(BeTrue())
	Expect(r.Smallest.Valid()).To(BeTrue())
	return r.Smallest
}

// in is a stream whose cuts are bars.
func in(text string) stream.Input {
	var in stream.Input
	for i, chunk := range strings.Split(text, "|") {
		if i > 0 {
			in.Cuts = append(in.Cuts, len(in.Bytes))
		}
		in.Bytes = append(in.Bytes, chunk...)
	}
	return in
}

// barred is a stream with a bar for each cut.
func barred(in stream.Input) string {
	var chunks []string
	for _, chunk := range in.Chunks() {
		chunks = append(chunks, string(chunk))
	}
	return strings.Join(chunks, "|")
}

// has says that the bytes are there somewhere.
func has(text string) fault {
	return func(in stream.Input) bool { return bytes.Contains(in.Bytes, []byte(text)) }
}

// events says of the events that the standard gives.
func events(says func([]spec.Event) bool) fault {
	return func(in stream.Input) bool { return says(stream.Expected(in).Events) }
}

// cutBehind says that a chunk ends in this text and another follows.
func cutBehind(text string) fault {
	return func(in stream.Input) bool {
		return slices.ContainsFunc(in.Cuts, func(at int) bool { return bytes.HasSuffix(in.Bytes[:at], []byte(text)) })
	}
}

func both(a, b fault) fault { return func(in stream.Input) bool { return a(in) && b(in) } }

const noise = "\xef\xbb\xbfid: 42\nevent: update\ndata: first line\r\ndata: Second\r\n\r\n: a comment\n\nretry: 1500\n\n"
