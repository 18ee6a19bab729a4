package transcript

import "time"

// A Crowd is what many subscribers at once saw of one stream: a digest of each,
// a few hundred bytes however long it listened. Times are since the case began.
type Crowd struct {
	// Name is the step's.
	Name string
	// Wanted is how many subscribers were to be there, beside the reference.
	Wanted int
	// Idle: they read the head of the response and nothing of its body.
	Idle bool
	// Returns is how often each was to leave and come back; Seed is what the
	// moments at which they left were drawn from.
	Returns int
	Seed    uint64
	// ByID: events are told apart by their id field, and those without one are
	// not counted. Else the whole event is what it is told apart by.
	ByID bool
	// Events is how many events the reference got, at most [MaxOrder]; Full
	// says that there were more, with which nothing was compared.
	Events int
	Full   bool
	// Reference was there before the others, and was read after them.
	Reference Subscriber
	// Subscribers are the others, in the order in which they were opened.
	Subscribers []Subscriber
	// Spread tells how long an event took from the first subscriber to the last.
	Spread Spread
	// EndAt is when the record was closed.
	EndAt time.Duration
}

// MaxOrder bounds the events of a reference that subscribers are compared with.
const MaxOrder = 1 << 16

// A Subscriber is the digest of one subscriber of a crowd.
type Subscriber struct {
	// Err says why no response came, "" when one came; Status is its status.
	Err    string
	Status int
	// HeadAt is when the head of its first response was complete, LastAt when
	// its latest event came, EndAt when it ended or the record was closed.
	HeadAt, LastAt, EndAt time.Duration
	// Longest is the longest time without an event, from the first head on.
	Longest time.Duration
	// End is how it ended, EndDetail the error behind that.
	End       End
	EndDetail string
	// Connections is how many it had, one after the other.
	Connections int
	// Events counts the events that the reference got, too; Own those that it
	// never got: a greeting, say.
	Events, Own int
	// First and Last are the places of its first and latest event in the order
	// of the reference, from 0; -1 when there is none.
	First, Last int
	// Due is how many of the reference's events came to that a second before the
	// end or earlier, and after this subscriber's head; Missing is how many of
	// these come after Last.
	Due, Missing int
	// Fault is the first way in which it differs from the reference; nil when it
	// does not. Faults counts all.
	Fault  *Fault
	Faults int
}

// Served tells whether it got the stream.
func (s *Subscriber) Served() bool { return s.Status == 200 }

// Ended tells whether the server ended its stream.
func (s *Subscriber) Ended() bool {
	return s.End == EndClean || s.End == EndTruncated || s.End == EndReset || s.End == EndBroken
}

// A FaultKind is a way in which a subscriber differs from the reference.
type FaultKind string

const (
	// FaultMissed: events did not come.
	FaultMissed FaultKind = "missed"
	// FaultAgain: an event came a second time.
	FaultAgain FaultKind = "again"
	// FaultOrder: an event came later than one that follows it.
	FaultOrder FaultKind = "order"
	// FaultChanged: an event with the same id is another.
	FaultChanged FaultKind = "changed"
	// FaultUnshared: an event came, to others as well, that the reference never got.
	FaultUnshared FaultKind = "unshared"
)

// A Fault is where a subscriber first differs from the reference.
type Fault struct {
	Kind FaultKind
	// Place is that of Want in the order of the reference.
	Place int
	// Want is the id of the event that was next, Got the one of that which came;
	// the start of the data where the stream has no ids.
	Want, Got string
	// Count is how many events are missing, of the kind missed.
	Count int
	// At is when it showed, Connection on which of its connections (from 1).
	At         time.Duration
	Connection int
	// LastEventID is what that connection began with.
	LastEventID string
}

// A Spread sums up how long events took from the first subscriber to the last.
type Spread struct {
	// Events is how many were looked at: those that all got.
	Events int
	// Median and Worst are over these events.
	Median, Worst time.Duration
}
