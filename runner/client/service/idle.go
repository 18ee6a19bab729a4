package service

import (
	"container/list"
	"net"
	"net/http"
	"sync"
)

// maxIdle is how many connections of callbacks may be idle: several for each
// stream that a service has at once.
const maxIdle = 256

// An idleLimit closes the connections that were idle for longest when there are
// too many. Some services never read the answer to a callback to its end, and so
// use each connection once and leave it open: they would run out of them.
type idleLimit struct {
	mu    sync.Mutex
	order list.List // of net.Conn, the longest idle first
	place map[net.Conn]*list.Element
}

func newIdleLimit() *idleLimit { return &idleLimit{place: map[net.Conn]*list.Element{}} }

// note is the hook http.Server.ConnState.
func (l *idleLimit) note(c net.Conn, state http.ConnState) {
	if longest := l.keep(c, state == http.StateIdle); longest != nil {
		_ = longest.Close()
	}
}

// keep notes whether a connection is idle, and returns one that is to be closed.
func (l *idleLimit) keep(c net.Conn, idle bool) net.Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.place[c]; e != nil {
		l.order.Remove(e)
		delete(l.place, c)
	}
	if !idle {
		return nil
	}
	l.place[c] = l.order.PushBack(c)
	if l.order.Len() <= maxIdle {
		return nil
	}
	longest := l.order.Remove(l.order.Front()).(net.Conn)
	delete(l.place, longest)
	return longest
}
