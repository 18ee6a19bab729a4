package campaign

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/fuzz/internal/stream"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/client"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A clientReader is a client: each input is served to it on a
// connection of its own, one write a chunk.
type clientReader struct {
	subject *client.Subject
	options Options
}

func startClient(ctx context.Context, d client.Driver, o Options) (*clientReader, error) {
	s := client.New(d)
	if err := s.Start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &clientReader{subject: s, options: o}, nil
}

func (c *clientReader) info() runner.Info { return c.subject.Info() }

func (c *clientReader) close() error { return c.subject.Close() }

func (c *clientReader) reports() stream.Reports { return stream.Reports{} }

func (c *clientReader) noisy() bool   { return true }
func (c *clientReader) patience() int { return 500 } // each is a connection, and may have to be waited for

// fit ends a stream between two blocks, so that what tells that all of it was read can
// follow on the same connection; and leaves out writes of nothing, which are none.
func (c *clientReader) fit(in stream.Input) stream.Input {
	for _, end := range []string{"", "\n", "\n\n"} {
		b := append(bytes.Clone(in.Bytes), end...)
		if !cases.Settled(b) {
			continue
		}
		cuts := slices.Compact(slices.Clone(in.Cuts))
		cuts = slices.DeleteFunc(cuts, func(at int) bool { return at == 0 || at == len(b) })
		return stream.Input{Bytes: b, Cuts: cuts}
	}
	return stream.Input{}
}

func (c *clientReader) ask(ctx context.Context, ins []stream.Input) ([]stream.Seen, error) {
	seen := make([]stream.Seen, len(ins))
	var group errgroup.Group
	group.SetLimit(runner.Pace(c.subject))
	for i, in := range ins {
		group.Go(func() (err error) {
			served, v := caseOf(strconv.Itoa(i), in)
			seen[i], err = received(ctx, c.subject.PlayFor(ctx, c.options.Timeout, served, v))
			return err
		})
	}
	return seen, group.Wait()
}

// caseOf is an input as a stream case.
func caseOf(id string, in stream.Input) (*cases.Case, cases.Variant) {
	c := &cases.Case{Suite: "fuzz/stream", ID: id, Found: "a campaign", Expect: &cases.Expect{}}
	chunks := in.Chunks()
	for _, chunk := range chunks {
		c.Stream = append(c.Stream, cases.Item{Bytes: chunk})
	}
	for _, e := range spec.Oracle(in.Bytes, "").Events {
		c.Expect.Events = append(c.Expect.Events, cases.Event{Event: e.Type, Data: e.Data, LastEventID: e.LastEventID})
	}
	return c, cases.Variant{Name: "as written", Chunks: chunks}
}

// received is what a client made of a stream.
func received(ctx context.Context, t *transcript.Transcript) (stream.Seen, error) {
	switch {
	case t.Failed != "":
		return stream.Seen{Failed: t.Failed}, nil
	case t.Client == nil && ctx.Err() != nil:
		return stream.Seen{}, ctx.Err()
	case t.Client == nil:
		return stream.Seen{}, errors.New(t.Broken)
	}
	var s stream.Seen
	ended := false
	for _, o := range t.Client.Seen {
		switch {
		case o.Kind != transcript.SawEvent:
		case o.Event.Data == transcript.Sentinel:
			ended = true
		default:
			s.Events = append(s.Events, o.Event)
		}
	}
	switch {
	case ctx.Err() != nil:
		return stream.Seen{}, ctx.Err()
	case len(t.Client.Requests) == 0:
		return stream.Seen{Failed: "the client made no request"}, nil
	case !ended:
		return stream.Seen{Failed: "the client read no further: the event that follows the stream did not come"}, nil
	}
	return s, nil
}
