package adapter

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// FuzzTake: whatever an adapter prints, each stream that it was given is answered at most
// once, in the order of the lines, and the first line that is no such answer ends it.
func FuzzTake(f *testing.F) {
	for _, output := range []string{
		answered1 + answered2, answered2 + answered1, answered1 + answered1, answered1 + `{"stream":"a3"}` + "\n" + answered2,
		answered1 + `{"stream":"a4"}`, `{"stream":5}`, `{"stream":"a1","word":5}` + "\n" + answered2, "\n", "Segmentation fault\n" + answered1,
		`{"stream":null}`, `{"stream":"a1","stream":"a2"}`, "{\"stream\":\"a1\xFF\"}",
	} {
		f.Add([]byte(output))
	}
	f.Fuzz(func(t *testing.T, output []byte) {
		w := &worker{answer: ReadAs[word], open: map[string]*exchange{}}
		for n := range 4 {
			e := newExchange(int64(n+1), "a", nil, 0)
			e.given = n < 3 // the last one waits
			w.open[e.stream] = e
		}
		given := map[string]bool{"a1": true, "a2": true, "a3": true}
		var order []string
		for line := range bytes.SplitSeq(output, []byte("\n")) {
			stream, _, _ := ReadAs[word](line)
			wrong := w.take(line)
			if ok := stream != nil && given[*stream]; ok != (wrong == "") {
				t.Fatalf("%q, after the answers for %q: %q", line, order, wrong)
			}
			if wrong != "" {
				break
			}
			given[*stream] = false
			order = append(order, *stream)
		}
		var ready []string
		all := w.ready
		for _, e := range all {
			ready = append(ready, e.stream)
		}
		if fmt.Sprint(ready) != fmt.Sprint(order) {
			t.Fatalf("answered are %q; expected %q", ready, order)
		}
		w.handOn()
		for _, e := range all {
			<-e.done
			if _, still := w.open[e.stream]; still || (e.answer == nil) == (e.wrong == nil) || strings.Contains(e.stream, "4") {
				t.Fatalf("the stream %s has the answer %v, the error %v, and is open: %v", e.stream, e.answer, e.wrong, still)
			}
		}
	})
}

const (
	answered1 = `{"stream":"a1","word":"x"}` + "\n"
	answered2 = `{"stream":"a2"}` + "\n"
)

// word is an answer of one word.
type word struct {
	Message
	Word string `json:"word"`
}
