package server

import (
	"hash/fnv"
	"io"
	"time"

	"github.com/ssecheck/ssecheck/runner/transcript"
	"github.com/ssecheck/ssecheck/spec"
)

// A sight is one event of a crowd, told apart by hashes.
type sight struct {
	// key tells the event apart: by its id, or by all of it where the stream has
	// none. content is all of it.
	key, content uint64
	name         string // for messages
	at           time.Duration
}

// seen makes the sight of an event; id is its block's own id field.
func seen(e spec.View, id *string, at time.Duration) sight {
	event := e.Event()
	s := sight{content: hash(event.Type, event.Data, event.LastEventID), at: at, name: clip(event.Data)}
	s.key = s.content
	if id != nil {
		s.key, s.name = hash(*id), clip(*id)
	}
	return s
}

// hash is that of the texts, each with its end.
func hash(texts ...string) uint64 {
	h := fnv.New64a()
	for _, t := range texts {
		_, _ = io.WriteString(h, t)
		_, _ = h.Write([]byte{0xff}) // in no UTF-8
	}
	return h.Sum64()
}

// An order is what the reference of a crowd got, in its order.
type order struct {
	byID   bool
	events []ordered
	places map[uint64]int // the latest of a key
	full   bool
	// unshared counts the subscribers that got an event which the reference has
	// not got.
	unshared map[uint64]int
}

// An ordered is one event of the order.
type ordered struct {
	sight
	// first and last are when it came to a subscriber, had is to how many.
	first, last time.Duration
	had         int
	// repeated: the reference got it more than once, which a stream without ids
	// may well do; it has no place then.
	repeated bool
}

func newOrder(byID bool) *order {
	return &order{byID: byID, places: map[uint64]int{}, unshared: map[uint64]int{}}
}

// add takes in the next event of the reference.
func (o *order) add(f *follower, s sight) {
	if o.full = o.full || len(o.events) >= transcript.MaxOrder; o.full {
		return
	}
	at, known := o.places[s.key]
	switch {
	case known && o.byID:
		f.differ(s, transcript.Fault{Kind: transcript.FaultAgain, Place: at, Want: s.name})
		return
	case known:
		o.events[at].repeated = true
	}
	f.last = len(o.events)
	f.count++
	o.places[s.key] = f.last
	o.events = append(o.events, ordered{sight: s, repeated: known})
}

// A follower compares one subscriber with the order, event by event.
type follower struct {
	first, last int // places; -1 before the first
	count, own  int
	// ahead are events that the reference has not got so far.
	ahead    []sight
	fault    *transcript.Fault
	faultKey uint64 // of the event that came
	faults   int
	// connection and lastEventID are those under way, for faults.
	connection  int
	lastEventID string
}

// maxAhead bounds how far a subscriber may be ahead of the reference; what
// comes then is not compared, and its next event is where it goes on.
const maxAhead = 256

func newFollower() follower { return follower{first: -1, last: -1} }

// differ keeps the first fault, and counts all.
func (f *follower) differ(s sight, fault transcript.Fault) {
	f.faults++
	if f.fault == nil {
		fault.Got, fault.At, f.faultKey = s.name, s.at, s.key
		fault.Connection, fault.LastEventID = f.connection, f.lastEventID
		f.fault = &fault
	}
}

// follow takes in the next event of a subscriber.
func (o *order) follow(f *follower, s sight) {
	if o.full {
		return
	}
	if len(f.ahead) == maxAhead {
		f.ahead, f.first, f.last = f.ahead[:0], -1, -1
	}
	f.ahead = append(f.ahead, s)
	o.catchUp(f, false)
}

// catchUp compares what is ahead as far as the reference has come. An event
// that the reference does not know while it knows a later one is none of the
// order. At the end, what is unknown stays out.
func (o *order) catchUp(f *follower, end bool) {
	for len(f.ahead) > 0 {
		s := f.ahead[0]
		if at, known := o.places[s.key]; known {
			o.compare(f, s, at)
		} else if o.knowsOne(f.ahead[1:]) {
			o.stranger(f, s)
		} else {
			if end {
				f.own += len(f.ahead)
				f.ahead = nil
			}
			return
		}
		f.ahead = f.ahead[1:]
	}
	f.ahead = nil // gives the memory back
}

func (o *order) knowsOne(list []sight) bool {
	for _, s := range list {
		if _, known := o.places[s.key]; known {
			return true
		}
	}
	return false
}

// maxUnshared bounds the memory of a stream whose subscribers get much that the
// reference does not.
const maxUnshared = 4096

// stranger takes in an event that the reference has not got. One before the
// first of the order is of what was before the reference came.
func (o *order) stranger(f *follower, s sight) {
	f.own++
	if f.last < 0 || !o.byID {
		return
	}
	if _, known := o.unshared[s.key]; known || len(o.unshared) < maxUnshared {
		o.unshared[s.key]++
		f.differ(s, transcript.Fault{Kind: transcript.FaultUnshared, Place: f.last + 1})
	}
}

// compare takes in an event that stands in the order, latest at a place.
func (o *order) compare(f *follower, s sight, at int) {
	next := f.last + 1
	if f.last >= 0 && next < len(o.events) && o.events[next].key == s.key {
		at = next
	}
	switch {
	case o.events[at].repeated:
		return
	case f.last < 0:
		f.first = at
	case at <= f.last:
		o.late(f, s, at)
		return
	}
	if missing := o.between(f.last, at); f.last >= 0 && missing > 0 {
		f.differ(s, transcript.Fault{Kind: transcript.FaultMissed, Place: next, Want: o.events[next].name, Count: missing})
	}
	e := &o.events[at]
	if e.content != s.content && at != f.first { // the first may be a summary under the latest id
		f.differ(s, transcript.Fault{Kind: transcript.FaultChanged, Place: at, Want: e.name})
	}
	f.last = at
	f.count++
	if e.had++; e.had == 1 {
		e.first = s.at
	}
	e.first, e.last = min(e.first, s.at), max(e.last, s.at)
}

// between counts the events of the order after one place and before another.
func (o *order) between(from, to int) int {
	n := 0
	for _, e := range o.events[from+1 : to] {
		if !e.repeated {
			n++
		}
	}
	return n
}

// late takes in an event from behind: one that was missed comes too late, any
// other a second time.
func (o *order) late(f *follower, s sight, at int) {
	if old := f.fault; old != nil && old.Kind == transcript.FaultMissed && at >= old.Place && at < old.Place+old.Count {
		old.Kind = transcript.FaultOrder
		return
	}
	kind := transcript.FaultAgain
	if at < f.first {
		kind = transcript.FaultOrder
	}
	f.differ(s, transcript.Fault{Kind: kind, Place: at, Want: o.nameAt(f.last + 1)})
}

func (o *order) nameAt(place int) string {
	if place < len(o.events) {
		return o.events[place].name
	}
	return ""
}

// excused tells whether a fault is none after all: the stream has no ids and
// the event turned out to come again and again, or nobody else has seen what
// the reference has not.
func (o *order) excused(f *follower, subscribers int) bool {
	fault := f.fault
	switch {
	case fault.Kind == transcript.FaultUnshared:
		return 2*o.unshared[f.faultKey] < subscribers
	case fault.Kind == transcript.FaultMissed:
		return o.between(fault.Place-1, min(fault.Place+fault.Count, len(o.events))) == 0
	}
	return o.events[fault.Place].repeated
}
