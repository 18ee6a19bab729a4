package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/peer"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

const (
	// heldFor is how long a stream that the script holds open is watched after its
	// last event.
	heldFor = 600 * time.Millisecond
	// noticeWait bounds the wait for a server to notice that its client has left.
	noticeWait = 4 * time.Second
	// noticeLook is how often it is looked for.
	noticeLook = 20 * time.Millisecond
)

// A scriptPlay is one script under way.
type scriptPlay struct {
	server  *Scripted
	of      *cases.Case
	control bool
	log     *transcript.Log
	began   time.Time
}

func (p *scriptPlay) play(ctx context.Context) *transcript.Transcript {
	p.began = p.log.Begun()
	script := p.of.Script(true)
	p.log.Add(reports.Entry{Conn: 1, End: transcript.Runner, Kind: "script", Bytes: script})
	v := p.open(ctx, script)
	defer p.leave(v, false)
	if slices.Contains(p.of.Delivery, cases.DeliveryOthersServed) {
		p.leaveInTheMiddle(ctx, script)
	}
	arrived := v.wait(ctx, p.arrived)
	if arrived && p.of.EndOfScript() == cases.EndHold {
		p.hold(ctx, v)
	}
	return p.transcript(ctx, v)
}

// leaveInTheMiddle is another client, which goes after the first event.
func (p *scriptPlay) leaveInTheMiddle(ctx context.Context, script []byte) {
	other := p.open(ctx, script)
	other.wait(ctx, func(c *transcript.Conn) bool { return len(c.Events) > 0 || isOver(c) })
	p.leave(other, true)
}

func (p *scriptPlay) open(ctx context.Context, script []byte) *visit {
	return open(ctx, p.server.dialer, "script", p.server.way(script), p.began, false)
}

// leave closes the connection and waits until it is gone.
func (p *scriptPlay) leave(v *visit, reset bool) {
	v.leave(reset)
	<-v.done
}

// arrived says that a stream has come to its end, or shows all that is to come of one
// that is held open.
func (p *scriptPlay) arrived(c *transcript.Conn) bool {
	// A connection that we have left since the time was up is over, and has not come to
	// its end. https://httpwg.org/specs/rfc9112.html#message.body.length
	if isOver(c) && c.End != transcript.EndDropped || c.Status == http.StatusNoContent || c.Status == http.StatusNotModified {
		return true
	}
	if p.of.EndOfScript() != cases.EndHold {
		return false
	}
	events := 0
	for i := range p.of.Emit {
		if p.of.Emit[i].Data != nil {
			events++
		}
	}
	return len(c.Events) >= events
}

// hold watches a stream that is to stay open, and where the case asks for it, leaves
// and watches the server notice.
func (p *scriptPlay) hold(ctx context.Context, v *visit) {
	bounded, cancel := context.WithTimeout(ctx, heldFor)
	defer cancel()
	v.wait(bounded, isOver)
}

// transcript is what came of the script.
func (p *scriptPlay) transcript(ctx context.Context, v *visit) *transcript.Transcript {
	c := v.snapshot()
	t := &transcript.Transcript{}
	switch {
	case !c.Answered() && c.Err != "":
		t.Failed = "the script was not answered: " + c.Err
	case ctx.Err() != nil && !p.arrived(c):
		p.overrun(ctx, c, t)
	case c.Status >= 500:
		t.Failed = fmt.Sprintf("the script was answered with %s: %s", described(c), word(c.Body))
	case c.Status >= 400:
		reason := fmt.Sprintf("%d %s", c.Status, word(c.Body))
		t.Emitted = &transcript.Emitted{Rejected: &reason}
	case c.Undecodable != "":
		t.Failed = c.Undecodable
	case c.Status != 200:
		t.Failed = "the script was answered with " + described(c)
	default:
		t.Emitted = &transcript.Emitted{Conn: c, JSONData: p.server.jsonData(), OwnIDs: p.server.ownIDs()}
		p.notice(ctx, v, t.Emitted)
	}
	if t.Emitted != nil {
		t.Emitted.Control = p.control
	}
	p.logConn(c)
	t.Entries = p.log.Entries()
	return t
}

// word is the beginning of what a server said in refusing.
func word(body []byte) string {
	const most = 300
	return strings.TrimSpace(strings.ToValidUTF8(string(body[:min(len(body), most)]), ""))
}

// overrun says why a stream was not waited for any longer.
func (p *scriptPlay) overrun(ctx context.Context, c *transcript.Conn, t *transcript.Transcript) {
	if !errors.Is(context.Cause(ctx), errOverrun) && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Broken = "the case was given up: " + context.Cause(ctx).Error()
		return
	}
	switch {
	case !c.Answered():
		t.Failed = "the script was not answered in time"
	case p.of.EndOfScript() == cases.EndHold:
		t.Failed = fmt.Sprintf("not all events arrived in time: %d came", len(c.Events))
	default:
		t.Failed = fmt.Sprintf("the response did not end in time, although the script ends it; %d events came", len(c.Events))
	}
}

// notice leaves the connection, where the case is about that, and watches the server's
// side of it go.
func (p *scriptPlay) notice(ctx context.Context, v *visit, e *transcript.Emitted) {
	if !slices.Contains(p.of.Delivery, cases.DeliveryNoticesLeaving) {
		return
	}
	tcp := v.tcp()
	if tcp == nil {
		return
	}
	table := peer.Open()
	defer table.Close()
	theirs := table.Of(tcp)
	if _, err := table.Ask(theirs); err != nil {
		return
	}
	e.Watched = true
	p.leave(v, false)
	e.LeftAt = v.since()
	bounded, cancel := context.WithTimeout(ctx, noticeWait)
	defer cancel()
	for bounded.Err() == nil {
		if state, err := table.Ask(theirs); err == nil && state.Gone {
			e.Noticed = v.since()
			return
		}
		pause(bounded, noticeLook)
	}
	e.Conn.EndAt = v.since()
}

// logConn writes down what arrived.
func (p *scriptPlay) logConn(c *transcript.Conn) {
	if !c.Answered() {
		p.log.Add(reports.Entry{Conn: 1, End: transcript.Subject, Kind: "error", Text: c.Err})
		return
	}
	p.log.Add(reports.Entry{Conn: 1, End: transcript.Subject, Kind: "response", Text: fmt.Sprintf("%s %d, head after %s", c.Proto, c.Status, c.HeadAt.Round(time.Millisecond))})
	for _, chunk := range c.Chunks {
		to := min(chunk.Offset+int64(chunk.Len), int64(len(c.Body)))
		if chunk.Offset >= to {
			break
		}
		p.log.Add(reports.Entry{Conn: 1, End: transcript.Subject, Kind: "send", Bytes: c.Body[chunk.Offset:to],
			Text: fmt.Sprintf("after %s", chunk.At.Round(time.Millisecond))})
	}
	p.log.Add(reports.Entry{Conn: 1, End: transcript.Subject, Kind: "close", Text: string(c.End)})
}
