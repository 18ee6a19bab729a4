package wire

import (
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/net/http2"

	"github.com/ssecheck/ssecheck/runner/transcript"
)

// pingTime is how long a script waits for the acknowledgement of its PING before
// it goes on.
const pingTime = 2 * time.Second

// A ping is one that was sent and is not acknowledged.
type ping struct {
	turn *turn
	back chan struct{} // closed when it is
}

// sendPing sends a PING and waits for its acknowledgement, though not for long.
func (c *http2Conn) sendPing(t *turn) error {
	p := &ping{turn: t, back: make(chan struct{})}
	c.mu.Lock()
	c.pinged++
	id := c.pinged
	c.pings[id] = p
	c.mu.Unlock()
	var data [8]byte
	binary.BigEndian.PutUint64(data[:], id)
	if err := c.write(t.ctx, func(f *http2.Framer) error { return f.WritePing(false, data) }); err != nil {
		return err
	}
	timer := time.NewTimer(pingTime)
	defer timer.Stop()
	select {
	case <-p.back:
	case <-timer.C:
		t.problem(fmt.Sprintf("the client did not acknowledge a PING within %v", pingTime))
	case <-t.ctx.Done():
	}
	return nil
}

// pong counts an acknowledgement for the turn whose PING it is of, also when it
// comes late.
func (c *http2Conn) pong(data [8]byte) {
	id := binary.BigEndian.Uint64(data[:])
	c.mu.Lock()
	p := c.pings[id]
	delete(c.pings, id)
	c.mu.Unlock()
	if p == nil {
		return
	}
	p.turn.note(func(x *transcript.Exchange) { x.Pongs++ })
	p.turn.log.add(transcript.Subject, "pong", nil, "")
	close(p.back)
}
