package client

import (
	"context"
	"sync"
)

// A gate lets plays run side by side, and one at a time alone. Where the
// implementation is one process that all plays share, alone is without any
// other: then nobody else can be who ends it. Those who want to be alone go
// first, one after the other, so that the rest is held up once and not for each.
type gate struct {
	shared bool

	mu      sync.Mutex
	beside  int  // plays under way that are not alone
	waiting int  // plays that want to be alone
	alone   bool // one is
	changed chan struct{}
}

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
		g.alone = true
	} else {
		g.beside++
	}
	return nil
}

func (g *gate) openLocked(alone bool) bool {
	if alone {
		return !g.alone && (!g.shared || g.beside == 0)
	}
	return !g.shared || !g.alone && g.waiting == 0
}

// leave ends a play.
func (g *gate) leave(alone bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if alone {
		g.alone = false
	} else {
		g.beside--
	}
	g.changeLocked()
}

func (g *gate) changeLocked() {
	close(g.changed)
	g.changed = make(chan struct{})
}
