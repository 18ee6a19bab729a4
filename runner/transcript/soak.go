package transcript

import "time"

// A Soak is the digest of a stream that is watched for as long as it takes: a
// few hundred bytes, whatever came. The record beside it keeps the start.
type Soak struct {
	// Bytes counts the body, Events the events, IDs those with an id field.
	Bytes, Events, IDs int64
	// LastByte and LastEvent are when they came; the head's time before the first.
	LastByte, LastEvent time.Duration
	// Silence is the longest time between two bytes, Wait that between two
	// events; each begins at the head. EarlyWait is the longest of the first
	// [EarlyWaits] and those that begin within [EarlyTime]: a stream may send
	// what was before all at once, which shows no pace.
	Silence, Wait Stretch
	EarlyWait     time.Duration
	// Steps counts the ids that are a number after the same text as the id
	// before; One how many of these are the next number.
	Steps, One int64
	// Again, Skipped and Back count ids that came before, that leave out numbers,
	// and that go back to a lower number; First* are the first of each.
	Again, Skipped, Back                int64
	FirstAgain, FirstSkipped, FirstBack *SoakID
	// Findings counts what the decoder found, those that the record has included.
	Findings int64
}

// EarlyWaits and EarlyTime say which waits for an event make the pace at the
// start.
const (
	EarlyWaits = 16
	EarlyTime  = time.Second
)

// A Stretch is a part of the time.
type Stretch struct{ From, Took time.Duration }

// Longer is the longer of two stretches.
func (s Stretch) Longer(from, to time.Duration) Stretch {
	if to-from > s.Took {
		return Stretch{from, to - from}
	}
	return s
}

// A SoakID is an id that is not what the one before let expect.
type SoakID struct {
	ID, Before string
	At         time.Duration
	// Event is the number of the event, from 1; Offset is where its block begins
	// in the stream, in bytes.
	Event, Offset int64
}
