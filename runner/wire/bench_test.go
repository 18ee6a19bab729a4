package wire_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// BenchmarkByteByByte measures one write that the client is known to have read,
// with a hundred streams side by side.
func BenchmarkByteByByte(b *testing.B) {
	s, err := wire.Start(context.Background(), wire.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const streams = 100
	items := make([]any, max(1, b.N/streams))
	for i := range items {
		items[i] = "x"
	}
	b.ResetTimer()
	var all sync.WaitGroup
	for range streams {
		all.Go(func() {
			p, err := s.Begin(wire.Script{Connections: []cases.Connection{connection(nil, append(items, drop("fin"))...)}}, nil)
			if err != nil {
				b.Error(err)
				return
			}
			defer p.Close()
			r, err := http.Get(p.URL())
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			_ = r.Body.Close()
		})
	}
	all.Wait()
	http.DefaultClient.CloseIdleConnections()
}
