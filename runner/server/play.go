package server

import (
	"context"
	"fmt"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/runner"
	"github.com/ssecheck/ssecheck/runner/judge"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// requestWait bounds the wait for the end of a plain request.
const requestWait = 5 * time.Second

// A probe is one case under way.
type probe struct {
	server *Server
	of     *cases.Case
	began  time.Time
	visits []*visit
	names  map[string][]*visit
	crowds []*crowd
	survey *transcript.Conn
	unmet  []transcript.Unmet
	places int // connections that the case may have open at once
	opened int // connections that it has opened
}

// play plays a case; limit, when not 0, is the time that it may take once it
// has its connections.
func (s *Server) play(ctx context.Context, limit time.Duration, c *cases.Case) *transcript.Transcript {
	survey, ok := s.surveyFor(ctx, c)
	if !ok {
		return &transcript.Transcript{Broken: "the time was up before the survey of the stream was complete"}
	}
	found := &transcript.Probe{Survey: survey, Target: s.facts()}
	if missing(c, found) != (runner.Skip{}) {
		return &transcript.Transcript{Probe: found} // the judge says which need is not met
	}
	places := s.placesFor(c)
	if err := s.slots.Acquire(ctx, places); err != nil {
		return &transcript.Transcript{Broken: "the time was up before connections were free: " + err.Error()}
	}
	defer s.slots.Release(places)
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit+crowdTime(int(places)))
		defer cancel()
	}
	p := &probe{server: s, of: c, began: time.Now(), names: map[string][]*visit{}, survey: survey, places: int(places)}
	broken := p.all(ctx)
	p.rest(ctx)
	return p.transcript(found, broken)
}

// surveyFor is the survey: to its end where the case waits for that, with what
// the stream uses where the case asks about it. Every case waits until the
// survey was alone with the server for a while: a server that other visits
// disturb would show nothing at all, and nobody could say why.
func (s *Server) surveyFor(ctx context.Context, c *cases.Case) (*transcript.Conn, bool) {
	seen := s.calm
	switch {
	case judge.AwaitsSurvey(c):
		seen = s.survey.done
	case judge.AsksSurvey(c):
		seen = s.enough
	}
	select {
	case <-seen:
		return s.survey.snapshot(), true
	case <-ctx.Done():
		return nil, false
	}
}

func missing(c *cases.Case, p *transcript.Probe) runner.Skip {
	kind, reason := judge.Missing(c, p)
	return runner.Skip{Kind: kind, Reason: reason}
}

// all does the steps, then leaves every connection and waits until each is
// closed. It returns what went wrong on our side.
func (p *probe) all(ctx context.Context) (broken string) {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		for _, v := range p.visits {
			v.leave(false)
			<-v.done
		}
		for _, c := range p.crowds {
			c.leave(false)
		}
	}()
	for i, s := range p.of.Probe {
		if err := p.step(ctx, s); err != nil {
			return fmt.Sprintf("probe[%d]: %s", i, err)
		}
	}
	p.settle(ctx)
	return ""
}

// settle takes the records as they are before the connections are closed by us.
func (p *probe) settle(ctx context.Context) {
	for _, c := range p.crowds {
		c.close(ctx)
	}
	for _, v := range p.visits {
		v.freeze()
	}
}

func (p *probe) step(ctx context.Context, s cases.Step) error {
	switch {
	case s.Opens() != "":
		return p.open(ctx, s)
	case s.Crowd != nil:
		p.openCrowd(ctx, s.Crowd)
	case s.Await != nil:
		return p.await(ctx, s.Await)
	case s.Pause != "":
		d, err := time.ParseDuration(s.Pause)
		pause(ctx, d)
		return err
	case s.Drop != nil:
		p.drop(ctx, s.Drop)
	case s.HalfClose != "":
		for _, v := range p.names[s.HalfClose] {
			v.closeWrite()
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// open does connect, request and read-slowly. What had no time left was not tried,
// which says nothing of the server.
func (p *probe) open(ctx context.Context, s cases.Step) error {
	if ctx.Err() != nil {
		p.unmet = append(p.unmet, transcript.Unmet{Conn: s.Opens(), For: "its turn: the steps before it took all of the case's time"})
		return nil
	}
	r, err := p.request(s)
	if err != nil {
		p.unmet = append(p.unmet, transcript.Unmet{Conn: s.Opens(), For: err.Error()})
		return nil
	}
	ways := p.server.ways(s, r)
	for range p.server.crowd(p.of, s) {
		for _, w := range ways {
			p.opened++
			v := open(ctx, p.server.dialer, s.Opens(), w, p.began, s.ReadSlowly != "")
			p.visits = append(p.visits, v)
			p.names[s.Opens()] = append(p.names[s.Opens()], v)
		}
	}
	if s.Request != "" {
		ctx, cancel := context.WithTimeout(ctx, requestWait)
		defer cancel()
		p.names[s.Request][0].wait(ctx, isOver)
	}
	return nil
}

func isOver(c *transcript.Conn) bool { return c.Err != "" || c.End != transcript.EndOpen }

// await waits for what each connection of a name must show.
func (p *probe) await(ctx context.Context, a *cases.Await) error {
	if a.Conn == cases.Survey {
		return nil // it was over before the first step
	}
	within := p.server.opts.Observe
	if a.Within != "" {
		d, err := time.ParseDuration(a.Within)
		if err != nil {
			return err
		}
		within = d
	}
	if c := p.crowd(a.Conn); c != nil {
		p.awaitCrowd(ctx, c, within, a.Events)
		return nil
	}
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	shows, what := awaited(a)
	began := time.Now()
	for _, v := range p.names[a.Conn] {
		// A response that is over will show nothing more.
		v.wait(bounded, func(c *transcript.Conn) bool { return shows(c) || isOver(c) })
		if !shows(v.snapshot()) {
			p.unmet = append(p.unmet, transcript.Unmet{Conn: v.snapshot().Label(), For: what, After: time.Since(began)})
		}
	}
	return nil
}

// awaited is what to wait for, and its name.
func awaited(a *cases.Await) (shows func(*transcript.Conn) bool, what string) {
	switch {
	case a.Comments > 0:
		return func(c *transcript.Conn) bool { return len(c.Comments) >= a.Comments }, fmt.Sprintf("comment %d", a.Comments)
	case a.Head:
		return (*transcript.Conn).Answered, "the head of the response"
	case a.End:
		return isOver, "the end of the response"
	case a.Answer:
		return func(c *transcript.Conn) bool { return c.Answered() || isOver(c) }, "an answer or the end of the connection"
	case a.Ping:
		return func(c *transcript.Conn) bool { return c.Pong != 0 }, "the acknowledgement of PING"
	}
	return func(c *transcript.Conn) bool { return len(c.Events) >= a.Events }, fmt.Sprintf("event %d", a.Events)
}

// drop leaves the connections of a name, and waits until each is gone.
func (p *probe) drop(ctx context.Context, d *cases.Drop) {
	if c := p.crowd(d.Conn); c != nil {
		c.leave(d.How != "fin")
	}
	for _, v := range p.names[d.Conn] {
		if d.How == "mid-event" {
			bounded, cancel := context.WithTimeout(ctx, p.server.opts.Observe)
			v.leaveInside()
			v.wait(bounded, isOver)
			cancel()
		}
		v.leave(d.How != "fin")
	}
	for _, v := range p.names[d.Conn] {
		v.wait(ctx, isOver)
	}
}
