package parser

import (
	"context"
	"os"
	"time"
)

// drainTime is how long, over one stream, the writer waits in all for the
// program to take what was written, so that a cut is a cut. A program that
// takes its time is not waited for without end: the rest comes in larger reads.
const drainTime = 2 * time.Second

// The pipe is looked at after firstPoll, then ever more seldom. A program that
// waits in a read takes a chunk within microseconds.
const (
	firstPoll = 20 * time.Microsecond
	lastPoll  = 2 * time.Millisecond
)

// A patience is what is left of drainTime.
type patience struct{ left time.Duration }

// drained waits until the pipe is empty, the program is gone, ctx is done, or
// the patience is used up. Where the pipe cannot be looked into, a moment has
// to do.
func (p *patience) drained(ctx context.Context, pipe *os.File, exited <-chan struct{}) {
	began := time.Now()
	defer func() { p.left -= time.Since(began) }()
	for wait := firstPoll; time.Since(began) < p.left; wait = min(2*wait, lastPoll) {
		waiting, known := unread(pipe)
		switch {
		case known && waiting == 0:
			return
		case !known && wait > firstPoll:
			return
		case !known:
			wait = lastPoll / 2
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		case <-exited:
			return
		}
	}
}
