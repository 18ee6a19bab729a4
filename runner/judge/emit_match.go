package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/spec"
)

// returned holds the events that came back against the items.
func returned(c *cases.Case, r *reading) string {
	m := &matching{reading: r, neutralise: slices.Contains(c.Ways(), cases.Neutralised), dead: map[place]bool{}}
	for i := range c.Emit {
		item := &c.Emit[i]
		if item.Sleep > 0 {
			continue
		}
		_, ok := item.Carriable()
		m.items = append(m.items, emitted{item, ok, c.MayRefuse(item)})
	}
	if m.from(place{}) {
		r.note = m.note()
		return ""
	}
	return m.failure()
}

// An emitted item, whether the format can carry it, and whether it may be left out.
type emitted struct {
	*cases.EmitItem
	carriable, mayRefuse bool
}

// A matching walks through items and events side by side. An item may have been left
// out, so that there may be two ways to go on.
type matching struct {
	reading    *reading
	items      []emitted
	neutralise bool     // what cannot be carried may arrive without it
	ways       []string // what became of what cannot be carried, on the way so far
	// dead are the places from which no way leads to the end, so that each is tried
	// once.
	dead map[place]bool
	// reach is the furthest event that was not the one of its item, for the message.
	reach   int
	at      int
	wrong   string
	reached bool
}

// A place is before item i and event j.
type place struct {
	i, j int
	// last is the last event ID that a reader has; owed is an id that cannot be
	// carried, which no event has shown yet: the next one may have what the subject
	// made of it.
	last, owed string
}

// next is the place behind an item.
func (p place) next() place { p.i++; return p }

// from matches the items and events behind a place.
func (m *matching) from(p place) bool {
	for ; p.i < len(m.items); p = p.next() {
		item := m.items[p.i]
		switch {
		case item.mayRefuse || item.Data != nil && !item.carriable:
			return m.doubtful(p)
		case item.Data == nil:
			p = p.withID(item)
			continue
		}
		wrong := m.met(item, p)
		if wrong != "" {
			m.missed(p.i, p.j, wrong)
			return false
		}
		p = m.behind(p)
	}
	if p.j < len(m.reading.events) {
		m.missed(len(m.items), p.j, fmt.Sprintf("event %d is one too many: %s", p.j+1, line(m.reading.events[p.j])))
		return false
	}
	return true
}

// met says why the event at a place is not that of the item.
func (m *matching) met(item emitted, p place) (wrong string) {
	if p.j == len(m.reading.events) {
		return fmt.Sprintf("the event of item %d did not come back: %s", p.i+1, itemLine(item))
	}
	return m.compare(item, m.reading.events[p.j], p.last, p.owed)
}

// behind is the place with the event taken.
func (m *matching) behind(p place) place {
	p.last, p.owed = m.reading.events[p.j].LastEventID, ""
	p.j++
	return p
}

// withID is the place behind an item without data.
func (p place) withID(item emitted) place {
	switch {
	case item.ID == nil:
	case carriableID(*item.ID):
		p.last, p.owed = *item.ID, ""
	default:
		p.owed = *item.ID
	}
	return p
}

// doubtful tries both ways with an item: it came, with what cannot be carried made
// harmless, or it was left out.
func (m *matching) doubtful(p place) bool {
	if m.dead[p] {
		return false
	}
	item, ways := m.items[p.i], len(m.ways)
	if m.came(item, p) {
		return true
	}
	m.ways = m.ways[:ways]
	if item.mayRefuse {
		m.ways = append(m.ways, "refused: left out")
		if m.from(p.next()) {
			return true
		}
		m.ways = m.ways[:ways]
	}
	m.dead[p] = true
	return false
}

// came takes the item as one that came, and goes on.
func (m *matching) came(item emitted, p place) bool {
	if !item.carriable && !m.neutralise {
		return false
	}
	if item.Data == nil {
		return m.from(p.withID(item).next())
	}
	if wrong := m.met(item, p); wrong != "" {
		if p.j < len(m.reading.events) || !item.mayRefuse { // else it is what follows that is missing
			m.missed(p.i, p.j, wrong)
		}
		return false
	}
	if !item.carriable {
		m.ways = append(m.ways, wayOf(item, m.reading.events[p.j]))
	}
	return m.from(m.behind(p).next())
}

// missed keeps the message of the way that got furthest.
func (m *matching) missed(i, j int, wrong string) {
	if !m.reached || j > m.reach || j == m.reach && i < m.at {
		m.reach, m.at, m.wrong, m.reached = j, i, wrong, true
	}
}

func (m *matching) failure() string {
	m.reading.diff = DiffEvents(m.expected(), m.reading.events)
	return m.wrong
}

// expected are the events of the items as far as the format can carry them, for the
// diff.
func (m *matching) expected() []spec.Event {
	var all []spec.Event
	last := ""
	for _, item := range m.items {
		if item.carriable && item.ID != nil {
			last = *item.ID
		}
		if item.Data == nil || !item.carriable {
			continue
		}
		all = append(all, spec.Event{Type: typeOf(item), Data: normalised(*item.Data), LastEventID: last})
	}
	return all
}

func (m *matching) note() string { return strings.Join(m.ways, "; ") }
