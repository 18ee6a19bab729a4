package runner_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// fake is a subject that plays what a function says.
type fake struct {
	info     runner.Info
	variants int
	skip     func(*cases.Case) runner.Skip
	play     func(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript
	startErr error
	closeErr error

	started, closed, played atomic.Int32
}

// parserThat is a fake parser with three variants a case.
func parserThat(play func(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript) *fake {
	return &fake{info: runner.Info{Role: reports.RoleParser, Name: "fake", Flags: "--parser fake"}, variants: 3, play: play}
}

func (f *fake) Start(context.Context) error { f.started.Add(1); return f.startErr }
func (f *fake) Info() runner.Info           { return f.info }
func (f *fake) Close() error                { f.closed.Add(1); return f.closeErr }

func (f *fake) Skip(c *cases.Case) runner.Skip {
	if f.skip == nil {
		return runner.Skip{}
	}
	return f.skip(c)
}

func (f *fake) Variants(*cases.Case) []cases.Variant {
	all := make([]cases.Variant, f.variants)
	for i := range all {
		all[i].Name = fmt.Sprintf("variant %d", i)
	}
	return all
}

func (f *fake) Play(ctx context.Context, c *cases.Case, v cases.Variant) *transcript.Transcript {
	f.played.Add(1)
	return f.play(ctx, c, v)
}

// streamCase expects one event with the data "a".
func streamCase(id string, level requirements.Level, reqs ...string) *cases.Case {
	text := "data: a\n\n"
	return &cases.Case{
		Suite: "s", ID: id, Title: "A case", Level: level, Requirements: reqs,
		Stream: []cases.Item{{Text: &text}}, Expect: &cases.Expect{Events: []cases.Event{{Data: "a"}}},
	}
}

func answer(data string) *transcript.Transcript {
	return &transcript.Transcript{
		Parsed:  &transcript.Parsed{Events: []spec.Event{{Type: "message", Data: data}}},
		Entries: []reports.Entry{{End: transcript.Runner, Kind: "send", Bytes: []byte("data: a\n\n")}},
	}
}

func right(context.Context, *cases.Case, cases.Variant) *transcript.Transcript { return answer("a") }
func wrong(context.Context, *cases.Case, cases.Variant) *transcript.Transcript { return answer("b") }

// hanging ends only with its context.
func hanging(ctx context.Context, _ *cases.Case, _ cases.Variant) *transcript.Transcript {
	<-ctx.Done()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &transcript.Transcript{Failed: "it hung"}
	}
	return &transcript.Transcript{Broken: "given up"}
}
