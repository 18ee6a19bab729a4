package runner

import (
	"context"
	"fmt"
	"sync"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A play is one case under way: its variants, concurrently.
type play struct {
	subject Subject
	of      *cases.Case
	options CaseOptions

	mu       sync.Mutex
	outcomes []outcome // by variant
	cancels  []context.CancelFunc
	smallest int // the smallest variant that failed so far
}

// An outcome is what one variant came to; its verdict is empty when the
// variant was given up.
type outcome struct {
	judgement  judge.Judgement
	transcript *transcript.Transcript
}

// all plays the variants and returns when none is under way any more.
func (p *play) all(ctx context.Context, variants []cases.Variant) {
	p.outcomes = make([]outcome, len(variants))
	p.cancels = make([]context.CancelFunc, len(variants))
	p.smallest = len(variants)
	own := NewSlots(p.options.Parallel)
	var wg sync.WaitGroup
	defer wg.Wait()
	for i, v := range variants {
		if own.Take(ctx) != nil {
			return
		}
		if p.options.Slots.Take(ctx) != nil {
			own.Give()
			return
		}
		vctx, cancel := p.begin(ctx, i)
		if vctx == nil {
			p.options.Slots.Give()
			own.Give()
			return
		}
		wg.Go(func() {
			defer own.Give()
			defer p.options.Slots.Give()
			defer cancel()
			p.one(vctx, i, v)
		})
	}
}

// begin makes the context of a variant, or none when a smaller one has failed.
func (p *play) begin(ctx context.Context, i int) (context.Context, context.CancelFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i > p.smallest {
		return nil, nil
	}
	vctx, cancel := context.WithCancel(ctx)
	p.cancels[i] = cancel
	return vctx, cancel
}

// one plays and judges a variant.
func (p *play) one(ctx context.Context, i int, v cases.Variant) {
	t := p.transcript(ctx, v)
	if ctx.Err() != nil {
		return // given up: what the transcript says is not the subject's doing
	}
	j := judgeSafely(p.of, t)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outcomes[i] = outcome{judgement: j, transcript: t}
	if j.Verdict != reports.Fail || i >= p.smallest {
		return
	}
	for _, cancel := range p.cancels[i+1:] {
		if cancel != nil {
			cancel()
		}
	}
	p.smallest = i
}

// transcript is the play itself, within the time of the case.
func (p *play) transcript(ctx context.Context, v cases.Variant) (t *transcript.Transcript) {
	defer func() {
		if r := recover(); r != nil {
			t = &transcript.Transcript{Broken: fmt.Sprintf("ssecheck itself panicked: %v", r)}
		} else if t == nil {
			t = &transcript.Transcript{Broken: "the driver of the subject returned no transcript"}
		}
	}()
	if k, ok := p.subject.(Timekeeper); ok {
		return k.PlayFor(ctx, p.options.Timeout, p.of, v)
	}
	ctx, cancel := context.WithTimeout(ctx, p.options.Timeout)
	defer cancel()
	return p.subject.Play(ctx, p.of, v)
}

// judgeSafely makes an error of a panic in the judge.
func judgeSafely(c *cases.Case, t *transcript.Transcript) (j judge.Judgement) {
	defer func() {
		if r := recover(); r != nil {
			j = judge.Judgement{Verdict: reports.Error, Message: fmt.Sprintf("ssecheck itself panicked: %v", r)}
		}
	}()
	return judge.Judge(c, t)
}
