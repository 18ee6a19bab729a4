package client

import (
	"fmt"
	"sync"

	"github.com/ssecheck/ssecheck/cases"
	"github.com/ssecheck/ssecheck/reports"
	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/runner/wire"
	"github.com/ssecheck/ssecheck/spec"
)

// A collector keeps what a client reports in one play, and tells the wire
// server, whose script may wait for it.
type collector struct {
	log      *transcript.Log
	requests func() int      // that the server has got
	tell     func(wire.Seen) // the server
	stir     func()          // tells that the client does something

	mu        sync.Mutex
	seen      []transcript.Observation
	counts    wire.Seen
	state     string // of cases.StateOpen and its like; "" before anything was said
	ended     bool   // the sentinel came
	prospects prospects
	ownID     string // carried over, of a client without a notion of the last event ID
	most      int    // observations that are kept
	size      int    // bytes of text that are kept
	comments  int
	flooded   string
	changed   chan struct{}
}

// Bounds of what one client may report in one play beyond what the case expects.
const (
	spareObservations = 1000
	// Of comments, which a stream may have in any number, so many are kept.
	keptComments = 500
	spareText    = 64 << 20
)

func newCollector(log *transcript.Log, expect *cases.Expect) *collector {
	return &collector{log: log, most: most(expect) + spareObservations, prospects: newProspects(expect), changed: make(chan struct{})}
}

// see takes one observation.
func (c *collector) see(o transcript.Observation) {
	o.At, o.Requests = c.log.Now(), c.requests()
	if o.Kind != transcript.SawError { // one that fails again and again is not at work
		c.stir()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flooded != "" || o.Kind == transcript.SawComment && c.comments >= keptComments {
		return
	}
	c.size += len(o.Event.Data) + len(o.Event.Type) + len(o.Event.LastEventID) + len(o.Comment) + len(o.Message)
	if len(c.seen) >= c.most || c.size > spareText {
		c.flooded = fmt.Sprintf("the client flooded: it reported more than %d events and %d bytes, and was not listened to any more", len(c.seen), c.size)
	}
	c.count(&o)
	c.note(o)
	c.seen = append(c.seen, o)
	c.tell(c.counts)
	close(c.changed)
	c.changed = make(chan struct{})
}

// count draws from an observation what the play and the script wait for.
func (c *collector) count(o *transcript.Observation) {
	switch o.Kind {
	case transcript.SawOpen:
		c.counts.Opens++
		c.state = stateOpen
	case transcript.SawEvent:
		if o.Event.Type == "" {
			o.Event.Type = spec.DefaultType
		}
		if o.OwnID != nil {
			c.ownID = *o.OwnID
		}
		if o.Carried {
			o.Event.LastEventID = c.ownID
		}
		if o.Event.Data == transcript.Sentinel { // it is no event of the case
			c.ended = true
			break
		}
		c.prospects.narrow(c.counts.Events, o.Event)
		c.counts.Events++
	case transcript.SawError:
		c.counts.Errors++
		if o.Reconnecting != nil {
			c.state = stateReconnecting
			if !*o.Reconnecting {
				c.state = stateClosed
			}
		}
	case transcript.SawComment:
		c.comments++
	case transcript.SawClosed:
		c.counts.Closed = true
		c.state = stateClosed
	}
}

// shownText is how much of a text the log keeps.
const shownText = 256

// note writes the observation into the log.
func (c *collector) note(o transcript.Observation) {
	if c.log.Full() {
		return
	}
	e := reports.Entry{End: transcript.Subject, Kind: string(o.Kind)}
	switch o.Kind {
	case transcript.SawEvent:
		e.Text = fmt.Sprintf("%s %s", o.Event.Type, short(o.Event.Data))
		if o.Event.LastEventID != "" {
			e.Text += ", last event ID " + short(o.Event.LastEventID)
		}
	case transcript.SawComment:
		e.Text = short(o.Comment)
	case transcript.SawError:
		e.Text = short(o.Message)
		if o.Reconnecting != nil {
			e.Text += map[bool]string{true: " (it goes on trying)", false: " (it has given up)"}[*o.Reconnecting]
		}
	case transcript.SawClosed:
		e.Text = o.Message
	}
	c.log.Add(e)
}

func short(text string) string {
	if len(text) > shownText {
		return fmt.Sprintf("%q... (%d bytes)", text[:shownText], len(text))
	}
	return fmt.Sprintf("%q", text)
}

// A glance is what was reported so far.
type glance struct {
	wire.Seen
	state   string
	ended   bool
	flooded bool
	wrong   bool // no right answer begins with these events
}

// look returns what was reported so far, and a channel that is closed when there
// is more.
func (c *collector) look() (glance, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return glance{c.counts, c.state, c.ended, c.flooded != "", c.prospects.none()}, c.changed
}

// all returns what was reported, and what is to be said of a flood.
func (c *collector) all() (seen []transcript.Observation, flooded string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]transcript.Observation(nil), c.seen...), c.flooded
}
