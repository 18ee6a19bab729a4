package spec_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/ssecheck/ssecheck/spec"
)

// Work is counted, not timed: bytes searched, checked for UTF-8, decoded and
// moved. A decoder that looked at a line again with each chunk of it would
// need n²/2 for a line of n bytes, 1,000 times what is allowed here.
var _ = Describe("The work for a byte is bounded, however the stream is cut", func() {
	const (
		size  = 20_000
		bound = 10 // bytes of work for a byte of the stream
	)
	shapes := map[string]string{
		"one line":                      "data: " + strings.Repeat("x", size) + "\n\n",
		"one line that never ends":      strings.Repeat("x", size),
		"one line of spaces and colons": strings.Repeat(": ", size/2),
		"empty lines ended by LF":       strings.Repeat("\n", size),
		"empty lines ended by CR":       strings.Repeat("\r", size),
		"empty lines ended by CRLF":     strings.Repeat("\r\n", size/2),
		"CRs, and no LF for long":       strings.Repeat("data: a\r", size/8) + "\n\n",
		"LFs, and no CR for long":       strings.Repeat("data: a\n", size/8) + "\r\r",
		"CR before a long line of LF":   strings.Repeat("a\r", size/4) + strings.Repeat("b", size/2) + "\n\n",
		"short events":                  strings.Repeat("id: 1\ndata: a\n\n", size/15),
		"short events with CRLF":        strings.Repeat("id: 1\r\ndata: a\r\n\r\n", size/19),
		"events that are not plain":     strings.Repeat("data: a\nretry: 1\ndata: b\rid\n\n", size/30),
		"data lines of one block":       strings.Repeat("data\n", size/5) + "\n",
		"comments of one block":         strings.Repeat(":\n", size/2) + "\n",
		"event fields of one block":     strings.Repeat("event: "+strings.Repeat("t", 93)+"\n", size/100) + "data\n\n",
		"ill-formed bytes in one line":  "data: " + strings.Repeat("\xFF", size) + "\n\n",
		"ill-formed bytes in all lines": strings.Repeat("data: \xE2\x82\n", size/9) + "\n",
		"leads that wait for more":      strings.Repeat("\xF0\x9F\x98", size/3),
	}
	for name, stream := range shapes {
		for _, chunk := range []int{1, 2, 7, 100, 4096, size * 2} {
			It(fmt.Sprintf("%s, in chunks of %d", name, chunk), func() {
				for _, opts := range [][]spec.Option{nil, {spec.WithFindings(func(spec.Finding) {})}} {
					var parts [][]byte
					for part := range slices.Chunk([]byte(stream), chunk) {
						parts = append(parts, part)
					}
					d := spec.NewDecoder(&chunks{left: parts}, opts...)
					for _, err := range d.Events() {
						Expect(err).NotTo(HaveOccurred())
					}
					Expect(d.Work()).To(BeNumerically("<=", bound*len(stream)), "pulled")
					Expect(d.Work()).To(BeNumerically(">=", len(stream)), "the count is alive")

					p := spec.NewPushDecoder(opts...)
					for part := range slices.Chunk([]byte(stream), chunk) {
						p.Push(part)
						for ok := true; ok; {
							_, ok, _ = p.Next()
						}
					}
					Expect(p.Work()).To(BeNumerically("<=", bound*len(stream)), "pushed")
				}
			})
		}
	}

	It("even when events are taken more slowly than chunks are pushed", func() {
		p := spec.NewPushDecoder()
		event := []byte("id: 1\ndata: a\n\n")
		p.Push(bytes.Repeat(event, size/len(event)))
		total := size
		for ok := true; ok; _, ok, _ = p.Next() {
			if total < 2*size {
				p.Push(event[:1+total%5])
				total += 1 + total%5
			}
		}
		Expect(p.Work()).To(BeNumerically("<=", bound*total))
	})
})
