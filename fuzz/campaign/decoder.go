package campaign

import (
	"context"
	"errors"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/spec"
)

// decoder is the push decoder of package spec as a reader.
type decoder struct{}

func (decoder) info() runner.Info {
	return runner.Info{Role: reports.RoleParser, Name: "the decoder of package spec", Address: "in this process", Flags: "--exhaustive N"}
}
func (decoder) close() error                     { return nil }
func (decoder) fit(in stream.Input) stream.Input { return in }
func (decoder) reports() stream.Reports          { return stream.Reports{Retries: true} }
func (decoder) noisy() bool                      { return false }
func (decoder) patience() int                    { return 20_000 }

// ask shares the inputs out among the processors.
func (decoder) ask(ctx context.Context, ins []stream.Input) ([]stream.Seen, error) {
	seen := make([]stream.Seen, len(ins))
	var group errgroup.Group
	n := runtime.GOMAXPROCS(0)
	for w := range n {
		group.Go(func() error {
			for i := w * len(ins) / n; i < (w+1)*len(ins)/n; i++ {
				seen[i] = pushed(ins[i])
			}
			return ctx.Err()
		})
	}
	return seen, group.Wait()
}

// pushed is what the decoder makes of an input.
func pushed(in stream.Input) (s stream.Seen) {
	d := spec.NewPushDecoder(spec.WithRetries(func(ms int64) { s.Retries = append(s.Retries, ms) }))
	take := func() {
		for {
			v, ok, err := d.Next()
			switch {
			case ok:
				s.Events = append(s.Events, v.Event())
				continue
			case err != nil && s.Failed == "" && !isEnd(err):
				s.Failed = err.Error()
			}
			return
		}
	}
	for _, chunk := range in.Chunks() {
		d.Push(chunk)
		take()
	}
	d.End()
	take()
	return s
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) }
