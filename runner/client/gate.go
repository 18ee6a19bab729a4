package client

import (
	"context"
	"sync"
)

// A gate lets plays run side by side, and some alone. Where the implementation is
// one process that all plays share, alone is without any other: then nobody else
// can be who ends it. Those who want to be alone go first, one after the other, so
// that the rest is held up once and not for each. Where a play alone has a process
// of its own, several are alone at once: what ended the process that they had
// among them may have been hundreds of plays.
type gate struct {
	shared bool

	mu      sync.Mutex
	beside  int // plays under way that are not alone
	waiting int // plays that want to be alone
	alone   int // plays that are
	changed chan struct{}
}

// apart is how many plays may be alone at once, each with a process of its own.
const apart = 16

func newGate() *gate { return &gate{changed: make(chan struct{})} }

// enter waits until a play may begin; an error means that ctx ended first.
func (g *gate) enter(ctx context.Context, alone bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if alone {
		g.waiting++
		defer func() { g.waiting-- }()
	}
	for !g.openLocked(alone) {
		changed := g.changed
		g.mu.Unlock()
		select {
		case <-changed:
			g.mu.Lock()
		case <-ctx.Done():
			g.mu.Lock()
			g.changeLocked() // there may be one less who waits
			return context.Cause(ctx)
		}
	}
	if alone {
		g.alone++
	} else {
		g.beside++
	}
	return nil
}

func (g *gate) openLocked(alone bool) bool {
	switch {
	case alone && g.shared:
		return g.alone == 0 && g.beside == 0
	case alone:
		return g.alone < apart
	}
	return !g.shared || g.alone == 0 && g.waiting == 0
}

// leave ends a play.
func (g *gate) leave(alone bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if alone {
		g.alone--
	} else {
		g.beside--
	}
	g.changeLocked()
}

func (g *gate) changeLocked() {
	close(g.changed)
	g.changed = make(chan struct{})
}
