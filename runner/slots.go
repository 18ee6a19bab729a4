package runner

import (
	"context"
	"runtime"
)

// Slots bound how many plays are under way at once.
type Slots chan struct{}

// NewSlots makes n slots, at least one.
func NewSlots(n int) Slots { return make(Slots, max(1, n)) }

// Take waits for a slot; an error means that ctx ended first.
func (s Slots) Take(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Give frees a slot that was taken.
func (s Slots) Give() { <-s }

// Paced is a Subject that says how many plays it takes at once. Of one that
// does not, the processors are kept busy twice over.
type Paced interface {
	Parallel() int
}

// Pace is how many plays the subject takes at once.
func Pace(s Subject) int {
	if p, ok := s.(Paced); ok {
		return max(1, p.Parallel())
	}
	return 2 * runtime.GOMAXPROCS(0)
}
