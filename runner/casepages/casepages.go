// Package casepages offers every stream case at a URL of its own, to point curl,
// a browser or a debugger at one bad stream, and a page that lists them and shows
// live what the browser's own EventSource makes of each. It judges nothing.
package casepages

import (
	"slices"
	"strings"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/wire"
)

// Root is the path below which the cases are: /cases/NAME.
const Root = "/cases/"

// Pages are the cases that are offered.
type Pages struct {
	list   []*cases.Case
	byName map[string]*cases.Case
}

// New offers those of the cases that a client can be pointed at: streams and
// connections. Those that need TLS or HTTP/2 are listed and not offered, since
// the address speaks HTTP/1.1.
func New(all []*cases.Case) *Pages {
	p := &Pages{byName: map[string]*cases.Case{}}
	for _, c := range all {
		if !forClients(c) {
			continue
		}
		p.list = append(p.list, c)
		if Offered(c) {
			p.byName[c.Name()] = c
		}
	}
	return p
}

// Offered tells whether a case has a URL.
func Offered(c *cases.Case) bool {
	return forClients(c) && (c.HTTP == "" || c.HTTP == cases.HTTP1)
}

// forClients tells whether a client can play the case at all.
func forClients(c *cases.Case) bool {
	return c.Kind() == cases.KindStream || c.Kind() == cases.KindConnections
}

// Path is where a case is.
func Path(c *cases.Case) string { return Root + c.Name() }

// Find is the script of the case at a path or below it; it has the form that
// [wire.Options] asks for. Requests meet the connections of the case in turn,
// and then the first one again.
func (p *Pages) Find(path string) (wire.Script, bool) {
	name, ok := strings.CutPrefix(path, Root)
	if !ok {
		return wire.Script{}, false
	}
	for name != "" {
		if c, ok := p.byName[name]; ok {
			return script(c), true
		}
		i := strings.LastIndexByte(name, '/')
		name = name[:max(i, 0)]
	}
	return wire.Script{}, false
}

// script is what is done when nobody tells what the client has seen: what the
// case would wait for is given a moment instead.
func script(c *cases.Case) wire.Script {
	s := wire.Script{Name: c.Name(), Path: Path(c), Repeat: true}
	if c.Kind() == cases.KindStream {
		s.Connections = []cases.Connection{{Stream: ended(c.Stream)}}
		return s
	}
	for _, conn := range c.Connections {
		conn.Stream = unasked(conn.Stream)
		if conn.Respond != nil && conn.Respond.Await != nil {
			respond := *conn.Respond
			respond.Await, respond.Pause = nil, moment
			conn.Respond = &respond
		}
		conn.Refuse = "" // the address is everybody's
		s.Connections = append(s.Connections, conn)
	}
	return s
}

// moment stands for what cannot be waited for.
const moment = "200ms"

// unasked replaces each await by a moment.
func unasked(stream []cases.Item) []cases.Item {
	stream = slices.Clone(stream)
	for i := range stream {
		if stream[i].Await != nil {
			stream[i] = cases.Item{Pause: moment}
		}
	}
	return stream
}

// ended ends a stream cleanly that does not say how it ends.
func ended(stream []cases.Item) []cases.Item {
	if n := len(stream); n > 0 && stream[n-1].Ends() {
		return stream
	}
	return append(slices.Clip(stream), cases.Item{Drop: cases.DropFin})
}
