package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// A responder puts one response on the wire, in one version of HTTP. Its
// methods are called by one goroutine. Each returns when the client has read
// what was written, or with the reason why the turn is over.
type responder interface {
	// interim writes a response of the class 1xx.
	interim(status int) error
	// head writes the head of the final response.
	head() error
	// item writes the bytes of an item of the stream as one write.
	item(b []byte) error
	// frame writes a frame of HTTP/2, one of cases.FramePing and FrameGoAway.
	frame(kind string) error
	// holds: the response stays open after its stream if nothing ends it.
	holds() bool
	// whole: the response is complete with what was written.
	whole() bool
	// finish ends the response cleanly.
	finish() error
	// drop ends the response as one of cases.DropReset and DropTruncate.
	drop(how string) error
	// answer writes a response of the server's own instead of the script's.
	answer(status int) error
	// leave ends the response because the play is closed, as cleanly as it can.
	leave()
}

// perform plays the turn to its end.
func (t *turn) perform(w responder) {
	err := t.respond(w)
	switch cause := context.Cause(t.ctx); {
	case err == nil, errors.Is(cause, errLeft):
	case cause != nil: // the play is closed
		w.leave()
	default: // the departure shows in a write before it is noticed
		t.left(reason(err))
	}
}

func (t *turn) respond(w responder) error {
	switch {
	case t.script == nil:
		return w.answer(http.StatusServiceUnavailable)
	case t.request.bad != 0:
		t.problem(fmt.Sprintf("the request was answered with %d: %s", t.request.bad, t.request.why))
		return w.answer(t.request.bad)
	}
	if err := t.begin(w); err != nil {
		return err
	}
	for i := range t.script.Stream {
		item := &t.script.Stream[i]
		if item.Ends() {
			return t.endWith(w, item)
		}
		if w.whole() && !item.Writes() {
			continue // the client has it all, and may have gone on
		}
		if err := t.play1(w, item); err != nil {
			return err
		}
	}
	return t.hold(w)
}

// begin plays what goes before the stream.
func (t *turn) begin(w responder) error {
	if err := t.ready(); err != nil {
		return err
	}
	respond := t.respondOf()
	if respond.Raw == "" {
		for _, status := range respond.Before {
			if err := w.interim(status); err != nil {
				return err
			}
		}
	}
	if err := t.await(respond.Await); err != nil {
		return err
	}
	if err := pause(t.ctx, respond.PauseFor()); err != nil {
		return err
	}
	return w.head()
}

// ready waits until the client is, where somebody tells.
func (t *turn) ready() error {
	if t.play.script.Ready == nil {
		return nil
	}
	select {
	case <-t.play.script.Ready:
		return nil
	case <-t.ctx.Done():
		return context.Cause(t.ctx)
	}
}

// respondOf is the head that the script asks for, or the default.
func (t *turn) respondOf() *cases.Respond {
	if t.script.Respond == nil {
		return &cases.Respond{}
	}
	return t.script.Respond
}

// play1 plays an item that does not end the connection.
func (t *turn) play1(w responder, item *cases.Item) error {
	switch {
	case item.Await != nil:
		return t.await(item.Await)
	case item.Frame != "":
		return w.frame(item.Frame)
	case item.Pause != "":
		return pause(t.ctx, item.Wait())
	}
	if err := context.Cause(t.ctx); err != nil {
		return err
	}
	b := item.Append(nil)
	t.log.sent(b)
	defer t.play.writes.Add(1)
	return w.item(b)
}

// endWith plays the item that ends the connection.
func (t *turn) endWith(w responder, item *cases.Item) error {
	switch {
	case item.Drop == cases.DropFin:
		return w.finish()
	case item.Drop != "":
		return w.drop(item.Drop)
	case w.whole():
		return w.finish()
	}
	if err := pause(t.ctx, item.Wait()); err != nil {
		return err
	}
	if !t.last {
		return w.finish()
	}
	t.finished()
	return pause(t.ctx, forever)
}

// hold ends what has come to the end of its stream without an item that ends
// it, or holds it open where it is the last.
func (t *turn) hold(w responder) error {
	if !t.last || !w.holds() {
		return w.finish()
	}
	t.finished()
	return pause(t.ctx, forever)
}

// await waits until the client has reported what the script waits for.
func (t *turn) await(until *cases.Until) error {
	if until == nil {
		return nil
	}
	for {
		seen, told := t.play.seenNow()
		if seen.meets(until) {
			return nil
		}
		select {
		case <-told:
		case <-t.ctx.Done():
			cause := context.Cause(t.ctx)
			if !errors.Is(cause, errLeft) {
				t.problem("the case waited in vain for " + untilText(until) + "; the client had reported " + seen.String())
			}
			return cause
		}
	}
}

func (p *Play) seenNow() (seen Seen, told <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen, p.told
}

func (s Seen) meets(u *cases.Until) bool {
	return s.Opens >= u.Opens && s.Events >= u.Events && s.Errors >= u.Errors && (s.Closed || !u.Closed)
}

func (s Seen) String() string {
	text := fmt.Sprintf("opens: %d, events: %d, errors: %d", s.Opens, s.Events, s.Errors)
	if s.Closed {
		text += ", closed"
	}
	return text
}

func untilText(u *cases.Until) string {
	switch {
	case u.Opens > 0:
		return fmt.Sprintf("opens: %d", u.Opens)
	case u.Events > 0:
		return fmt.Sprintf("events: %d", u.Events)
	case u.Errors > 0:
		return fmt.Sprintf("errors: %d", u.Errors)
	}
	return "the client to be closed"
}

// headSent notes that the head of the response is about to be written.
func (t *turn) headSent(head []byte) {
	t.note(func(x *transcript.Exchange) {
		x.HeadAt, x.Cut = t.play.now(), !bytes.Contains(head, []byte("\r\n\r\n"))
	})
	t.log.add(transcript.Runner, "response", head, "")
}
