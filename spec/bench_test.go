package spec_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/internal/streams"
)

// BenchmarkDecoder measures the Decoder, beside the limit and the oracle:
//
//	go test -run '^$' -bench . ./spec
func BenchmarkDecoder(b *testing.B) {
	for _, s := range streams.All() {
		bench := func(name string, decode func()) {
			b.Run(s.Name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(s.Bytes)))
				b.ReportAllocs()
				for b.Loop() {
					decode()
				}
			})
		}
		scratch := make([]byte, len(s.Bytes))
		bench("limit", func() { streams.Limit(s.Bytes, scratch) })
		in := bytes.NewReader(nil)
		d := spec.NewDecoder(in)
		drain := func(d *spec.Decoder) {
			for {
				if _, err := d.Next(); err != nil {
					if err != io.EOF {
						b.Fatal(err)
					}
					return
				}
			}
		}
		bench("reused", func() {
			in.Reset(s.Bytes)
			d.Reset(in)
			drain(d)
		})
		bench("fresh", func() { drain(spec.NewDecoder(bytes.NewReader(s.Bytes))) })
		bench("owned", func() {
			in.Reset(s.Bytes)
			d.Reset(in)
			for _, err := range d.Events() {
				if err != nil {
					b.Fatal(err)
				}
			}
		})
		p := spec.NewPushDecoder()
		bench("pushed", func() {
			p.Reset()
			for rest := s.Bytes; len(rest) > 0; {
				n := min(len(rest), 16<<10)
				p.Push(rest[:n])
				rest = rest[n:]
				for ok := true; ok; {
					_, ok, _ = p.Next()
				}
			}
		})
		findings := 0
		inspecting := spec.NewDecoder(in, spec.WithFindings(func(spec.Finding) { findings++ }))
		bench("findings", func() {
			in.Reset(s.Bytes)
			inspecting.Reset(in)
			drain(inspecting)
		})
		if findings > 0 {
			b.Errorf("%d findings in a stream without fault", findings)
		}
	}
}
