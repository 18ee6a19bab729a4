package spec_test

import (
	"io"
	"testing"

	"github.com/ssecheck/ssecheck/spec"
)

// TestAllocations stands apart from the Ginkgo specs because
// testing.AllocsPerRun counts for the whole process: nothing else may run
// beside it.
func TestAllocations(t *testing.T) {
	const events = "event: tick\nid: 1234567\ndata: a\n\n" +
		"data: one\r\ndata: two\r\ndata: three\r\n\r\n" +
		": comment\n\nretry: 100\n\ndata: \xFF ill-formed\nid: \xFE\n\nfoo: bar\ndata\n\n"
	const perRound = 4
	for name, opts := range map[string][]spec.Option{
		"plain":        nil,
		"with retries": {spec.WithRetries(func(int64) {})},
		"with comments and limits": {spec.WithComments(func([]byte) {}),
			spec.WithMaxLine(100), spec.WithMaxEvent(100)},
	} {
		t.Run(name+", pulled", func(t *testing.T) {
			in := &repeat{chunk: []byte(events), times: 1 << 40}
			d := spec.NewDecoder(in, opts...)
			round := func() {
				for range perRound {
					if _, err := d.Next(); err != nil {
						t.Fatal(err)
					}
				}
			}
			round() // lets the buffers grow
			if n := testing.AllocsPerRun(1000, round); n != 0 {
				t.Errorf("%v allocations for %d events, expected none", n, perRound)
			}
		})
		t.Run(name+", pushed", func(t *testing.T) {
			p := spec.NewPushDecoder(opts...)
			round := func() {
				n := 0
				for rest := []byte(events); len(rest) > 0; {
					cut := min(7, len(rest))
					p.Push(rest[:cut])
					rest = rest[cut:]
					for {
						_, ok, err := p.Next()
						if err != nil {
							t.Fatal(err)
						}
						if !ok {
							break
						}
						n++
					}
				}
				if n != perRound {
					t.Fatalf("%d events, expected %d", n, perRound)
				}
			}
			round()
			if n := testing.AllocsPerRun(1000, round); n != 0 {
				t.Errorf("%v allocations for %d events, expected none", n, perRound)
			}
		})
	}
	t.Run("encoded", func(t *testing.T) {
		e := spec.NewEncoder(io.Discard)
		event := spec.Event{Type: "tick", Data: "a\nb\r\nc", LastEventID: "1"}
		round := func() {
			if err := e.EncodeEvent(event); err != nil {
				t.Fatal(err)
			}
		}
		round()
		if n := testing.AllocsPerRun(1000, round); n != 0 {
			t.Errorf("%v allocations for an event, expected none", n)
		}
	})
}
