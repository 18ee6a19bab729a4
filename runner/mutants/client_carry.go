package mutants

import (
	"io"

	"github.com/ssecheck/ssecheck/runner/refclient"
)

// carryFaults: what one connection leaves to the next.
func carryFaults() []clientFault {
	return []clientFault{
		{"parser-kept", "connect.reestablish.fresh-buffers", "goes on with the same parser on the next connection",
			carrying(func(p, fresh *machine, _ bool) { *fresh = *p })},
		{"parser-kept-after-a-break", "connect.reestablish.fresh-buffers", "goes on with the same parser when a stream has broken off",
			carrying(whenBroken(func(p, fresh *machine) { *fresh = *p }))},
		{"data-kept", "connect.reestablish.fresh-buffers", "keeps the data of an unfinished block for the next connection",
			carrying(func(p, fresh *machine, _ bool) { fresh.data = p.data })},
		{"data-kept-after-a-break", "connect.reestablish.fresh-buffers", "keeps the data of a block that broke off for the next connection",
			carrying(whenBroken(func(p, fresh *machine) { fresh.data = p.data }))},
		{"type-kept", "connect.reestablish.fresh-buffers", "keeps the type of an unfinished block for the next connection",
			carrying(func(p, fresh *machine, _ bool) { fresh.eventType = p.eventType })},
		{"type-kept-after-a-break", "connect.reestablish.fresh-buffers", "keeps the type of a block that broke off for the next connection",
			carrying(whenBroken(func(p, fresh *machine) { fresh.eventType = p.eventType }))},
		{"line-kept", "connect.reestablish.fresh-buffers", "keeps an unfinished line for the next connection",
			carrying(func(p, fresh *machine, _ bool) { fresh.line = p.line })},
		{"line-kept-after-a-break", "connect.reestablish.fresh-buffers", "keeps a line that broke off for the next connection",
			carrying(whenBroken(func(p, fresh *machine) { fresh.line = p.line }))},
		{"bytes-kept", "connect.reestablish.fresh-buffers", "keeps half a character for the next connection",
			carrying(func(p, fresh *machine, _ bool) { fresh.undecoded, fresh.started = p.undecoded, len(p.undecoded) > 0 })},
		{"id-kept", "connect.reestablish.only-dispatched-id", "keeps the ID of an unfinished block for the first block of the next connection",
			carrying(func(p, fresh *machine, _ bool) { fresh.idBuffer = p.idBuffer })},
		{"bom-at-first-alone", "connect.reestablish.bom", "drops a byte order mark from the first connection alone",
			carrying(func(_, fresh *machine, _ bool) { fresh.started = true })},
		{"half-block-dispatched-after-a-break", "connect.reestablish.fresh-buffers", "hands out what it has of a block when a stream breaks off",
			carrying(whenBroken(func(p, _ *machine) { p.err = nil; p.dispatch() }))},
		{"half-line-dispatched-after-a-break", "connect.reestablish.fresh-buffers", "ends the line and the block when a stream breaks off",
			carrying(whenBroken(func(p, _ *machine) { p.err = nil; p.processLine(); p.dispatch() }))},
	}
}

// carrying lets a connection leave something to the next: keep is told of the
// parser of the one, that of the other, and whether the one has broken off.
func carrying(keep func(p, fresh *machine, broken bool)) func(*refclient.Rules) {
	return func(r *refclient.Rules) {
		var next *machine
		r.Interpret = func(m *refclient.Machine, body io.Reader) error {
			p := next
			if p == nil {
				p = newParser(m, func(*rules) {})
			}
			err := p.run(body)
			m.LastEventID = p.lastEventID
			next = newParser(m, func(*rules) {})
			keep(p, next, err != nil)
			return err
		}
	}
}

func whenBroken(keep func(p, fresh *machine)) func(p, fresh *machine, broken bool) {
	return func(p, fresh *machine, broken bool) {
		if broken {
			keep(p, fresh)
		}
	}
}
