package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
)

// spare are the connections beside a crowd that load asks for: its reference,
// the part that is idle or leaves, and those that look on.
const spare = cases.MaxPart + 16

// crowd is how many subscribers a full crowd has: few, unless more connections
// are asked for than a visit opens.
func (o Options) crowd() int {
	if o.Connections > DefaultConnections {
		return o.Connections
	}
	return cases.FewSubscribers
}

// places is how many connections may be open at once.
func (s *Server) places() int64 { return s.opts.places() }

func (o Options) places() int64 {
	if o.Connections > DefaultConnections {
		return int64(o.Connections) + spare
	}
	return int64(o.Connections)
}

// placesFor is how many connections a case takes. One with a large crowd takes
// all that the survey leaves: what others see meanwhile would be its doing.
func (s *Server) placesFor(c *cases.Case) int64 {
	gathers := slices.ContainsFunc(c.Probe, func(step cases.Step) bool { return step.Crowd != nil })
	if gathers && s.opts.crowd() > cases.FewSubscribers {
		return s.places() - 1
	}
	return min(int64(s.connections(c)), s.places())
}

// crowdTime is what so many connections add to the time of a case: they share
// the processors with the server, which is often on the same machine.
func crowdTime(connections int) time.Duration {
	return time.Duration(connections) * 4 * time.Millisecond
}

// filesBeside are the open files of a process beside its connections.
const filesBeside = 64

// checkFiles tells whether the system lets this process have all connections
// open that are asked for.
func (o Options) checkFiles() error {
	wanted := uint64(o.places()) + filesBeside
	allowed := openFiles(wanted)
	if allowed >= wanted || o.Connections <= DefaultConnections {
		return nil
	}
	return fmt.Errorf("--connections %d needs %d open files, and the system allows this process %d; ask for %d connections at most, or raise the bound (ulimit -Hn shows it, an administrator sets it)",
		o.Connections, wanted, allowed, max(0, int64(allowed)-spare-filesBeside))
}

func (p *probe) openCrowd(ctx context.Context, want *cases.Crowd) {
	size := min(want.Size(p.server.opts.crowd()), p.places-p.opened-1)
	if size < 1 {
		p.unmet = append(p.unmet, transcript.Unmet{Conn: want.Conn,
			For: fmt.Sprintf("connections for a crowd; the case may have %d", p.places)})
		return
	}
	p.opened += 1 + size
	c := newCrowd(p.server, want, p.of.Name(), p.survey, p.began)
	p.crowds = append(p.crowds, c)
	c.open(ctx, p.server.opts.Observe+crowdTime(size), size)
}

// rest gives the server a moment to see that a large crowd is gone, before the
// next case takes its places.
func (p *probe) rest(ctx context.Context) {
	if len(p.crowds) > 0 && p.server.opts.crowd() > cases.FewSubscribers {
		pause(ctx, 200*time.Millisecond+time.Duration(p.opened)*100*time.Microsecond)
	}
}

// crowd is the one of a name, nil where there is none.
func (p *probe) crowd(name string) *crowd {
	for _, c := range p.crowds {
		if c.want.Conn == name {
			return c
		}
	}
	return nil
}

func (p *probe) awaitCrowd(ctx context.Context, c *crowd, within time.Duration, events int) {
	began := time.Now()
	if c.await(ctx, within+crowdTime(len(c.others)), events) {
		return
	}
	what := fmt.Sprintf("event %d on each", events)
	if n := c.want.ComeBack; n > 0 {
		what += fmt.Sprintf(", and for each to come back %d times", n)
	}
	p.unmet = append(p.unmet, transcript.Unmet{Conn: c.want.Conn, For: what, After: time.Since(began)})
}

// maxShown bounds the subscribers of a crowd that the log shows one by one.
const maxShown = 16

// logged is a crowd's part of the log: itself, and those with whom something is
// wrong.
func logged(c *transcript.Crowd, number int) []reports.Entry {
	entry := func(at time.Duration, end, kind, text string) reports.Entry {
		return reports.Entry{AtMS: float64(at.Microseconds()) / 1000, Conn: number, End: end, Kind: kind, Text: text}
	}
	log := []reports.Entry{entry(c.EndAt, "runner", "crowd", summary(c))}
	for i := range c.Subscribers {
		s := &c.Subscribers[i]
		if len(log) > maxShown {
			break
		}
		who := fmt.Sprintf("%s, subscriber %d: ", c.Name, i+1)
		switch {
		case s.Err != "":
			log = append(log, entry(s.EndAt, "subject", "error", who+s.Err))
		case s.Fault != nil:
			log = append(log, entry(s.Fault.At, "subject", "event", who+fmt.Sprintf("%s: %q was next, %q came (connection %d, Last-Event-ID %q)",
				s.Fault.Kind, s.Fault.Want, s.Fault.Got, s.Fault.Connection, s.Fault.LastEventID)))
		case s.Ended():
			log = append(log, entry(s.EndAt, "subject", "close", who+fmt.Sprintf("status %d, %s %s", s.Status, s.End, s.EndDetail)))
		}
	}
	return log
}
