// Command bench measures spec.Decoder beside another Go decoder of event
// streams, and beside the limit: to copy the stream once and find each LF.
//
//	cd spec/bench && go run .
//
// Machines differ and are rarely idle, so the decoders take turns, round after
// round, each figure is the best of its rounds, and the ratio to the limit says
// more than the figure.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"strings"
	"time"

	sse "github.com/tmaxmax/go-sse"

	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/internal/streams"
)

// A contender decodes a whole stream and returns how many events it saw.
type contender struct {
	name   string
	decode func(stream []byte) (events int, err error)
}

const (
	limit  = "limit: copy once, then IndexByte per line"
	reused = "spec.Decoder, reset"
	other  = "tmaxmax/go-sse Read"
)

func contenders() []contender {
	scratch := make([]byte, 2*streams.Size)
	var in bytes.Reader
	d := spec.NewDecoder(&in)
	return []contender{
		{limit, func(b []byte) (int, error) { streams.Limit(b, scratch); return 0, nil }},
		{reused, func(b []byte) (int, error) {
			in.Reset(b)
			d.Reset(&in)
			return views(d)
		}},
		{"spec.Decoder, new", func(b []byte) (int, error) { return views(spec.NewDecoder(bytes.NewReader(b))) }},
		{"spec.Decoder.Events, owned strings", func(b []byte) (int, error) {
			n := 0
			for _, err := range spec.NewDecoder(bytes.NewReader(b)).Events() {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		}},
		{other, func(b []byte) (int, error) {
			n := 0
			for _, err := range sse.Read(bytes.NewReader(b), &sse.ReadConfig{MaxEventSize: 2 * streams.Size}) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		}},
	}
}

func views(d *spec.Decoder) (int, error) {
	for n := 0; ; n++ {
		if _, err := d.Next(); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 15, "how often each decoder takes its turn on each stream")
	only := flag.String("streams", "abcdef", "the streams to decode, by their letters")
	flag.Parse()
	var names []string
	columns := map[string][]float64{}
	for _, s := range streams.All() {
		if !strings.Contains(*only, s.Name) {
			continue
		}
		fmt.Printf("(%s) %s\n", s.Name, s.Title)
		names = append(names, s.Name)
		best, err := measure(s.Bytes, *rounds)
		if err != nil {
			log.Fatalf("stream %s: %v", s.Name, err)
		}
		for name, mbs := range best {
			columns[name] = append(columns[name], mbs)
		}
	}
	fmt.Println("\nMB/s, and the ratio to the limit:")
	fmt.Printf("\n| %-42s |", "decoder")
	for _, n := range names {
		fmt.Printf(" %12s |", n)
	}
	fmt.Printf("\n| %s |%s\n", strings.Repeat("-", 42), strings.Repeat(" -----------: |", len(names)))
	for _, c := range contenders() {
		fmt.Printf("| %-42s |", c.name)
		for i, mbs := range columns[c.name] {
			fmt.Printf(" %12s |", fmt.Sprintf("%.0f (%.2f)", mbs, mbs/columns[limit][i]))
		}
		fmt.Println()
	}
}

// measure returns the best MB/s of each contender. All that decode must see the
// same number of events.
func measure(stream []byte, rounds int) (map[string]float64, error) {
	best := map[string]float64{}
	all := contenders()
	want := -1
	for range rounds {
		for _, c := range all {
			start := time.Now()
			n, err := c.decode(stream)
			took := time.Since(start)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			if c.name == reused {
				want = n
			}
			if c.name == other && n != want {
				log.Printf("note: %s saw %d events, spec.Decoder %d", c.name, n, want)
			}
			best[c.name] = max(best[c.name], float64(len(stream))/1e6/took.Seconds())
		}
	}
	return best, nil
}
