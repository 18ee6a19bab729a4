package client

import (
	"context"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// quiet is how long it is watched at least that nothing more happens.
const quiet = 300 * time.Millisecond

// watch sees that nothing more happens, where the case has an end after which
// nothing may: for as long as the client would have waited before another
// request, and a while. A client that is right to come back later is watched no
// longer than the case says.
func (p *play) watch(ctx context.Context) error {
	if !p.endsQuietly() {
		return nil
	}
	length := max(quiet, p.of.WatchFor())
	if !p.comesBack() {
		length = max(length, slack(p.likelyWait(ctx)))
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	began := time.Now()
	defer func() { p.watched = time.Since(began) }()
	for {
		changed := p.wire.Changed()
		if p.wire.State().Requests > p.requests() {
			return nil // it did; the judge will say so
		}
		select {
		case <-changed:
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return nil
		case <-p.source.Lost():
			return p.source.Err()
		}
	}
}

// endsQuietly tells whether the case has an end after which nothing may happen:
// the client is closed or must be, or the server has ended the last connection.
func (p *play) endsQuietly() bool {
	if p.of.Kind() == cases.KindStream {
		return false
	}
	if p.of.Watch != "" || p.of.Close != nil || p.of.Finally != nil && p.of.Finally.State == stateClosed {
		return true
	}
	last := p.of.Connections[len(p.of.Connections)-1]
	if r := last.Respond; r != nil && r.Status != 0 && r.Status != 200 {
		return true
	}
	return len(last.Stream) > 0 && last.Stream[len(last.Stream)-1].Ends()
}

// comesBack tells whether a right client would make another request if it were
// waited for: it is not closed, and the last connection was a good one.
func (p *play) comesBack() bool {
	f := p.of.Finally
	if p.of.Close != nil || f != nil && f.State == stateClosed {
		return false
	}
	r := p.of.Connections[len(p.of.Connections)-1].Respond
	return r == nil || r.Status == 0 || r.Status == 200
}

// likelyWait is how long the client would have waited if it were to come again:
// as long as it did before the last request of this play, or as it does by
// nature.
func (p *play) likelyWait(ctx context.Context) time.Duration {
	if wait := p.wire.State().LastWait; wait > 0 {
		return wait
	}
	if asked := p.askedRetry(); asked > 0 {
		return max(asked, p.pace(ctx).afterRetry)
	}
	return p.pace(ctx).byDefault
}

// longestAsked bounds how long a watch follows a stream's own word.
const longestAsked = 5 * time.Second

// askedRetry is the last reconnection time that the streams of the case ask for.
func (p *play) askedRetry() time.Duration {
	var asked time.Duration
	for i := range p.of.Connections {
		d := spec.NewPushDecoder(spec.WithRetries(func(ms int64) {
			asked = min(time.Duration(min(ms, longestAsked.Milliseconds()))*time.Millisecond, longestAsked)
		}))
		for j := range p.of.Connections[i].Stream {
			d.Push(p.of.Connections[i].Stream[j].Append(nil))
			for {
				if _, ok, _ := d.Next(); !ok {
					break
				}
			}
		}
	}
	return asked
}

// end closes the client, and where the case is about it sees that it has let go
// of its connections.
func (p *play) end(ctx context.Context) {
	if p.of.Finally != nil && p.of.Finally.Disconnected {
		p.open = p.stillOpen(ctx) // by itself, before the runner closes it
	}
	if p.closedAt == 0 {
		_ = closeWithin(ctx, p.source)
		now, _ := p.reports.look() // all that it said before it was closed has come
		p.overtaken = p.closeIsDue(p.wire.State(), now)
	}
	if p.closing != nil {
		p.unmet = append(p.unmet, "the word of the client that it is closed ("+p.closing.Error()+")")
	}
	p.source.Release()
}

// letGo is how long a client may take to let go of its connections: a browser on a busy
// machine has taken more than two seconds.
const letGo = 8 * time.Second

// stillOpen is how many connections the client has open when it has had time to
// let go of them.
func (p *play) stillOpen(ctx context.Context) int {
	timer := time.NewTimer(letGo)
	defer timer.Stop()
	for {
		changed := p.wire.Changed()
		open := p.wire.State().Open
		if open == 0 {
			return 0
		}
		select {
		case <-changed:
		case <-timer.C:
			return open
		case <-ctx.Done():
			return 0
		}
	}
}

// transcript is what was seen, from both ends.
func (p *play) transcript() *transcript.Transcript {
	if p.wire == nil || p.reports == nil {
		return &transcript.Transcript{Broken: "the play did not begin", Entries: p.log.Entries()}
	}
	record := p.wire.Record()
	seen, flooded := p.reports.all()
	stderr := ""
	if s, ok := p.source.(interface{ Stderr() string }); ok {
		stderr = s.Stderr()
	}
	return &transcript.Transcript{
		Entries: p.log.Entries(),
		Failed:  flooded,
		Stderr:  stderr,
		Client: &transcript.Client{
			Offers: transcript.Offers{
				Opens: p.subject.hello.Claims(Opens), Errors: p.subject.hello.Claims(Errors),
				Comments: p.subject.hello.Claims(Comments), Browser: p.subject.hello.Browser,
			},
			Requests: record.Exchanges, Seen: seen, Here: record.Here, Elsewhere: record.Elsewhere,
			Refused: record.Refused, Unmet: p.unmet, Watched: p.watched,
			ClosedByCase: p.closedAt, Overtaken: p.overtaken,
			StillOpen: p.open, Connections: len(p.script.Connections),
		},
	}
}
