package client

import (
	"context"
	"sync"

	"github.com/ssecheck/ssecheck/cases"
)

// A gate lets plays run side by side, and some alone. Where the implementation is
// one process that all plays share, alone is without any other: then nobody else
// can be who ends it. Those who want to be alone go first, one after the other, so
// that the rest is held up once and not for each. Where a play alone has a process
// of its own, several are alone at once: what ended the process that they had
// among them may have been hundreds of plays.
//
// In a process that all plays share and that was seen to stall (see [Stalling]),
// plays that are heavy go last and one after the other: they may keep it from all
// other work for longer than that can wait.
type gate struct {
	shared bool

	mu      sync.Mutex
	plays   [kinds]int // under way, by their kind
	waiting int        // plays that want to be alone
	changed chan struct{}
}

// A playKind is how a play gets on with others.
type playKind int

const (
	beside playKind = iota // side by side with others of its kind
	alone
	heavy
	kinds
)

// apart is how many plays may be alone at once, each with a process of its own.
const apart = 16

// What makes a play heavy: bytes of a stream, and events.
const (
	heavyBytes  = 32 << 10
	heavyEvents = 500
)

// weigh tells whether a variant of a case is heavy.
func weigh(c *cases.Case, v cases.Variant) playKind {
	size := 0
	for _, chunk := range v.Chunks {
		size += len(chunk)
	}
	for i := range c.Connections {
		for j := range c.Connections[i].Stream {
			size += c.Connections[i].Stream[j].Size()
		}
	}
	if size >= heavyBytes || most(c.Expect) >= heavyEvents {
		return heavy
	}
	return beside
}

func newGate() *gate { return &gate{changed: make(chan struct{})} }

// enter waits until a play may begin; an error means that ctx ended first.
func (g *gate) enter(ctx context.Context, kind playKind) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if kind == alone {
		g.waiting++
		defer func() { g.waiting-- }()
	}
	for !g.openLocked(kind) {
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
	g.plays[kind]++
	return nil
}

func (g *gate) openLocked(kind playKind) bool {
	quiet := g.plays[alone] == 0 && g.plays[heavy] == 0
	switch {
	case !g.shared:
		return kind != alone || g.plays[alone] < apart
	case kind == alone:
		return quiet && g.plays[beside] == 0
	case kind == heavy:
		return quiet && g.plays[beside] == 0 && g.waiting == 0
	}
	return quiet && g.waiting == 0
}

// leave ends a play.
func (g *gate) leave(kind playKind) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.plays[kind]--
	g.changeLocked()
}

func (g *gate) changeLocked() {
	close(g.changed)
	g.changed = make(chan struct{})
}
